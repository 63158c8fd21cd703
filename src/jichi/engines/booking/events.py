"""Facts this room announces, in the transaction in which they become true."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceGiven:
    """Somebody who waited got a place; `held`: they have to say yes in time."""

    offering_id: UUID
    entry_id: UUID
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLost:
    """A held place came free because its time was over."""

    offering_id: UUID
    entry_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawHeld:
    """A draw was held: every entry of its list has its outcome."""

    offering_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingCancelled:
    """Something people entered for does not take place; `reason` is for them to read."""

    offering_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePaid:
    """A held place was paid for in time, or one was still free: it is the entry's now."""

    offering_id: UUID
    entry_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidTooLate:
    """Money came after the hold had ended and no place was left: it goes back."""

    offering_id: UUID
    entry_id: UUID
