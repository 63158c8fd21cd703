"""Keeps the queue small: finished jobs are forgotten after a month, and with them why they failed."""

from __future__ import annotations

from typing import Final

from django.db import connection

KEEP_DAYS: Final = 30


def sweep() -> None:
    """Delete jobs that ended more than `KEEP_DAYS` days ago; failed ones are kept three times as long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs j WHERE j.status IN ('succeeded', 'failed', 'cancelled', 'aborted') AND "
            "(SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id) < clock_timestamp() - "
            "make_interval(days => CASE j.status WHEN 'failed' THEN %s ELSE %s END)",
            (3 * KEEP_DAYS, KEEP_DAYS),
        )
        cursor.execute(
            "DELETE FROM eng_jobs_failure f WHERE NOT EXISTS (SELECT FROM procrastinate_jobs j WHERE j.id = f.job_id)"
        )
