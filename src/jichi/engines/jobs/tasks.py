"""The door for background work: `@task` makes a function a job, `.defer(**ids)` queues it.

    @task("forms.sweep_drafts", queue="default", retries=5)
    def sweep(draft_id: str) -> None: ...

    sweep.defer(draft_id=draft.pk)      # in the transaction that is open; rolled back with it

Every task must bear being run twice: a worker may die after the work and before saying so.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, ParamSpec
from uuid import UUID

from django.db import DatabaseError, connection
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock, trace

from . import rules
from .models import Failure

P = ParamSpec("P")

QUEUES: Final = ("default", "notify", "heavy")
RETRY_BASE_SECONDS: Final = 4
"""Waits 4, 16, 64, 256, 1024 … seconds between tries."""
ID_LENGTH: Final = 100
TRACE: Final = "_trace"
"""Among a job's arguments: the trace of the request that asked for it. Never handed to the function."""

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
            header = trace.traceparent()
            if header:
                ids = {**ids, TRACE: header}
            cursor.execute(
                "SELECT jobs_defer(%s, %s::jsonb, %s, %s, %s)", (self.name, _payload(ids), self.queue, lock, at)
            )
            row = cursor.fetchone()
        return int(row[0])


def _work(name: str, function: Callable[..., None], given: dict[str, Any], *, own_units: bool) -> None:
    if own_units:
        function(**given)
        return
    with unit(system_actor(f"job:{name}")):
        function(**given)


def _note(context: JobContext, name: str, error: Exception) -> None:
    """Keep class and place of an error, after its unit was rolled back; what can't be kept is left out."""
    with contextlib.suppress(DatabaseError):
        Failure.objects.create(
            job_id=context.job.id or 0, task=name, attempt=context.job.attempts + 1,
            error=rules.error_name(error)[:200],
            place=rules.error_place(error.__traceback__)[:300], at=clock.now(),
        )  # fmt: skip


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
        def run(context: JobContext, /, **given: Any) -> None:
            header = str(given.pop(TRACE, ""))
            with trace.span(f"job {name}", header=header, kind=trace.CONSUMER):
                try:
                    _work(name, function, given, own_units=own_units)
                except Exception as error:
                    _note(context, name, error)
                    raise

        again = RetryStrategy(max_attempts=retries, exponential_wait=RETRY_BASE_SECONDS)
        app.task(name=name, queue=queue, retry=again, pass_context=True)(run)
        declared = Task(name=name, queue=queue, retries=retries, idempotent=idempotent, function=function)
        known[name] = declared
        return declared

    return declare
