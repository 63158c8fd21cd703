"""還付加算金: from which day interest on money given back runs, and what it comes to (地方税法17条の4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from jichi.kernel.calendar import period_end

from .accrual import ONE_DAY, USUAL, Cuts, Piece, join, raw_sum
from .rates import PUBLISHED, RateTable, need_years

Reason = Literal["corrected", "requested", "income_tax", "mistaken"]
REASONS: Final[tuple[Reason, ...]] = ("corrected", "requested", "income_tax", "mistaken")
"""corrected: the municipality corrected the assessment. requested: on request. income_tax: an income tax return or its
correction. mistaken: paid by mistake, e.g. twice (誤納)."""
CLAIM_WITHIN: Final = timedelta(days=30)


def months_after(day: date, months: int) -> date:
    """The day on which so many months have passed, counted from the day after: 28 February and one month → 31 March."""
    return period_end(day + ONE_DAY, months=months)


def first_day(
    reason: Reason, *, paid_on: date, requested_on: date | None = None, decided_on: date | None = None
) -> date:
    """The first day that counts.

    Args:
        requested_on: of the request for correction ("requested").
        decided_on: of the correction ("requested"), or of the return or correction of income tax ("income_tax").

    Raises:
        ValueError: a day that the reason needs is missing.
    """
    if reason == "corrected":
        return paid_on + ONE_DAY
    if reason == "mistaken":
        return months_after(paid_on, 1) + ONE_DAY
    if decided_on is None or (reason == "requested" and requested_on is None):
        raise ValueError(f"{reason}: the days of request and decision are needed")
    end = months_after(decided_on, 1)
    if reason == "requested" and requested_on is not None:
        end = min(months_after(requested_on, 3), end)
    return max(end, paid_on) + ONE_DAY


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """A refund notified on a day and claimed on another: days beyond the 30 after the notice don't count."""

    notified_on: date
    claimed_on: date


def interest(
    amount_yen: int, start: date, end: date, *, unclaimed: Sequence[Unclaimed] = (), rates: RateTable = PUBLISHED,
    cuts: Cuts = USUAL,
) -> int:  # fmt: skip
    """Interest in yen on an amount from `start` to `end` (the day it is approved or applied), both counted.

    Raises:
        Invalid: "collection.rate_missing" for a year without rates.
    """
    base = cuts.base(amount_yen)
    if base == 0 or end < start:
        return 0
    need_years(rates, start.year, end.year)
    gaps = [(gap.notified_on + CLAIM_WITHIN + ONE_DAY, gap.claimed_on) for gap in unclaimed]
    starts = {start, *(date(year, 1, 1) for year in range(start.year + 1, end.year + 1))}
    for first, last in gaps:
        starts |= {first, last + ONE_DAY}
    days = sorted(day for day in starts if start <= day <= end)
    ends = [day - ONE_DAY for day in days[1:]] + [end]
    pieces = [
        Piece(day, last, base, rates[day.year].refund)
        for day, last in zip(days, ends, strict=True)
        if not any(first <= day <= until for first, until in gaps)
    ]
    return cuts.result(raw_sum(join(pieces, cuts.rounding), cuts.rounding))
