"""Background jobs of forms: some by the clock, as the manifest says, one when a form changed. All may run twice."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor
from jichi.engines.jobs.tasks import task

from . import actions


@task("forms.tell_drafts", queue="notify", retries=5, own_units=True)
def tell_drafts(procedure_id: int) -> None:
    """Tell who is typing that the form they type in was closed or changed."""
    actions.tell_drafts(actor=system_actor("forms.meanwhile"), procedure_id=procedure_id)


def remind_drafts() -> None:
    """Remind people of drafts that end in 7 days or in 1 day."""
    actions.remind_drafts(actor=system_actor("forms.remind_drafts"))


def forget_guests() -> None:
    """Forget who began without a login and has nothing left."""
    actions.forget_guests(actor=system_actor("forms.forget_guests"))
