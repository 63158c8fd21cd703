"""What this room does with the facts of the rooms below: in the transaction that announces them."""

from __future__ import annotations

from jichi.engines.accounts.events import PostHoldingsChanged
from jichi.engines.audit.context import system_actor

from . import actions


def on_post_holdings_changed(event: PostHoldingsChanged) -> None:
    """人事異動: what waits for the post goes to whoever holds it now."""
    actions.renew_turns_of_holding(
        actor=system_actor("routes.turns"), account_id=event.account_id, post_id=event.post_id
    )
