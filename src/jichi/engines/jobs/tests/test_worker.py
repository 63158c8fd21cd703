"""A real worker process: runs, retries, is killed, is stopped, loses the database."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connections

from conftest import TestDatabase
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.jobs import periodic, reaper
from jichi.engines.jobs.models import Schedule
from jichi.engines.jobs.tests import work
from jichi.engines.jobs.tests.test_tasks import HOURLY, at
from jichi.engines.jobs.tests.work import command, start_worker, value, wait_until
from jichi.kernel.manifest import Periodic

ACTOR = system_actor("test")
pytestmark = pytest.mark.slow
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def workers(committed_db: TestDatabase, tmp_path: Path) -> Iterator[Start]:
    running: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        running.append(start_worker(committed_db.app_url, *arguments, mark=tmp_path))
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()


def ran(db: TestDatabase, object_id: str) -> object:
    return value(
        db.super_url, "SELECT count(*) FROM eng_audit_auditevent WHERE action = 'ran' AND object_id = %s", object_id
    )


def status(db: TestDatabase, job: int) -> object:
    return value(db.super_url, "SELECT status::text FROM procrastinate_jobs WHERE id = %s", job)


def test_a_job_runs_once_as_the_system_and_the_worker_stops_on_sigterm(
    committed_db: TestDatabase, workers: Start
) -> None:
    with unit(ACTOR):
        job = work.write_note.defer(object_id="a")
    process = workers("--no-loops")
    wait_until(lambda: status(committed_db, job) == "succeeded")
    assert ran(committed_db, "a") == 1
    who = value(
        committed_db.super_url, "SELECT actor_kind || '/' || purpose FROM eng_audit_auditevent WHERE object_id = 'a'"
    )
    assert who == "system/job:test.note"
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_a_failing_job_leaves_no_trace_of_its_unit_and_waits_for_another_try(
    committed_db: TestDatabase, workers: Start
) -> None:
    with unit(ACTOR):
        job = work.fail_always.defer(object_id="f")
    workers("--no-loops")
    wait_until(
        lambda: (
            value(committed_db.super_url, "SELECT attempts FROM procrastinate_jobs WHERE id = %s", job) == 1
            and status(committed_db, job) == "todo"
        )
    )
    assert ran(committed_db, "f") == 0
    later = value(committed_db.super_url, "SELECT scheduled_at > now() FROM procrastinate_jobs WHERE id = %s", job)
    assert later is True


def test_sigterm_lets_the_running_job_finish(committed_db: TestDatabase, workers: Start, tmp_path: Path) -> None:
    with unit(ACTOR):
        job = work.sleep_long.defer(object_id="s", seconds=3)
    process = workers("--no-loops")
    wait_until((tmp_path / "s").exists)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert (tmp_path / "s").read_text() == "ended"
    assert status(committed_db, job) == "succeeded"


def test_the_job_of_a_killed_worker_is_run_again_by_another(committed_db: TestDatabase, workers: Start) -> None:
    with unit(ACTOR):
        job = work.kill_once.defer(object_id="k")
    first = workers("--no-loops")
    assert first.wait(40) == -9
    assert status(committed_db, job) == "doing"
    assert ran(committed_db, "k") == 0

    # Without the reaper nobody touches it: a second worker leaves it alone.
    second = workers("--no-loops")
    with unit(ACTOR):
        other = work.write_note.defer(object_id="o")
    wait_until(lambda: status(committed_db, other) == "succeeded")
    assert status(committed_db, job) == "doing"

    wait_until(lambda: len(reaper.reap(silent_for=1.0)) == 1)
    wait_until(lambda: status(committed_db, job) == "succeeded")
    assert ran(committed_db, "k") == 1
    assert second.poll() is None


def test_a_task_that_must_not_be_repeated_ends_as_failed(committed_db: TestDatabase, workers: Start) -> None:
    with unit(ACTOR):
        job = work.kill_for_good.defer(object_id="x")
    assert workers("--no-loops").wait(40) == -9
    found: list[reaper.Reaped] = []

    def reaped() -> bool:
        found.extend(reaper.reap(silent_for=1.0))
        return bool(found)

    wait_until(reaped)
    assert [(r.job_id, r.verdict) for r in found] == [(job, "failed")]
    assert status(committed_db, job) == "failed"


def test_the_worker_outlives_the_database(committed_db: TestDatabase, workers: Start) -> None:
    process = workers()
    with unit(ACTOR):
        first = work.write_note.defer(object_id="1")
    wait_until(lambda: status(committed_db, first) == "succeeded")
    connections["default"].close()
    # As when PostgreSQL is stopped: every connection is cut and no new one is let in.
    postgres = committed_db.cluster.url("super", "postgres")
    command(postgres, f"ALTER DATABASE {committed_db.name} ALLOW_CONNECTIONS false")
    value(
        postgres, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", committed_db.name
    )
    time.sleep(4)
    assert process.poll() is None
    command(postgres, f"ALTER DATABASE {committed_db.name} ALLOW_CONNECTIONS true")
    with unit(ACTOR):
        second = work.write_note.defer(object_id="2")
    wait_until(lambda: status(committed_db, second) == "succeeded")
    assert process.poll() is None


def test_several_planners_make_one_job_for_a_slot(committed_db: TestDatabase) -> None:
    with unit(ACTOR):
        Schedule.objects.create(name=HOURLY.name, cron=HOURLY.cron, last_slot=at(9))

    def plan(_number: int) -> int:
        try:
            return len(periodic.plan([HOURLY], at(10)))
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(plan, range(16)))
    assert sum(made) == 1
    assert value(committed_db.super_url, "SELECT count(*) FROM procrastinate_jobs") == 1


def test_a_periodic_entry_runs_by_the_worker(committed_db: TestDatabase, workers: Start) -> None:
    entry = Periodic(name="jobs.sweep", cron="* * * * *", function="jichi.engines.jobs.upkeep.sweep")
    with unit(ACTOR):
        Schedule.objects.create(name=entry.name, cron=entry.cron, last_slot=at(9))
    made = periodic.plan([entry], datetime.now(at(9).tzinfo))
    workers("--no-loops")
    wait_until(lambda: status(committed_db, made["jobs.sweep"]) == "succeeded")
