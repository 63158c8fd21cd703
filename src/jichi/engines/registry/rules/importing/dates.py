"""Dates of the register: in eras or western years, unknown in set phrasings, or days that no calendar has.

The text stays as the register has it; the date for calculation stands apart, with the rule by which it was made
(住民記録システム標準仕様書 1.1.8). Nobody is given a birthday: see `as_birth`.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from jichi.kernel.calendar import ERAS
from jichi.kernel.calendar.eras import Era

_ERA_OF: Final = {
    **{era.name: era for era in ERAS}, **{era.letter: era for era in ERAS}, **{era.name[0]: era for era in ERAS},
}  # fmt: skip
_WESTERN: Final = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?|(\d{2})(\d{2}))?")
_WRITTEN: Final = re.compile(
    r"(明治|大正|昭和|平成|令和|[MTSHR])?\.?(\d{1,4}|元)(?:年|[-/.])(?:(\d{1,2})(?:月|[-/.]))?(?:(\d{1,2})日?)?(.*)"
)
_NUMBERED: Final = re.compile(r"(\d)(\d{2})(\d{2})(\d{2})")
_EMPTY: Final = frozenset({"", "0", "00000000", "0000-00-00", "0000/00/00"})

UNKNOWN: Final[Mapping[str, str]] = {
    "年月日不詳": "none", "月日不詳": "first_of_year", "日不詳": "first_of_month", "頃": "as_written",
    "推定": "as_written", "上旬": "day_1", "中旬": "day_11", "下旬": "day_21",
    "春": "month_3", "夏": "month_6", "秋": "month_9", "冬": "month_12",
    "から": "first_of_range", "又は": "first_of_range",
}  # fmt: skip
"""Phrasing of a date that is not known → how the date for calculation is made. A mapping may add others."""


class UnreadableDate(ValueError):
    """A date that can't be taken as it is; the text says why, in Japanese."""


@dataclass(frozen=True, slots=True)
class RegisterDate:
    """A date as the register has it. `month` or `day` 0: not known; `era` "": written in western years."""

    year: int = 0
    month: int = 0
    day: int = 0
    era: str = ""
    phrase: str = ""
    unknown: bool = False

    @property
    def is_empty(self) -> bool:
        """Nothing entered at all."""
        return not (self.year or self.phrase or self.unknown)

    @property
    def is_unknown(self) -> bool:
        """The register itself does not know the day."""
        return not self.is_empty and (self.unknown or bool(self.phrase) or not (self.month and self.day))

    def text(self, *, western: bool) -> str:
        """As it is written: 昭和8年10月日不詳, 1951年2月29日, 年月日不詳."""
        written = ""
        if self.year and western:
            written = f"{self.year}年"
        elif self.year:
            era = _ERA_OF.get(self.era) or _era_at(self.year, self.month or 12, self.day or 31)
            number = self.year - era.first_day.year + 1
            written = f"{era.name}{'元' if number == 1 else number}年"
        written += f"{self.month}月" if self.month else ""
        written += f"{self.day}日" if self.day else ""
        return written + self.phrase

    def iso(self) -> str:
        """As a file has it: 1933-10-00; "" for nothing."""
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}" if self.year else ""


def read_date(
    cell: str, *, era: str = "", unknown: bool = False, phrase: str = "", digits: Mapping[str, str] | None = None
) -> RegisterDate:
    """A date from a cell and the cells that belong to it.

    Args:
        cell: 1985-01-02, 19850102, 1985/1/2, 昭和60年1月2日, S60.1.2, 1933-10-00 (day not known), "".
        era: the era from a cell of its own; it decides how the date is written.
        unknown: the register's 不詳フラグ.
        phrase: the register's 不詳表記, such as 日不詳.
        digits: leading digit → era name of dates such as 3330506; None where the file has none.

    Raises:
        UnreadableDate: nothing that a register writes.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell)) if not cell.isascii() else cell.strip()
    if plain in _EMPTY:
        return RegisterDate(phrase=phrase, unknown=unknown, era=_name(era))
    if digits and (found := _NUMBERED.fullmatch(plain)) and found[1] in digits:
        year, month, day = int(found[2]), int(found[3]), int(found[4])
        return _checked(digits[found[1]], year, month, day, phrase, unknown=unknown)
    if found := _WESTERN.fullmatch(plain):
        month, day = int(found[2] or found[4] or 0), int(found[3] or found[5] or 0)
        return _western(int(found[1]), month, day, _name(era), phrase, unknown=unknown)
    if found := _WRITTEN.fullmatch(plain):
        number = 1 if found[2] == "元" else int(found[2])
        month, day = int(found[3] or 0), int(found[4] or 0)
        if found[1] or (era and number < 100):
            return _checked(_name(found[1] or era), number, month, day, phrase or found[5], unknown=unknown)
        if number >= 1000:
            return _western(number, month, day, _name(era), phrase or found[5], unknown=unknown)
    raise UnreadableDate("日付として読めません。")


def plain_date(cell: str, *, era: str = "") -> RegisterDate:
    """`read_date` of a day of the calendar written 1985-01-02, without looking what else it could be."""
    return RegisterDate(int(cell[:4]), int(cell[5:7]), int(cell[8:]), _name(era))


@lru_cache(maxsize=64)
def _name(era: str) -> str:
    known = _ERA_OF.get(unicodedata.normalize("NFKC", era).strip().upper())
    return known.name if known else ""


def _era_at(year: int, month: int, day: int) -> Era:
    key = (year, month, day)
    found = [era for era in ERAS if (era.first_day.year, era.first_day.month, era.first_day.day) <= key]
    return found[-1] if found else ERAS[0]


def _checked(era: str, number: int, month: int, day: int, phrase: str, *, unknown: bool) -> RegisterDate:
    known = _ERA_OF.get(era)
    if known is None or number < 1:
        raise UnreadableDate("元号が分かりません。")
    return _western(known.first_day.year + number - 1, month, day, known.name, phrase, unknown=unknown)


def _western(year: int, month: int, day: int, era: str, phrase: str, *, unknown: bool) -> RegisterDate:
    if not 1800 <= year <= 2200 or month > 12 or day > 31 or (day and not month):
        raise UnreadableDate("ない年月日です。")
    return RegisterDate(year, month, day, era, phrase, unknown)


def for_calculation(found: RegisterDate, phrases: Mapping[str, str] = UNKNOWN) -> tuple[date | None, str]:
    """The date to calculate with and the rule it was made by ("": it is the register's own).

    A day that the month does not have becomes its last day ("day_before"). Of a phrasing nobody listed no
    date is made ("none").
    """
    if found.is_empty or not found.year:
        return None, "" if found.is_empty else "none"
    if not found.is_unknown:
        return _day(found.year, found.month, found.day)
    rule = next((phrases[words] for words in phrases if words in found.phrase), "")
    rule = rule or ("none" if found.phrase else "first_of_month" if found.month else "first_of_year")
    month, day = found.month or 1, found.day or 1
    if rule == "none":
        return None, rule
    if rule.startswith("day_"):
        day = int(rule[4:])
    elif rule.startswith("month_"):
        month, day = int(rule[6:]), 1
    return _day(found.year, month, day)[0], rule


def _day(year: int, month: int, day: int) -> tuple[date, str]:
    last = monthrange(year, month)[1]
    return (date(year, month, day), "") if day <= last else (date(year, month, last), "day_before")


def as_birth(found: RegisterDate) -> tuple[date | None, str]:
    """The birthday to calculate ages with: None wherever the register does not know it (年齢不詳)."""
    return (None, "") if found.is_unknown else for_calculation(found)
