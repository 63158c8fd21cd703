"""Runs of nursery admission with real commits: two officials press at once, wishes change as it is published, kill -9."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from conftest import TestDatabase, own_world
from jichi.engines.audit.context import Actor, unit
from jichi.kernel.errors import Conflict
from jichi.services.family.nursery import actions
from jichi.services.family.nursery.actions import running
from jichi.services.family.nursery.models import Child, Outcome, Round, Run
from jichi.services.family.nursery.tests.office import SYSTEM, Office, family_in, resident

from .dying import Act, dies_after
from .intruder import at_once

MOTHER = "900000000000001"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def build() -> Office:
    """Three families for two seats, the first with a login."""
    made = Office()
    one = made.born(1)
    made.take(family_in("A", one, number=MOTHER), family_in("B", one), family_in("C", one, full=False))
    return made


office = own_world(build)


def presses(office: Office) -> list[Any]:
    return at_once(
        *(
            lambda actor=actor: actions.start_run(actor=actor, round_id=office.round)
            for actor in (office.sato, office.suzuki)
        )
    )


def test_without_the_lock_and_the_index_two_officials_would_start_two_runs(
    office: Office, own_db: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = threading.Barrier(2)

    def unlocked(actor: Actor, round_id: UUID) -> Round:
        both.wait(30)
        return Round.objects.get(pk=round_id)

    def started(make: Any, **values: Any) -> Any:
        both.wait(30)
        return make(**values)

    monkeypatch.setattr(running, "locked_round", unlocked)
    create = Run.objects.create
    monkeypatch.setattr(Run.objects, "create", lambda **values: started(create, **values))
    with psycopg.connect(own_db.super_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE family_nursery_run DROP CONSTRAINT nursery_run_number")
        owner.execute("DROP INDEX nursery_run_one_at_a_time")
    assert len(set(presses(office))) == 2


def test_two_officials_who_press_at_once_get_one_run(office: Office) -> None:
    first, second = presses(office)
    assert first == second
    with unit(SYSTEM):
        assert Run.objects.get().pk == first


def test_wishes_do_not_change_while_a_result_is_published(office: Office, own_db: TestDatabase) -> None:
    run = office.run()
    parent = resident(MOTHER)
    actions.claim_applications(actor=parent)
    with unit(parent):
        child = Child.objects.get()
    said: list[str] = []

    def change() -> None:
        try:
            actions.change_wishes(actor=parent, child_id=child.pk, wishes=["N2"])
            said.append("changed")
        except Conflict as error:
            said.append(error.code)
        finally:
            connection.close()

    with psycopg.connect(own_db.super_url, autocommit=True) as owner, psycopg.connect(own_db.super_url) as publisher:
        publisher.execute("SELECT 1 FROM family_nursery_round WHERE id = %s FOR UPDATE", (office.round,))
        publisher.execute("UPDATE family_nursery_round SET published_run_id = %s WHERE id = %s", (run, office.round))
        family = threading.Thread(target=change)
        family.start()
        while family.is_alive() and owner.execute(WAITING).fetchone() == (0,):
            family.join(0.05)
        publisher.commit()
        family.join()
    assert said == ["nursery.wishes_closed"]
    with unit(SYSTEM):
        assert Child.objects.get(pk=child.pk).wishes == ["N1", "N2"]


def matching(run_id: UUID) -> Any:
    """Work this run off."""
    return lambda: actions.work_off(actor=SYSTEM, run_id=run_id)


def test_a_run_killed_in_the_middle_is_resumed_with_the_same_bytes(office: Office, own_db: TestDatabase) -> None:
    never_killed = office.run()
    run = actions.start_run(actor=office.sato, round_id=office.round)
    killed, seen, statement = 0, set[str](), 2
    while not dies_after(own_db, statement, Act(matching, {"run_id": run})):
        with unit(SYSTEM):
            state, outcomes = Run.objects.get(pk=run).state, Outcome.objects.filter(run_id=run).count()
        assert outcomes == (3 if state == "done" else 0)
        seen.add(state)
        killed, statement = killed + 1, statement + 5
    assert killed >= 2
    assert {"queued", "running"} <= seen
    with unit(SYSTEM):
        one, other = Run.objects.get(pk=never_killed), Run.objects.get(pk=run)
        assert other.state == "done"
        assert bytes(one.outputs or b"") == bytes(other.outputs or b"x")
        assert Outcome.objects.filter(run_id=run).count() == 3
