"""月次の計算: which children owe which months, and what differs from what was assessed so far."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jichi.kernel.calendar import add_months, fiscal_year, fiscal_year_bounds

from .fees import Case, Fee, FeeTable, fee_of


def month_of(text: str) -> date:
    """The first day of a month given as 2026-04 or 2026/4.

    Raises:
        ValueError: it is none.
    """
    found = re.fullmatch(r"(20\d\d)[-/年.](\d{1,2})月?", text.strip())
    if found is None:
        raise ValueError(text)
    return date(int(found[1]), int(found[2]), 1)


def month_text(month: date) -> str:
    """2026-04."""
    return f"{month:%Y-%m}"


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months from one to another, both counted."""
    found = []
    while first <= last:
        found.append(first)
        first = add_months(first, 1)
    return found


@dataclass(frozen=True, slots=True)
class Span:
    """Months from `first` to `last` (None: open); `word` says what holds in them (class or ground)."""

    first: date
    last: date | None
    word: str = ""

    def holds(self, month: date) -> bool:
        """Does it hold in the month?"""
        return self.first <= month and (self.last is None or month <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """An approved child: when it comes, stays away (休止), and which class and grounds hold when."""

    key: str
    payer_no: str
    child_no: str
    grade: int
    use: Span
    pauses: tuple[Span, ...] = ()
    classes: tuple[Span, ...] = ()
    grounds: tuple[Span, ...] = ()

    def attends(self, month: date) -> bool:
        """Is the place used, and paid for, in the month?"""
        return self.use.holds(month) and not any(pause.holds(month) for pause in self.pauses)

    def word(self, spans: Sequence[Span], month: date, otherwise: str) -> str:
        """What holds in the month; of several the one that began last, of those the one recorded last."""
        held = sorted((span for span in spans if span.holds(month)), key=lambda span: span.first)
        return held[-1].word if held else otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a run does for a child's month: from `before` (None: nothing was assessed) to `after` yen."""

    key: str
    payer_no: str
    month: date
    before: int | None
    after: int
    reason: str

    @property
    def kind(self) -> str:
        """new, raised, lowered, exempt (nothing to pay), same."""
        if self.before is None:
            return "new" if self.after else "exempt"
        if self.after == self.before:
            return "same"
        return "raised" if self.after > self.before else "lowered"


def plan(
    month: date, children: Iterable[Child], tables: Mapping[int, FeeTable], kept: Mapping[tuple[str, date], int]
) -> list[Line]:
    """Every month of the fiscal year up to `month`, child by child: new months, and earlier ones that changed.

    Args:
        kept: (child, month) → yen owed by what was assessed and changed so far.

    Raises:
        KeyError: the fiscal year has no table.
    """
    table = tables[fiscal_year(month)]
    known = list(children)
    lines: list[Line] = []
    for at in months_between(fiscal_year_bounds(fiscal_year(month))[0], month):
        places = _places(known, at)
        for child in known:
            before = kept.get((child.key, at))
            fee = _fee(child, at, table, places) if child.attends(at) else None
            if fee is None and not before:
                continue
            after = fee or Fee(0, "利用していない月")
            if at < month and before is None and after.yen == 0:
                continue
            if at < month and before == after.yen:
                continue
            lines.append(Line(key=child.key, payer_no=child.payer_no, month=at, before=before, after=after.yen,
                              reason=after.reason))  # fmt: skip
    return lines


def _places(children: Iterable[Child], month: date) -> dict[str, int]:
    """Which child of its payer each one is in the month: the oldest grade first, then by number."""
    homes: dict[str, list[Child]] = {}
    for child in children:
        if child.attends(month):
            homes.setdefault(child.payer_no, []).append(child)
    return {
        child.key: place
        for home in homes.values()
        for place, child in enumerate(sorted(home, key=lambda one: (-one.grade, one.child_no)), start=1)
    }


def _fee(child: Child, month: date, table: FeeTable, places: Mapping[str, int]) -> Fee:
    case = Case(child.word(child.classes, month, "D"), places.get(child.key, 1), child.word(child.grounds, month, ""))
    return fee_of(table, case)


def fingerprint(lines: Iterable[Line]) -> str:
    """SHA-256 of what a run would do, so that what was looked at is what is done."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(f"{line.key}|{line.month}|{line.before}|{line.after}|{line.reason}\n".encode())
    return digest.hexdigest()
