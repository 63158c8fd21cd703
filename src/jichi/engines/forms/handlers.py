"""What this room does with the facts of the rooms below: in the transaction that announces them."""

from __future__ import annotations

from jichi.engines.accounts.events import GuestHandedOver
from jichi.engines.audit.context import system_actor

from . import actions


def on_guest_handed_over(event: GuestHandedOver) -> None:
    """Drafts and submissions of who had no login are the login's now."""
    actions.take_over(actor=system_actor("forms.guest"), guest_id=event.guest_id, account_id=event.account_id)
