"""Sums of a day, and cash that the treasurer has not had yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Case, F, Sum, When

from .. import rules
from ..models import DeskDay, Sale, SaleLine

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
class Handover:
    """A closed day's cash on its way to the treasurer."""

    day_id: UUID
    on: date
    desk_code: str
    desk_name: str
    division: str
    yen: int
    difference_yen: int


def handovers(limit: int = 500) -> list[Handover]:
    """Closed days whose cash the treasurer has not had, oldest first. One statement."""
    rows = DeskDay.objects.select_related("desk__division").filter(state="closed", handed_at=None)
    return [
        Handover(
            row.pk, row.on, row.desk.code, row.desk.name, row.desk.division.names["ja"],
            (row.counted_yen or 0) - row.float_yen, (row.counted_yen or 0) - (row.expected_yen or 0),
        )
        for row in rows.order_by("on", "desk__code")[:limit]
    ]  # fmt: skip
