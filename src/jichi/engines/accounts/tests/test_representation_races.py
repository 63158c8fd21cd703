"""Two people with one code: the row's lock and, behind it, the database keep the first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection

from conftest import TestDatabase
from jichi.engines.accounts import actions
from jichi.engines.accounts.models import Representation
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Invalid

from .test_representation import HANAKO, ask, held, resident

SYSTEM = system_actor("test")


def test_of_two_acceptances_at_once_one_wins(committed_db: TestDatabase) -> None:
    hanako, representatives = resident("hanako", HANAKO), [resident("jiro"), resident("saburo")]
    made = ask(hanako)

    def accept(actor: Actor) -> str:
        try:
            actions.accept_mandate(actor=actor, code=made.code)
        except Invalid:
            return "too late"
        finally:
            connection.close()
        return "accepted"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(accept, representatives))
    assert answers == ["accepted", "too late"]
    assert sum(len(held(representative)) for representative in representatives) == 1


def test_without_the_lock_the_second_would_take_it_over_but_the_database_refuses(committed_db: TestDatabase) -> None:
    hanako, jiro, saburo = resident("hanako", HANAKO), resident("jiro"), resident("saburo")
    made = ask(hanako)
    with unit(SYSTEM):
        stale = Representation.objects.get(pk=made.id)
    actions.accept_mandate(actor=jiro, code=made.code)
    stale.agent_account_id, stale.state, stale.began_at = saburo.account_id, "active", clock.now()
    with pytest.raises(IntegrityError), unit(SYSTEM):
        stale.save()
    assert (len(held(jiro)), len(held(saburo))) == (1, 0)
