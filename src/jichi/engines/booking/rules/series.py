"""Dates of a series (連続講座・毎週の教室): from a rule with exceptions to moments, in Japanese time.

Japan has no summer time [kernel.clock.TOKYO]; days that a month lacks (31st, 29 February) are left out, not moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, TypeAlias

from jichi.kernel.clock import TOKYO

Repeat: TypeAlias = Literal["once", "daily", "weekly", "fortnightly", "monthly_day", "monthly_weekday"]
REPEATS: Final = ("once", "daily", "weekly", "fortnightly", "monthly_day", "monthly_weekday")
MOST_SLOTS: Final = 400
_STEPS: Final = {"daily": 1, "weekly": 7, "fortnightly": 14}


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A rule for dates. `until` is the last day that may be one; an end not after the start lies on the next day.

    "monthly_weekday" keeps the weekday and its place in the month (第2土曜); months without a fifth one are left out.
    """

    first: date
    starts: time
    ends: time
    repeat: Repeat = "once"
    until: date | None = None
    without: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Slot:
    """One occasion; both moments are aware, in Japanese time."""

    starts_at: datetime
    ends_at: datetime


def slots_of(series: Series) -> tuple[Slot, ...]:
    """Every occasion of a series, in order.

    Raises:
        ValueError: an unknown rule, a repetition without end, or more than `MOST_SLOTS`.
    """
    if series.repeat not in REPEATS or (series.repeat != "once" and series.until is None):
        raise ValueError("a series says how it repeats and until when")
    found: list[Slot] = []
    for day in _days(series):
        if day in series.without:
            continue
        found.append(slot_on(day, series.starts, series.ends))
        if len(found) > MOST_SLOTS:
            raise ValueError("too many occasions")
    return tuple(found)


def slot_on(day: date, starts: time, ends: time) -> Slot:
    """The occasion that begins on a day: one that ends at or before its start ends on the next day."""
    last = day if ends > starts else day + timedelta(days=1)
    return Slot(datetime.combine(day, starts, TOKYO), datetime.combine(last, ends, TOKYO))


def _days(series: Series) -> Iterator[date]:
    if series.repeat == "once" or series.until is None:
        yield series.first
        return
    step = _STEPS.get(series.repeat)
    day = series.first
    if step:
        while day <= series.until:
            yield day
            day += timedelta(days=step)
        return
    year, month = series.first.year, series.first.month
    while (found := _in_month(series, year, month)) is None or found <= series.until:
        if found is not None:
            yield found
        elif (year, month) > (series.until.year, series.until.month):
            return
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _in_month(series: Series, year: int, month: int) -> date | None:
    """The series' day in a month, None where the month has none."""
    if series.repeat == "monthly_day":
        wanted = series.first.day
    else:
        first = date(year, month, 1)
        wanted = 1 + (series.first.weekday() - first.weekday()) % 7 + 7 * ((series.first.day - 1) // 7)
    try:
        return date(year, month, wanted)
    except ValueError:
        return None
