"""Lists that wait: 未納, 未充当の収納, 支払いを待つ還付, 時効の近いもの."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.http import HttpResponse
from django.urls import reverse

from jichi.design.fields import filter_choice, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Listing, Row
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, parse_date
from jichi.kernel.errors import FieldError

from .. import queries
from ..permissions import VIEW
from .accounts import bill_cells, bills_csv, crumbs
from .words import REASONS, channel_word, yen

PER_PAGE: Final = 50
MOST_EXPORTED: Final = 20_000
_UNPAID: Final = (
    Column(key="key", title="納付番号", head=True), Column(key="payer", title="宛名番号"),
    Column(key="title", title="内容", name=True), Column(key="due", title="納期限"),
    Column(key="tax", title="調定(円)", number=True), Column(key="paid", title="収納(円)", number=True),
    Column(key="late", title="延滞金(円)", number=True), Column(key="owed", title="未納(円)", number=True),
    Column(key="state", title="状態"),
)  # fmt: skip
_LEFT: Final = (
    Column(key="no", title="収納", head=True), Column(key="on", title="収納日"), Column(key="channel", title="経路"),
    Column(key="key", title="納付番号"), Column(key="amount", title="収納した額(円)", number=True),
    Column(key="left", title="残り(円)", number=True),
)  # fmt: skip
_REFUNDS: Final = (
    Column(key="on", title="還付", head=True), Column(key="payer", title="宛名番号"),
    Column(key="reason", title="理由"),
    Column(key="amount", title="還付(円)", number=True), Column(key="interest", title="還付加算金(円)", number=True),
    Column(key="ref", title="決裁", name=True),
)  # fmt: skip
_LAPSING: Final = (
    Column(key="key", title="納付番号", head=True), Column(key="payer", title="宛名番号"),
    Column(key="title", title="内容", name=True), Column(key="due", title="納期限"),
    Column(key="owed", title="未納(円)", number=True), Column(key="last", title="時効の完成する日の前日"),
)  # fmt: skip


def _asked(request: SignedInRequest) -> tuple[str, date, FieldError | None]:
    """Kind, day before which it was due, and what is wrong with the day."""
    own = {kind.code for kind in queries.kinds(divisions=request.actor.divisions)}
    kind = request.GET.get("kind", "")
    typed, error = request.GET.get("before", "").strip(), None
    day = clock.today()
    if typed:
        try:
            day = min(parse_date(typed), clock.today())
        except ValueError:
            error = FieldError("field.unreadable_date")
    return (kind if kind in own else ""), day, error


def _place(text: str) -> tuple[date, int] | None:
    on, _, number = text.partition(":")
    try:
        return (date.fromisoformat(on), int(number)) if number.isdecimal() and len(number) < 18 else None
    except ValueError:
        return None


@access(audience="staff", permission=VIEW)
def unpaid(request: SignedInRequest) -> HttpResponse:
    """A6: what is overdue, oldest first, with what is owed as of today."""
    kind, before, error = _asked(request)
    today = clock.today()
    found = queries.unpaid_ids(
        kind=kind, due_before=before, after=_place(request.GET.get("after", "")), limit=PER_PAGE + 1
    )
    ids = [pk for pk, _ in found[:PER_PAGE]]
    bills = queries.bills_by_id(ids=ids, today=today)
    count, open_yen = queries.unpaid_sums(kind=kind, due_before=before)
    params = {"kind": kind, "before": request.GET.get("before", "")}
    choices = [(one.code, one.title) for one in queries.kinds(divisions=request.actor.divisions)]
    query = request.GET.urlencode()
    shown = Listing(
        caption="納期限を過ぎた未納", columns=_UNPAID, url=request.path, params=params, total=count, html_id="unpaid",
        rows=[
            Row(
                url=reverse("eng_collection:bill", args=[bill.view.key]),
                cells=(bill.view.key, bill.payer_no or "なし", *bill_cells(bill, today)[1:]),
            )
            for bill in bills
        ],
        filters=(
            filter_choice("kind", "費目", kind, choices, noruby=True),
            filter_field("before", "納期限がこの日より前(例 R8.10.1)", params["before"], size=12, error=error),
        ),
        after=f"{found[PER_PAGE - 1][1].isoformat()}:{found[PER_PAGE - 1][0]}" if len(found) > PER_PAGE else "",
        csv_url=reverse("eng_collection:unpaid_export") + (f"?{query}" if query else ""),
        empty="納期限を過ぎた未納はありません。",
    )  # fmt: skip
    context = {"title": "納期限を過ぎた未納", "uses_htmx": True, "open_yen": yen(open_yen), "breadcrumb": crumbs()}
    return listing_response(request, "eng_collection/unpaid.html", context, shown)


@access(audience="staff", permission=VIEW)
def unpaid_export(request: SignedInRequest) -> HttpResponse:
    """The list as CSV; that it was taken is recorded."""
    kind, before, _ = _asked(request)
    ids = [pk for pk, _on in queries.unpaid_ids(kind=kind, due_before=before, limit=MOST_EXPORTED)]
    audit.record(
        actor=request.actor, action="export", table="eng_collection_instalment", object_id="unpaid",
        detail={"rows": len(ids), "kind": kind},
    )  # fmt: skip
    return bills_csv(queries.bills_by_id(ids=ids, today=clock.today()), f"minou_{clock.today():%Y%m%d}.csv")


@access(audience="staff", permission=VIEW)
def left(request: SignedInRequest) -> HttpResponse:
    """A6: receipts of which something counts nowhere."""
    found = queries.unallocated(limit=500)
    keys = {one.id: one.key for one in queries.receipts_by_id(ids=[row.receipt_id for row in found])}
    rows = [
        Row(
            url=reverse("eng_collection:surplus", args=[one.receipt_id]), tone="" if one.instalment_id else "error",
            cells=(
                f"{one.receipt_id}番", format_date(one.paid_on), channel_word(one.channel),
                keys.get(one.receipt_id) or f"分からない({one.key or 'なし'})", yen(one.amount_yen), yen(one.left_yen),
            ),
        )
        for one in found
    ]  # fmt: skip
    shown = Listing(
        caption="未充当の収納", columns=_LEFT, rows=rows, url=request.path, total=len(rows), html_id="left",
        empty="未充当の収納はありません。",
    )  # fmt: skip
    context = {
        "title": "未充当の収納", "uses_htmx": True, "breadcrumb": crumbs(),
        "left_yen": yen(sum(one.left_yen for one in found)),
    }  # fmt: skip
    return listing_response(request, "eng_collection/left.html", context, shown)


@access(audience="staff", permission=VIEW)
def refunds(request: SignedInRequest) -> HttpResponse:
    """A6: refunds that were decided and are not paid yet."""
    rows = [
        Row(
            url=reverse("eng_collection:refund_paid", args=[one.id]),
            cells=(
                f"{format_date(one.decided_on)}決定 {yen(one.amount_yen + one.interest_yen)}円(収納{one.receipt_id}番)",
                one.payer_no or "分からない", REASONS[one.reason], yen(one.amount_yen), yen(one.interest_yen),
                one.decision_ref,
            ),
        )
        for one in queries.refunds_waiting()
    ]  # fmt: skip
    shown = Listing(
        caption="支払いを待つ還付", columns=_REFUNDS, rows=rows, url=request.path, total=len(rows), html_id="refunds",
        empty="支払いを待つ還付はありません。",
    )  # fmt: skip
    context = {
        "title": "支払いを待つ還付", "uses_htmx": True, "breadcrumb": crumbs(),
        "more_url": reverse("eng_collection:payouts"), "more_words": "還付金の総合振込",
    }  # fmt: skip
    return listing_response(request, "eng_collection/list.html", context, shown)


@access(audience="staff", permission=VIEW)
def lapsing(request: SignedInRequest) -> HttpResponse:
    """A6: unpaid instalments that lapse within 180 days, nearest first."""
    days = dict(queries.lapsing(today=clock.today()))
    bills = sorted(queries.bills_by_id(ids=list(days), today=clock.today()), key=lambda bill: days[bill.view.id])
    rows = [
        Row(
            url=reverse("eng_collection:bill", args=[bill.view.key]),
            cells=(
                bill.view.key, bill.payer_no or "なし", bill.title, format_date(bill.view.due_on), yen(bill.view.owed),
                format_date(days[bill.view.id]),
            ),
        )
        for bill in bills[:500]
    ]  # fmt: skip
    shown = Listing(
        caption="時効の近いもの", columns=_LAPSING, rows=rows, url=request.path, total=len(bills), html_id="lapsing",
        empty="180日以内に時効になる未納はありません。",
    )  # fmt: skip
    context = {"title": "時効の近いもの", "uses_htmx": True, "breadcrumb": crumbs()}
    return listing_response(request, "eng_collection/list.html", context, shown)
