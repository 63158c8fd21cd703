"""Jobs whose worker died: noticed by its missing heartbeat, queued again or given up."""

from __future__ import annotations

import logging
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


def reap_round() -> bool:
    """One round of the reaping loop."""
    reap()
    return False
