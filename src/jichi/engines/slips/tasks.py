"""Background work of slips: printing a run."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import system_actor
from jichi.engines.jobs.tasks import task

from . import actions


@task("slips.print", queue="heavy", retries=5, own_units=True)
def print_slips(run_id: str, lane: int) -> None:
    """Print what a run still lacks; several lanes share it, and each may be run again."""
    actions.print_run(
        actor=system_actor("slips.print", purpose="printing slips"), run_id=UUID(run_id), lane=lane,
        lanes=actions.LANES,
    )  # fmt: skip
