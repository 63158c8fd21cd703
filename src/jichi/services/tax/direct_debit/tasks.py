"""Background work: slips for what banks could not take."""

from __future__ import annotations

from jichi.engines.audit.context import system_actor
from jichi.engines.jobs.tasks import task

from . import actions


@task("direct_debit.send_slips", queue="heavy", retries=5)
def send_slips() -> None:
    """Slips of all failed debits that wait; each is made once, however often this runs."""
    actions.send_slips(actor=system_actor("direct_debit"))
