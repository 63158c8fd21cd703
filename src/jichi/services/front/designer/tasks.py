"""Background jobs of the designer; the manifest says when they run. All may run twice."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor

from . import actions


def publish_due() -> None:
    """Publish the designs that were approved for a moment that has come."""
    actions.publish_due(actor=system_actor("designer.publish_due"))
