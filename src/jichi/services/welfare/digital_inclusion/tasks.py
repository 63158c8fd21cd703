"""Background work of classes: telling many people; all may run twice."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import system_actor
from jichi.engines.jobs.tasks import task

from . import actions


@task("digital.tell_results", queue="notify", retries=5, own_units=True)
def tell_results(offering_id: str) -> None:
    """Tell everybody of a drawn list, or of a cancelled class."""
    actions.tell_results(actor=system_actor("digital.tell_results"), offering_id=UUID(offering_id))


def give_back() -> None:
    """By the clock: places that associations did not take."""
    actions.give_back_team_places(actor=system_actor("digital.give_back"))


def ask() -> None:
    """By the clock: classes that ended yesterday."""
    actions.ask(actor=system_actor("digital.ask"))


def leave_search() -> None:
    """By the clock: what ended yesterday."""
    actions.leave_search(actor=system_actor("digital.leave_search"))


def remind() -> None:
    """By the clock: what is tomorrow."""
    actions.remind(actor=system_actor("digital.remind"))
