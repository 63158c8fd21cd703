"""Rights of collection. Which instalments an official reaches at all, row security decides."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden

VIEW: Final = "eng_collection.view"
ASSESS: Final = "eng_collection.assess"
COLLECT: Final = "eng_collection.collect"
REFUND: Final = "eng_collection.refund"
SETUP: Final = "eng_collection.setup"


def require(actor: Actor, permission: str) -> None:
    """Forbidden unless a role of the actor holds the permission; the platform may."""
    if actor.kind != "system" and not (actor.kind == "staff" and actor.may(permission)):
        raise Forbidden("forbidden", permission=permission)
