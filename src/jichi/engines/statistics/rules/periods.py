"""From when to when, by day, week or month, and the period before. Pure; today is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

STEPS: Final = ("day", "week", "month")
MOST_DAYS: Final = 366 * 2
USUAL: Final = 28
EARLIEST: Final = date(2010, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days from `first` to `last`, both in it, told by day, week (from Monday) or month."""

    first: date
    last: date
    by: str

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """As many days right before."""
        return Period(first=self.first - timedelta(days=self.days), last=self.first - timedelta(days=1), by=self.by)

    @property
    def query(self) -> dict[str, str]:
        """As it stands in an address."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat(), "by": self.by}


def _day(text: str) -> date | None:
    try:
        return max(date.fromisoformat(text), EARLIEST)
    except ValueError:
        return None


def period_from(given: Mapping[str, str], today: date) -> Period:
    """The period of an address: what can't be read is the last 28 days, today in them.

    Turned round where `from` is after `to`; at most two years, the last ones; no day after today.
    """
    last = min(_day(given.get("to", "")) or today, today)
    first = min(_day(given.get("from", "")) or last - timedelta(days=USUAL - 1), today)
    first, last = min(first, last), max(first, last)
    first = max(first, last - timedelta(days=MOST_DAYS - 1))
    by = given.get("by", "")
    if by not in STEPS:
        by = "day" if (last - first).days <= 62 else "month"
    return Period(first=first, last=max(first, last), by=by)


def bucket_start(day: date, by: str) -> date:
    """The day, its Monday, or the first of its month."""
    if by == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by == "month" else day


def buckets(period: Period) -> tuple[date, ...]:
    """Every day, week or month that the period touches, by its first day."""
    found: list[date] = []
    day = period.first
    while day <= period.last:
        start = bucket_start(day, period.by)
        if not found or found[-1] != start:
            found.append(start)
        day += timedelta(days=1)
    return tuple(found)
