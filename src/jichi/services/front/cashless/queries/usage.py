"""How people pay, by counter and month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from .. import rules
from ..models import Desk, Sale


@dataclass(frozen=True, slots=True)
class Use:
    """Sales by method: how many, and yen. What went back is not taken off: the question is how people paid."""

    counts: dict[str, int] = field(default_factory=dict)
    yen: dict[str, int] = field(default_factory=dict)

    def add(self, method: str, count: int, yen: int) -> None:
        """So many more."""
        self.counts[method] = self.counts.get(method, 0) + count
        self.yen[method] = self.yen.get(method, 0) + yen

    @property
    def count(self) -> int:
        """All sales."""
        return sum(self.counts.values())

    @property
    def cashless(self) -> int:
        """Sales without cash."""
        return self.count - self.counts.get(rules.CASH, 0)

    @property
    def rate(self) -> float | None:
        """Percent of sales without cash; None where nothing was sold."""
        return self.cashless * 100 / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class MonthUse:
    """A counter's month; `month` is its first day."""

    month: date
    desk_id: UUID
    desk_code: str
    desk_name: str
    use: Use


def usage(*, first: date, last: date, divisions: Collection[int] | None = None) -> list[MonthUse]:
    """Counters × months from `first` to `last`, by month and code; None: of all divisions. Two statements."""
    desks = Desk.objects.order_by("code")
    if divisions is not None:
        desks = desks.filter(division_id__in=sorted(divisions))
    known = {row.pk: row for row in desks}
    rows = (
        Sale.objects.filter(of=None, belongs_on__range=(first, last), day__desk__in=list(known))
        .annotate(month=TruncMonth("belongs_on")).values_list("month", "day__desk", "method")
        .annotate(count=Count("pk"), yen=Sum("total_yen")).order_by("month", "day__desk__code", "method")
    )  # fmt: skip
    found: dict[tuple[date, UUID], MonthUse] = {}
    for month, desk_id, method, count, yen in rows:
        desk = known[desk_id]
        one = found.setdefault((month, desk_id), MonthUse(month, desk_id, desk.code, desk.name, Use()))
        one.use.add(method, count, int(yen))
    return list(found.values())
