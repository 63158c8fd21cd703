"""A month as weeks of days, Sunday first as Japanese calendars are printed."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

_WEEKS: Final = calendar.Calendar(firstweekday=6)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the sheet: what begins on it, and how much more there is than is shown."""

    day: date
    inside: bool
    shown: Sequence[Any] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Month:
    """A month's sheet with the months beside it, as "2026-06"; "" where there is none to go to."""

    name: str
    weeks: Sequence[Sequence[Day]]
    before: str
    after: str


def month_of(year: int, month: int, events: Mapping[date, Sequence[Any]], *, most: int = 4) -> Month:
    """The sheet of a month.

    Args:
        events: what begins on a day, in order.
        most: so many are shown on a day.
    """
    weeks = [
        [Day(day, day.month == month, tuple(events.get(day, ()))[:most], max(0, len(events.get(day, ())) - most))
         for day in week]
        for week in _WEEKS.monthdatescalendar(year, month)
    ]  # fmt: skip
    before = (year, month - 1) if month > 1 else (year - 1, 12)
    after = (year, month + 1) if month < 12 else (year + 1, 1)
    return Month(f"{year}-{month:02}", weeks, f"{before[0]}-{before[1]:02}", f"{after[0]}-{after[1]:02}")
