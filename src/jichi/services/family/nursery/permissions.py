"""Keys of this room's permissions. Which rounds an official reaches, row security and the division decide."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden, NotFound

VIEW: Final = "family_nursery.view"
EDIT: Final = "family_nursery.edit"
APPROVE: Final = "family_nursery.approve"
DESK: Final = "family_nursery.desk"
"""Of a nursery's own people: to enter its seats."""


def require(actor: Actor, permission: str, division_id: int | None = None) -> None:
    """Forbidden without the permission; NotFound where it is another division's. The platform may all."""
    if actor.kind == "system":
        return
    if actor.kind != "staff" or not actor.may(permission):
        raise Forbidden("forbidden", permission=permission)
    if division_id is not None and division_id not in actor.divisions:
        raise NotFound
