"""Children that die at a chosen database statement.

They are forked from a process of their own that has Django ready and nothing else: a child forked
from the test process itself would hang on locks of threads it does not have (setting a PDF starts some).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import django
from django.conf import settings

from conftest import TestDatabase, point_django_at

if not settings.configured or not django.apps.apps.ready:  # in the server of forks
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    django.setup()

SURVIVED, REFUSED = 0, 1
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__])


@dataclass(frozen=True, slots=True)
class Act:
    """What the child does: `prepare(**known)` returns the act itself, whose statements are counted."""

    prepare: Callable[..., Callable[[], object]]
    known: dict[str, Any]


def _settings_of_the_test() -> dict[str, object]:
    return {
        name: getattr(settings, name) for name in ("JICHI_FIELD_KEYS", "JICHI_FILES_ROOT", "JICHI_SMTP", "SECRET_KEY")
    }


def _live(url: str, given: dict[str, object], act: Act, at: int, pause: Connection | None) -> None:
    """The child: do the act, and at statement `at` die, or tell the test and wait for its word."""
    from django.db import connection

    for name, value in given.items():
        setattr(settings, name, value)
    point_django_at(url)
    done = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal done
        result = execute(sql, params, many, context)
        done += 1
        if done == at:
            if pause is None:
                os.kill(os.getpid(), signal.SIGKILL)
            else:
                pause.send(done)
                pause.recv()
        return result

    try:
        todo = act.prepare(**act.known)
        with connection.execute_wrapper(count):
            todo()
    except BaseException:
        os._exit(REFUSED)
    os._exit(SURVIVED)


def dies_after(database: TestDatabase, statements: int, act: Act) -> bool:
    """Run the act in a child that kills itself after so many statements; True if it lived to the end."""
    child = _forks.Process(target=_live, args=(database.app_url, _settings_of_the_test(), act, statements, None))
    child.start()
    child.join(120)
    if child.exitcode == -signal.SIGKILL:
        return False
    assert child.exitcode == SURVIVED
    return True


def interrupted_at(database: TestDatabase, statement: int, act: Act, meanwhile: Callable[[], None]) -> bool:
    """Hold the act after a statement, do `meanwhile`, let it go on, which must fail; False if it was over before."""
    ours, theirs = _forks.Pipe()
    child = _forks.Process(target=_live, args=(database.app_url, _settings_of_the_test(), act, statement, theirs))
    child.start()
    theirs.close()
    try:
        ours.recv()
    except EOFError:
        child.join(120)
        assert child.exitcode == SURVIVED
        return False
    meanwhile()
    ours.send("on")
    child.join(120)
    assert child.exitcode == REFUSED
    return True
