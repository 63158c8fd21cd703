"""What pages read of account transfers. What an actor sees, row security decides."""

from __future__ import annotations

from .own import BankView, OwnOffer, RegistrationView, banks, own_offers, own_registrations, registration

__all__ = [
    "BankView", "OwnOffer", "RegistrationView", "banks", "own_offers", "own_registrations", "registration",
]  # fmt: skip
