"""What a posting is, where one that comes late goes, when periods end. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from jichi.kernel.calendar import fiscal_year, fiscal_year_bounds
from jichi.kernel.errors import Invalid

AccountKind = Literal["asset", "liability", "revenue", "expense", "carry"]
ACCOUNT_KINDS: Final[tuple[AccountKind, ...]] = ("asset", "liability", "revenue", "expense", "carry")
CARRIED: Final[frozenset[str]] = frozenset({"asset", "liability"})
"""Kinds of accounts whose balance goes over into the next fiscal year."""
LATE_END: Final = (5, 31)
"""出納閉鎖期日: the books of a fiscal year take entries to 31 May of the year after (地方自治法235条の5)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a posting: debit positive, credit negative. `item` names what it is about, opaque here."""

    account: str
    yen: int
    item: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One fact in the books. The same key is written once, ever; the same again changes nothing.

    `belongs_on`: the day of the fact. `fiscal_year`: the year whose revenue or expense it is (会計年度).
    """

    key: str
    kind: str
    division_id: int
    fiscal_year: int
    belongs_on: date
    entries: tuple[Entry, ...]


def check(postings: Iterable[Posting]) -> None:
    """Each posting has a key and its entries sum to 0.

    Raises:
        Invalid: "ledger.uneven" with the key.
        ValueError: no key, or yen that are no whole number.
    """
    for posting in postings:
        if not posting.key or not posting.kind:
            raise ValueError("a posting has a key and a kind")
        if any(type(entry.yen) is not int for entry in posting.entries):
            raise ValueError(f"posting {posting.key}: yen are whole numbers")
        if sum(entry.yen for entry in posting.entries) != 0:
            raise Invalid("ledger.uneven", key=posting.key)


def last_day_of_books(year: int) -> date:
    """The last day on which the books of a fiscal year take entries."""
    return date(year + 1, *LATE_END)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact is booked: day and fiscal year."""

    booked_on: date
    fiscal_year: int


def place(belongs_on: date, year: int, *, closed_through: date | None, closed_years: Collection[int]) -> Place:
    """The day of the fact in its own fiscal year where both are open; else the first open day.

    Never before the year begins; once the year's books are closed or past their last day, the year of the day.
    The database places by the same rule (`ledger_place_day`, `ledger_place_year`).
    """
    day = max(belongs_on, fiscal_year_bounds(year)[0])
    if closed_through is not None:
        day = max(day, closed_through + timedelta(days=1))
    own = day <= last_day_of_books(year) and year not in closed_years
    return Place(day, year if own else fiscal_year(day))


def newest_over(day: date) -> int:
    """The newest fiscal year whose last day of books is on or before the day: it is closed before that day is."""
    return day.year - (1 if (day.month, day.day) >= LATE_END else 2)
