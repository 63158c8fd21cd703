"""Cases of who applied without a login go over to the login they prove afterwards."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.kernel.errors import Forbidden

from ..models import Case


def take_over(*, actor: Actor, guest_id: UUID, account_id: UUID) -> int:
    """The guest's cases are the account's from now on; answers how many. What was decided and said stays as it was.

    Raises:
        Forbidden: anybody but the platform.
    """
    if actor.kind != "system":
        raise Forbidden
    with unit(actor):
        return Case.objects.filter(account_id=guest_id).update(account_id=account_id)
