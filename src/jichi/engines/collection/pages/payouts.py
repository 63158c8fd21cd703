"""還付金の総合振込: where a refund is paid to, a file for the bank, what came back."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.catalogue import message
from jichi.design.fields import FormField, Option, errors_for, with_values
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.bankfiles import queries as bankfiles
from jichi.engines.bankfiles.transfers import RequestRefused
from jichi.engines.files.views import download_response
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import FieldError, Invalid, JichiError, NotFound

from .. import actions, queries
from ..permissions import REFUND, VIEW
from ..queries import PayoutView
from .accounts import crumbs
from .words import day_given, yen

SYSTEM: Final = system_actor("collection.payouts")
UNPROCESSABLE: Final = 422
_COLUMNS: Final = (
    Column(key="number", title="番号", head=True), Column(key="day", title="振込日"),
    Column(key="count", title="件数", number=True), Column(key="yen", title="金額(円)", number=True),
    Column(key="state", title="結果"),
)  # fmt: skip
TYPES: Final = (Option("1", "普通"), Option("2", "当座"), Option("9", "その他"))
RESULTS: Final = {"": "依頼中", "paid": "支払済", "returned": "戻った"}
REFUNDS: Final = ("支払いを待つ還付", "eng_collection:refunds")


def _back() -> tuple[str, str]:
    return REFUNDS[0], reverse(REFUNDS[1])


def _words(problem: JichiError) -> str:
    """What hindered, in words; of lines that a bank won't take, the first."""
    if isinstance(problem, RequestRefused):
        first = problem.wrong[0]
        return f"口座が正しくありません({first.value or first.customer_no})。何も作っていません。"
    return message(problem.code, "ja", **problem.params)


@access(audience="staff", permission=REFUND, methods=("GET", "POST"))
def account(request: SignedInRequest, refund_id: UUID) -> HttpResponse:
    """A2: where a refund is paid to."""
    found = queries.refund(refund_id=refund_id)
    if found is None:
        raise NotFound
    kept = queries.refund_accounts(refunds=[refund_id]).get(refund_id, ("", "", "1", "", ""))
    names = ("bank", "branch", "type", "account", "holder")
    fields = [
        FormField(name="bank", label="金融機関コード", size=6, hint="4桁"),
        FormField(name="branch", label="支店コード", size=6, hint="3桁"),
        FormField(name="type", label="預金種目", kind="select", options=TYPES),
        FormField(name="account", label="口座番号", size=10, hint="7桁"),
        FormField(name="holder", label="口座名義(カナ)", size=40, hint="例: ミホン タロウ"),
    ]
    values, errors, problem = dict(zip(names, kept, strict=True)), {}, ""
    if request.method == "POST":
        values = {name: request.POST.get(name, "").strip() for name in names}
        errors = {name: FieldError("field.required") for name in names if not values[name]}
        try:
            if not errors:
                actions.set_refund_account(actor=request.actor, refund_id=refund_id, **values)
                return redirect("eng_collection:payouts")
        except JichiError as refused:
            problem = _words(refused)
    fields = with_values(fields, values, errors)
    facts = [
        Fact(label="宛名番号", value=found.payer_no or "分からない", name=True),
        Fact(label="支払う額", value=f"{yen(found.amount_yen + found.interest_yen)}円"),
    ]
    context = {
        "title": "還付先の口座", "facts": facts, "fields": fields, "errors": errors_for(fields), "narrow": True,
        "notices": [{"tone": "error", "title": "", "text": problem}] if problem else [],
        "verb": "口座を記録する", "breadcrumb": crumbs(_back()),
    }  # fmt: skip
    return render(request, "eng_collection/account.html", context, status=UNPROCESSABLE if errors or problem else 200)


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: transfers, newest first; a new one of the refunds whose account is known."""
    may = request.actor.may(REFUND)
    with unit(SYSTEM):
        banks = bankfiles.partners("bank")
    fields = [
        FormField(name="partner", label="金融機関", kind="select",
                  options=tuple(Option(one.code, one.title) for one in banks)),
        FormField(name="day", label="振込日", size=12),
    ]  # fmt: skip
    errors: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        day = day_given(request.POST.get("day", ""), "day", errors)
        try:
            if day is not None and not errors:
                made = actions.make_payout(actor=request.actor, partner=request.POST.get("partner", ""), day=day)
                return redirect("eng_collection:payout", payout_id=made)
        except NotFound:
            errors["partner"] = FieldError("field.choose_one")
        except JichiError as refused:
            errors |= refused.fields if isinstance(refused, Invalid) else {}
            problem = "" if errors else _words(refused)
        given = {one.name: request.POST.get(one.name, "") for one in fields}
        fields = with_values(fields, given, errors)
    count, without = _waiting()
    shown = Listing(
        caption="還付金の総合振込", columns=_COLUMNS, rows=[_row(one) for one in queries.payouts()], url=request.path,
        empty="総合振込は、まだありません。", html_id="payouts",
    )  # fmt: skip
    context = {
        "title": "還付金の総合振込", "uses_htmx": True, "breadcrumb": crumbs(_back()),
        "fields": fields if may and banks else [], "errors": errors_for(fields), "count": count,
        "without": without if may else [],
        "notices": [{"tone": "error", "title": "", "text": problem}] if problem else [],
    }  # fmt: skip
    status = UNPROCESSABLE if errors or problem else 200
    return listing_response(request, "eng_collection/payouts.html", context, shown, status=status)


def _waiting() -> tuple[int, list[tuple[str, str]]]:
    """How many refunds could go today, and those whose account is not known: words, address of the page."""
    waiting = queries.refunds_waiting()
    sent = queries.refunds_sent(refunds=[one.id for one in waiting])
    known = queries.refund_accounts(refunds=[one.id for one in waiting if one.id not in sent])
    return len(known), [
        (f"{format_date(one.decided_on)}決定 {yen(one.amount_yen + one.interest_yen)}円(収納{one.receipt_id}番)",
         reverse("eng_collection:refund_account", args=[one.id]))
        for one in waiting if one.id not in sent and one.id not in known
    ]  # fmt: skip


def _row(one: PayoutView) -> Row:
    state = tag("記録済", tone="done") if one.settled_at else tag("結果を待つ", tone="todo")
    return Row(
        url=reverse("eng_collection:payout", args=[one.id]),
        cells=(str(one.number), format_date(one.day), f"{len(one.lines):,}", yen(one.amount_yen), state),
    )


@access(audience="staff", permission=VIEW, methods=("GET", "POST"))
def one(request: SignedInRequest, payout_id: UUID) -> HttpResponse:
    """A7: one transfer: its lines, its file, what came back."""
    found = queries.payout(payout_id=payout_id)
    if found is None:
        raise NotFound
    problem, may = "", request.actor.may(REFUND)
    if request.method == "POST":
        back = [int(pk) for pk in request.POST.getlist("returned") if pk.isascii() and pk.isdecimal() and len(pk) < 19]
        try:
            actions.settle_payout(actor=request.actor, payout_id=payout_id, returned=back)
            return redirect("eng_collection:payout", payout_id=payout_id)
        except JichiError as refused:
            problem = _words(refused)
    facts = [
        Fact(label="振込日", value=format_date(found.day)), Fact(label="件数", value=f"{len(found.lines):,}件"),
        Fact(label="金額", value=f"{yen(found.amount_yen)}円"),
        Fact(label="作った日時", value=format_datetime(found.made_at, "ja", "staff")),
    ]  # fmt: skip
    returned = FormField(
        name="returned",
        kind="checkboxes",
        label="戻ったもの(組戻し・口座相違)",
        required=False,
        options=tuple(Option(str(line.id), f"{line.words} {yen(line.amount_yen)}円") for line in found.lines),
        value=[],
    )
    context = {
        "title": f"還付金の総合振込 {found.number}番", "facts": facts,
        "lines": [(line.customer_no, line.words, yen(line.amount_yen), RESULTS[line.result]) for line in found.lines],
        "cuts": found.cuts, "file_url": reverse("eng_collection:payout_file", args=[payout_id]) if may else "",
        "fields": [returned] if may and found.settled_at is None and found.day <= clock.today() else [],
        "notices": [{"tone": "error", "title": "", "text": problem}] if problem else [],
        "breadcrumb": crumbs(_back(), ("還付金の総合振込", reverse("eng_collection:payouts"))),
    }  # fmt: skip
    return render(request, "eng_collection/payout.html", context, status=UNPROCESSABLE if problem else 200)


@access(audience="staff", permission=REFUND)
def file(request: SignedInRequest, payout_id: UUID) -> FileResponse:
    """The file for the bank; who took it away is recorded."""
    info = queries.payout_file_of(payout_id=payout_id)
    audit.record(actor=request.actor, action="export", table="eng_collection_payout", object_id=str(payout_id))
    return download_response(info, inline=False)
