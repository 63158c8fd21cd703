"""Keys of this room's permissions."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden

ORGANISE: Final = "office_administration.organise"
LOOKS: Final = "office_administration.looks"
RETENTION: Final = "office_administration.retention"


def require(actor: Actor, permission: str) -> None:
    """The platform, or an official with the permission.

    Raises:
        Forbidden.
    """
    if actor.kind != "system" and not actor.may(permission):
        raise Forbidden("forbidden", permission=permission)
