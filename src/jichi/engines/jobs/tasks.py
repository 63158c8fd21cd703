"""The door for background work: `@task` makes a function a job, `.defer(**ids)` queues it.

    @task("forms.sweep_drafts", queue="default", retries=5)
    def sweep(draft_id: str) -> None: ...

    sweep.defer(draft_id=draft.pk)      # in the transaction that is open; rolled back with it

Every task must bear being run twice: a worker may die after the work and before saying so.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, ParamSpec
from uuid import UUID

from django.db import connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from jichi.engines.audit.context import system_actor, unit

P = ParamSpec("P")

QUEUES: Final = ("default", "notify", "heavy")
RETRY_BASE_SECONDS: Final = 4
"""Waits 4, 16, 64, 256, 1024 … seconds between tries."""
ID_LENGTH: Final = 100

known: dict[str, Task[...]] = {}
"""Every declared task by name; what the reaper may run again is read from here."""


def _payload(ids: dict[str, object]) -> str:
    carried: dict[str, str | int] = {}
    for name, value in ids.items():
        if isinstance(value, UUID):
            carried[name] = str(value)
        elif isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > ID_LENGTH:
            raise ValueError(f"a job carries ids only; {name} is not one")
        else:
            carried[name] = value
    return json.dumps(carried)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Generic[P]):
    """A function that workers run. Calling it runs it here and now, inside the caller's unit."""

    name: str
    queue: str
    retries: int
    idempotent: bool
    function: Callable[P, None]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        self.function(*args, **kwargs)

    def defer(self, *args: P.args, **kwargs: P.kwargs) -> int:
        """Queue one run in the current transaction and return the job's number. Keyword arguments only."""
        return self.defer_with(dict(kwargs))

    def defer_with(self, ids: dict[str, object], *, lock: str | None = None, at: datetime | None = None) -> int:
        """Queue one run; `lock` keeps runs with the same lock from overlapping, `at` delays it.

        Args:
            ids: keyword arguments of the function: str, int or UUID, never personal data.
            lock: for example "case:" + id.
            at: aware moment before which no worker takes it.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT jobs_defer(%s, %s::jsonb, %s, %s, %s)", (self.name, _payload(ids), self.queue, lock, at)
            )
            row = cursor.fetchone()
        return int(row[0])


def task(
    name: str, *, queue: str = "default", retries: int = 5, idempotent: bool = True, own_units: bool = False
) -> Callable[[Callable[P, None]], Task[P]]:
    """Declare a background task.

    Args:
        name: stable, dotted, starting with the room: "files.scan".
        queue: "default", "notify" or "heavy" (pictures, speech), which have workers of their own.
        retries: how often it is tried again after an error, with growing waits.
        idempotent: may a run that was cut off (worker killed) be repeated by itself? False: it ends as
            failed and waits for a person.
        own_units: the function opens its units of work itself (long work in many transactions);
            otherwise the whole run is one unit of the system actor.
    """
    if queue not in QUEUES:
        raise ValueError(f"unknown queue {queue!r}")

    def declare(function: Callable[P, None]) -> Task[P]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> None:
            if own_units:
                function(*args, **kwargs)
                return
            with unit(system_actor(f"job:{name}")):
                function(*args, **kwargs)

        again = RetryStrategy(max_attempts=retries, exponential_wait=RETRY_BASE_SECONDS)
        app.task(name=name, queue=queue, retry=again)(run)
        declared = Task(name=name, queue=queue, retries=retries, idempotent=idempotent, function=function)
        known[name] = declared
        return declared

    return declare
