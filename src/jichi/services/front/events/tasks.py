"""Background work of events: telling many people; all may run twice."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import system_actor
from jichi.engines.jobs.tasks import task

from . import actions


@task("events.tell_results", queue="notify", retries=5, own_units=True)
def tell_results(offering_id: str) -> None:
    """Tell everybody of a drawn list, or of a cancelled event."""
    actions.tell_results(actor=system_actor("events.tell_results"), offering_id=UUID(offering_id))


def ask() -> None:
    """By the clock: what took place yesterday."""
    actions.ask(actor=system_actor("events.ask"))


def leave_search() -> None:
    """By the clock: what ended yesterday."""
    actions.leave_search(actor=system_actor("events.leave_search"))


def remind() -> None:
    """By the clock: what is tomorrow."""
    actions.remind(actor=system_actor("events.remind"))
