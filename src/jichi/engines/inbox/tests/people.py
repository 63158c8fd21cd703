"""People and divisions for the tests of this room."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import Actor, system_actor

SYSTEM = system_actor("test")


def resident(email: str) -> Actor:
    account = accounts.create_resident_account(actor=SYSTEM, email=email)
    return Actor(kind="resident", account_id=account.pk, name=email)


def official(login: str, *divisions: int, permissions: frozenset[str] = frozenset()) -> Actor:
    account = accounts.create_staff_account(
        actor=SYSTEM, login=login, name=login, password="correct horse battery", roles=(), division_codes=()
    )
    return Actor(
        kind="staff", account_id=account.pk, name=login, divisions=frozenset(divisions), permissions=permissions
    )


def a_division(code: str) -> int:
    return accounts.create_division(actor=SYSTEM, code=code, names={"ja": code}).pk


def account_of(actor: Actor) -> UUID:
    assert actor.account_id is not None
    return actor.account_id
