"""A bank's credits beside what firms said they would send: which of them belong together.

One credit may bring several promised days, several credits may bring one. What belongs together is found by sums of
neighbours in time, never by guessing: what does not add up to the yen waits for a person.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, TypeAlias

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


Fits: TypeAlias = Callable[[Item, Item], bool]


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

    def fits(promise: Item, credit: Item) -> bool:
        early, late = timedelta(days=BEFORE), timedelta(days=wait_days)
        return promise.day - early <= credit.day <= promise.day + late

    def is_near(credit: Item, promise: Item) -> bool:
        return promise.day >= credit.day - timedelta(days=SPAN)

    return (
        *(_pair((one,), run) for one, run in _bound(due, came, fits, fits, most=1)),
        *(_pair(run, (one,)) for one, run in _bound(came, due, is_near, lambda credit, last: fits(last, credit))),
        *(_pair((one,), run) for one, run in _bound(due, came, fits, fits)),
    )


def _bound(
    ones: list[Item], others: list[Item], is_near: Fits, fits: Fits, *, most: int = SPAN
) -> list[tuple[Item, tuple[Item, ...]]]:
    """Each of the ones for which a run of others comes to its yen, with that run; both are taken out of the lists.

    Args:
        is_near: may this other be in a run for this one?
        fits: may this other be the last of it?
        most: so many others a run holds; 1: a single one, else at least two.
    """
    found = []
    for one in list(ones):
        run = _run([other for other in others if is_near(one, other)], one, fits, most)
        if run:
            found.append((one, run))
            ones.remove(one)
            others[:] = [other for other in others if other not in run]
    return found


def _run(items: Sequence[Item], one: Item, fits: Fits, most: int) -> tuple[Item, ...]:
    """The first run of neighbours that comes to the yen of this one; () for none."""
    for first in range(len(items)):
        total = 0
        for last in range(first, min(first + most, len(items))):
            total += items[last].yen
            if total == one.yen and (last > first or most == 1) and fits(one, items[last]):
                return tuple(items[first : last + 1])
    return ()


def _pair(promises: Sequence[Item], credits: Sequence[Item]) -> Pair:
    return Pair(tuple(one.key for one in promises), tuple(one.key for one in credits))


# -- a bank's list ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CreditLine:
    """One credit of a list. `nth`: which of several that are alike in the file, from 0; with a number always 0.

    `is_back`: the bank takes such a credit back (取消, 訂正).
    """

    line: int
    booked_on: date
    yen: int
    payer: str
    number: str
    nth: int
    is_back: bool = False


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


def taken_back(backs: Sequence[CreditLine], live: Sequence[CreditLine]) -> dict[CreditLine, CreditLine]:
    """What the bank takes back → the one credit of the list that it can be; without an entry where that is not sure."""
    found: dict[CreditLine, CreditLine] = {}
    for back in backs:
        fitting = [
            one for one in live
            if one.yen == back.yen and folded(one.payer) == folded(back.payer) and one.booked_on <= back.booked_on
            and one not in found.values()
        ]  # fmt: skip
        numbered = [one for one in fitting if back.number and one.number == back.number]
        if len(numbered or fitting) == 1:
            found[back] = (numbered or fitting)[0]
    return found


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
