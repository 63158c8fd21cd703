"""Who may let programs in."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden

MANAGE: Final = "eng_api.manage"


def require_manager(actor: Actor) -> None:
    """An administrator, or the platform itself.

    Raises:
        Forbidden.
    """
    if actor.kind != "system" and not actor.may(MANAGE):
        raise Forbidden("forbidden", permission=MANAGE)
