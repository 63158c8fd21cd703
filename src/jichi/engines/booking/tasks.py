"""Jobs by the clock."""

from __future__ import annotations

from . import actions
from .actions.offering import SYSTEM


def release_expired() -> None:
    """Held places whose time is over come free; who waits gets them. Money of what ended goes back."""
    actions.release_expired(actor=SYSTEM)
    actions.end_money_of_ended(actor=SYSTEM)
