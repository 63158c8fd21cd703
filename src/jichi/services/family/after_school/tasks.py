"""Background work: telling parents what a run charged."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import system_actor
from jichi.engines.jobs.tasks import task

from . import actions


@task("after_school.tell_parents", queue="notify", retries=5)
def tell_parents(run_id: str) -> None:
    """Notices of a run; each is put once, however often this runs."""
    actions.tell_parents(actor=system_actor("after_school", purpose="after-school fees"), run_id=UUID(run_id))


def check_plans() -> None:
    """Plans that were kept or broken end; by the clock, and again it does nothing."""
    actions.check_plans(actor=system_actor("after_school", purpose="after-school fees"))
