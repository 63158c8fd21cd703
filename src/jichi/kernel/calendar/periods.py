"""Periods of months and years by 民法143条, and fiscal years."""

from __future__ import annotations

import calendar as _calendar
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, Literal

from jichi.kernel.calendar.eras import to_era

WHOLE_YEAR_IN_NEW_ERA: Final[Mapping[int, date]] = {2019: date(2019, 5, 1)}
"""Fiscal years named by another day than 1 April: FY2019 is 令和元年度 throughout (government guidance on
the change of era, from memory; hand in another mapping where a ward decided otherwise)."""


def add_months(day: date, months: int, *, missing: Literal["last", "next"] = "last") -> date:
    """The same day of the month `months` later (or earlier, if negative).

    Args:
        missing: where that month has no such day: "last" takes its last day, "next" the first of
            the month after (the policy of some foreign rule sets).
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = _calendar.monthrange(year, month0 + 1)[1]
    if day.day <= length:
        return date(year, month0 + 1, day.day)
    last = date(year, month0 + 1, length)
    return last if missing == "last" else last + timedelta(days=1)


def period_end(start: date, *, years: int = 0, months: int = 0) -> date:
    """The last day of a period of years or months whose first day, `start`, counts in full.

    The day before the corresponding day; where the last month has no such day, its last day
    (民法143条2項). 2020-04-01 and one year → 2021-03-31; 31 August and six months → 28/29 February.

    Raises:
        ValueError: a period shorter than one month.
    """
    total = years * 12 + months
    if total < 1:
        raise ValueError("a period has at least one month")
    end = add_months(start, total)
    return end - timedelta(days=1) if end.day == start.day else end


def fiscal_year(day: date) -> int:
    """The fiscal year (会計年度, 1 April to 31 March) of the day, named by the year it begins in.

    地方自治法208条1項.
    """
    return day.year if day.month >= 4 else day.year - 1


def fiscal_year_bounds(year: int) -> tuple[date, date]:
    """First and last day of fiscal year `year`."""
    return date(year, 4, 1), date(year + 1, 3, 31)


def fiscal_year_label(year: int, language: str = "ja", *, named_by: Mapping[int, date] = WHOLE_YEAR_IN_NEW_ERA) -> str:
    """令和8年度(2026年度); easy and zh-hans 2026年度; en fiscal year 2026; ko 2026년도.

    Args:
        year: the year it begins in.
        named_by: fiscal year → day whose era names it, where that is not 1 April.
    """
    if language == "en":
        return f"fiscal year {year}"
    if language == "ko":
        return f"{year}년도"
    if language in {"easy", "zh-hans"}:
        return f"{year}年度"
    return f"{to_era(named_by.get(year, date(year, 4, 1))).year_text}度({year}年度)"
