"""Background work of routes: turns follow the posts where a change concerns many routes."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import system_actor
from jichi.engines.jobs.tasks import task

from . import actions


@task("routes.renew_turns_of_division", retries=5, own_units=True)
def renew_turns_of_division(division_id: int, account_id: str) -> None:
    """Bring a division's open routes (0: all) in step with today's posts; may be run again."""
    actions.renew_turns_of_division(
        actor=system_actor("routes.turns"), division_id=division_id or None,
        account_id=UUID(account_id) if account_id else None,
    )  # fmt: skip
