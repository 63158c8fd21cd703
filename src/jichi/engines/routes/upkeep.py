"""Each night: open steps go to whoever holds their posts today; absences begin and end by date."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor

from . import actions


def renew_turns_of_today() -> None:
    """Bring turns and work items of all open routes in step with posts and absences of the new day."""
    actions.renew_turns(actor=system_actor("routes.turns"))
