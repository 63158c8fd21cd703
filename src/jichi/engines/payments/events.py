"""Facts this room announces, in the transaction in which they become true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeSettled:
    """Nothing is owed any more: it was paid, or it came to 0 yen. `subject` is what the opener gave."""

    subject: str
    charge_id: UUID
    amount_yen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyCarried:
    """Money came for a charge that only carries it (`open_charge(is_carried=True)`): the room above books it.

    Once for each payment; a second one for the same charge has another `payment_id`. `paid_on`: the day it counts.
    """

    subject: str
    charge_id: UUID
    payment_id: UUID
    amount_yen: int
    paid_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedEnded:
    """The try to pay a charge that only carries money is over without money."""

    subject: str
    charge_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeReopened:
    """What counted as paid does not any more (当日取消): it is owed again."""

    subject: str
    charge_id: UUID
    amount_yen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargePartRefunded:
    """A part of the money of a charge has gone back; the rest stays paid."""

    subject: str
    charge_id: UUID
    amount_yen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRefunded:
    """The money of a charge has gone back."""

    subject: str
    charge_id: UUID
    amount_yen: int
