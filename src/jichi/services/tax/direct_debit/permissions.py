"""Rights of this room: who says which banks take part and what can be paid so. Mandates have rights of their own."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden

MANAGE: Final = "tax_direct_debit.manage"


def require_manage(actor: Actor) -> None:
    """Forbidden unless the actor may set banks and 費目; the platform may."""
    if actor.kind != "system" and not (actor.kind == "staff" and actor.may(MANAGE)):
        raise Forbidden("forbidden", permission=MANAGE)
