"""Keys of this room's permissions."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden

VIEW: Final = "welfare_digital_inclusion.view"
EDIT: Final = "welfare_digital_inclusion.edit"
TEACH: Final = "welfare_digital_inclusion.teach"
DESK: Final = "welfare_digital_inclusion.desk"


def require_editor(actor: Actor, division_id: int) -> None:
    """Only officials of the division with the permission, and the platform itself.

    Raises:
        Forbidden: anybody else.
    """
    if actor.kind == "system":
        return
    if actor.kind != "staff" or not actor.may(EDIT) or division_id not in actor.divisions:
        raise Forbidden


def require_teacher(actor: Actor, division_id: int, teacher_id: UUID | None) -> None:
    """The session's own instructor, or who may edit the division's classes.

    Raises:
        Forbidden: anybody else.
    """
    if actor.kind == "staff" and actor.may(TEACH) and teacher_id is not None and actor.account_id == teacher_id:
        return
    require_editor(actor, division_id)


def require_supporter(actor: Actor, division_id: int) -> None:
    """Who sits at desks of the division, its officials, and the platform itself.

    Raises:
        Forbidden: anybody else.
    """
    if actor.kind == "system":
        return
    if actor.kind != "staff" or not actor.may(DESK) or division_id not in actor.divisions:
        raise Forbidden
