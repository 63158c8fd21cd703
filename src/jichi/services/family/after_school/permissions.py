"""Keys of this room's permissions. Which children an official reaches at all, row security decides."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden

VIEW: Final = "family_after_school.view"
EDIT: Final = "family_after_school.edit"
APPROVE: Final = "family_after_school.approve"


def require(actor: Actor, permission: str) -> None:
    """Forbidden unless a role of the actor holds the permission; the platform may."""
    if actor.kind != "system" and not (actor.kind == "staff" and actor.may(permission)):
        raise Forbidden("forbidden", permission=permission)
