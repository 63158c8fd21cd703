"""Japanese eras: their first days, and days counted in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final


class DateError(ValueError):
    """A date that can't be understood or can't be; `code` is stable and equals `str(error)`.

    Codes: date.missing, date.unreadable, date.impossible, date.before_era, date.after_era,
    date.old_calendar, date.contradicts. `field` names the wrong part ("era", "year", "month",
    "day") where one part alone is wrong, so that a page can point at it.
    """

    def __init__(self, code: str, field: str = "") -> None:
        self.code = code
        self.field = field
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Era:
    """One era; `first_day` is the day from which the law counts it."""

    letter: str
    name: str
    roman: str
    first_day: date


ERAS: Final = (
    Era("M", "明治", "Meiji", date(1868, 1, 25)),
    Era("T", "大正", "Taisho", date(1912, 7, 30)),
    Era("S", "昭和", "Showa", date(1926, 12, 25)),
    Era("H", "平成", "Heisei", date(1989, 1, 8)),
    Era("R", "令和", "Reiwa", date(2019, 5, 1)),
)
"""Oldest first. Sources: 行政官布告 of 明治元年9月8日 (counts from 慶応4年1月1日, 1868-01-25),
the 改元詔書 of 1912-07-30 and 1926-12-25 (in force the same day, so that day has two names), 元号法
(昭和54年法律第43号) with 昭和64年政令第1号 (in force the day after) and 平成31年政令第143号. A new era
is one more line here, or an `eras` argument until then."""

DAYS_WITH_TWO_NAMES: Final = frozenset({date(1912, 7, 30), date(1926, 12, 25)})
"""First days of 大正 and 昭和, on which the era changed during the day."""

FIRST_GREGORIAN_DAY: Final = date(1873, 1, 1)
"""明治6年1月1日 (明治5年太政官布告第337号); era dates before it are lunisolar and not converted here."""


@dataclass(frozen=True, slots=True)
class EraDate:
    """A day counted in an era, as registers write it."""

    era: Era
    year: int
    month: int
    day: int

    @property
    def year_text(self) -> str:
        """令和8年, 令和元年."""
        return f"{self.era.name}{'元' if self.year == 1 else self.year}年"

    def __str__(self) -> str:
        """令和8年4月1日."""
        return f"{self.year_text}{self.month}月{self.day}日"

    def short(self) -> str:
        """S60.1.2."""
        return f"{self.era.letter}{self.year}.{self.month}.{self.day}"


def to_era(day: date, *, eras: tuple[Era, ...] = ERAS) -> EraDate:
    """The day in its era; a day on which the era changed belongs to the new one.

    Raises:
        DateError: date.old_calendar before 1873-01-01, when the calendar was another.
    """
    if day < FIRST_GREGORIAN_DAY:
        raise DateError("date.old_calendar")
    era = next(era for era in reversed(eras) if era.first_day <= day)
    return EraDate(era, day.year - era.first_day.year + 1, day.month, day.day)


def find_era(name: str, *, eras: tuple[Era, ...] = ERAS) -> Era:
    """The era by letter (S, s), name (昭和), first character (昭) or roman name (Showa).

    Raises:
        DateError: date.unreadable.
    """
    wanted = name.strip().casefold()
    for era in eras:
        if wanted in {era.letter.casefold(), era.name, era.name[0], era.roman.casefold()}:
            return era
    raise DateError("date.unreadable", "era")


def from_era(
    era: str | Era,
    year: int,
    month: int,
    day: int,
    *,
    beyond_era: bool = False,
    eras: tuple[Era, ...] = ERAS,
) -> date:
    """The calendar day of an era date.

    The first day of an era is accepted under the old era too where both were in use: 明治45.7.30 and
    大正15.12.25 stand so in registers (住民記録システム標準仕様書 1.1.8).

    Args:
        era: the era or anything `find_era` knows.
        beyond_era: also accept days after the era's end, as documents printed before a change
            have them (平成33年3月31日).

    Raises:
        DateError: date.impossible (2月30日, year 0), date.before_era (昭和1年1月1日), date.after_era
            (昭和65年1月1日), date.old_calendar (before 明治6年).
    """
    found = era if isinstance(era, Era) else find_era(era, eras=eras)
    if year < 1:
        raise DateError("date.impossible", "year")
    result = make_date(found.first_day.year + year - 1, month, day)
    if result < FIRST_GREGORIAN_DAY:
        raise DateError("date.old_calendar", "year")
    if result < found.first_day:
        raise DateError("date.before_era")
    if not beyond_era and result > _last_day(found, eras):
        raise DateError("date.after_era")
    return result


def _last_day(era: Era, eras: tuple[Era, ...]) -> date:
    """Last day that may carry the era's name."""
    following = [other.first_day for other in eras if other.first_day > era.first_day]
    if not following:
        return date.max
    next_day = min(following)
    return next_day if next_day in DAYS_WITH_TWO_NAMES else next_day - timedelta(days=1)


def make_date(year: int, month: int, day: int) -> date:
    """The western date.

    Raises:
        DateError: date.impossible, with the field that can't be.
    """
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        field = "month" if not 1 <= month <= 12 else "day" if 1 <= year <= 9999 else "year"
        raise DateError("date.impossible", field) from None
