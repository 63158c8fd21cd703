"""Keys of this room's permissions. A counter belongs to a division; officials reach those of their divisions."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden

VIEW: Final = "front_cashless.view"
SELL: Final = "front_cashless.sell"
CONFIRM: Final = "front_cashless.confirm"
SETTLE: Final = "front_cashless.settle"
MANAGE: Final = "front_cashless.manage"


def require(actor: Actor, permission: str) -> None:
    """Forbidden unless the actor holds the permission; the platform holds all."""
    if actor.kind != "system" and not actor.may(permission):
        raise Forbidden("forbidden", permission=permission)
