"""Who may do what with charges. Which charges an official reaches at all, row security decides."""

from __future__ import annotations

from typing import Final

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import Forbidden, NotFound

from .models import Charge

VIEW: Final = "eng_payments.view"
COLLECT: Final = "eng_payments.collect"
REFUND: Final = "eng_payments.refund"
EXPORT: Final = "eng_payments.export"
SETTLED: Final = "eng_payments.settled"
WATCH: Final = "eng_payments.watch"


def require_staff(actor: Actor, charge: Charge, permission: str) -> None:
    """The official holds the permission and serves the charge's division.

    Raises:
        NotFound: another division's charge looks like none.
        Forbidden: the division's, but the role doesn't reach this far.
    """
    if actor.kind == "system":
        return
    if actor.kind != "staff" or charge.division_id not in actor.divisions or not actor.may(VIEW):
        raise NotFound
    if not actor.may(permission):
        raise Forbidden("forbidden", permission=permission)


def require_payer(actor: Actor, charge: Charge) -> None:
    """The charge is this login's own.

    Raises:
        NotFound: somebody else's looks like none.
    """
    if actor.kind == "system":
        return
    if actor.kind != "resident" or actor.account_id is None or charge.account_id != actor.account_id:
        raise NotFound


def require(actor: Actor, permission: str) -> None:
    """Forbidden unless a role of the actor holds the permission."""
    if actor.kind != "system" and not actor.may(permission):
        raise Forbidden("forbidden", permission=permission)
