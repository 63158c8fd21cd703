"""Background work of retreats; all may run twice."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor

from . import actions


def expire() -> None:
    """By the clock: offers nobody answered and bookings nobody proved come free."""
    actions.expire(actor=system_actor("retreats.expire"))


def remind() -> None:
    """By the clock: who comes in three days."""
    actions.remind(actor=system_actor("retreats.remind"))
