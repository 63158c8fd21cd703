"""What this room does with the facts of the rooms below: in the transaction that announces them."""

from __future__ import annotations

from jichi.engines.payments.events import ChargeReopened, ChargeSettled

from . import actions
from .actions.offering import SYSTEM


def on_charge_settled(event: ChargeSettled) -> None:
    """An entry was paid for."""
    actions.charge_settled(actor=SYSTEM, subject=event.subject)


def on_charge_reopened(event: ChargeReopened) -> None:
    """A payment of an entry was recorded by mistake."""
    actions.charge_reopened(actor=SYSTEM, subject=event.subject)
