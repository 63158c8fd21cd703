"""Two at once: an identity gets one account, an answer is taken once; shown first without the guard."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import IntegrityError, connection

from conftest import TestDatabase
from jichi.engines.accounts import actions, identity
from jichi.engines.accounts.errors import NotIdentified
from jichi.engines.accounts.events import ProvedClaims
from jichi.engines.accounts.identity import Proof
from jichi.engines.accounts.models import Identity, IdentityFlow
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

SYSTEM = system_actor("test")
PROOF = Proof(provider="identity", subject="one-card", level="card", claims=ProvedClaims())


def account(name: str) -> UUID:
    made: UUID = actions.create_resident_account(actor=SYSTEM, email=f"{name}@example.jp").pk
    return made


def test_one_card_at_two_logins_at_once_becomes_one_of_them(committed_db: TestDatabase) -> None:
    def settle(account_id: UUID) -> str:
        try:
            identity.settle(actor=identity.actor_of(account_id), proof=PROOF)
        except NotIdentified as problem:
            return problem.code
        finally:
            connection.close()
        return "connected"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(settle, [account("hanako"), account("taro")]))
    assert answers == ["connected", "identify.other_account"]
    with unit(SYSTEM):
        assert Identity.objects.count() == 1


def test_whatever_the_code_does_the_database_keeps_one(committed_db: TestDatabase) -> None:
    first, second = account("hanako"), account("taro")
    with unit(SYSTEM):
        row = {"provider": "identity", "subject": "one-card", "level": "card", "linked_at": clock.now()}
        Identity.objects.create(account_id=first, **row)
    with pytest.raises(IntegrityError), unit(SYSTEM):
        Identity.objects.create(account_id=second, **row)


def test_an_answer_that_arrives_twice_at_once_is_taken_once(committed_db: TestDatabase) -> None:
    with unit(SYSTEM):
        IdentityFlow.objects.create(
            provider="identity", state_hash=identity._hash("state"), browser_hash=identity._hash("browser"),
            nonce="n", verifier="v", created_at=clock.now(),
        )  # fmt: skip

    def take(_place: int) -> bool:
        try:
            return identity.take_flow(state="state", browser="browser") is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, range(4))) == [False, False, False, True]
