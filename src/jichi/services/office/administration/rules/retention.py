"""When the years of a document are over (保存年限), and what one step of retention certifies. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date

from jichi.kernel.calendar import fiscal_year


def closed_before(day: date, years: int) -> date:
    """What ended before this day is over on `day`: years count from 1 April after the fiscal year of the end.

    Completed on 2026-06-10 and kept for 5 years: from 2027-04-01 to 2032-03-31, over on 2032-04-01.
    """
    return date(fiscal_year(day) - years, 4, 1)


def digest(hashes: Sequence[str]) -> str:
    """SHA-256 of the list of hashes, one a line."""
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


def not_held(
    rule: str, found: Iterable[tuple[str, str, date]], holds: Iterable[tuple[str, str]]
) -> list[tuple[str, str, date]]:
    """What no hold stops.

    Args:
        holds: (rule or "" for all, subject or "" for everything).
    """
    subjects = {subject for of, subject in holds if of in ("", rule)}
    return [] if "" in subjects else [one for one in found if one[1] not in subjects and one[0] not in subjects]


def next_month(today: date) -> tuple[date, date]:
    """First and last day of the month after this one."""
    first = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first, date.fromordinal(after.toordinal() - 1)
