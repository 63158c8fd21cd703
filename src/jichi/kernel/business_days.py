"""Days the town hall is open (開庁日) and what that does to deadlines."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import jpholiday

MonthDay = tuple[int, int]

_CITIZENS_HOLIDAY: Final = "国民の休日"
_CITIZENS_HOLIDAY_SINCE: Final = date(1985, 12, 27)
"""昭和60年法律第103号; the table in use names such days before it as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRules:
    """Which days are closed by ordinance (休日条例, 地方自治法4条の2); a ward changes what it wants.

    `weekly` counts Monday as 0. `year_end` is the first and last day, month and day, of the closure
    over the new year; None for none.
    """

    weekly: frozenset[int] = frozenset({5, 6})
    national_holidays: bool = True
    year_end: tuple[MonthDay, MonthDay] | None = ((12, 29), (1, 3))


WARD: Final = ClosingRules()
"""Saturdays, Sundays, national holidays and 29 December to 3 January."""


def holiday_name(day: date) -> str | None:
    """The national holiday that falls on the day, with 振替休日 and 国民の休日; None if there is none.

    国民の祝日に関する法律 2条, 3条2項, 3条3項, and the laws on single days. Days of the equinoxes
    are computed and become law by publication in February of the year before.
    """
    return _holidays_of(day.year).get(day)


@lru_cache(maxsize=400)
def _holidays_of(year: int) -> dict[date, str]:
    found: dict[date, str] = {}
    for day, name in _listed(year):
        if name == _CITIZENS_HOLIDAY and day < _CITIZENS_HOLIDAY_SINCE:
            continue
        found.setdefault(day, name)
    return found


def _listed(year: int) -> Iterator[tuple[date, str]]:
    for holiday in jpholiday.year_holidays(year):
        day, name = holiday
        yield day, name


def is_closed(
    day: date,
    extra_closed: Collection[date] = frozenset(),
    *,
    extra_open: Collection[date] = frozenset(),
    rules: ClosingRules = WARD,
) -> bool:
    """Whether the town hall is closed on the day.

    Args:
        extra_closed: further closed days (臨時休庁, move of a building).
        extra_open: days open against the rules (日曜開庁); they win over everything.
        rules: the ordinance.
    """
    if day in extra_open:
        return False
    if day in extra_closed or day.weekday() in rules.weekly or _in_year_end(day, rules):
        return True
    return rules.national_holidays and holiday_name(day) is not None


def _in_year_end(day: date, rules: ClosingRules) -> bool:
    if rules.year_end is None:
        return False
    first, last = rules.year_end
    at = (day.month, day.day)
    return first <= at <= last if first <= last else at >= first or at <= last


def next_open_day(
    day: date,
    extra_closed: Collection[date] = frozenset(),
    *,
    extra_open: Collection[date] = frozenset(),
    rules: ClosingRules = WARD,
) -> date:
    """The day itself if it is open, otherwise the first open day after it."""
    return _open_day(day, 1, extra_closed, extra_open, rules)


def previous_open_day(
    day: date,
    extra_closed: Collection[date] = frozenset(),
    *,
    extra_open: Collection[date] = frozenset(),
    rules: ClosingRules = WARD,
) -> date:
    """The day itself if it is open, otherwise the last open day before it."""
    return _open_day(day, -1, extra_closed, extra_open, rules)


def _open_day(
    day: date, step: int, extra_closed: Collection[date], extra_open: Collection[date], rules: ClosingRules
) -> date:
    for offset in range(366):
        candidate = day + timedelta(days=offset * step)
        if not is_closed(candidate, extra_closed, extra_open=extra_open, rules=rules):
            return candidate
    raise ValueError("no open day within a year: the closing rules leave none")


def add_open_days(
    day: date,
    n: int,
    extra_closed: Collection[date] = frozenset(),
    *,
    extra_open: Collection[date] = frozenset(),
    rules: ClosingRules = WARD,
) -> date:
    """The n-th open day after the day (before it, if n is negative); the first day isn't counted.

    民法140条 (初日不算入). n = 0 gives the day itself if open, otherwise the next open day.
    """
    if n == 0:
        return next_open_day(day, extra_closed, extra_open=extra_open, rules=rules)
    step = 1 if n > 0 else -1
    reached = day
    for _ in range(abs(n)):
        reached = _open_day(reached + timedelta(days=step), step, extra_closed, extra_open, rules)
    return reached


def count_open_days(
    after: date,
    until: date,
    extra_closed: Collection[date] = frozenset(),
    *,
    extra_open: Collection[date] = frozenset(),
    rules: ClosingRules = WARD,
) -> int:
    """How many open days lie after `after` up to and with `until`; 0 if `until` is not later."""
    days = (after + timedelta(days=offset) for offset in range(1, (until - after).days + 1))
    return sum(not is_closed(day, extra_closed, extra_open=extra_open, rules=rules) for day in days)


def deadline_on_open_day(
    deadline: date,
    extra_closed: Collection[date] = frozenset(),
    *,
    extra_open: Collection[date] = frozenset(),
    rules: ClosingRules = WARD,
) -> date:
    """The deadline as it counts: one that falls on a closed day moves to the next open day.

    地方自治法4条の2第4項: where the deadline of an application, notification or other act towards an
    office of the municipality, set by law as a period, falls on a closed day of the municipality,
    the day after the closed day is the deadline, unless a law says otherwise. 民法142条 says the same
    of periods in general. (地方税法20条の5第2項 for taxes, with its own list of days; hand in `rules`.)
    Periods that end by a rule of their own, and acts of the office itself, don't move.
    """
    return next_open_day(deadline, extra_closed, extra_open=extra_open, rules=rules)
