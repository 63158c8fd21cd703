"""Jobs stand in the transaction that makes them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.jobs import periodic, queries
from jichi.engines.jobs.models import Schedule
from jichi.engines.jobs.tasks import task
from jichi.engines.jobs.tests import work
from jichi.kernel.clock import TOKYO
from jichi.kernel.manifest import Periodic

ACTOR = system_actor("test")


def jobs() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, queue_name, args FROM procrastinate_jobs ORDER BY id")
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


@pytest.mark.django_db
def test_a_job_is_queued_with_ids_only() -> None:
    number = uuid.UUID("7d0c2f52-6b7e-4d0e-9c57-1f6f4a5d0a11")
    with unit(ACTOR):
        assert work.write_note.defer(object_id=str(number)) > 0
        work.write_note.defer_with({"object_id": number})
    assert [row[:2] for row in jobs()] == [("test.note", "default")] * 2


@pytest.mark.django_db
def test_a_rolled_back_transaction_leaves_no_job() -> None:
    with pytest.raises(RuntimeError, match="the act failed"), unit(ACTOR):  # noqa: PT012 - the failing act
        work.write_note.defer(object_id="1")
        raise RuntimeError("the act failed")
    assert jobs() == []


@pytest.mark.parametrize("value", [1.5, True, None, {"name": "山田"}, ["a"], "x" * 101])
@pytest.mark.django_db
def test_anything_but_an_id_is_refused_and_nothing_is_queued(value: object) -> None:
    with pytest.raises(ValueError):
        work.write_note.defer_with({"object_id": value})
    assert jobs() == []


def test_an_unknown_queue_is_refused() -> None:
    with pytest.raises(ValueError):
        task("test.nowhere", queue="nowhere")


HOURLY = Periodic(name="test.hourly", cron="0 * * * *", function="jichi.engines.jobs.tests.work.tick")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, 13, hour, minute, tzinfo=TOKYO)


@pytest.mark.django_db
def test_a_new_entry_waits_for_its_next_slot_and_then_gets_one_job() -> None:
    assert periodic.plan([HOURLY], at(9, 30)) == {}
    assert list(periodic.plan([HOURLY], at(10))) == ["test.hourly"]
    assert periodic.plan([HOURLY], at(10, 59)) == {}
    assert [(name, args) for name, _, args in jobs()] == [
        ("periodic:test.hourly", '{"slot": "2026-06-13T10:00:00+09:00"}')
    ]


@pytest.mark.django_db
def test_missed_slots_are_counted_and_only_the_latest_is_run() -> None:
    periodic.plan([HOURLY], at(9, 30))
    assert len(periodic.plan([HOURLY], at(14, 5))) == 1
    row = Schedule.objects.get()
    assert (row.missed, row.last_slot, row.missed_at) == (4, at(14), at(14, 5))


@pytest.mark.django_db
def test_runs_left_out_while_nothing_ran_are_a_note_and_no_fault() -> None:
    periodic.plan([HOURLY], at(9, 30))
    periodic.plan([HOURLY], at(14, 5))
    (note,) = (f for f in queries.findings() if f.what == "periodic jobs")
    assert (note.state, note.detail) == ("ok", "left out in times when no worker ran: test.hourly (4)")


@pytest.mark.django_db
def test_a_changed_entry_does_not_run_for_slots_before_the_change() -> None:
    periodic.plan([HOURLY], at(9, 30))
    changed = Periodic(name=HOURLY.name, cron="*/10 * * * *", function=HOURLY.function)
    assert periodic.plan([changed], at(10, 5)) == {}
    assert len(periodic.plan([changed], at(10, 10))) == 1
    assert Schedule.objects.get().missed == 0


@pytest.mark.django_db
def test_every_entry_of_the_house_is_a_cron_entry_with_a_function() -> None:
    from jichi.engines.jobs.rules import parse_cron
    from jichi.kernel.manifest import resolve

    for entry in periodic.entries():
        parse_cron(entry.cron)
        assert callable(resolve(entry.function))


@pytest.mark.django_db
def test_health_counts_what_waits() -> None:
    with unit(ACTOR):
        work.write_note.defer(object_id="1")
        work.write_note.defer_with({"object_id": "2"}, at=datetime.now(TOKYO) + timedelta(hours=1))
    now = queries.health()
    assert (now.workers, now.waiting, now.running, now.failed) == (0, 1, 0, 0)
    assert queries.findings()[0].state == "missing"
