"""kill -9 of the database server at steps of sending: nothing half done, and what was committed is still there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from conftest import MEMORY, TestDatabase, place_in_memory, point_django_at
from jichi.config.postgres import Cluster
from jichi.engines.accounts.actions import create_resident_account
from jichi.engines.audit.context import system_actor
from jichi.engines.cases import actions as cases
from jichi.engines.messages.pump import pump
from jichi.engines.messages.tests.post import Post, free_port, send
from jichi.kernel import clock

from .conftest import FIELD_KEY
from .dying import Act, interrupted_at
from .test_crashes import (
    LAST_NUMBER,
    NOTHING,
    SENT,
    decided,
    deciding,
    filled_draft,
    official,
    resident,
    rows,
    submitting,
    traces,
)


@pytest.fixture(scope="module")
def durable(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster, ward_template: str) -> Iterator[TestDatabase]:
    """A server of its own, with fsync on, holding a copy of the sample ward.

    In memory where there is room: a process that is killed loses there what it loses on a disk, and each recovery
    goes over thousands of files.
    """
    home, state = tmp_path_factory.mktemp("durable"), place_in_memory(MEMORY)
    own = Cluster(home / "instance", durable=False, state=state)  # filled without waiting for the disk
    own.start()
    programs, dump = own.programs, str(home / "ward.dump")
    for program, *arguments in (
        ("pg_dump", "-Fc", "-Z0", "-f", dump, cluster.url("super", ward_template)),
        ("pg_restore", "--exit-on-error", "-d", own.url("super"), dump),
    ):
        subprocess.run([programs / program, *arguments], check=True, env=own._environ())
    own.stop()
    own = Cluster(home / "instance", durable=True, state=state)
    own.start()
    yield TestDatabase(own, "jichi")
    own.remove()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def durable_ward(
    durable: TestDatabase, ward_home: Path, django_db_setup: TestDatabase, django_db_blocker: object, settings: object
) -> Iterator[TestDatabase]:
    """That server, with this process's Django pointed at it."""
    settings.JICHI_FIELD_KEYS = (FIELD_KEY,)  # type: ignore[attr-defined] # pytest-django's wrapper
    settings.JICHI_FILES_ROOT = ward_home / "files"  # type: ignore[attr-defined] # the same
    with django_db_blocker.unblock():  # type: ignore[attr-defined] # pytest-django's blocker
        point_django_at(durable.app_url)
        try:
            yield durable
        finally:
            point_django_at(django_db_setup.app_url)


def crash(cluster: Cluster) -> None:
    """kill -9 of the server and all its processes.

    Each backend is a session of its own: one left alive would go on serving its client for a moment,
    as no power cut allows.
    """
    process = cluster._process
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)  # it makes no further children while they are counted
    backends = [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    for pid in (process.pid, *backends):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(20)
    until = time.monotonic() + 20
    while any(_lives(pid) for pid in backends):
        assert time.monotonic() < until
        time.sleep(0.01)


def _lives(pid: int) -> bool:
    """Whether a process runs; one that ended and waits for its reaper does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}


def killed_while_at(statement: int, act: Act, database: TestDatabase) -> bool:
    """Hold the act after a statement, kill the server, let the act go on, start anew; False if it was over before."""
    if not interrupted_at(database, statement, act, lambda: crash(database.cluster)):
        return False
    database.cluster.start()
    return True


def crash_and_recover(database: TestDatabase) -> None:
    """What was committed must still be there after this."""
    connection.close()
    crash(database.cluster)
    database.cluster.start()


def test_the_server_killed_at_steps_of_submit_and_decide_leaves_all_or_nothing(durable_ward: TestDatabase) -> None:
    email = "sakura@midori.example"
    actor, number = resident(email)
    draft_id = filled_draft(actor, number)
    since = rows(durable_ward, "SELECT clock_timestamp()")[0]
    submit = Act(submitting, {"email": email, "draft_id": draft_id})
    connection.close()
    killed = 0
    while killed_while_at(killed + 1, submit, durable_ward):
        assert traces(durable_ward, draft_id, since) == NOTHING
        killed += 1
    assert killed >= 4
    assert traces(durable_ward, draft_id, since) == SENT
    crash_and_recover(durable_ward)
    assert traces(durable_ward, draft_id, since) == SENT

    [case_id] = rows(durable_ward, "SELECT max(id::text)::uuid FROM eng_cases_case WHERE received_at >= %s", since)
    sato = official("sato")
    cases.take_case(actor=sato, case_id=case_id, expected_version=1)
    since, last = rows(durable_ward, LAST_NUMBER, case_id)
    connection.close()
    decide = Act(deciding, {"login": "sato", "case_id": case_id, "version": 2})
    killed = 0
    # Every third step: what lies between is the same transaction, and each costs a recovery.
    while killed_while_at(1 + 3 * killed, decide, durable_ward):
        assert decided(durable_ward, case_id, since) == ("reviewing", 0, 0, 0, 1, 0, last)
        killed += 1
    assert killed >= 4
    done = ("approved", 1, 1, 1, 0, 1, last + 1)
    assert decided(durable_ward, case_id, since) == done
    crash_and_recover(durable_ward)
    assert decided(durable_ward, case_id, since) == done


def test_the_server_killed_at_steps_of_the_mail_loses_no_mail(
    durable_ward: TestDatabase, tmp_path: Path, settings: object
) -> None:
    post = Post(free_port(), tmp_path / "mailbox")
    post.start()
    settings.JICHI_SMTP = {  # type: ignore[attr-defined] # pytest-django's wrapper
        "host": "127.0.0.1", "port": post.port, "user": "", "password": "", "tls": False,
        "from": "noreply@midori.example",
    }  # fmt: skip
    try:
        while pump():  # what the sample ward left
            pass
        account = create_resident_account(actor=system_actor("test"), email="sakura@midori.example")
        numbers = [send(account, f"crash-{step}") for step in range(5)]
        connection.close()
        step = 0
        while killed_while_at(step + 1, Act(pumping, {}), durable_ward):
            step += 1
        assert step >= 2
        # Nothing is "sending" for ever: the next pump takes it up again when the lease has run out.
        with clock.standing_at(clock.now() + timedelta(minutes=6)):
            pump()
        states = rows(
            durable_ward,
            "SELECT array_agg(DISTINCT d.state), count(*) FROM eng_messages_delivery d WHERE d.message_id = ANY(%s)",
            numbers,
        )
        assert states == (["sent"], 5)
        assert {f"<{number}@midori.example>" for number in numbers} <= {mail.message_id for mail in post.mails()}
    finally:
        post.stop()


def pumping() -> Callable[[], object]:
    """Empty the outbox."""
    return pump
