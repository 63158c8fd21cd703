"""Failed jobs with their causes, tried again by who may; periodic jobs stopped and started; traces carried along."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import ANONYMOUS, Actor, system_actor, unit
from jichi.engines.jobs import actions, periodic, queries, reaper, rules
from jichi.engines.jobs.models import Failure, Schedule
from jichi.engines.jobs.tasks import known, task
from jichi.engines.jobs.tests.test_tasks import HOURLY, at
from jichi.kernel import trace
from jichi.kernel.errors import Conflict, Forbidden, NotFound, Unavailable

ADMIN = Actor(kind="staff", permissions=frozenset({actions.MANAGE, actions.VIEW}))
SYSTEM = system_actor("test")
NOSY = "山田花子 hanako@example.jp"
seen: list[str] = []


@task("test.refused", retries=2)
def refused(object_id: str) -> None:
    """Fails with words that nobody may keep."""
    seen.append(trace.traceparent())
    raise Unavailable("mail.away", who=NOSY) if object_id == "away" else ValueError(NOSY)


def run_once(job_id: int, name: str) -> None:
    """What a worker does with the job, and what it tells the queue afterwards when no try is left."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s RETURNING args", (job_id,))
        row = cursor.fetchone()

    class Job:
        id, attempts = job_id, 1

    class Context:
        job = Job()

    function = app.tasks[name].func
    with pytest.raises((Unavailable, ValueError)):
        function(Context(), **json.loads(row[0]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", (job_id,))


@pytest.fixture
def failed(db: None) -> list[int]:
    seen.clear()
    with trace.span("GET cases"), unit(SYSTEM):
        jobs = [refused.defer(object_id=text) for text in ("a", "b", "away")]
    for job in jobs:
        run_once(job, "test.refused")
    return jobs


def test_a_failure_keeps_class_and_place_and_no_word_of_the_error(failed: list[int]) -> None:
    rows = list(Failure.objects.order_by("id").values_list("job_id", "attempt", "error", "place"))
    assert [row[:3] for row in rows] == [
        (failed[0], 2, "ValueError"), (failed[1], 2, "ValueError"), (failed[2], 2, "Unavailable (mail.away)"),
    ]  # fmt: skip
    assert all(row[3].startswith("engines/jobs/tests/test_administration.py:") for row in rows)
    assert rows[0][3].endswith(" in refused")
    assert NOSY not in str(rows)


def test_failed_jobs_are_listed_by_kind_and_one_by_one(failed: list[int]) -> None:
    found = {kind.task: kind for kind in queries.kinds()}["test.refused"]
    assert (found.failed, found.waiting, found.running, found.error) == (3, 0, 0, "Unavailable (mail.away)")
    first = queries.failed_jobs(task="test.refused", limit=2)
    assert [job.id for job in first] == failed[:0:-1]
    rest = queries.failed_jobs(task="test.refused", before=first[-1].id)
    assert [job.id for job in rest] == failed[:1]
    assert queries.failed_jobs(task="test.other") == ()


def test_an_administrator_tries_one_or_all_again_and_nobody_else(failed: list[int]) -> None:
    for actor in (ANONYMOUS, Actor(kind="staff"), Actor(kind="staff", permissions=frozenset({actions.VIEW}))):
        with pytest.raises(Forbidden):
            actions.retry_job(actor=actor, job_id=failed[0])
        with pytest.raises(Forbidden):
            actions.retry_kind(actor=actor, task="test.refused")
    assert len(queries.failed_jobs()) == 3
    actions.retry_job(actor=ADMIN, job_id=failed[0])
    with pytest.raises(Conflict, match=r"jobs.not_failed"):
        actions.retry_job(actor=ADMIN, job_id=failed[0])
    with pytest.raises(NotFound):
        actions.retry_job(actor=ADMIN, job_id=2**40)
    assert actions.retry_kind(actor=ADMIN, task="test.refused") == 2
    assert actions.retry_kind(actor=ADMIN, task="test.refused") == 0
    assert queries.health().waiting == 3
    trail = audit.events_of(table="procrastinate_jobs", object_id="test.refused")
    assert [(event.action, event.detail) for event in trail] == [("job_retry", {"task": "test.refused", "jobs": 2})]


def test_a_stopped_periodic_job_makes_no_runs_and_misses_none(db: None) -> None:
    Schedule.objects.create(name=HOURLY.name, cron=HOURLY.cron, last_slot=at(9))
    with pytest.raises(Forbidden):
        actions.set_running(actor=ANONYMOUS, name=HOURLY.name, running=False)
    with pytest.raises(NotFound):
        actions.set_running(actor=ADMIN, name="none", running=False)
    actions.set_running(actor=ADMIN, name=HOURLY.name, running=False)
    actions.set_running(actor=ADMIN, name=HOURLY.name, running=False)
    assert periodic.plan([HOURLY], at(13)) == {}
    actions.set_running(actor=ADMIN, name=HOURLY.name, running=True)
    row = Schedule.objects.get(name=HOURLY.name)
    assert (row.stopped_at, row.missed) == (None, 0)
    acts = [event.action for event in audit.events_of(table="eng_jobs_schedule", object_id=HOURLY.name)]
    assert sorted(acts) == ["schedule_start", "schedule_stop"]


def test_the_trace_of_a_request_goes_into_its_jobs(failed: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args ->> '_trace' FROM procrastinate_jobs WHERE id = %s", (failed[0],))
        header = cursor.fetchone()[0]
    asked, ran = trace.parse(header), trace.parse(seen[0])
    assert asked is not None
    assert ran is not None
    assert asked[0] == ran[0]
    assert asked[1] != ran[1]
    with unit(SYSTEM):
        plain = refused.defer(object_id="c")
        with connection.cursor() as cursor:
            cursor.execute("SELECT args FROM procrastinate_jobs WHERE id = %s", (plain,))
            assert json.loads(cursor.fetchone()[0]) == {"object_id": "c"}
    assert known["test.refused"] is refused
    assert asyncio.iscoroutinefunction(app.tasks["test.refused"].func) is False


def test_a_clock_that_is_set_runs_no_periodic_job_twice_and_takes_none_from_the_living(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Schedule.objects.create(name=HOURLY.name, cron=HOURLY.cron, last_slot=at(9))
    assert len(periodic.plan([HOURLY], at(10))) == 1
    assert periodic.plan([HOURLY], at(8)) == {}  # set back: nothing again
    assert periodic.plan([HOURLY], at(10)) == {}
    assert len(periodic.plan([HOURLY], at(23))) == 1  # set forward: the latest once, the others counted
    assert Schedule.objects.get(name=HOURLY.name).missed == 12
    taken: list[int] = []
    monkeypatch.setattr(reaper, "reap", lambda: taken.append(1))
    monkeypatch.setattr(reaper, "_before", [])
    reaper.reap_round()
    reaper.reap_round()
    assert len(taken) == 2
    reaper._before[:] = [(reaper._before[0][0] - 3600, reaper._before[0][1])]  # as if set forward by an hour
    reaper.reap_round()
    assert len(taken) == 2
    reaper.reap_round()
    assert len(taken) == 3


@pytest.mark.parametrize(
    ("cron", "moment", "expected"),
    [
        ("0 * * * *", "2027-03-31T10:00", "2027-03-31T11:00"),
        ("40 3 * * *", "2027-03-31T03:39", "2027-03-31T03:40"),
        ("40 3 * * *", "2027-03-31T03:40", "2027-04-01T03:40"),
        ("0 0 29 2 *", "2027-03-31T10:00", "2028-02-29T00:00"),
        ("0 0 31 2 *", "2027-03-31T10:00", None),
    ],
)
def test_the_next_time_of_a_periodic_job(cron: str, moment: str, expected: str | None) -> None:
    found = rules.next_slot(rules.parse_cron(cron), datetime.fromisoformat(moment + "+09:00"))
    assert found == (datetime.fromisoformat(expected + "+09:00") if expected else None)
