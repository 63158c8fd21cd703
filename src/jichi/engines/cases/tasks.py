"""Background work of cases: decisions in bulk, and what the calendar reminds of."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import system_actor
from jichi.engines.jobs.tasks import task

from . import actions


@task("cases.decide_many", queue="heavy", retries=5, own_units=True)
def decide_many(run_id: str, lane: int) -> None:
    """Work off a bulk run; several lanes share it, and each may be run again."""
    actions.work_off(actor=system_actor("cases.bulk", purpose="bulk_decision"), run_id=UUID(run_id))


def count_days() -> None:
    """By the clock: what the timelines say of each day, for statistics."""
    actions.count_days(actor=system_actor("cases.count_days"))


def remind() -> None:
    """By the clock: corrections due soon, cases past their day."""
    actions.remind(actor=system_actor("cases.remind"))
