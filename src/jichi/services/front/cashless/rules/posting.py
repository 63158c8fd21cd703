"""What the counters put into the books: a day at its close, its cash when the treasurer has it, a firm's payment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jichi.engines.ledger.rules import AccountKind, Entry

ACCOUNTS: Final[tuple[tuple[str, str, AccountKind, int], ...]] = (
    ("desk_cash", "窓口の現金", "asset", 12),
    ("over_short", "現金過不足", "expense", 92),
    ("collection_fees", "収納手数料", "expense", 94),
    ("remittances", "送金待ち", "asset", 14),
)
"""科目 that the counters add to the chart: code, title, kind, position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Net yen of a day: what went back is taken off. `fees`: item's code → yen; `brands`: brand → yen, no cash."""

    fees: Mapping[str, int]
    brands: Mapping[str, int]
    cash: int


def day_entries(desk: str, sums: Sums, difference_yen: int) -> tuple[Entry, ...]:
    """A closed day: revenue gross by item, what firms owe by brand, the cash that lies there, and what was off.

    Revenue is booked gross and the firm's fee is an expense of its own (総計予算主義, 地方自治法210条).
    """
    return (
        Entry("desk_cash", sums.cash + difference_yen, f"cashless:{desk}"),
        *(Entry("agents", yen, f"cashless:{brand}") for brand, yen in sums.brands.items()),
        *(Entry("revenue", -yen, f"cashless:{desk}:{code}") for code, yen in sums.fees.items()),
        Entry("over_short", -difference_yen, f"cashless:{desk}"),
    )


def handover_entries(desk: str, yen: int) -> tuple[Entry, ...]:
    """The treasurer has the day's cash; the float stays at the counter."""
    return (Entry("cash", yen), Entry("desk_cash", -yen, f"cashless:{desk}"))


def settlement_entries(sender: str, brand: str, gross_yen: int, net_yen: int) -> tuple[Entry, ...]:
    """A firm settles a brand and period: the money on its way, its fee with tax, and what it owed.

    Into 歳計現金 it goes when the bank has credited it (`bankfiles`).
    """
    return (
        Entry("remittances", net_yen, sender), Entry("collection_fees", gross_yen - net_yen),
        Entry("agents", -gross_yen, f"cashless:{brand}"),
    )  # fmt: skip
