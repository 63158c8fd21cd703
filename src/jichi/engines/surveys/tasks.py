"""Work by the clock."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor

from . import actions


def forget() -> None:
    """What nobody needs any more: who answered, once a questionnaire is over; the replies after five years."""
    actions.forget(actor=system_actor("surveys.forget"))
