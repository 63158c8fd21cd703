"""Keys of this room's permissions."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden

VIEW: Final = "front_retreats.view"
EDIT: Final = "front_retreats.edit"
DESK: Final = "front_retreats.desk"


def require_editor(actor: Actor, division_id: int) -> None:
    """Only officials of the division with the permission, and the platform itself.

    Raises:
        Forbidden: anybody else.
    """
    if actor.kind == "system":
        return
    if actor.kind != "staff" or not actor.may(EDIT) or division_id not in actor.divisions:
        raise Forbidden


def require_desk(actor: Actor, division_id: int, desk_id: int | None) -> None:
    """Who receives guests: officials of the house's desk, or of the division that runs it.

    Raises:
        Forbidden: anybody else.
    """
    if actor.kind == "system":
        return
    mine = actor.may(DESK) and bool({division_id, desk_id} & set(actor.divisions))
    if actor.kind != "staff" or not mine:
        raise Forbidden
