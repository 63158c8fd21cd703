"""Who may do what with slips. Which slips an official reaches at all, row security decides."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden

READ: Final = "eng_slips.read"
ISSUE: Final = "eng_slips.issue"
SET_TERMS: Final = "eng_slips.terms"


def require(actor: Actor, permission: str) -> None:
    """Forbidden unless a role of the actor holds the permission; the platform itself may."""
    if actor.kind != "system" and not (actor.kind == "staff" and actor.may(permission)):
        raise Forbidden("forbidden", permission=permission)
