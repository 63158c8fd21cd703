"""Base × rate × days ÷ 365, cut to yen by segments: what 延滞金 and 還付加算金 share. Whole numbers only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

Rounding = Literal["merge", "split", "exact"]
"""merge: years with the same rate are one segment. split: also cut at each 1 January. exact: yen are cut once, on the
sum. They differ by a yen, and now and then the result by 100: the municipality chooses (`split_segments_by_year`)."""

DAYS: Final = 365
"""Leap years too (地方税法20条の4の2第1項の例による年当たりの割合)."""
POINTS: Final = 10_000
"""Basis points in one whole."""
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """端数処理 (20条の4の2): what is too small does not count, the rest is cut.

    Base below `least_base` yen: nothing; else cut to `base_unit`. Result below `least`: nothing; else cut to `unit`.
    """

    rounding: Rounding = "merge"
    least_base: int = 2_000
    base_unit: int = 1_000
    least: int = 1_000
    unit: int = 100

    def base(self, yen: int) -> int:
        """The amount on which something accrues; 0 where it is too small."""
        return 0 if yen < self.least_base else yen - yen % self.base_unit

    def result(self, raw_yen: int) -> int:
        """What is asked for in the end."""
        return 0 if raw_yen < self.least else raw_yen - raw_yen % self.unit


USUAL: Final = Cuts()


@dataclass(frozen=True, slots=True)
class Piece:
    """Days from `first` to `last`, both counted, of one base (yen) and one rate (basis points).

    `is_cut`: a segment begins here whatever came before.
    """

    first: date
    last: date
    base: int
    rate: int
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """One line of the reckoning as a paper shows it; `yen` is cut."""

    first: date
    last: date
    base: int
    rate: int

    @property
    def days(self) -> int:
        """Both ends counted."""
        return (self.last - self.first).days + 1

    @property
    def share(self) -> int:
        """Base × rate × days, before the division."""
        return self.base * self.rate * self.days

    @property
    def yen(self) -> int:
        """Cut to whole yen."""
        return self.share // (DAYS * POINTS)

    @property
    def percent(self) -> str:
        """The rate as people write it: 8.7, 1.25."""
        whole, part = divmod(self.rate, 100)
        return f"{whole}.{part:02d}".removesuffix("0")


def join(pieces: Iterable[Piece], rounding: Rounding) -> tuple[Segment, ...]:
    """Neighbouring pieces of the same base and rate become one segment, as `rounding` says. Pieces in their order."""
    found: list[Segment] = []
    for piece in pieces:
        if piece.last < piece.first or piece.base == 0:
            continue
        last = found[-1] if found else None
        if (
            last is not None
            and not piece.is_cut
            and (last.base, last.rate) == (piece.base, piece.rate)
            and last.last + ONE_DAY == piece.first
            and not (rounding == "split" and (piece.first.month, piece.first.day) == (1, 1))
        ):
            found[-1] = replace(last, last=piece.last)
        else:
            found.append(Segment(piece.first, piece.last, piece.base, piece.rate))
    return tuple(found)


def raw_sum(segments: Iterable[Segment], rounding: Rounding) -> int:
    """The sum in whole yen: of cut segments, or cut once where `rounding` is "exact"."""
    if rounding == "exact":
        return sum(segment.share for segment in segments) // (DAYS * POINTS)
    return sum(segment.yen for segment in segments)
