"""Tasks and a worker process for the tests of this room. Effects are audit events: visible, ordered, durable."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from jichi.engines.audit.actions import record
from jichi.engines.audit.context import current_actor
from jichi.engines.jobs.tasks import task

ROOT = Path(__file__).resolve().parents[5]
PROGRAM = """
import django; django.setup()
import logging; logging.getLogger("jichi").setLevel("INFO")
import jichi.engines.jobs.tests.work
from jichi.engines.jobs import worker
worker.HEARTBEAT_EVERY = 0.2
from jichi.engines.jobs.commands import worker as command
import sys; sys.exit(command(sys.argv[1:]))
"""


def note(what: str, object_id: str) -> None:
    record(actor=current_actor(), action=what, table="test", object_id=object_id)


@task("test.note")
def write_note(object_id: str) -> None:
    note("ran", object_id)


@task("test.fails", retries=2)
def fail_always(object_id: str) -> None:
    note("ran", object_id)
    raise RuntimeError("on purpose")


@task("test.sleeps", own_units=True)
def sleep_long(object_id: str, seconds: int) -> None:
    Path(os.environ["JICHI_TEST_MARK"] + object_id).write_text("began")
    time.sleep(seconds)
    Path(os.environ["JICHI_TEST_MARK"] + object_id).write_text("ended")


@task("test.kills", idempotent=True, retries=3)
def kill_once(object_id: str) -> None:
    """Dies by SIGKILL in its first run, within its unit; works in the second."""
    mark = Path(os.environ["JICHI_TEST_MARK"] + object_id)
    note("ran", object_id)
    if not mark.exists():
        mark.write_text("dying")
        os.kill(os.getpid(), 9)


@task("test.kills-once-only", idempotent=False)
def kill_for_good(object_id: str) -> None:
    os.kill(os.getpid(), 9)


def start_worker(url: str, *arguments: str, mark: Path) -> subprocess.Popen[bytes]:
    """A real worker process on the database."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=ROOT,
        env={
            **os.environ, "JICHI_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "jichi.config.settings",
            "JICHI_TEST_MARK": str(mark) + "/",
        },
    )  # fmt: skip


def value(url: str, sql: str, *arguments: object) -> object:
    """The one value of a statement, seen from outside."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(sql.encode(), arguments).fetchone()
    return row[0] if row else None


def command(url: str, sql: str) -> None:
    """One statement that answers nothing."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.encode())


def wait_until(true: Callable[[], bool], within: float = 40.0) -> None:
    """Look again until it holds."""
    until = time.monotonic() + within
    while not true():
        if time.monotonic() > until:
            raise AssertionError("did not happen in time")
        time.sleep(0.05)
