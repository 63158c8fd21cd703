"""kill -9 of the database server at steps of sending: nothing half done, and what was committed is still there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from conftest import ROOT, TestDatabase, point_django_at
from jichi.config.postgres import Cluster
from jichi.services.front.applications.actions import submit_application

from .conftest import FIELD_KEY, environ_for
from .test_crashes import NOTHING, SENT, SURVIVED, filled_draft, resident, rows, traces


@pytest.fixture
def durable_ward(
    django_db_setup: TestDatabase, tmp_path: Path, django_db_blocker: object, settings: object
) -> Iterator[TestDatabase]:
    """A server of its own, with fsync on, holding a tiny ward."""
    cluster = Cluster(tmp_path / "instance", durable=True)
    cluster.start()
    database = TestDatabase(cluster, "jichi")
    for url, arguments in (
        (database.owner_url, [str(ROOT / "manage.py"), "migrate", "--no-input", "--skip-checks", "-v", "0"]),
        (database.app_url, ["-m", "jichi.config.cli", "sample", "load", "--size", "60"]),
    ):
        environ = environ_for(url, tmp_path)
        subprocess.run([sys.executable, *arguments], check=True, env=environ, stdout=subprocess.DEVNULL)
    settings.JICHI_FIELD_KEYS = (FIELD_KEY,)  # type: ignore[attr-defined] # pytest-django's wrapper
    settings.JICHI_FILES_ROOT = tmp_path / "files"  # type: ignore[attr-defined] # pytest-django's wrapper
    with django_db_blocker.unblock():  # type: ignore[attr-defined] # pytest-django's blocker
        point_django_at(database.app_url)
        try:
            yield database
        finally:
            point_django_at(django_db_setup.app_url)
            cluster.remove()
            shutil.rmtree(tmp_path, ignore_errors=True)


def killed_while_at(statement: int, act: Callable[[], object], cluster: Cluster) -> bool:
    """Stop the act after a statement, kill the server, let the act go on; True if it was over before."""
    child = os.fork()
    if child == 0:  # pragma: no cover - the child's coverage dies with it
        try:
            connection.connection = None
            connection.in_atomic_block = False
            connection.savepoint_ids = []
            done = 0

            def pause(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
                nonlocal done
                result = execute(sql, params, many, context)
                done += 1
                if done == statement:
                    os.kill(os.getpid(), signal.SIGSTOP)
                return result

            with connection.execute_wrapper(pause):
                act()
        except BaseException:  # the database went away, as it should
            os._exit(1)
        os._exit(SURVIVED)
    _pid, status = os.waitpid(child, os.WUNTRACED)
    if os.WIFEXITED(status):
        assert os.WEXITSTATUS(status) == SURVIVED
        return True
    crash(cluster)
    os.kill(child, signal.SIGCONT)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFEXITED(status)
    assert os.WEXITSTATUS(status) == 1
    cluster.start()
    return False


def crash(cluster: Cluster) -> None:
    """kill -9 of the server and all its processes."""
    process = cluster._process
    assert process is not None
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)


def test_the_server_killed_at_steps_of_submit_leaves_all_or_nothing(durable_ward: TestDatabase) -> None:
    actor, number = resident("sakura@midori.example")
    draft_id = filled_draft(actor, number)
    since = rows(durable_ward, "SELECT clock_timestamp()")[0]
    connection.close()

    def submit() -> None:
        submit_application(actor=actor, draft_id=draft_id, declared=("own_application",), applicant_no=number)

    killed = 0
    for statement in range(1, 14):
        if killed_while_at(statement, submit, durable_ward.cluster):
            break
        assert traces(durable_ward, draft_id, since) == NOTHING
        killed += 1
    else:
        submit()
    assert killed >= 4
    assert traces(durable_ward, draft_id, since) == SENT
    connection.close()
    crash(durable_ward.cluster)
    durable_ward.cluster.start()
    assert traces(durable_ward, draft_id, since) == SENT
