"""Jobs of this room by the clock."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor

from . import actions


def raise_alarms() -> None:
    """Each morning: advance notices that wait too long."""
    actions.raise_alarms(actor=system_actor("bankfiles.alarms"))
