"""Background jobs of forms; the manifest says when they run. All may run twice."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor

from . import actions


def remind_drafts() -> None:
    """Remind people of drafts that end in 7 days or in 1 day."""
    actions.remind_drafts(actor=system_actor("forms.remind_drafts"))


def expire_drafts() -> None:
    """Delete drafts whose 30 days are over; forget who began without a login and has nothing left."""
    actions.expire_drafts(actor=system_actor("forms.expire_drafts"))
    actions.forget_guests(actor=system_actor("forms.expire_drafts"))
