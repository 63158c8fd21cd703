"""How far the ward will be on a day: as planned, and at the pace of the last months."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jichi.kernel.calendar import add_months

PACE_MONTHS: Final = 6
"""The pace is that of so many months before today."""


@dataclass(frozen=True, slots=True)
class Target:
    """目標: so many procedures online on a day (358 → 500 → 700)."""

    day: date
    count: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """One target and what is to be expected of it. `planned`: all plans kept; `paced`: as fast as of late."""

    target: Target
    planned: int
    paced: int
    reached: bool | None
    """True or False for a day that is over (by the count of that day), None for one to come."""

    @property
    def missing(self) -> int:
        """How many are missing although every plan is kept; 0 when the target is met."""
        return max(0, self.target.count - self.planned)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What has become of the inventory, on a day. `months` are (last day of the month, online by then)."""

    total: int
    online: int
    months: tuple[tuple[date, int], ...]
    pace: float
    """Procedures a month, the mean of the last `PACE_MONTHS` months."""
    forecasts: tuple[Forecast, ...]


def online_on(since: Iterable[date | None], day: date) -> int:
    """How many were online on a day; those of which nobody knows since when (None) always were."""
    return sum(1 for start in since if start is None or start <= day)


def _month_ends(first: date, last: date) -> list[date]:
    """Last days of the months from that of `first` to that of `last`; the last one is `last` itself."""
    ends = []
    month = first.replace(day=1)
    while (following := add_months(month, 1)) <= last:
        ends.append(date.fromordinal(following.toordinal() - 1))
        month = following
    return [*ends, last]


def forecast(
    target: Target, *, since: Sequence[date | None], plans: Sequence[date], pace: float, total: int, today: date
) -> Forecast:
    """What is to be expected of one target. A plan whose day is over counts from today: it is late, not given up."""
    if target.day <= today:
        count = online_on(since, target.day)
        return Forecast(target, count, count, count >= target.count)
    planned = len(since) + sum(1 for plan in plans if max(plan, today) <= target.day)
    months = (target.day - today).days / (365.2425 / 12)
    paced = min(total, len(since) + int(pace * months))
    return Forecast(target, planned, paced, None)


def outlook(
    *, since: Sequence[date | None], plans: Sequence[date], total: int, targets: Sequence[Target], today: date,
    months: int = 24,
) -> Outlook:  # fmt: skip
    """The course so far and what is to be expected.

    Args:
        since: of every procedure that is online, since when (None: unknown).
        plans: of every procedure in preparation or planned, when it shall be.
        total: procedures in the inventory that are not ended.
        months: how far back the course goes.
    """
    before = online_on(since, add_months(today, -PACE_MONTHS))
    pace = (len(since) - before) / PACE_MONTHS
    course = tuple((end, online_on(since, end)) for end in _month_ends(add_months(today, 1 - months), today))
    ordered = sorted(targets, key=lambda target: target.day)
    return Outlook(
        total=total, online=len(since), months=course, pace=pace,
        forecasts=tuple(
            forecast(target, since=since, plans=plans, pace=pace, total=total, today=today) for target in ordered
        ),
    )  # fmt: skip
