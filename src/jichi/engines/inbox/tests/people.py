"""People and divisions for the tests of this room."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.accounts.models import Account, Division
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock

SYSTEM = system_actor("test")


def resident(email: str) -> Actor:
    with unit(SYSTEM):
        account = Account.objects.create(kind="resident", email=email, created_at=clock.now())
    return Actor(kind="resident", account_id=account.pk, name=email)


def official(login: str, *divisions: int, permissions: frozenset[str] = frozenset()) -> Actor:
    with unit(SYSTEM):
        account = Account.objects.create(kind="staff", login=login, created_at=clock.now())
    return Actor(
        kind="staff", account_id=account.pk, name=login, divisions=frozenset(divisions), permissions=permissions
    )


def a_division(code: str) -> int:
    with unit(SYSTEM):
        return Division.objects.create(code=code, names={"ja": code}).pk


def account_of(actor: Actor) -> UUID:
    assert actor.account_id is not None
    return actor.account_id
