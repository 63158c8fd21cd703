"""延滞金: what late payment of one instalment costs, with part payments, deferrals and exemptions.

地方税法20条の4の2, 326条, 附則3条の2; the cut of each segment to yen as Gifu, Toyohashi and Fukuoka publish it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from jichi.kernel.calendar import period_end
from jichi.kernel.errors import Invalid

from .accrual import ONE_DAY, USUAL, Cuts, Piece, Segment, join, raw_sum
from .rates import PUBLISHED, RateTable, YearRates, need_years


@dataclass(frozen=True, slots=True)
class Paid:
    """So many yen of the tax itself were paid on the day."""

    on: date
    yen: int


ReliefKind = Literal["all", "half", "above"]


@dataclass(frozen=True, slots=True)
class Relief:
    """A period, both ends counted, in which less or nothing accrues.

    all: 15条 (disaster, illness), 15条の7 (suspension of execution), 20条の5の2, or an ordinance. half: an ordinance.
    above: what lies above the deferral rate of the year (15条の9). A promise to pay in parts alone is no relief.
    """

    first: date
    last: date
    kind: ReliefKind


@dataclass(frozen=True, slots=True)
class Charge:
    """The reckoning of one instalment: `raw` is the sum before the last cut, `yen` what is asked for."""

    base: int
    first_month_end: date
    segments: tuple[Segment, ...]
    raw: int
    yen: int
    balance: int


NO_RELIEF: Final[tuple[Relief, ...]] = ()


def first_month_end(due_on: date) -> date:
    """The last day of the first rate: one month from the day after the due day; it does not move for holidays."""
    return period_end(due_on + ONE_DAY, months=1)


def charge(
    tax_yen: int,
    due_on: date,
    until: date,
    *,
    payments: Iterable[Paid] = (),
    reliefs: Sequence[Relief] = NO_RELIEF,
    rates: RateTable = PUBLISHED,
    cuts: Cuts = USUAL,
) -> Charge:
    """What has accrued up to and with `until`, or up to the payment that brought the balance to 0.

    Up to and with the day of a payment the balance before it counts, from the next day the one after it; each is cut
    to thousands and below 2,000 yen adds nothing. Yen are cut per segment, the total once. Payments after `until`
    don't count yet.

    Raises:
        Invalid: "collection.rate_missing" for a year without rates, "collection.deferral_rate_missing".
    """
    steps, balance = _balances(tax_yen, due_on + ONE_DAY, until, payments)
    month_end = first_month_end(due_on)
    if steps:
        need_years(rates, steps[0][0].year, steps[-1][1].year)
    pieces = [
        piece for first, last, yen in steps for piece in _pieces(first, last, cuts.base(yen), month_end, reliefs, rates)
    ]
    segments = join(pieces, cuts.rounding)
    raw = raw_sum(segments, cuts.rounding)
    return Charge(cuts.base(tax_yen), month_end, segments, raw, cuts.result(raw), balance)


def _balances(
    tax_yen: int, start: date, until: date, payments: Iterable[Paid]
) -> tuple[list[tuple[date, date, int]], int]:
    """(first, last, balance) of each stretch from `start` on, and the balance after `until`."""
    found, first, balance = [], start, tax_yen
    for paid in sorted(payments, key=lambda paid: paid.on):
        if paid.on > until or balance == 0:
            break
        if paid.on >= first:
            found.append((first, paid.on, balance))
            first = paid.on + ONE_DAY
        balance -= min(paid.yen, balance)
    if balance and first <= until:
        found.append((first, until, balance))
    return found, balance


def _pieces(
    first: date, last: date, base: int, month_end: date, reliefs: Sequence[Relief], rates: RateTable
) -> list[Piece]:
    """The stretch cut wherever something may change: the end of the first month, 1 January, ends of reliefs."""
    starts = {first, month_end + ONE_DAY, *(date(year, 1, 1) for year in range(first.year + 1, last.year + 1))}
    for relief in reliefs:
        starts |= {relief.first, relief.last + ONE_DAY}
    days = sorted(day for day in starts if first <= day <= last)
    ends = [day - ONE_DAY for day in days[1:]] + [last]
    return [
        Piece(day, end, base, _rate(day, month_end, reliefs, rates[day.year]), day == month_end + ONE_DAY)
        for day, end in zip(days, ends, strict=True)
    ]


def _rate(day: date, month_end: date, reliefs: Sequence[Relief], year: YearRates) -> int:
    """The rate of a day in basis points; of several reliefs the best one counts."""
    rate = year.first if day <= month_end else year.second
    found = [rate]
    for relief in reliefs:
        if not relief.first <= day <= relief.last:
            continue
        if relief.kind == "all":
            return 0
        if relief.kind == "half":
            found.append(rate // 2)
        elif year.deferral is None:
            raise Invalid("collection.deferral_rate_missing", year=day.year)
        else:
            found.append(year.deferral)
    return min(found)
