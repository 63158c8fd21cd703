"""Background work of retreats; all may run twice."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import system_actor
from jichi.engines.jobs.tasks import task

from . import actions


@task("retreats.settle_draw", queue="notify", retries=5, own_units=True)
def settle_draw(offering_id: str) -> None:
    """Rooms for who won a draw; others hear."""
    actions.settle_draw(actor=system_actor("retreats.settle_draw"), offering_id=UUID(offering_id))


def expire() -> None:
    """By the clock: offers nobody answered and bookings nobody proved come free."""
    actions.expire(actor=system_actor("retreats.expire"))


def end_unpaid() -> None:
    """By the clock: rooms held for paying come free, and what nobody pays any more is called off."""
    system = system_actor("retreats.unpaid")
    actions.end_unpaid(actor=system)
    actions.end_money_of_late(actor=system)


def remind() -> None:
    """By the clock: who comes in three days."""
    actions.remind(actor=system_actor("retreats.remind"))
