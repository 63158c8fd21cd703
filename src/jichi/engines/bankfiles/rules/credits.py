"""A bank's credits beside what firms said they would send: which of them belong together.

One credit may bring several promised days, several credits may bring one. What belongs together is found by sums of
neighbours in time, never by guessing: what does not add up to the yen waits for a person.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from .framing import Problem, Told
from .sheets import Sheet, read_sheet, sheet

BEFORE: Final = 3
"""So many days before the promised day a credit may come: the day was a holiday, or the firm was early."""
SPAN: Final = 31
"""So many days may lie between the first and the last of what one credit brings together."""


@dataclass(frozen=True, slots=True)
class Item:
    """A promise of a firm, or a credit: its key, its day, yen (a promise below 0: more went back than came)."""

    key: str
    day: date
    yen: int


@dataclass(frozen=True, slots=True)
class Pair:
    """What belongs together; the sums are equal."""

    promises: tuple[str, ...]
    credits: tuple[str, ...]


def pairs(promises: Iterable[Item], credits: Iterable[Item], *, wait_days: int) -> tuple[Pair, ...]:
    """Promises and credits of one firm that belong together: first one to one, then runs of neighbours.

    Args:
        wait_days: so many days after the promised day a credit may still come for it.
    """
    due = sorted(promises, key=lambda one: (one.day, one.key))
    came = sorted(credits, key=lambda one: (one.day, one.key))
    found = []
    for one in list(due):
        fit = next((c for c in came if c.yen == one.yen and _fits(one, c, wait_days)), None)
        if fit is not None:
            found.append(_pair((one,), (fit,)))
            due.remove(one)
            came.remove(fit)
    for credit in list(came):
        near = [one for one in due if one.day >= credit.day - timedelta(days=SPAN)]
        run = _run(near, credit.yen, lambda of, c=credit: _fits(of[-1], c, wait_days))
        if run:
            found.append(_pair(run, (credit,)))
            due = [one for one in due if one not in run]
            came.remove(credit)
    for one in list(due):
        run = _run([c for c in came if _fits(one, c, wait_days)], one.yen, lambda of: True)
        if run:
            found.append(_pair((one,), run))
            came = [c for c in came if c not in run]
    return tuple(found)


def _fits(promise: Item, credit: Item, wait_days: int) -> bool:
    return promise.day - timedelta(days=BEFORE) <= credit.day <= promise.day + timedelta(days=wait_days)


def _run(items: Sequence[Item], yen: int, is_good: Any) -> tuple[Item, ...]:
    """The first run of at least two neighbours that comes to so many yen; () for none."""
    for first in range(len(items)):
        total = 0
        for last in range(first, min(first + SPAN, len(items))):
            total += items[last].yen
            run = tuple(items[first : last + 1])
            if total == yen and len(run) > 1 and is_good(run):
                return run
    return ()


def _pair(promises: Sequence[Item], credits: Sequence[Item]) -> Pair:
    return Pair(tuple(one.key for one in promises), tuple(one.key for one in credits))


# -- a bank's list ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CreditLine:
    """One credit of a list. `nth`: which of several that are alike in the file, from 0; with a number always 0."""

    line: int
    booked_on: date
    yen: int
    payer: str
    number: str
    nth: int


@dataclass(frozen=True, slots=True)
class ReadCredits:
    """The credits of a list, or what is wrong with it by line."""

    lines: tuple[CreditLine, ...]
    errors: tuple[Problem, ...]
    error_count: int
    notes: tuple[Problem, ...] = ()


def with_headings(layout: Sheet, columns: Mapping[str, Sequence[str]]) -> Sheet:
    """A CSV layout with a sender's own headings before the usual ones."""
    return replace(layout, columns=tuple(
        replace(one, headings=(*columns.get(one.name, ()), *one.headings)) for one in layout.columns
    ))  # fmt: skip


def read_credits(data: bytes, columns: Mapping[str, Sequence[str]]) -> ReadCredits:
    """A bank's list of credits (CSV)."""
    found = read_sheet(data, with_headings(sheet("credit-csv"), columns))
    told = Told(list(found.errors), found.error_count)
    lines: list[CreditLine] = []
    numbers: dict[str, tuple[date, int, str]] = {}
    alike: dict[tuple[date, int, str], int] = {}
    for line, row in found.rows if not told.count else ():
        if row["amount"] <= 0:
            told.add(line, "金額", "bankfile.not_positive")
            continue
        number, same = row.get("number") or "", (row["booked_on"], row["amount"], folded(row["payer"]))
        if number and numbers.setdefault(number, same) != same:
            told.add(line, "照会番号", "bankfile.number_twice", value=number[:40])
        nth = 0 if number else alike.get(same, 0)
        alike[same] = nth + 1
        lines.append(CreditLine(line, row["booked_on"], row["amount"], row["payer"], number, nth))
    return ReadCredits(() if told.count else tuple(lines), tuple(told.kept), told.count, found.notes)


def folded(name: str) -> str:
    """A payer's name as it is compared: width, case, blanks and hyphens make no difference."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(one for one in plain if not one.isspace() and one not in "-ー‐－・.,")


def sender_of(payer: str, senders: Mapping[str, Sequence[str]]) -> str:
    """Code of the firm whose name stands at the beginning of a payer's, the longest name first; "" for a stranger."""
    given = folded(payer)
    fitting = [
        (len(folded(name)), code)
        for code, names in senders.items()
        for name in names
        if folded(name) and given.startswith(folded(name))
    ]
    return max(fitting)[1] if fitting else ""
