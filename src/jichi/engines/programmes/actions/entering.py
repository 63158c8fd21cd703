"""Steps of entering that services share."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import Actor
from jichi.engines.booking import actions as booking
from jichi.kernel.errors import Forbidden


def answer_offer(*, actor: Actor, entry_id: UUID, comes: bool) -> bool:
    """Who was called from the waiting list says yes or no; False where the time was over.

    Raises:
        NotFound: no entry that the actor may see. Forbidden: nobody is signed in.
    """
    if actor.kind == "anonymous":
        raise Forbidden
    if comes:
        return booking.confirm_place(actor=actor, entry_id=entry_id)
    booking.withdraw(actor=actor, entry_id=entry_id)
    return True
