"""Background jobs of the inventory; the manifest says when they run. All may run twice."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor

from . import actions


def follow_published() -> None:
    """Entries whose procedure was published here become online: what a handler does at once, for what it missed."""
    actions.follow_published(actor=system_actor("inventory.follow_published"))
