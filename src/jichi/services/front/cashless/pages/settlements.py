"""決済会社の精算: a firm's file looked at and taken in; what differs."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jichi.design import catalogue
from jichi.design.fields import FormField, Option, errors_for, filter_choice
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import tag
from jichi.design.uploads import sent_table
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import actions, queries
from ..permissions import SETTLE
from ..queries import DifferenceView, SettlementView
from ..rules import KINDS, OUTCOMES, Judged
from .parts import CONFLICT, UNPROCESSABLE, told
from .treasury import tabs

STATES: Final = {
    "refused": ("受け入れなかった", "error"), "ready": ("確認待ち", "todo"), "applied": ("取り込んだ", "done"),
    "dropped": ("取りやめた", "neutral"),
}  # fmt: skip
_COLUMNS: Final = (
    Column(key="number", title="番号", head=True), Column(key="at", title="届いた日時"),
    Column(key="firm", title="決済会社", name=True), Column(key="file", title="ファイル", name=True),
    Column(key="state", title="状態"),
)  # fmt: skip


@access(audience="staff", permission=SETTLE, methods=("GET", "POST"))
def listing(request: SignedInRequest) -> HttpResponse:
    """A6, A2: files that came, and the form for another."""
    wrong: dict[str, FieldError] = {}
    firms = queries.firms()
    firm = request.POST.get("firm", "") or next(iter(firms), "")
    if request.method == "POST":
        try:
            name, data = sent_table(request)
            if firm not in firms:
                raise Invalid(fields={"firm": FieldError("field.choose_one")})
            id = actions.read_settlement(actor=request.actor, firm=firm, filename=name, data=data)
            return redirect("front_cashless:settlement", id=id)
        except Invalid as error:
            wrong = dict(error.fields)
    fields = [
        FormField(
            name="firm", label="決済会社", kind="select", value=firm, error=wrong.get("firm"),
            options=tuple(Option(code, title, noruby=True) for code, title in firms.items()),
        ),
        FormField(
            name="file", label="精算の明細(CSV)", noun="ファイル", kind="file", accept=".csv,.txt",
            error=wrong.get("file"),
            hint="届いたままのファイルを選びます。読んだあと、何が変わるかを確かめてから取り込みます。",
        ),
    ] if firms else []  # fmt: skip
    rows = Listing(
        caption="届いた精算の明細", columns=_COLUMNS, rows=[_row(one) for one in queries.settlements()],
        url=request.path, empty="精算の明細は、まだ届いていません。", html_id="settlements",
    )  # fmt: skip
    context = {"title": "決済会社の精算", "tabs": tabs("settlements"), "fields": fields, "errors": errors_for(fields)}
    status = UNPROCESSABLE if wrong else 200
    return listing_response(request, "front_cashless/settlements.html", context, rows, status=status)


def _row(one: SettlementView) -> Row:
    words, tone = STATES[one.state]
    return Row(
        url=reverse("front_cashless:settlement", args=[one.id]),
        cells=(
            str(one.number), format_datetime(one.taken_at, "ja", "staff"), one.firm, one.filename, tag(words, tone=tone)
        ),
    )  # fmt: skip


@access(audience="staff", permission=SETTLE, methods=("GET", "POST"))
def one(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: one file, line by line beside the counters' sums."""
    problem = ""
    if request.method == "POST":
        try:
            act = actions.drop_settlement if request.POST.get("act") == "drop" else actions.apply_settlement
            act(actor=request.actor, id=id)
            return redirect("front_cashless:settlement", id=id)
        except Conflict as error:
            problem = told(error)
    found = queries.settlement(id)
    if found is None:
        raise NotFound
    words, tone = STATES[found.state]
    context = {
        "title": f"精算の明細 {found.number}番 {found.filename}", "problem": problem, "found": found,
        "breadcrumb": [("決済会社の精算", reverse("front_cashless:settlements"))], "state": tag(words, tone=tone),
        "facts": _facts(found), "lines": [_line(each) for each in found.lines],
        "missing": [(row.brand, format_date(row.day), row.count, f"{row.yen:,}") for row in found.missing],
        "wrong": [
            (line or "", place, catalogue.message(code, "ja", **params)) for line, place, code, params in found.errors
        ],
    }  # fmt: skip
    return render(request, "front_cashless/settlement.html", context, status=CONFLICT if problem else 200)


def _facts(found: SettlementView) -> list[Fact]:
    rows = [
        ("決済会社", found.firm), ("届いた日時", format_datetime(found.taken_at, "ja", "staff")),
        ("受け入れた人", found.taken_by),
        ("終わった日時", format_datetime(found.ended_at, "ja", "staff") if found.ended_at else ""),
    ]  # fmt: skip
    return [Fact(label=label, value=value, name=label == "受け入れた人") for label, value in rows if value]


def _line(each: Judged) -> tuple[object, ...]:
    """Brand, period, the firm's count and yen, ours, fee with tax, net, outcome."""
    told = each.said
    words = OUTCOMES[each.outcome] + ("、手数料の計算がちがう" if each.fee_is_off else "")
    return (
        told.brand, f"{format_date(told.from_day)}から{format_date(told.to_day)}", f"{told.count:,}", f"{told.gross:,}",
        f"{each.booked_count:,}", f"{each.booked_yen:,}", f"{told.fee + told.tax:,}", f"{told.net:,}",
        tag(words, tone="done" if each.outcome == "matched" and not each.fee_is_off else "error"),
    )  # fmt: skip


@access(audience="staff", permission=SETTLE)
def differences(request: SignedInRequest) -> HttpResponse:
    """A6: what somebody has to look at, oldest first."""
    is_open = request.GET.get("state", "") != "closed"
    columns = (
        Column(key="kind", title="差異", head=True), Column(key="brand", title="ブランド", name=True),
        Column(key="days", title="期間"), Column(key="said", title="明細(円)", number=True),
        Column(key="booked", title="窓口(円)", number=True), Column(key="file", title="ファイル"),
    )  # fmt: skip
    state = filter_choice(
        "state", "状態", "" if is_open else "closed", [("closed", "片付いたもの")], every="片付いていないもの"
    )
    table = Listing(
        caption="差異", columns=columns, rows=[_difference_row(one) for one in queries.differences(is_open=is_open)],
        url=request.path, params={} if is_open else {"state": "closed"}, filters=[state], html_id="differences",
        empty="差異はありません。",
    )  # fmt: skip
    context = {"title": "窓口の精算の差異", "uses_htmx": True, "tabs": tabs("differences")}
    return listing_response(request, "front_cashless/differences.html", context, table)


def _period(one: DifferenceView) -> str:
    first = format_date(one.from_day)
    return first if one.from_day == one.to_day else f"{first}から{format_date(one.to_day)}"


def _yen(yen: int | None) -> str:
    return "" if yen is None else f"{yen:,}"


def _difference_row(one: DifferenceView) -> Row:
    return Row(
        url=reverse("front_cashless:difference", args=[one.id]),
        cells=(
            f"{KINDS[one.kind]}({one.brand} {one.from_day.month}/{one.from_day.day})", one.brand, _period(one),
            _yen(one.said_yen), _yen(one.booked_yen), f"{one.settlement_number}番",
        ),
    )  # fmt: skip


@access(audience="staff", permission=SETTLE, methods=("GET", "POST"))
def difference(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: one difference, closed with words."""
    wrong: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        try:
            actions.close_difference(actor=request.actor, id=id, note=request.POST.get("note", ""))
            return redirect("front_cashless:differences")
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict as error:
            problem = told(error)
    found = queries.difference(id)
    if found is None:
        raise NotFound
    rows = [
        ("決済会社", found.firm), ("ブランド", found.brand), ("期間", _period(found)),
        ("明細の額", f"{_yen(found.said_yen)}円" if found.said_yen is not None else ""),
        ("窓口の額", f"{_yen(found.booked_yen)}円" if found.booked_yen is not None else ""),
        ("片付けた日時", format_datetime(found.closed_at, "ja", "staff") if found.closed_at else ""),
        ("片付けた人", found.closed_by), ("片付け方", found.note),
    ]  # fmt: skip
    fields = [FormField(
        name="note", label="どう片付けましたか", noun="片付け方", kind="textarea", value=request.POST.get("note", ""),
        error=wrong.get("note"),
    )] if found.closed_at is None else []  # fmt: skip
    context = {
        "title": f"{KINDS[found.kind]} {found.brand}", "facts": [Fact(label=k, value=v) for k, v in rows if v],
        "breadcrumb": [("差異の一覧", reverse("front_cashless:differences"))], "fields": fields,
        "errors": errors_for(fields), "problem": problem, "number": found.settlement_number,
        "file_url": reverse("front_cashless:settlement", args=[found.settlement_id]),
    }  # fmt: skip
    status = CONFLICT if problem else UNPROCESSABLE if wrong else 200
    return render(request, "front_cashless/difference.html", context, status=status)
