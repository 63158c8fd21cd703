"""Keys of this room's permissions. An official changes entries of the own divisions, the DX office all."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor

VIEW: Final = "front_inventory.view"
EDIT: Final = "front_inventory.edit"
MANAGE: Final = "front_inventory.manage"


def may_change(actor: Actor, division_id: int) -> bool:
    """May the actor change entries of this division?"""
    if actor.kind == "system" or actor.may(MANAGE):
        return True
    return actor.may(EDIT) and division_id in actor.divisions
