"""What this room does with the facts of the rooms below: in the transaction that announces them."""

from __future__ import annotations

from jichi.engines.accounts.events import GuestHandedOver
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.bankfiles.events import SettlementTaken

from .models import Charge
from .settling import take_settlement


def on_guest_handed_over(event: GuestHandedOver) -> None:
    """What somebody without a login owes or has paid is the login's they proved."""
    with unit(system_actor("payments.guest")):
        Charge.objects.filter(account_id=event.guest_id).update(account_id=event.account_id)


def on_settlement_taken(event: SettlementTaken) -> None:
    """A settlement of the payment firm was taken in: its lines are our payments'."""
    take_settlement(event.file_id)
