"""How one instalment stands: a function of its facts alone, so no order of receipts, changes and refunds matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from .accrual import USUAL, Cuts
from .delinquent import Paid, Relief, charge
from .rates import PUBLISHED, RateTable

State = Literal["open", "part", "late_open", "paid", "none"]
"""open: nothing paid. part: a part of the tax. late_open: the tax, not the charge for lateness. paid. none: nothing is
owed any more (cancelled, exempted)."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Money that may count here: what came, less what went back or was put elsewhere."""

    receipt: int
    paid_on: date
    yen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known of an instalment. `tax`: what is owed after all changes; `waived`: 延滞金の減免, positive."""

    tax: int
    due_on: date
    credits: Sequence[Credit] = ()
    waived: int = 0
    reliefs: Sequence[Relief] = ()
    is_charged_late: bool = True
    cuts: Cuts = USUAL


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a receipt counts for the tax, and for the charge for lateness."""

    principal: int
    late: int


@dataclass(frozen=True, slots=True)
class Standing:
    """`shares`: by receipt, those of 0 left out. `late`: the charge once the tax is paid, else 0 (not fixed yet)."""

    shares: dict[int, Share] = field(default_factory=dict)
    principal_open: int = 0
    late: int = 0

    @property
    def late_open(self) -> int:
        """What is still owed of the fixed charge."""
        return self.late - sum(share.late for share in self.shares.values())


def settle(facts: Facts, *, rates: RateTable = PUBLISHED) -> Standing:
    """Money counts in the order in which it was paid: first for the tax, then for the charge for lateness.

    Of two payments of the same thing the first by day paid settles, the other is left over (誤納). The charge is fixed
    when the tax is paid, to the day on which it was (14条の5: the tax comes first).

    Raises:
        Invalid: "collection.rate_missing".
    """
    credits = sorted((c for c in facts.credits if c.yen > 0), key=lambda c: (c.paid_on, c.receipt))
    left, principal = facts.tax, {}
    for credit in credits:
        principal[credit.receipt] = min(credit.yen, left)
        left -= principal[credit.receipt]
    late = _late(facts, [Paid(c.paid_on, principal[c.receipt]) for c in credits], rates) if left == 0 else 0
    late_left, shares = late, {}
    for credit in credits:
        part = min(credit.yen - principal[credit.receipt], late_left)
        late_left -= part
        if principal[credit.receipt] or part:
            shares[credit.receipt] = Share(principal[credit.receipt], part)
    return Standing(shares, left, late)


def _late(facts: Facts, payments: Sequence[Paid], rates: RateTable) -> int:
    """The charge of an instalment whose tax is paid."""
    if not facts.is_charged_late or facts.tax == 0 or all(paid.on <= facts.due_on for paid in payments if paid.yen):
        return 0
    last = max(paid.on for paid in payments if paid.yen)
    found = charge(
        facts.tax, facts.due_on, last, payments=payments, reliefs=facts.reliefs, rates=rates, cuts=facts.cuts
    )
    return max(found.yen - facts.waived, 0)


def late_today(facts: Facts, standing: Standing, today: date, *, rates: RateTable = PUBLISHED) -> int:
    """What would be owed for lateness if all were paid on the day: the fixed charge, or what has accrued so far."""
    if standing.principal_open == 0:
        return standing.late
    if not facts.is_charged_late:
        return 0
    days = {credit.receipt: credit.paid_on for credit in facts.credits}
    paid = [Paid(days[receipt], share.principal) for receipt, share in standing.shares.items()]
    found = charge(facts.tax, facts.due_on, today, payments=paid, reliefs=facts.reliefs, rates=rates, cuts=facts.cuts)
    return max(found.yen - facts.waived, 0)


def state_of(facts: Facts, standing: Standing) -> State:
    """In one word."""
    if facts.tax == 0:
        return "none"
    if standing.principal_open == 0:
        return "late_open" if standing.late_open else "paid"
    return "part" if standing.principal_open < facts.tax else "open"
