"""充当の順序: to what money goes first (地方税法14条の3, 14条の5). Within one claim: costs, tax, lateness."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Part = Literal["cost", "tax", "delinquent"]
Order = Literal["due", "limitation"]
"""Between claims that nobody named: the oldest due day first, or the one that lapses first; a setting."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What is open of one instalment, in yen; `lapses_on` None where its limitation stands still."""

    key: str
    due_on: date
    tax: int
    delinquent: int = 0
    cost: int = 0
    lapses_on: date | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """So many yen go to this part of this instalment."""

    key: str
    part: Part
    yen: int


def in_order(owed: Iterable[Owed], *, named: Collection[str] = (), order: Order = "due") -> list[Owed]:
    """Claims in the order in which money reaches them: those the payer or the slip names first."""

    def place(claim: Owed) -> tuple[bool, date, date, str]:
        lapses = claim.lapses_on or date.max
        days = (claim.due_on, lapses) if order == "due" else (lapses, claim.due_on)
        return (claim.key not in named, *days, claim.key)

    return sorted(owed, key=place)


def spread(
    amount_yen: int, owed: Iterable[Owed], *, named: Collection[str] = (), order: Order = "due"
) -> tuple[tuple[Share, ...], int]:
    """Where an amount goes, and what is left over.

    Raises:
        ValueError: a negative amount.
    """
    if amount_yen < 0:
        raise ValueError("money that came is not negative")
    found, left = [], amount_yen
    for claim in in_order(owed, named=named, order=order):
        parts: tuple[tuple[Part, int], ...] = (
            ("cost", claim.cost), ("tax", claim.tax), ("delinquent", claim.delinquent),
        )  # fmt: skip
        for part, open_yen in parts:
            if yen := min(left, open_yen):
                found.append(Share(claim.key, part, yen))
                left -= yen
    return tuple(found), left
