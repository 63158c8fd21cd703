"""納付の一覧 and one charge with all that happened, for officials of its division. Japanese only."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html

from jichi.design.fields import FormField, filter_choice, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Fact, Listing, Row
from jichi.design.render_parts import status_chip
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, joining
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime, parse_date
from jichi.kernel.errors import FieldError, NotFound
from jichi.kernel.money import Yen, format_yen
from jichi.kernel.receipt_number import format_number
from jichi.kernel.text import safe_csv_cell

from . import actions, permissions, queries
from .models import CHARGE_STATES
from .presentation import (
    CHIPS,
    EVENT_WORDS,
    KIND_WORDS,
    OUTCOME_WORDS,
    REFUND_WORDS,
    TRY_WORDS,
    error_text,
    method_word,
    shown_state,
    state_word,
)
from .queries import ChargeFilters, ChargeRow, Record, RefundInfo
from .receipts import receipt_pdf, receipt_response
from .rules import COUNTER_METHODS, is_overdue
from .staff_settled import money_text

PER_PAGE: Final = 20
_COLUMNS: Final = (
    Column(key="about", title="受付番号", head=True), Column(key="opened", title="調定日"),
    Column(key="what", title="内容"), Column(key="amount", title="金額(円)", number=True),
    Column(key="state", title="状態"), Column(key="due", title="納期限"), Column(key="paid", title="収納日"),
    Column(key="receipt", title="領収番号"),
)  # fmt: skip
_CSV: Final = (
    "調定日時", "受付番号", "宛名番号", "内容", "金額", "状態", "納期限", "収納日時", "支払い方", "領収番号", "理由",
)  # fmt: skip


def _filters(params: dict[str, str]) -> tuple[ChargeFilters, dict[str, FieldError]]:
    """What the address asks for; dates that can't be read narrow nothing and are named."""
    errors: dict[str, FieldError] = {}
    days: dict[str, date | None] = {"from": None, "to": None}
    for name in days:
        if typed := params.get(name, "").strip():
            try:
                days[name] = parse_date(typed)
            except ValueError:
                errors[name] = FieldError("field.unreadable_date")
    found = ChargeFilters(
        q=params.get("q", "")[:200], state=params.get("state", ""), overdue=params.get("overdue") == "1",
        opened_from=days["from"], opened_to=days["to"],
    )  # fmt: skip
    return found, errors


def _fields(params: dict[str, str], errors: dict[str, FieldError]) -> tuple[FormField, ...]:
    def select(name: str, label: str, choices: Iterable[tuple[str, str]]) -> FormField:
        return filter_choice(name, label, params.get(name, ""), choices)

    def day(name: str, label: str) -> FormField:
        return filter_field(name, label, params.get(name, ""), size=10, error=errors.get(name))  # fmt: skip

    return (
        select("state", "状態", [(state, state_word(state)) for state in CHARGE_STATES]),
        select("overdue", "納期限", [("1", "過ぎたもの")]),
        day("from", "調定日から(例 R8.4.1)"),
        day("to", "調定日まで(例 R8.4.1)"),
    )


def _cursor(text: str) -> tuple[int, str]:
    """Number of the page's first row, and the key in the list."""
    number, _, key = text.partition(":")
    return (int(number), key) if key and number.isdecimal() and len(number) < 8 else (1, "")


@access(audience="staff", permission=permissions.VIEW)
def listing(request: SignedInRequest) -> HttpResponse:
    """A6: the division's charges with search, filters and file."""
    actor = request.actor
    params = {name: request.GET.get(name, "") for name in ("q", "state", "overdue", "from", "to")}
    filters, errors = _filters(params)
    first, after = _cursor(request.GET.get("after", ""))
    first_before, before = _cursor(request.GET.get("before", ""))
    if before and not after:
        first = first_before
    page = queries.list_charges(actor=actor, filters=filters, after=after, before=before, limit=PER_PAGE)
    total = queries.count_charges(actor=actor, filters=filters)
    query = request.GET.urlencode()
    csv_url = reverse("eng_payments_staff:export") + (f"?{query}" if query else "")
    shown = Listing(
        caption="納付の一覧", columns=_COLUMNS, rows=[_row(one) for one in page.rows], url=request.path, params=params,
        first=first, total=total if total < queries.COUNT_CAP else None,
        search=filter_field("q", "受付番号・宛名番号・領収番号", filters.q),
        filters=_fields(params, errors),
        after=f"{first + len(page.rows)}:{page.next_key}" if page.next_key else "",
        before=f"{max(1, first - PER_PAGE)}:{page.before_key}" if page.before_key else "",
        csv_url=csv_url if actor.may(permissions.EXPORT) else "", empty="課の納付はまだありません。", html_id="charges",
    )  # fmt: skip
    context = {"title": "納付の一覧", "uses_htmx": True, "trouble_count": len(queries.troubles(actor=actor))}
    return listing_response(request, "eng_payments/staff_list.html", context, shown)


def _row(one: ChargeRow) -> Row:
    late = one.is_overdue(clock.today())
    due = format_date(one.due_on) if one.due_on else ""
    return Row(
        url=reverse("eng_payments_staff:charge", args=[one.id]), tone="error" if late else "",
        cells=(
            format_number(one.about) if one.about else str(one.id)[:8],
            format_date(one.opened_at.astimezone(clock.TOKYO).date()), one.title, Yen(one.total_yen).plain(),
            status_chip(CHIPS[one.state], state_word(one.state)),
            format_html("{} {}", due, status_chip("staff.overdue")) if late else due,
            format_date(one.paid_at.astimezone(clock.TOKYO).date()) if one.paid_at else "", one.receipt_number,
        ),
    )  # fmt: skip


@access(audience="staff", permission=permissions.EXPORT)
def export(request: SignedInRequest) -> HttpResponse:
    """The filtered list as CSV (UTF-8), so that row security and the log are this request's."""
    filters, _errors = _filters({name: request.GET.get(name, "") for name in request.GET})
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_CSV)
    for batch in queries.export_charges(actor=request.actor, filters=filters):
        writer.writerows([safe_csv_cell(str(cell)) for cell in _csv_cells(one)] for one in batch)
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"payments_{clock.today():%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _csv_cells(one: ChargeRow) -> tuple[object, ...]:
    def moment(at: object) -> str:
        return at.astimezone(clock.TOKYO).strftime("%Y-%m-%d %H:%M") if at else ""  # type: ignore[attr-defined] # a moment or None

    return (
        moment(one.opened_at), format_number(one.about) if one.about else "", one.payer_no, one.title, one.total_yen,
        state_word(one.state), one.due_on.isoformat() if one.due_on else "", moment(one.paid_at),
        method_word(one.method) if one.method else "", one.receipt_number, one.reason,
    )  # fmt: skip


# -- one charge ---------------------------------------------------------------------------------------


def staff_record(request: SignedInRequest, charge_id: UUID) -> Record:
    """A charge of the official's divisions. Raises NotFound."""
    with joining(request.actor):
        found = queries.record(charge_id)
    if found.view.division_id not in request.actor.divisions:
        raise NotFound
    return found


@access(audience="staff", permission=permissions.VIEW)
def charge(request: SignedInRequest, charge_id: UUID) -> HttpResponse:
    """A7: one charge; that it was looked at is recorded."""
    found = staff_record(request, charge_id)
    audit.record_look(
        actor=request.actor, table="eng_payments_charge", object_id=str(charge_id), subject=found.view.payer_no
    )
    return charge_page(request, found)


def charge_page(request: SignedInRequest, found: Record, *, trouble: str = "", status: int = 200) -> HttpResponse:
    """The page of a charge, with what hindered the last press."""
    actor, view = request.actor, found.view
    state = shown_state(found)
    names = accounts.account_names([
        one
        for one in (
            *(by for p in found.payments for by in (p.recorded_by, p.voided_by)), *(e.handled_by for e in found.events)
        )
        if one
    ])  # fmt: skip
    may_refund = actor.may(permissions.REFUND)
    context = {
        "title": f"{view.title.get('ja', '')} {Yen(view.total_yen).plain()}円", "charge_id": view.id,
        "chip": CHIPS[state].removeprefix("status."), "state_text": state_word(state),
        "number": format_number(view.about) if view.about else "", "facts": _facts(found),
        "lines": [
            (line.title.get("ja", ""), Yen(line.unit_yen).plain(), line.count, Yen(line.amount_yen).plain())
            for line in view.lines
        ],
        "total": Yen(view.total_yen).plain(), "payments": _payments(found, names, may_refund=may_refund),
        "events": _events(found, names), "tries": _tries(found), "entries": _entries(found),
        "may_collect": view.state == "due" and not view.is_carried and actor.may(permissions.COLLECT),
        "may_refund": view.state == "paid" and not view.is_carried and may_refund,
        "may_settle": actor.may(permissions.COLLECT),
        "may_void": _may_void(found) and actor.may(permissions.COLLECT),
        "is_overdue": is_overdue(view.state, view.due_on, clock.today()), "pages": queries.pages_of(view),
        "has_receipt": bool(view.receipt_number),
        "notices": [{"tone": "error", "title": "", "text": trouble}] if trouble else [],
        "breadcrumb": [("納付の一覧", reverse("eng_payments_staff:list"))],
    }  # fmt: skip
    return render(request, "eng_payments/staff_charge.html", context, status=status)


def _may_void(found: Record) -> bool:
    """Was it taken at the counter today, and nothing of it given back?"""
    paid = found.settling
    if paid is None or found.view.state != "paid":
        return False
    return paid.method in COUNTER_METHODS and paid.accepted_on == clock.today() and not paid.refunds


def _facts(found: Record) -> list[Fact]:
    view = found.view
    rows = [
        Fact(label="調定日時", value=format_datetime(view.opened_at, "ja", "staff")),
        Fact(label="宛名番号", value=view.payer_no or "不明", name=True),
        Fact(label="納期限", value=format_date(view.due_on) if view.due_on else "なし"),
    ]
    if view.receipt_number:
        again = f"({found.receipt_prints}回発行)" if found.receipt_prints else "(未発行)"
        rows.append(Fact(label="領収番号", value=f"{view.receipt_number} {again}"))
    if view.is_carried:
        rows.append(Fact(label="帳簿", value="収納の期別(充当・還付もそこで行います)"))
    if view.reason:
        rows.append(Fact(label="取消し・還付の理由", value=view.reason, name=True))
    return rows


def _payments(found: Record, names: dict[UUID, str], *, may_refund: bool) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    money = queries.money_of_payments([one.id for one in found.payments])
    for one in found.payments:
        facts = [
            Fact(label="区分", value=KIND_WORDS[one.kind]), Fact(label="金額", value=format_yen(Yen(one.amount_yen))),
            Fact(label="受け付けた日", value=format_date(one.accepted_on)),
            Fact(label="支払い方", value=method_word(one.method)),
            Fact(label="控えの番号", value=one.slip or one.provider_ref, name=True),
            Fact(label="記録", value=format_datetime(one.recorded_at, "ja", "staff")),
        ]  # fmt: skip
        if one.id in money:
            facts.append(Fact(label="決済会社からの入金", value=money_text(money[one.id])))
        if one.recorded_by:
            facts.append(Fact(label="記録した人", value=names.get(one.recorded_by, ""), name=True))
        if one.voided_at:
            who = names.get(one.voided_by, "") if one.voided_by else ""
            facts.append(
                Fact(label="当日取消", value=f"{format_datetime(one.voided_at, 'ja', 'staff')} {who}", name=True)
            )
            facts.append(Fact(label="取消しの理由", value=one.void_reason, name=True))
        rows.append({"facts": facts, "refunds": [_refund(refund, may_refund=may_refund) for refund in one.refunds]})
    return rows


def _refund(refund: RefundInfo, *, may_refund: bool) -> dict[str, object]:
    """One refund of a payment, and what can be done with it."""
    facts = [
        Fact(label="還付(一部)" if refund.is_part else "還付", value=REFUND_WORDS[refund.state]),
        Fact(label="還付する額", value=format_yen(Yen(refund.amount_yen))),
        Fact(label="還付の理由", value=refund.reason, name=True),
    ]
    if refund.error:
        facts.append(Fact(label="うまくいかなかった理由", value=error_text(refund.error)))
    if refund.slip:
        facts.append(Fact(label="還付の控え", value=refund.slip, name=True))
    failed = refund.state == "failed"
    return {
        "facts": facts, "id": refund.id, "may_retry": may_refund and refund.by_firm and failed,
        "may_hand": may_refund and (failed or (not refund.by_firm and refund.state != "done")),
    }  # fmt: skip


def _events(found: Record, names: dict[UUID, str]) -> list[dict[str, object]]:
    return [
        {
            "id": one.event_id, "at": format_datetime(one.received_at, "ja", "staff"),
            "what": EVENT_WORDS.get(one.kind, one.kind), "amount": Yen(one.amount_yen or 0).plain(),
            "via": "知らせ" if one.via == "callback" else "問い合わせ", "outcome": OUTCOME_WORDS[one.outcome],
            "is_open": one.is_open, "note": one.note,
            "handled": f"{names.get(one.handled_by, '')}" if one.handled_by else "",
        }
        for one in found.events
    ]  # fmt: skip


def _tries(found: Record) -> list[tuple[str, str, str, str]]:
    return [
        (
            str(one.attempt), format_datetime(one.opened_at, "ja", "staff"), TRY_WORDS[one.state], one.provider_ref,
        )
        for one in found.checkouts
    ]  # fmt: skip


def _entries(found: Record) -> list[tuple[str, str, str, str]]:
    return [
        (
            format_date(one.booked_on), one.account,
            Yen(one.amount_yen).plain() if one.amount_yen > 0 else "",
            Yen(-one.amount_yen).plain() if one.amount_yen < 0 else "",
        )
        for one in found.entries
    ]  # fmt: skip


@access(audience="staff", permission=permissions.VIEW, methods=("POST",))
def receipt(request: SignedInRequest, charge_id: UUID) -> HttpResponse:
    """領収証 over the counter; each one after the first says 再発行 and which."""
    found = staff_record(request, charge_id)
    copy = actions.note_printing(actor=request.actor, charge_id=charge_id)
    return receipt_response(receipt_pdf(found, copy=copy, language="ja"), found)


@access(audience="staff", permission=permissions.VIEW)
def troubles(request: SignedInRequest) -> HttpResponse:
    """A6: what waits for somebody: notices kept aside, refunds that don't get through."""
    actor: Actor = request.actor
    with joining(actor):
        kept = queries.troubles(actor=actor)
        refunds = queries.unsettled_refunds(actor=actor)
    context = {
        "title": "納付の点検",
        "kept": [
            {
                "at": format_datetime(one.at, "ja", "staff"), "charge_id": one.charge_id, "title": one.title,
                "about": format_number(one.about) if one.about else "", "event_id": one.event.event_id,
                "what": EVENT_WORDS.get(one.event.kind, one.event.kind),
                "amount": Yen(one.event.amount_yen or 0).plain(), "outcome": OUTCOME_WORDS[one.event.outcome],
            }
            for one in kept if one.event
        ],
        "refunds": [
            {
                "at": format_datetime(one.at, "ja", "staff"), "charge_id": one.charge_id, "title": one.title,
                "about": format_number(one.about) if one.about else "", "amount": Yen(one.refund.amount_yen).plain(),
                "state": REFUND_WORDS[one.refund.state] if one.refund.by_firm else "窓口で返す",
                "error": error_text(one.refund.error),
            }
            for one in refunds if one.refund
        ],
        "breadcrumb": [("納付の一覧", reverse("eng_payments_staff:list"))],
    }  # fmt: skip
    return render(request, "eng_payments/staff_troubles.html", context)
