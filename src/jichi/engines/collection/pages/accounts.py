"""納付義務者をさがす, and the account of one payer: the purpose is asked before, every look is logged."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design.fields import FormField, Option, errors_for, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Event, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.registry import queries as registry
from jichi.engines.registry.permissions import SEARCH
from jichi.engines.registry.rules import PURPOSES
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, parse_date
from jichi.kernel.errors import FieldError, Invalid, NotFound
from jichi.kernel.text import safe_csv_cell

from .. import queries
from ..permissions import VIEW
from ..queries import Bill
from ..rules.keys import is_payment_key
from .words import channel_word, happening_words, state_of_bill, yen

_FOUND: Final = (
    Column(key="no", title="宛名番号", head=True), Column(key="name", title="氏名", name=True),
    Column(key="address", title="住所", name=True), Column(key="count", title="期別の数", number=True),
)  # fmt: skip
BILL_COLUMNS: Final = (
    Column(key="key", title="納付番号", head=True), Column(key="title", title="内容", name=True),
    Column(key="due", title="納期限"), Column(key="tax", title="調定(円)", number=True),
    Column(key="paid", title="収納(円)", number=True), Column(key="late", title="延滞金(円)", number=True),
    Column(key="owed", title="未納(円)", number=True), Column(key="state", title="状態"),
)  # fmt: skip
HOME: Final = ("収納", "eng_collection:find")


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """収納 first, then what lies between."""
    return [(HOME[0], reverse(HOME[1])), *more]


@access(audience="staff", permission=VIEW)
def find(request: SignedInRequest) -> HttpResponse:
    """A6: by 納付番号, 宛名番号 or name; only whoever owes something to a division of one's own is found."""
    typed = " ".join(request.GET.get("q", "").split())[:60]
    compact = typed.replace(" ", "").replace("-", "")
    if is_payment_key(compact) and queries.bills_by_key(keys=[compact], today=clock.today()):
        return redirect("eng_collection:bill", key=compact)
    rows, problem = _found(request, typed) if typed else ([], "")
    shown = Listing(
        caption="納付義務者", columns=_FOUND, rows=rows, url=request.path, params={"q": typed},
        search=filter_field("q", "納付番号・宛名番号・氏名", typed, size=24), html_id="payers",
        empty="納付番号、宛名番号か氏名で探してください。",
    )  # fmt: skip
    context = {"title": "収納", "uses_htmx": True, "problem": problem, "figures": _figures(clock.today())}
    return listing_response(request, "eng_collection/find.html", context, shown)


def _found(request: SignedInRequest, typed: str) -> tuple[list[Row], str]:
    """Rows, and what hindered the search."""
    number = typed.replace(" ", "")
    if number.isascii() and number.isalnum() and any(sign.isdigit() for sign in number):
        numbers: Sequence[str] = [number]
    elif not request.actor.may(SEARCH):
        return [], "氏名で探すには、住民を探す権限が必要です。"
    else:
        try:
            page = registry.search_residents(actor=request.actor, q=typed, limit=50)
        except Invalid:
            return [], "もう少し長く入力してください。"
        numbers = [one.addressee_no for one in page.rows]
    counts = queries.payers_known(numbers=numbers)
    people = registry.residents(list(counts))
    return [
        Row(
            url=reverse("eng_collection:payer", args=[number]),
            cells=(
                number, people[number].display_name if number in people else "",
                people[number].address if number in people else "", f"{counts[number]:,}",
            ),
        )
        for number in numbers if number in counts
    ], ""  # fmt: skip


def _figures(today: date) -> list[tuple[str, str, str]]:
    """(words, figure, address) of the lists that wait."""
    count, open_yen = queries.unpaid_sums(kind="", due_before=today)
    left = queries.unallocated(limit=1_000)
    left_yen = sum(one.left_yen for one in left)
    refunds = queries.refunds_waiting()
    back_yen = sum(one.amount_yen + one.interest_yen for one in refunds)
    return [
        ("納期限を過ぎた未納", f"{count:,}期別 {yen(open_yen)}円", reverse("eng_collection:unpaid")),
        ("未充当の収納", f"{len(left):,}件 {yen(left_yen)}円", reverse("eng_collection:left")),
        ("支払いを待つ還付", f"{len(refunds):,}件 {yen(back_yen)}円", reverse("eng_collection:refunds")),
        ("時効の近いもの", "180日以内", reverse("eng_collection:lapsing")),
    ]


@dataclass(frozen=True, slots=True)
class Sums:
    """A payer's sums in yen as of a day."""

    tax: int
    paid: int
    late: int
    owed: int


def sums_of(bills: Sequence[Bill]) -> Sums:
    """Added up; `paid` holds what counts for the tax and for lateness."""
    return Sums(
        sum(bill.view.tax for bill in bills), sum(bill.view.paid + bill.view.late_paid for bill in bills),
        sum(bill.view.late for bill in bills), sum(bill.view.owed for bill in bills),
    )  # fmt: skip


def bill_cells(bill: Bill, today: date) -> tuple[object, ...]:
    """As `BILL_COLUMNS`."""
    view = bill.view
    words, tone = state_of_bill(bill, today)
    return (
        view.key, bill.title, format_date(view.due_on), yen(view.tax), yen(view.paid + view.late_paid), yen(view.late),
        yen(view.owed), tag(words, tone=tone),
    )  # fmt: skip


@access(audience="staff", permission=VIEW)
def payer(request: SignedInRequest, payer_no: str) -> HttpResponse:
    """A2: for what purpose; then A7: all that the payer owes and paid, as of a day."""
    if not payer_no.isalnum() or not payer_no.isascii() or not queries.payers_known(numbers=[payer_no]):
        raise NotFound
    purpose = request.GET.get("purpose", "")
    if purpose not in PURPOSES:
        return _ask_purpose(request, payer_no, wrong="purpose" in request.GET)
    typed, error = request.GET.get("on", "").strip(), ""
    try:
        on = parse_date(typed) if typed else clock.today()
    except ValueError:
        on, error = clock.today(), "日付が読み取れないため、今日の額を示します。"
    try:
        bills = queries.bills_of_payer(payer_no=payer_no, today=on)
    except Invalid:
        on, error = clock.today(), f"{on.year}年の延滞金の割合が登録されていないため、今日の額を示します。"
        bills = queries.bills_of_payer(payer_no=payer_no, today=on)
    looking = request.actor.for_purpose(purpose)
    audit.record_look(actor=looking, table="eng_collection_assessment", object_id=payer_no, subject=payer_no)
    return _account_page(request, payer_no, bills, on, purpose, error)


def _account_page(
    request: SignedInRequest, payer_no: str, bills: list[Bill], on: date, purpose: str, error: str
) -> HttpResponse:
    found = registry.residents([payer_no]).get(payer_no)
    sums = sums_of(bills)
    ids = [bill.view.id for bill in bills]
    receipts = queries.receipts_of(ids=ids)
    left = [(one, reverse("eng_collection:surplus", args=[one.id])) for one in receipts if one.left]
    facts = [
        Fact(label="宛名番号", value=payer_no, name=True),
        Fact(label="住所", value=found.address if found else "住民記録にありません", name=True),
        Fact(label="調定", value=f"{yen(sums.tax)}円"), Fact(label="収納", value=f"{yen(sums.paid)}円"),
        Fact(label="延滞金", value=f"{yen(sums.late)}円"), Fact(label="未納", value=f"{yen(sums.owed)}円"),
        Fact(label="利用目的", value=PURPOSES[purpose]),
    ]  # fmt: skip
    table = Listing(
        caption="期別", columns=BILL_COLUMNS, url=request.path, html_id="bills", total=len(bills),
        rows=[Row(url=reverse("eng_collection:bill", args=[b.view.key]), cells=bill_cells(b, on)) for b in bills],
        params={"purpose": purpose, "on": request.GET.get("on", "")}, empty="期別はありません。",
    )  # fmt: skip
    context = {
        "title": f"{found.display_name if found else payer_no} さんの収納", "facts": facts, "listing": table, "on": on,
        "on_field": filter_field("on", "この日の額(例 R8.11.1)", request.GET.get("on", ""), size=12),
        "purpose": purpose,
        "notices": [{"tone": "todo", "title": "", "text": error}] if error else [], "left": left,
        "refunds": queries.refunds_of_payer(payer_no=payer_no), "events": _events(ids), "breadcrumb": crumbs(),
        "export_url": f"{reverse('eng_collection:payer_export', args=[payer_no])}?purpose={purpose}",
    }  # fmt: skip
    return render(request, "eng_collection/payer.html", context)


def _events(ids: Sequence[int]) -> list[Event]:
    rows = []
    for one in queries.happenings(ids=ids, limit=200):
        what, grounds = happening_words(one)
        rows.append(Event(at=one.on, what=what, detail=f"納付番号 {one.key} {grounds}".strip()))
    return rows


def _ask_purpose(request: SignedInRequest, payer_no: str, *, wrong: bool) -> HttpResponse:
    field = FormField(
        name="purpose", label="何のために見ますか", kind="radio", noun="利用目的",
        error=FieldError("field.choose_one") if wrong else None,
        hint="選んだ目的と、見たことが記録されます。本人が求めたときは、本人に示します。",
        options=tuple(Option(key, words) for key, words in PURPOSES.items()),
    )  # fmt: skip
    context = {
        "title": "収納を見る目的を選ぶ", "fields": [field], "errors": errors_for([field]), "payer_no": payer_no,
        "breadcrumb": crumbs(), "narrow": True,
    }  # fmt: skip
    return render(request, "eng_collection/purpose.html", context, status=422 if wrong else 200)


@access(audience="staff", permission=VIEW)
def payer_export(request: SignedInRequest, payer_no: str) -> HttpResponse:
    """The account as CSV, as of today; recorded as a look, for the purpose that the page was opened for."""
    if not queries.payers_known(numbers=[payer_no]):
        raise NotFound
    purpose = request.GET.get("purpose", "")
    if purpose not in PURPOSES:
        return redirect("eng_collection:payer", payer_no=payer_no)
    looking = request.actor.for_purpose(purpose)
    audit.record_look(actor=looking, table="eng_collection_assessment", object_id=payer_no, subject=payer_no)
    return bills_csv(queries.bills_of_payer(payer_no=payer_no, today=clock.today()), f"shuno_{payer_no}.csv")


def bills_csv(bills: Sequence[Bill], filename: str) -> HttpResponse:
    """Bills as CSV (UTF-8 with BOM), figures without separators."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        ("納付番号", "内容", "宛名番号", "納期限", "調定", "収納", "延滞金", "延滞金の収納", "未納", "状態")
    )
    for bill in bills:
        view = bill.view
        row = (
            view.key, bill.title, bill.payer_no, view.due_on.isoformat(), view.tax, view.paid, view.late,
            view.late_paid,
            view.owed, state_of_bill(bill, clock.today())[0],
        )  # fmt: skip
        writer.writerow([safe_csv_cell(str(cell)) for cell in row])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "private, no-store"
    return response


def receipt_rows(ids: Sequence[int]) -> list[tuple[str, str, str, str, str, str, str]]:
    """(day, channel, amount, for the tax, for lateness, left over, address where something is left)."""
    return [
        (
            format_date(one.paid_on), channel_word(one.channel) + ("(取消し)" if one.is_reversed else ""),
            yen(one.amount_yen), yen(one.principal), yen(one.late), yen(one.left),
            reverse("eng_collection:surplus", args=[one.id]),
        )
        for one in queries.receipts_of(ids=ids)
    ]  # fmt: skip
