"""Keys of this room's permissions. Officials design the procedures of their divisions, the DX office those of all."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor

EDIT: Final = "front_designer.design.edit"
PUBLISH: Final = "front_designer.publish"
ALL: Final = "front_designer.all"


def may_edit(actor: Actor, division_id: int) -> bool:
    """May the actor design procedures of this division?"""
    if actor.kind == "system":
        return True
    return actor.may(EDIT) and (actor.may(ALL) or division_id in actor.divisions)


def may_publish(actor: Actor, division_id: int) -> bool:
    """May the actor approve that a procedure of this division is published, or stop it?"""
    if actor.kind == "system":
        return True
    return actor.may(PUBLISH) and (actor.may(ALL) or division_id in actor.divisions)
