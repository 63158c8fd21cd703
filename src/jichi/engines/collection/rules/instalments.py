"""How a year's amount is split (期割) and when each part is due (納期限)."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jichi.kernel.business_days import ClosingRules, next_open_day
from jichi.kernel.money import Yen

BANKS: Final = ClosingRules(year_end=((12, 31), (1, 3)))
"""Days on which banks are closed: weekends, national holidays, 31 December to 3 January. Whether 29 and 30 December
move a due date too is for the municipality: hand in `kernel.business_days.WARD` then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitRule:
    """How a year's amount is split; the defaults are of 地方税法20条の4の2, an ordinance may set others.

    `unit`: yen below which nothing is split (第6項). `cut`: the year's amount is cut to whole `cut` yen (第3項).
    `at_once`: up to so much the year is one instalment (個人住民税: the per-capita part); 0 for none.
    """

    unit: int = 1_000
    cut: int = 100
    at_once: int = 0


def split(total_yen: int, count: int, rule: SplitRule = SplitRule()) -> tuple[int, ...]:
    """The amounts of `count` instalments in yen; what can't be split evenly goes to the first.

    A whole instalment below the unit goes to the first as well, so later ones may be 0: those are not opened.

    Raises:
        ValueError: a negative amount, or no instalment.
    """
    if total_yen < 0 or count < 1:
        raise ValueError("an amount of 0 or more is split into one instalment or more")
    total = Yen(total_yen).to_unit(rule.cut)
    if total.value <= rule.at_once:
        return (total.value, *(0,) * (count - 1))
    return tuple(int(part) for part in total.split(count, unit=rule.unit))


def due_day(day: date, *, closing: ClosingRules = BANKS, extra_closed: Collection[date] = frozenset()) -> date:
    """The day itself, or the next on which banks are open (地方税法20条の5第2項)."""
    return next_open_day(day, extra_closed, rules=closing)


def due_days(
    fiscal_year: int,
    months: Sequence[int] = (6, 8, 10, 1),
    *,
    closing: ClosingRules = BANKS,
    extra_closed: Collection[date] = frozenset(),
) -> tuple[date, ...]:
    """The due days of a fiscal year: ends of the months named, moved to the next day on which banks are open.

    Args:
        months: calendar months in their order; January to March lie in the year after. The default is the usual one
            of resident tax collected by slip (普通徴収).
    """
    found = []
    for month in months:
        year = fiscal_year if month >= 4 else fiscal_year + 1
        last = date(year, month, calendar.monthrange(year, month)[1])
        found.append(due_day(last, closing=closing, extra_closed=extra_closed))
    return tuple(found)
