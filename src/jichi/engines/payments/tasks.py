"""Background work of payments by the clock."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor

from . import actions


def remind() -> None:
    """Charges due soon, and overdue ones."""
    actions.remind(actor=system_actor("payments.remind"))
