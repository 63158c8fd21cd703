"""What pages read of account transfers. What an actor sees, row security decides."""

from __future__ import annotations

from .office import (
    EntryView,
    SetBank,
    SetOffer,
    Uptake,
    cycles,
    entries,
    entry,
    offers,
    set_banks,
    set_offers,
    uptake,
)
from .own import BankView, OwnOffer, RegistrationView, banks, own_offers, own_registrations, registration

__all__ = [
    "BankView", "EntryView", "OwnOffer", "RegistrationView", "SetBank", "SetOffer", "Uptake", "banks", "cycles",
    "entries", "entry", "offers", "own_offers", "own_registrations", "registration", "set_banks", "set_offers",
    "uptake",
]  # fmt: skip
