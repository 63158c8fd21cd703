"""Facts about the register that a load brought, in batches of at most 1,000 people.

Announced in the load's transaction: a handler that refuses undoes the load, so handlers note and queue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterChanged:
    """People who were on record before and of whom a load changed, added or removed rows; those who left too."""

    load_id: int
    addressee_nos: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A resident who is none any more: "moved_out", "deceased", "removed", "outside", or "gone" from the register."""

    addressee_no: str
    state: str
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentsLeft:
    """Residents who moved out, died or were removed since the load before."""

    load_id: int
    people: tuple[Departure, ...]
