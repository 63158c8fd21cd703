"""Selling at a counter, giving back, printing receipts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import queries, rules
from ..models import Desk, DeskDay, FeeList, Sale, SaleLine
from ..permissions import SELL, require
from .days import desk_for

OLDEST: Final = timedelta(days=31)
"""So long a sale may lie in a tablet before somebody has to look at it."""
AHEAD: Final = timedelta(minutes=10)
"""So far a tablet's clock may be ahead of ours."""


def sell(
    *,
    actor: Actor,
    desk_id: UUID,
    key: UUID,
    counts: Mapping[str, int],
    tender: rules.Tender,
    fee_list_id: UUID | None = None,
    device_at: datetime | None = None,
    expected_total: int | None = None,
    tablet_id: UUID | None = None,
) -> UUID:
    """Book a sale at the counter's open day; the same key with the same content again is the same sale.

    Args:
        counts: item's code → how many.
        fee_list_id, device_at: of a sale made while the line was away: the list it was made by and the tablet's clock.
            One of a day that is closed goes to the open one and keeps the day it belongs to.
        expected_total: what the page said; None: nobody was told.
        tablet_id: the tablet that sent it (`known_tablet`); None for the ordinary page.

    Raises:
        Forbidden; NotFound; Invalid by field; Conflict: "cashless.no_open_day", "cashless.day_of_before",
        "cashless.no_fees", "cashless.price_changed", "cashless.other_repeat".
    """
    desk = desk_for(actor, desk_id)
    with unit(actor):
        if same := _same(key, counts, tender):
            return same
    belongs_on = _happened_on(device_at)
    fee_list = _fee_list(desk, belongs_on, fee_list_id)
    order = rules.Order(tuple(
        rules.Line(place, fee.code, fee.title, fee.unit_yen, counts[fee.code], fee.tax,
                   rules.tax_rate(fee.tax, belongs_on))
        for place, fee in enumerate(fee for fee in queries.fees_of(fee_list.pk) if counts.get(fee.code))
    ))  # fmt: skip
    if len(order.lines) != sum(1 for count in counts.values() if count) or (
        expected_total is not None and expected_total != order.total_yen
    ):
        raise Conflict("cashless.price_changed")
    rules.checked_order(order, tender, queries.brands())
    try:
        with unit(actor):
            day = _open_day(desk, belongs_on)
            _book(
                actor, key, day, fee_list, order, tender, belongs_on=belongs_on, device_at=device_at, tablet=tablet_id
            )
    except IntegrityError as error:
        with unit(actor):
            if same := _same(key, counts, tender):
                return same
        raise _told(error) from error
    return key


def _happened_on(device_at: datetime | None) -> date:
    if device_at is None:
        return clock.today()
    if not clock.now() - OLDEST <= device_at <= clock.now() + AHEAD:
        raise Invalid("cashless.device_clock", fields={"device_at": FieldError("cashless.device_clock")})
    return min(device_at.astimezone(clock.TOKYO).date(), clock.today())


def _fee_list(desk: Desk, day: date, id: UUID | None) -> FeeList:
    lists = FeeList.objects.filter(desk=desk)
    found = lists.filter(pk=id).first() if id else lists.filter(valid_from__lte=day).order_by("-valid_from").first()
    if found is None:
        raise Conflict("cashless.no_fees")
    return found


def _open_day(desk: Desk, belongs_on: date) -> DeskDay:
    """The open day that takes what belongs to a day; one of before must be closed first."""
    day = DeskDay.objects.filter(desk=desk, state="open").first()
    if day is None:
        raise Conflict("cashless.no_open_day")
    if day.on < belongs_on:
        raise Conflict("cashless.day_of_before", day=format_date(day.on))
    return day


def _book(
    actor: Actor, key: UUID, day: DeskDay, fee_list: FeeList, order: rules.Order, tender: rules.Tender, *,
    belongs_on: date, device_at: datetime | None = None, of: Sale | None = None, reason: str = "",
    tablet: UUID | None = None,
) -> None:  # fmt: skip
    Sale.objects.create(
        id=key, day=day, of=of, serial=1, method=tender.method, brand=tender.brand, slip_no=tender.slip_no,
        total_yen=order.total_yen, tendered_yen=tender.tendered_yen, fee_list=fee_list, sold_at=clock.now(),
        belongs_on=belongs_on, device_at=device_at, clerk_id=actor.account_id, reason=reason,
        tablet_id=tablet,
    )  # fmt: skip
    SaleLine.objects.bulk_create(
        SaleLine(
            sale_id=key, position=line.position, code=line.code, title=line.title, unit_yen=line.unit_yen,
            count=line.count, tax=line.tax, rate=line.rate,
        )
        for line in order.lines
    )  # fmt: skip


def _same(key: UUID, counts: Mapping[str, int], tender: rules.Tender) -> UUID | None:
    """The sale that this key booked before; Conflict where it says something else."""
    row = Sale.objects.filter(pk=key).first()
    if row is None:
        return None
    lines = dict(row.lines.values_list("code", "count"))
    if lines != {code: count for code, count in counts.items() if count} or (
        (row.method, row.brand, row.tendered_yen, row.of_id)
        != (tender.method, tender.brand, tender.tendered_yen if tender.method == rules.CASH else None, None)
    ):
        raise Conflict("cashless.other_repeat")
    return key


def _told(error: IntegrityError) -> Exception:
    """What the database refused, in our words."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if name == "cashless_day_open":
        return Conflict("cashless.not_open")
    if name == "cashless_tablet_of":  # it was revoked a moment ago
        return Conflict("cashless.tablet_revoked")
    if name == "cashless_back_most":
        return Conflict("cashless.more_than_sold", left=0)
    return Conflict("cashless.other_repeat") if name == "front_cashless_sale_pkey" else error


def give_back(*, actor: Actor, sale_id: UUID, key: UUID, counts: Mapping[int, int], reason: str) -> UUID:
    """Give back a sale or a part, in the way it was paid, from today's drawer; the same key again is the same refund.

    Args:
        counts: position of the sale's line → how many.

    Raises:
        Forbidden; NotFound; Invalid by field; Conflict as `sell`, "cashless.more_than_sold".
    """
    require(actor, SELL)
    with unit(actor):
        sold = Sale.objects.select_related("day__desk", "fee_list").filter(pk=sale_id, of=None).first()
        if sold is None:
            raise NotFound
        desk_for(actor, sold.day.desk_id)
        done = Sale.objects.filter(pk=key).values_list("of_id", flat=True).first()
    if done is not None:
        if done != sale_id:
            raise Conflict("cashless.other_repeat")
        return key
    with unit(actor):
        lines, gone = queries.lines_of(sale_id), queries.gone_of(sale_id)
    order = rules.checked_back(lines, gone, counts, reason)
    tender = rules.Tender(method=sold.method, brand=sold.brand)
    try:
        with unit(actor):
            day = _open_day(sold.day.desk, clock.today())
            _book(
                actor, key, day, sold.fee_list, order, tender, belongs_on=clock.today(), of=sold, reason=reason.strip()
            )
    except IntegrityError as error:
        raise _told(error) from error
    return key


def note_printing(*, actor: Actor, sale_id: UUID) -> int:
    """Count one more printing of a receipt; which one it is, from 1. Later ones are marked 再発行.

    Raises:
        Forbidden; NotFound.
    """
    require(actor, SELL)
    with unit(actor):
        if not Sale.objects.filter(pk=sale_id, day__desk__division_id__in=_divisions(actor)).update(
            prints=F("prints") + 1
        ):
            raise NotFound
        audit.record(actor=actor, action="print", table="front_cashless_sale", object_id=str(sale_id))
        return Sale.objects.values_list("prints", flat=True).get(pk=sale_id)


def _divisions(actor: Actor) -> Sequence[int]:
    return sorted(actor.divisions)
