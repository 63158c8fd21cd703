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
    stopped_at: datetime | None = None


def schedules() -> tuple[ScheduleState, ...]:
    """All periodic entries that a worker has seen."""
    return tuple(
        ScheduleState(
            name=s.name,
            cron=s.cron,
            last_slot=s.last_slot,
            missed=s.missed,
            missed_at=s.missed_at,
            stopped_at=s.stopped_at,
        )
        for s in Schedule.objects.order_by("name")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The jobs of one task. `oldest_wait`, `longest_run`: seconds; `error`, `place`: of the last failure."""

    task: str
    queue: str
    waiting: int
    later: int
    running: int
    failed: int
    oldest_wait: float
    longest_run: float
    error: str
    place: str


_KINDS = """
SELECT j.task_name, max(j.queue_name),
       count(*) FILTER (WHERE j.status = 'todo' AND coalesce(j.scheduled_at, '-infinity') <= clock_timestamp()),
       count(*) FILTER (WHERE j.status = 'todo' AND j.scheduled_at > clock_timestamp()),
       count(*) FILTER (WHERE j.status = 'doing'), count(*) FILTER (WHERE j.status = 'failed'),
       coalesce(extract(epoch FROM clock_timestamp() - min(coalesce(j.scheduled_at, e.at)) FILTER (
           WHERE j.status = 'todo' AND coalesce(j.scheduled_at, '-infinity') <= clock_timestamp())), 0),
       coalesce(extract(epoch FROM clock_timestamp() - min(e.at) FILTER (WHERE j.status = 'doing')), 0),
       coalesce((array_agg(f.error ORDER BY f.id DESC NULLS LAST))[1], ''),
       coalesce((array_agg(f.place ORDER BY f.id DESC NULLS LAST))[1], '')
FROM procrastinate_jobs j
LEFT JOIN LATERAL (SELECT max(e.at) AS at FROM procrastinate_events e WHERE e.job_id = j.id
                   AND e.type::text = CASE j.status WHEN 'doing' THEN 'started' ELSE 'deferred' END) e ON true
LEFT JOIN LATERAL (SELECT f.id, f.error, f.place FROM eng_jobs_failure f WHERE f.job_id = j.id
                   ORDER BY f.id DESC LIMIT 1) f ON true
WHERE j.status IN ('todo', 'doing', 'failed')
GROUP BY j.task_name ORDER BY count(*) FILTER (WHERE j.status = 'failed') DESC, j.task_name
"""


def kinds() -> tuple[Kind, ...]:
    """What waits, runs or failed, by task, those with failures first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_KINDS)
        rows = cursor.fetchall()
    return tuple(
        Kind(
            task=r[0], queue=r[1], waiting=r[2], later=r[3], running=r[4], failed=r[5], oldest_wait=float(r[6]),
            longest_run=float(r[7]), error=r[8], place=r[9],
        )
        for r in rows
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedJob:
    """A job that ended with an error. `error` and `place` are empty when its worker died instead."""

    id: int
    task: str
    attempts: int
    at: datetime | None
    error: str
    place: str


_FAILED = """
SELECT j.id, j.task_name, j.attempts, coalesce(f.at, (
           SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'failed')),
       coalesce(f.error, ''), coalesce(f.place, '')
FROM procrastinate_jobs j
LEFT JOIN LATERAL (SELECT f.at, f.error, f.place FROM eng_jobs_failure f WHERE f.job_id = j.id
                   ORDER BY f.id DESC LIMIT 1) f ON true
WHERE j.status = 'failed' AND j.id < %s AND (%s = '' OR j.task_name = %s) ORDER BY j.id DESC LIMIT %s
"""


def failed_jobs(*, task: str = "", before: int = 0, limit: int = 50) -> tuple[FailedJob, ...]:
    """Failed jobs, newest first, from below the number `before` (0: from the newest). One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_FAILED, (before or 2**62, task, task, limit))
        rows = cursor.fetchall()
    return tuple(FailedJob(id=r[0], task=r[1], attempts=r[2], at=r[3], error=r[4], place=r[5]) for r in rows)


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
