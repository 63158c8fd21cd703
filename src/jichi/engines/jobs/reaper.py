"""Jobs whose worker died: noticed by its missing heartbeat, queued again or given up."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Final

from django.db import connection

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import system_actor, unit

from .tasks import known

logger = logging.getLogger("jichi.jobs")

HEARTBEAT_EVERY: Final = 5.0
SILENT_FOR: Final = 30.0
"""Seconds without a heartbeat after which a worker counts as dead."""


@dataclass(frozen=True, slots=True)
class Reaped:
    """A job taken from a dead worker; `verdict` is "retried" or "failed"."""

    job_id: int
    task: str
    verdict: str


def reap(*, silent_for: float = SILENT_FOR) -> tuple[Reaped, ...]:
    """Take back the jobs of silent workers. Safe in several workers at once."""
    repeatable = [t for t in known.values() if t.idempotent]
    actor = system_actor("jobs.reaper")
    with unit(actor):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT job_id, task, verdict FROM jobs_reap(%s, %s::text[], %s::int[])",
                (silent_for, [t.name for t in repeatable], [max(1, t.retries) for t in repeatable]),
            )
            found = tuple(Reaped(*row) for row in cursor.fetchall())
        for job in found:
            logger.warning("job %d (%s) lost its worker: %s", job.job_id, job.task, job.verdict)
            audit.record(
                actor=actor, action="job_" + job.verdict, table="procrastinate_jobs", object_id=str(job.job_id),
                detail={"task": job.task},
            )  # fmt: skip
    return found


_before: list[tuple[float, float]] = []


def was_set(before: tuple[float, float], now: tuple[float, float]) -> bool:
    """Was the database's clock set between two looks? Both are (its clock, seconds that really passed)."""
    return abs((now[0] - before[0]) - (now[1] - before[1])) > SILENT_FOR / 2


def reap_round() -> bool:
    """One round of the reaping loop. After the database's clock was set, living workers look dead until they
    give their next sign of life: this round takes nothing from anybody."""
    with unit(system_actor("jobs.reaper")), connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        now = (float(cursor.fetchone()[0]), time.monotonic())
    jumped = bool(_before) and was_set(_before[-1], now)
    _before[:] = [now]
    if jumped:
        logger.warning("the database's clock was set; workers get %.0f s to give a sign of life", 2 * HEARTBEAT_EVERY)
    else:
        reap()
    return False
