"""Entering a date in three fields 年・月・日, with the era (元号) by one select; pasted "S60.1.2" is understood."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jichi.kernel import calendar
from jichi.kernel.errors import FieldError, Invalid

ERAS: Final[Mapping[str, str]] = {
    "": "era.western",
    "令和": "era.reiwa",
    "平成": "era.heisei",
    "昭和": "era.showa",
    "大正": "era.taisho",
    "明治": "era.meiji",
}
"""Value of the era select → label key; "" is the western calendar."""

PARTS: Final = ("era", "y", "m", "d")


@dataclass(frozen=True, slots=True)
class DateParts:
    """What was typed, kept as typed."""

    era: str = ""
    year: str = ""
    month: str = ""
    day: str = ""

    @property
    def empty(self) -> bool:
        """Nothing was typed (the era alone is not an answer)."""
        return not (self.year.strip() or self.month.strip() or self.day.strip())

    def __str__(self) -> str:
        year = "元" if self.year.strip() == "1" and self.era else self.year
        return f"{self.era}{year}年{self.month}月{self.day}日"


def parts_from(data: Mapping[str, str], name: str) -> DateParts:
    """The four posted values `<name>_era`, `_y`, `_m`, `_d`."""
    era, year, month, day = (data.get(f"{name}_{part}", "") for part in PARTS)
    return DateParts(era if era in ERAS else "", year[:20], month[:4], day[:4])


def parts_of(day: dt.date | None) -> DateParts:
    """A known date as it stands in the fields (western calendar)."""
    return DateParts() if day is None else DateParts("", str(day.year), str(day.month), str(day.day))


def read_date(parts: DateParts) -> dt.date | None:
    """The date that was meant, None when nothing was entered.

    A whole date pasted into the year field ("S60.1.2", "1985-01-02", "昭和60年1月2日") counts.
    Raises Invalid with one FieldError under "date": field.date_required (a part is missing),
    field.not_a_date (no such day) or field.unreadable_date.
    """
    if parts.empty:
        return None
    year, month, day = (unicodedata.normalize("NFKC", part).strip() for part in (parts.year, parts.month, parts.day))
    if year and not month and not day and not year.isdigit():
        return _read(year)
    if not (year and month and day):
        raise Invalid(fields={"date": FieldError("field.date_required")})
    if not (month.isdigit() and day.isdigit() and (year.isdigit() or year == "元")):
        raise Invalid(fields={"date": FieldError("field.unreadable_date")})
    if parts.era:
        return _read(f"{parts.era}{year}年{month}月{day}日")
    return _read(f"{year}年{month}月{day}日")


def _read(text: str) -> dt.date:
    try:
        return calendar.parse_date(text)
    except ValueError as wrong:
        raise Invalid(fields={"date": FieldError("field.not_a_date", {"text": text})}) from wrong
