"""A card firm's settlement against what was booked: line by line, and what the file does not speak of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from jichi.engines.bankfiles.rules import Problem, Sheet, read_sheet, sheet
from jichi.kernel.errors import FieldError, Invalid

from .selling import CASHLESS

OUTCOMES: Final[Mapping[str, str]] = {
    "matched": "一致", "amount": "件数か金額がちがう", "unknown": "こちらに売上がない",
    "twice": "前に届いた期間とブランド",
}  # fmt: skip
"""What becomes of a line. Only what matched is booked."""
KINDS: Final[Mapping[str, str]] = {
    "amount": "件数か金額がちがう", "unknown": "こちらに売上がない",
    "twice": "同じ期間が2回届いた",
    "missing": "精算の明細にない売上", "fee": "手数料の計算がちがう",
}  # fmt: skip
"""Kinds of the work list."""
_RATE: Final = re.compile(r"(\d{1,2}(?:\.\d{1,4})?)\s*%?")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmTerms:
    """What is agreed with a firm: brand → method; our column → its headings; brand → its own names for it."""

    brands: Mapping[str, str]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    payers: tuple[str, ...] = ()
    """How the firm is named in the bank's list of credits."""
    wait_days: int = 5
    """So many days after the promised day its money may come."""


def firm_terms(given: Mapping[str, Any]) -> FirmTerms:
    """Terms of a firm, checked.

    Raises:
        Invalid: "cashless.terms" with the name of the part that is wrong.
    """
    brands, columns, names = (given.get(part, {}) for part in ("brands", "columns", "names"))
    payers, wait_days = given.get("payers", []), given.get("wait_days", 5)
    ours = {column.name for column in sheet("settlement-csv").columns}
    good = {
        "brands": isinstance(brands, dict) and bool(brands) and all(
            0 < len(name) <= 20 and method in CASHLESS for name, method in brands.items()),
        "columns": isinstance(columns, dict) and set(columns) <= ours and all(map(_words, columns.values())),
        "names": isinstance(names, dict) and set(names) <= set(brands) and all(map(_words, names.values())),
        "payers": payers == [] or _words(payers),
        "wait_days": type(wait_days) is int and 0 <= wait_days <= 60,
        "known": set(given) <= {"brands", "columns", "names", "payers", "wait_days"},
    }  # fmt: skip
    if wrong := [part for part, is_good in good.items() if not is_good]:
        raise Invalid("cashless.terms", part=wrong[0], fields={wrong[0]: FieldError("cashless.terms")})
    return FirmTerms(
        brands=dict(brands), columns={name: tuple(words) for name, words in columns.items()},
        names={name: tuple(words) for name, words in names.items()}, payers=tuple(payers), wait_days=wait_days,
    )  # fmt: skip


def _words(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) and one for one in value)


def layout_of(terms: FirmTerms) -> Sheet:
    """The settlement layout with the firm's own headings before the usual ones."""
    base = sheet("settlement-csv")
    columns = tuple(
        replace(column, headings=(*terms.columns.get(column.name, ()), *column.headings)) for column in base.columns
    )
    return replace(base, columns=columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One line of a settlement: what the firm says of a brand in a period. Money in yen, `brand` as we call it."""

    line: int
    from_day: date
    to_day: date
    brand: str
    count: int
    gross: int
    fee: int
    tax: int
    net: int
    remit_on: date
    rate: str = ""
    reference: str = ""


def said(data: bytes, terms: FirmTerms) -> tuple[tuple[Said, ...], tuple[Problem, ...]]:
    """The lines of a file, or what is wrong with them."""
    read = read_sheet(data, layout_of(terms))
    if read.errors:
        return (), read.errors
    ours = {_folded(name): brand for brand in terms.brands for name in (brand, *terms.names.get(brand, ()))}
    lines, wrong = [], []
    for number, row in read.rows:
        brand = ours.get(_folded(row["brand"]), "")
        if not brand:
            wrong.append(Problem(number, "ブランド", "cashless.no_brand", {"value": row["brand"][:40]}))
        elif row["from_day"] > row["to_day"]:
            wrong.append(Problem(number, "対象期間", "cashless.period", {}))
        else:
            lines.append(Said(line=number, **{**row, "brand": brand, "reference": row.get("reference") or ""}))
    return (() if wrong else tuple(lines)), tuple(wrong)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


@dataclass(frozen=True, slots=True)
class Booked:
    """What the counters booked for a brand on a day: how many, and yen; what went back counts against both."""

    brand: str
    day: date
    count: int
    yen: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with what was booked for it; `outcome` of OUTCOMES; `fee_is_off`: a finding of its own."""

    said: Said
    booked_count: int
    booked_yen: int
    outcome: str
    fee_is_off: bool


Period = tuple[str, date, date]


def judge(
    lines: Sequence[Said], booked: Iterable[Booked], brands: Collection[str], before: Callable[[Period], bool]
) -> tuple[tuple[Judged, ...], tuple[Booked, ...]]:
    """Each line against the books, and days of the file's whole period that no line of their brand speaks of.

    Args:
        booked: of the firm's brands, at least from the first to the last day of the file.
        before: was this brand and period taken in from another file?
    """
    rows = list(booked)
    judged, seen = [], set[Period]()
    for one in lines:
        of = [row for row in rows if row.brand == one.brand and one.from_day <= row.day <= one.to_day]
        count, yen = sum(row.count for row in of), sum(row.yen for row in of)
        period = (one.brand, one.from_day, one.to_day)
        if period in seen or before(period):
            outcome = "twice"
        elif not of:
            outcome = "unknown"
        else:
            outcome = "matched" if (one.count, one.gross) == (count, yen) else "amount"
        seen.add(period)
        judged.append(Judged(one, count, yen, outcome, _fee_is_off(one)))
    first = min((one.from_day for one in lines), default=None)
    last = max((one.to_day for one in lines), default=None)
    spoken = {(one.brand, one.from_day, one.to_day) for one in lines}
    missing = tuple(
        row
        for row in rows
        if first and last and row.brand in brands and first <= row.day <= last and (row.count or row.yen)
        and not any(brand == row.brand and a <= row.day <= b for brand, a, b in spoken)
    )  # fmt: skip
    return tuple(judged), missing


def _fee_is_off(one: Said) -> bool:
    """Net is not gross less fee and tax, or the fee is more than 1 yen beside gross × rate, cut to yen (M)."""
    if one.net != one.gross - one.fee - one.tax:
        return True
    rate = _RATE.fullmatch(one.rate.strip())
    return bool(rate) and abs(int(Decimal(one.gross) * Decimal(rate[1]) / 100) - one.fee) > 1 if rate else False
