"""Actors and units of work: a transaction that carries who and why to the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias
from uuid import UUID

from django.db import connection, transaction

ActorKind: TypeAlias = Literal["anonymous", "resident", "staff", "partner", "system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts. `permissions` holds the keys its roles give; `divisions` the division ids it serves."""

    kind: ActorKind = "anonymous"
    account_id: UUID | None = None
    name: str = ""
    divisions: frozenset[int] = frozenset()
    permissions: frozenset[str] = frozenset()
    purpose: str = ""
    request_id: str = ""
    level: str = ""
    """How surely this session knows the person: "", "email", "account" or "card"."""

    def may(self, permission: str) -> bool:
        """Does a role of this actor hold the permission?"""
        return permission in self.permissions

    def for_purpose(self, purpose: str) -> Actor:
        """The same actor, acting for a stated purpose (利用目的)."""
        return replace(self, purpose=purpose)


ANONYMOUS = Actor()


def system_actor(name: str, *, purpose: str = "") -> Actor:
    """The platform itself, named after the job or command that runs."""
    return Actor(kind="system", name=name, purpose=purpose or name)


_current: ContextVar[Actor | None] = ContextVar("jichi_actor", default=None)


def current_actor() -> Actor:
    """The actor of the unit of work that runs now; anonymous outside of one."""
    return _current.get() or ANONYMOUS


def settings_of(actor: Actor) -> tuple[str, ...]:
    """What the database is told: kind, account, divisions, purpose, request, permissions."""
    return (
        actor.kind,
        str(actor.account_id or ""),
        "{" + ",".join(str(d) for d in sorted(actor.divisions)) + "}",
        actor.purpose,
        actor.request_id,
        json.dumps(sorted(actor.permissions)) if actor.kind == "staff" else "[]",
    )


_TELL = (
    "SELECT set_config('jichi.actor_kind', %s, true), set_config('jichi.actor_id', %s, true), "
    "set_config('jichi.divisions', %s, true), set_config('jichi.purpose', %s, true), "
    "set_config('jichi.request_id', %s, true), set_config('jichi.permissions', %s, true)"
)


def tell_database(actor: Actor) -> None:
    """Hand actor and purpose to the open transaction; they end with it."""
    with connection.cursor() as cursor:
        cursor.execute(_TELL, settings_of(actor))


@contextmanager
def unit(actor: Actor) -> Iterator[None]:
    """One unit of work: all inside is committed together or not at all.

    Outermost it is a transaction; inside another unit it is a savepoint, so that a refused
    action leaves the page's transaction usable. Entering with another actor than the
    surrounding one tells the database, and tells it back afterwards.
    """
    before = _current.get() if connection.in_atomic_block else None
    token = _current.set(actor)
    try:
        with transaction.atomic():
            if before != actor:
                tell_database(actor)
            yield
        if before is not None and before != actor and not connection.needs_rollback:
            tell_database(before)
    finally:
        _current.reset(token)


@contextmanager
def joining(actor: Actor) -> Iterator[None]:
    """As `unit`, but part of a surrounding unit of the same actor without a savepoint of its own.

    For reads, and for acts whose writes all lie in units of their own: a refusal raised here leaves the
    surrounding unit usable, for there is nothing to take back.
    """
    if connection.in_atomic_block and _current.get() == actor:
        yield
        return
    with unit(actor):
        yield
