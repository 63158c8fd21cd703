"""文書番号 and 収受番号 as they are written, and the year they count in. Pure."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, TypeAlias

from jichi.kernel.calendar import fiscal_year, to_era

SeriesKind: TypeAlias = Literal["receipt", "document"]
YearBy: TypeAlias = Literal["fiscal", "calendar"]
_LETTER: Final[dict[str, str]] = {"receipt": "収", "document": ""}


def series_year(day: date, year_by: YearBy) -> int:
    """The year in which a number taken on this day counts: the fiscal year until 31 March 24:00, or the calendar's."""
    return fiscal_year(day) if year_by == "fiscal" else day.year


def years_of(day: date) -> dict[YearBy, tuple[int, int]]:
    """The year a number taken on this day counts in, and that year of its era: for either way of counting.

    A fiscal year bears the era of its 1 April, a calendar year that of its 1 January.
    """
    fiscal = series_year(day, "fiscal")
    return {
        "fiscal": (fiscal, to_era(date(fiscal, 4, 1)).year),
        "calendar": (day.year, to_era(date(day.year, 1, 1)).year),
    }


def letter_of(kind: SeriesKind) -> str:
    """What tells the series apart in a written number: 8みど子収第45号 is a receipt, 8みど子第123号 a document."""
    return _LETTER[kind]


def branched(text: str, branch: int) -> str:
    """第123号 → 第123号の2; the first of a number is the number itself."""
    return f"{text}の{branch}" if branch > 1 else text
