"""Dates as people and old systems write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final

from jichi.kernel.calendar.eras import DateError, find_era, from_era, make_date

_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-") | {"년": "年", "월": "月", "일": "日"})
_ERA: Final = r"(?P<era>明治|大正|昭和|平成|令和|明|大|昭|平|令|[MTSHR])"
_NOTE: Final = r"(?:\((?P<western>\d{4})年?\))?"
_SEPARATED: Final = re.compile(
    rf"(?:{_ERA}\.?(?P<era_year>元|\d{{1,3}})|(?P<year>\d{{4}}))"
    rf"(?:年{_NOTE}|(?P<sep>[./・-]))(?P<month>\d{{1,2}})(?:月|(?P<sep2>[./・-]))(?P<day>\d{{1,2}})日?"
    r"(?:\((?P<weekday>[^()]{1,4})\))?",
    re.IGNORECASE,
)
_COMPACT: Final = re.compile(
    r"(?:(?P<era>[MTSHR])(?P<era_year>\d{2})|(?P<year>\d{4}))(?P<month>\d{2})(?P<day>\d{2})", re.IGNORECASE
)
_ENGLISH: Final = re.compile(
    r"(?:(?P<weekday>[a-z]{3,9}),?\s+)?(?P<day>\d{1,2})\s+(?P<month_name>[a-z]{3,9})\.?,?\s+(?P<year>\d{4})",
    re.IGNORECASE,
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS: Final = ("月月一mo", "火화二tu", "水수三we", "木목四th", "金금五fr", "土토六sa", "日일日su")


def parse_date(text: str, *, beyond_era: bool = False) -> date:
    """The day meant by what somebody typed, pasted or exported.

    Read: S60.1.2 · 昭和60年1月2日 · 令和元年5月1日 · 1985-01-02 · 1985/1/2 · 1985.1.2 · 20260401 · S600102 ·
    1 April 2026 and everything `format_date` writes, in any width, with any dash and with spaces. A
    western year beside an era year, or a weekday, must agree with the date.

    Args:
        beyond_era: see `from_era`.

    Raises:
        DateError: (a ValueError) date.missing for nothing, date.unreadable for another shape,
            date.contradicts, and the codes of `from_era`.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        raise DateError("date.missing")
    if found := _ENGLISH.fullmatch(plain):
        return _from_english(found)
    squeezed = re.sub(r"\s+", "", unicodedata.normalize("NFC", plain).translate(_DASHES))
    found = _SEPARATED.fullmatch(squeezed) or _COMPACT.fullmatch(squeezed)
    if found is None:
        raise DateError("date.unreadable")
    parts = found.groupdict()
    if (parts.get("sep") is None) != (parts.get("sep2") is None):
        raise DateError("date.unreadable")
    day = _from_parts(parts, beyond_era=beyond_era)
    _agree(day, western=parts.get("western"), weekday=parts.get("weekday"))
    return day


def parse_date_fields(era: str, year: str, month: str, day: str, *, beyond_era: bool = False) -> date:
    """The day from the three fields 年・月・日 and the era select of a form.

    Args:
        era: "" for western, otherwise what `find_era` knows ("R", "令和").
        year: digits in any width; 元 counts as 1 in an era.

    Raises:
        DateError: date.missing or date.unreadable with `field`, and the codes of `from_era`.
    """
    if not (year.strip() or month.strip() or day.strip()):
        raise DateError("date.missing")
    numbers = {name: _digits(value, name) for name, value in (("year", year), ("month", month), ("day", day))}
    if era.strip():
        return from_era(find_era(era), numbers["year"], numbers["month"], numbers["day"], beyond_era=beyond_era)
    if numbers["year"] < 1000:
        raise DateError("date.unreadable", "year")
    return make_date(numbers["year"], numbers["month"], numbers["day"])


def _digits(value: str, field: str) -> int:
    plain = unicodedata.normalize("NFKC", value).strip()
    if not plain:
        raise DateError("date.missing", field)
    if field == "year" and plain == "元":
        return 1
    if not re.fullmatch(r"[0-9]{1,4}", plain):
        raise DateError("date.unreadable", field)
    return int(plain)


def _from_parts(parts: dict[str, str | None], *, beyond_era: bool) -> date:
    month, day = int(parts["month"] or 0), int(parts["day"] or 0)
    if parts["year"] is not None:
        return make_date(int(parts["year"]), month, day)
    era_year = 1 if parts["era_year"] == "元" else int(parts["era_year"] or 0)
    return from_era(parts["era"] or "", era_year, month, day, beyond_era=beyond_era)


def _from_english(found: re.Match[str]) -> date:
    name = found["month_name"].lower()
    if name[:3] not in _MONTHS:
        raise DateError("date.unreadable", "month")
    day = make_date(int(found["year"]), _MONTHS.index(name[:3]) + 1, int(found["day"]))
    _agree(day, western=None, weekday=found["weekday"])
    return day


def _agree(day: date, *, western: str | None, weekday: str | None) -> None:
    """Refuse a note that says something else than the date it stands beside."""
    if western is not None and int(western) != day.year:
        raise DateError("date.contradicts", "year")
    if weekday is None:
        return
    key = weekday.removeprefix("星期").removeprefix("周")
    marks = _WEEKDAYS[day.weekday()]
    if not (key[:1] in marks[:3] if not key.isascii() else key[:2].lower() == marks[3:]):
        raise DateError("date.contradicts", "day")
