"""Keys of this room's permissions."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden

VIEW: Final = "front_events.view"
EDIT: Final = "front_events.edit"


def require_editor(actor: Actor, division_id: int) -> None:
    """Only officials of the division with the permission, and the platform itself.

    Raises:
        Forbidden: anybody else.
    """
    if actor.kind == "system":
        return
    if actor.kind != "staff" or not actor.may(EDIT) or division_id not in actor.divisions:
        raise Forbidden
