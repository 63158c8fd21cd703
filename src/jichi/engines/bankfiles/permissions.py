"""Keys of this room's permissions. Files of banks concern the whole town, not one division."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden

VIEW: Final = "eng_bankfiles.view"
TAKE: Final = "eng_bankfiles.take"
MANAGE: Final = "eng_bankfiles.manage"


def require(actor: Actor, permission: str) -> None:
    """Forbidden unless a role of the actor holds the permission."""
    if actor.kind != "system" and not actor.may(permission):
        raise Forbidden("forbidden", permission=permission)
