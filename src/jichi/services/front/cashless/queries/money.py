"""Sums of a day, cash that the treasurer has not had yet, and the slips it came with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, F, Prefetch, QuerySet, Sum, When

from jichi.engines.accounts import queries as accounts

from .. import rules
from ..models import DeskDay, Handover, Sale, SaleLine

_SIGN = Case(When(of=None, then=1), default=-1)


def day_sums(day_id: UUID) -> rules.Sums:
    """What a day came to, net of what went back. Two statements."""
    brands: dict[str, int] = {}
    cash = 0
    rows = Sale.objects.filter(day_id=day_id).values_list("method", "brand").annotate(yen=Sum(F("total_yen") * _SIGN))
    for method, brand, yen in rows.order_by("method", "brand"):
        if method == rules.CASH:
            cash = int(yen)
        else:
            brands[brand] = brands.get(brand, 0) + int(yen)
    sign = Case(When(sale__of=None, then=1), default=-1)
    fees = (
        SaleLine.objects.filter(sale__day_id=day_id)
        .values_list("code").annotate(yen=Sum(F("unit_yen") * F("count") * sign)).order_by("code")
    )  # fmt: skip
    return rules.Sums(fees={code: int(yen) for code, yen in fees}, brands=brands, cash=cash)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A closed day's cash on its way to the treasurer."""

    day_id: UUID
    on: date
    desk_id: UUID
    desk_name: str
    division: str
    yen: int
    difference_yen: int


def waiting_cash(limit: int = 500) -> list[Waiting]:
    """Closed days whose cash the treasurer has not had, by counter, oldest first. One statement."""
    rows = DeskDay.objects.select_related("desk__division").filter(state="closed", handed_at=None)
    return [_waiting(row) for row in rows.order_by("desk__code", "on")[:limit]]


def _waiting(row: DeskDay) -> Waiting:
    return Waiting(
        row.pk, row.on, row.desk_id, row.desk.name, row.desk.division.names["ja"],
        (row.counted_yen or 0) - row.float_yen, (row.counted_yen or 0) - (row.expected_yen or 0),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class HandoverView:
    """A slip: the days that came with it and what was counted."""

    id: UUID
    number: int
    desk_id: UUID
    desk_name: str
    division_id: int
    division: str
    yen: int
    received_at: datetime
    received_by: str
    days: tuple[Waiting, ...]


def handovers(limit: int = 50) -> list[HandoverView]:
    """The last slips, newest first. Three statements."""
    return _slips(Handover.objects.order_by("-number")[:limit])


def handover(id: UUID) -> HandoverView | None:
    """One slip. Three statements."""
    return next(iter(_slips(Handover.objects.filter(pk=id))), None)


def _slips(rows: QuerySet[Handover]) -> list[HandoverView]:
    found = list(rows.select_related("desk__division").prefetch_related(
        Prefetch("days", DeskDay.objects.select_related("desk__division").order_by("on"))
    ))  # fmt: skip
    names = accounts.account_names(sorted({one.received_by for one in found if one.received_by}))
    return [
        HandoverView(
            one.pk, one.number, one.desk_id, one.desk.name, one.desk.division_id, one.desk.division.names["ja"],
            one.yen, one.received_at, names.get(one.received_by, "") if one.received_by else "",
            tuple(_waiting(day) for day in one.days.all()),
        )
        for one in found
    ]  # fmt: skip
