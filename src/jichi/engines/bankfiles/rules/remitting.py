"""What an agent sends for a day: what it finally reported, less its fee for each receipt. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any


@dataclass(frozen=True, slots=True)
class AgentFee:
    """From a remittance day on: yen for each receipt, and percent of tax on a day's fees (0: within the yen)."""

    since: date
    yen: int
    tax_percent: Decimal = Decimal(0)

    def of(self, count: int) -> int:
        """The fee of a day in yen with its tax; the tax is cut to yen once for the day (M: the agent's to say)."""
        fee = count * self.yen
        return fee + int(fee * self.tax_percent / 100)


def agent_fees(given: Sequence[Mapping[str, Any]]) -> tuple[AgentFee, ...]:
    """Dated fees, oldest first.

    Raises:
        ValueError: what is none.
    """
    try:
        found = [
            AgentFee(date.fromisoformat(one["from"]), one["yen"], Decimal(str(one.get("tax", 0)))) for one in given
        ]
    except (KeyError, TypeError, InvalidOperation) as error:
        raise ValueError("a fee that is none") from error
    if any(type(one.yen) is not int or not 0 <= one.yen <= 10_000 or not 0 <= one.tax_percent <= 20 for one in found):
        raise ValueError("a fee that is none")
    return tuple(sorted(found, key=lambda one: one.since))


@dataclass(frozen=True, slots=True)
class Share:
    """What a division's fiscal year has of a remittance day: how many receipts, yen."""

    division_id: int
    fiscal_year: int
    count: int
    gross_yen: int
    fee_yen: int = 0

    @property
    def key(self) -> tuple[int, int]:
        """Whose it is."""
        return self.division_id, self.fiscal_year


def remitted(shares: Sequence[Share], day: date, fees: Sequence[AgentFee]) -> tuple[Share, ...]:
    """The shares of a day with the day's fee on them, by how many receipts each has; no fees agreed: 0.

    Raises:
        LookupError: fees were agreed, but none for a day so early.
    """
    rate = next((one for one in reversed(fees) if one.since <= day), None)
    if fees and rate is None:
        raise LookupError(f"no fee for {day}")
    count = sum(one.count for one in shares)
    left = rate.of(count) if rate else 0
    found = []
    for one in sorted(shares, key=lambda share: share.key):
        fee = left * one.count // count if count else 0
        left, count = left - fee, count - one.count
        found.append(Share(*one.key, one.count, one.gross_yen, fee))
    return tuple(found)


def not_yet(now: Sequence[Share], before: Sequence[Share]) -> tuple[Share, ...]:
    """What of the shares is not expected yet; a share that went down is below 0."""
    old = {one.key: one for one in before}
    keys = sorted({one.key for one in now} | set(old))
    new = {one.key: one for one in now}
    found = []
    for key in keys:
        a, b = new.get(key, Share(*key, 0, 0)), old.get(key, Share(*key, 0, 0))
        share = Share(*key, a.count - b.count, a.gross_yen - b.gross_yen, a.fee_yen - b.fee_yen)
        if share.gross_yen or share.fee_yen:
            found.append(share)
    return tuple(found)
