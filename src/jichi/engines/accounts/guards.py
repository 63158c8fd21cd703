"""What nobody does to rights: raise their own, make administrators alone, leave the house without one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Conflict

from . import queries
from .models import PostHolding

MANAGE = "eng_accounts.manage"


def administrator_roles() -> frozenset[str]:
    """Roles that may manage accounts, and with them every right."""
    return queries.all_permissions()[MANAGE].roles


def refuse_raising(actor: Actor, account_id: UUID, roles: Iterable[str]) -> None:
    """An official gives no role to themselves, and the administrator's to nobody alone.

    Raises:
        Conflict: "rights.own", or "rights.second": such a change is planned and confirmed by a second administrator.
    """
    if actor.kind != "staff":
        return
    if actor.account_id == account_id:
        raise Conflict("rights.own")
    if administrator_roles() & set(roles):
        raise Conflict("rights.second")


def require_administrator(day: date) -> None:
    """Somebody active administers the house on this day. Call it after a change that takes the role from somebody.

    Raises:
        Conflict: "rights.last".
    """
    held = PostHolding.objects.filter(
        account__is_active=True, account__kind="staff", during__contains=day,
        post__roles__overlap=sorted(administrator_roles()),
    )  # fmt: skip
    if not held.exists():
        raise Conflict("rights.last")
