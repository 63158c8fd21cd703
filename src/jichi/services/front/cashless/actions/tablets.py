"""Tablets of a counter: registered by a chief, paired once by a number, revoked for good."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from ..models import Desk, Tablet
from ..permissions import CONFIRM, require
from .days import desk_for

CODE_LIVES: Final = timedelta(minutes=30)
CODE_DIGITS: Final = 8
MOST_NAME: Final = 40


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Registered:
    """A tablet that is to be paired: the number that is typed into it, shown this once."""

    id: UUID
    code: str


def register_tablet(*, actor: Actor, desk_id: UUID, name: str) -> Registered:
    """Let one more tablet take money for a counter: a number of 8 digits that pairs it within half an hour.

    Raises:
        Forbidden; NotFound: of another division. Invalid: field "name".
    """
    require(actor, CONFIRM)
    name = name.strip()
    if not 0 < len(name) <= MOST_NAME:
        raise Invalid(fields={"name": FieldError("cashless.tablet_name", {"max": MOST_NAME})})
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    with unit(actor):
        row = Tablet.objects.create(
            desk=_desk(actor, desk_id), name=name, code_hash=_hash(f"{desk_id}:{code}"),
            code_until=clock.now() + CODE_LIVES, registered_at=clock.now(), registered_by=actor.account_id,
        )  # fmt: skip
        return Registered(row.pk, code)


def _desk(actor: Actor, id: UUID) -> Desk:
    desk = Desk.objects.filter(pk=id).first()
    if desk is None or (actor.kind != "system" and desk.division_id not in actor.divisions):
        raise NotFound
    return desk


def revoke_tablet(*, actor: Actor, id: UUID) -> None:
    """What the tablet sends from now on is refused and stays on it. Told again it changes nothing.

    Raises:
        Forbidden; NotFound.
    """
    require(actor, CONFIRM)
    with unit(actor):
        row = Tablet.objects.select_for_update().filter(pk=id).first()
        if row is None:
            raise NotFound
        _desk(actor, row.desk_id)
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = clock.now(), actor.account_id
            row.save(update_fields=["revoked_at", "revoked_by"])


def pair_tablet(*, actor: Actor, desk_id: UUID, code: str) -> str:
    """Give the tablet on which somebody types the number its key; the house keeps no more than a hash of it.

    Returns:
        "<tablet>.<key>", as it sends it with each sale.

    Raises:
        Forbidden; NotFound; Conflict: "cashless.tablet_code".
    """
    desk_for(actor, desk_id)
    given = _hash(f"{desk_id}:{code.strip()}")
    with unit(actor):
        row = (
            Tablet.objects.select_for_update()
            .filter(desk_id=desk_id, code_hash=given, code_until__gte=clock.now(), revoked_at=None).first()
        )  # fmt: skip
        if row is None:
            raise Conflict("cashless.tablet_code")
        key = secrets.token_urlsafe(32)
        row.code_hash, row.key_hash, row.paired_at = "", _hash(key), clock.now()
        row.save(update_fields=["code_hash", "key_hash", "paired_at"])
        return f"{row.pk}.{key}"


def known_tablet(*, actor: Actor, desk_id: UUID, proof: str) -> UUID:
    """The tablet that a sale says it comes from.

    Raises:
        Conflict: "cashless.tablet_unknown": none of this counter's, or the wrong key; "cashless.tablet_revoked".
    """
    name, _, key = proof.partition(".")
    try:
        id = UUID(name)
    except ValueError:
        raise Conflict("cashless.tablet_unknown") from None
    with unit(actor):
        row = Tablet.objects.filter(pk=id, desk_id=desk_id).exclude(key_hash="").first()
    if row is None or not hmac.compare_digest(row.key_hash, _hash(key)):
        raise Conflict("cashless.tablet_unknown")
    if row.revoked_at is not None:
        raise Conflict("cashless.tablet_revoked")
    return row.pk
