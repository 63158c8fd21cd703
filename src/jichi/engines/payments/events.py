"""Facts this room announces, in the transaction in which they become true."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeSettled:
    """Nothing is owed any more: it was paid, or it came to 0 yen. `subject` is what the opener gave."""

    subject: str
    charge_id: UUID
    amount_yen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRefunded:
    """The money of a charge has gone back."""

    subject: str
    charge_id: UUID
    amount_yen: int
