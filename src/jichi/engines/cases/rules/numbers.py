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


def written_number(*, kind: SeriesKind, prefix: str, year: int, year_by: YearBy, serial: int, branch: int = 1) -> str:
    """8みど子第123号, with a branch 8みど子第123号の2; receipt numbers 8みど子収第45号.

    Args:
        prefix: the division's letters (文書記号).
        year: as `series_year` answers it.
        serial: from 1. branch: 1 for the number itself.
    """
    era = to_era(date(year, 4, 1) if year_by == "fiscal" else date(year, 1, 1)).year
    tail = f"の{branch}" if branch > 1 else ""
    return f"{era}{prefix}{_LETTER[kind]}第{serial}号{tail}"
