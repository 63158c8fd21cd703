"""Background work of nursery admission: the matching itself."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import system_actor
from jichi.engines.jobs.tasks import task


@task("nursery.match", queue="heavy", retries=3, own_units=True)
def match_children(run_id: str) -> None:
    """Match a run's frozen tables. Bears being run again: what is not ended begins anew."""
    from . import actions

    actions.work_off(actor=system_actor("nursery.match", purpose="nursery"), run_id=UUID(run_id))
