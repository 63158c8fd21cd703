"""Rights of mandates. Which of them an official reaches, row security decides by the division that levies."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden

VIEW: Final = "eng_mandates.view"
EDIT: Final = "eng_mandates.edit"


def require(actor: Actor, division_id: int) -> None:
    """Forbidden unless the actor may change mandates of the division's dues; the platform may."""
    if actor.kind == "system":
        return
    if actor.kind != "staff" or not actor.may(EDIT) or division_id not in actor.divisions:
        raise Forbidden("forbidden", permission=EDIT)
