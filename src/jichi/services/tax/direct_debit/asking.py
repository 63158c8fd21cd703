"""Asking banks about registrations whose word never came: for the worker's loop."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from . import actions, gateway
from .models import Registration
from .protocol import Word
from .rules.registering import next_look

SYSTEM: Final = system_actor("direct_debit")
BATCH: Final = 10


def sweep(*, limit: int = BATCH) -> int:
    """Ask about registrations whose time has come; how many. Nothing is locked during a call."""
    if not gateway.is_there():
        return 0
    now = clock.now()
    with unit(SYSTEM):
        due = list(
            Registration.objects.select_for_update(skip_locked=True).filter(next_look_at__lte=now)
            .order_by("next_look_at")[:limit]
        )  # fmt: skip
        for row in due:
            wait = next_look(now - row.opened_at)
            row.next_look_at = now + wait if wait is not None else None
            row.save(update_fields=["next_look_at"])
    for row in due:
        actions.ask(actor=SYSTEM, ref=row.provider_ref)
        if row.next_look_at is None:
            actions.settle(actor=SYSTEM, word=Word(ref=row.provider_ref, reference=row.pk, state="expired"))
    return len(due)


def sweep_round() -> bool:
    """One round of the worker's loop; true when there may be more."""
    return sweep() == BATCH
