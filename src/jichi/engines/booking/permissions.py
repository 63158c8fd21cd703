"""Keys of this room's permissions, and who looks after an offering."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden

MANAGE: Final = "eng_booking.manage"


def require_manager(actor: Actor, division_id: int) -> None:
    """Only officials of the division with the permission, and the platform itself.

    Raises:
        Forbidden: anybody else.
    """
    if actor.kind == "system":
        return
    if actor.kind != "staff" or not actor.may(MANAGE) or division_id not in actor.divisions:
        raise Forbidden
