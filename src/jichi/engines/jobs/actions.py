"""What an administrator can do with jobs: try failed ones again, stop and start periodic ones."""

from __future__ import annotations

from typing import Final

from django.db import connection

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, NotFound

from .models import Schedule

VIEW: Final = "eng_jobs.view"
MANAGE: Final = "eng_jobs.manage"
_TABLE: Final = "procrastinate_jobs"


def retry_job(*, actor: Actor, job_id: int) -> None:
    """Queue a failed job once more; it runs at once.

    Raises:
        Forbidden: not an administrator. NotFound: no such job. Conflict: "jobs.not_failed".
    """
    _require(actor)
    with unit(actor), connection.cursor() as cursor:
        cursor.execute("SELECT status::text, task_name FROM procrastinate_jobs WHERE id = %s FOR UPDATE", (job_id,))
        row = cursor.fetchone()
        if row is None:
            raise NotFound
        if row[0] != "failed":
            raise Conflict("jobs.not_failed")
        _again(cursor, job_id)
        audit.record(actor=actor, action="job_retry", table=_TABLE, object_id=str(job_id), detail={"task": row[1]})


def retry_kind(*, actor: Actor, task: str) -> int:
    """Queue all failed jobs of one task once more; how many there were.

    Raises:
        Forbidden: not an administrator.
    """
    _require(actor)
    with unit(actor), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM procrastinate_jobs WHERE status = 'failed' AND task_name = %s ORDER BY id "
            "FOR UPDATE SKIP LOCKED",
            (task,),
        )
        found = [int(row[0]) for row in cursor.fetchall()]
        for job_id in found:
            _again(cursor, job_id)
        if found:
            detail: dict[str, object] = {"task": task, "jobs": len(found)}
            audit.record(actor=actor, action="job_retry", table=_TABLE, object_id=task, detail=detail)
    return len(found)


def set_running(*, actor: Actor, name: str, running: bool) -> None:
    """Stop a periodic job, or let it run again from its next time on. Saying it twice changes nothing.

    Raises:
        Forbidden: not an administrator. NotFound: no worker has seen such an entry.
    """
    _require(actor)
    with unit(actor):
        row = Schedule.objects.select_for_update().filter(name=name).first()
        if row is None:
            raise NotFound
        if (row.stopped_at is None) == running:
            return
        if running:
            # What was left out meanwhile was wanted so: it is neither made up for nor counted as missed.
            row.stopped_at, row.last_slot = None, clock.now()
        else:
            row.stopped_at = clock.now()
        row.save(update_fields=("stopped_at", "last_slot"))
        act = "schedule_start" if running else "schedule_stop"
        audit.record(actor=actor, action=act, table="eng_jobs_schedule", object_id=name)


def _require(actor: Actor) -> None:
    if actor.kind != "system" and not actor.may(MANAGE):
        raise Forbidden


def _again(cursor: object, job_id: int) -> None:
    cursor.execute(  # type: ignore[attr-defined] # Django's cursor wrapper has no public type
        "SELECT procrastinate_retry_job_v2(%s, clock_timestamp(), NULL, NULL, NULL)", (job_id,)
    )
