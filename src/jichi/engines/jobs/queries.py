"""How the queue is: for the health page and `jichi doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from jichi.kernel.errors import Finding

from .models import Schedule
from .reaper import SILENT_FOR

_HEALTH = """
SELECT (SELECT count(*) FROM procrastinate_workers
        WHERE last_heartbeat > clock_timestamp() - make_interval(secs => %s)),
       count(*) FILTER (WHERE status = 'todo' AND coalesce(scheduled_at, '-infinity') <= clock_timestamp()),
       count(*) FILTER (WHERE status = 'doing'),
       (SELECT count(*) FROM procrastinate_jobs f WHERE f.status = 'failed'),
       coalesce(extract(epoch FROM clock_timestamp() - (
           SELECT min(e.at) FROM procrastinate_jobs j
           JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
           WHERE j.status = 'todo' AND coalesce(j.scheduled_at, '-infinity') <= clock_timestamp())), 0)
FROM procrastinate_jobs WHERE status IN ('todo', 'doing')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueHealth:
    """`waiting`: due and not taken; `oldest_wait`: seconds since the oldest of them was queued."""

    workers: int
    waiting: int
    running: int
    failed: int
    oldest_wait: float


def health() -> QueueHealth:
    """The state of the queue, one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_HEALTH, (SILENT_FOR,))
        row = cursor.fetchone()
    return QueueHealth(workers=row[0], waiting=row[1], running=row[2], failed=row[3], oldest_wait=float(row[4]))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleState:
    """Where a periodic entry stands."""

    name: str
    cron: str
    last_slot: datetime | None
    missed: int
    missed_at: datetime | None


def schedules() -> tuple[ScheduleState, ...]:
    """All periodic entries that a worker has seen."""
    return tuple(
        ScheduleState(name=s.name, cron=s.cron, last_slot=s.last_slot, missed=s.missed, missed_at=s.missed_at)
        for s in Schedule.objects.order_by("name")
    )


def findings() -> list[Finding]:
    """For `jichi doctor`: workers, waiting jobs, periodic runs left out."""
    now = health()
    found = [
        Finding("worker", "ok", f"{now.workers} running")
        if now.workers
        else Finding("worker", "missing", "no worker gives a sign of life", "start one: jichi worker")
    ]
    if now.oldest_wait > 300:
        found.append(
            Finding("jobs", "wrong", f"{now.waiting} wait, the oldest {now.oldest_wait:.0f} s", "start more workers")
        )
    else:
        found.append(Finding("jobs", "ok", f"{now.waiting} wait, {now.running} run"))
    if now.failed:
        found.append(Finding("failed jobs", "wrong", f"{now.failed} ended with an error", "see the worker's log"))
    missed = [s for s in schedules() if s.missed]
    if missed:
        # A note: runs are left out only while no worker is there, and the latest of them is made up for.
        named = ", ".join(f"{s.name} ({s.missed})" for s in missed)
        found.append(Finding("periodic jobs", "ok", f"left out in times when no worker ran: {named}"))
    return found
