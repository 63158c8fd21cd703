"""A division's cases in numbers, for its dashboard and for today's line on the work list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from jichi.engines.audit.context import Actor
from jichi.kernel import clock

from .. import permissions
from ..rules import OPEN, Status
from .lists import midnight, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A division's cases in numbers, for its dashboard."""

    by_status: dict[str, int]
    overdue: int
    received_this_week: int
    received_week_before: int
    decided_this_week: int
    median_days: float | None
    by_procedure: tuple[tuple[str, str, int, int, int], ...]
    """(slug, title, received, approved, refused) of this fiscal year."""
    by_day: tuple[tuple[date, int, int], ...]
    """(day, received, decided) of the last 28 days."""


_COUNTS = """
SELECT status, count(*) FROM eng_cases_case WHERE division_id = ANY (%s) AND received_at >= %s GROUP BY status
"""
_KEY_FIGURES = """
SELECT (SELECT count(*) FROM eng_cases_case WHERE division_id = ANY (%(divisions)s)
        AND status IN ('received', 'reviewing') AND due_on < %(today)s),
    (SELECT count(*) FROM eng_cases_case WHERE division_id = ANY (%(divisions)s) AND received_at >= %(week)s),
    (SELECT count(*) FROM eng_cases_case WHERE division_id = ANY (%(divisions)s)
        AND received_at >= %(before)s AND received_at < %(week)s),
    (SELECT count(*) FROM eng_cases_case WHERE division_id = ANY (%(divisions)s) AND closed_at >= %(week)s
        AND status IN ('approved', 'refused')),
    (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM closed_at - received_at) / 86400.0)
        FROM eng_cases_case WHERE division_id = ANY (%(divisions)s) AND closed_at >= %(year)s
        AND status IN ('approved', 'refused'))
"""
_BY_PROCEDURE = """
SELECT procedure, (array_agg(title ->> 'ja' ORDER BY received_at DESC))[1], count(*),
    count(*) FILTER (WHERE status = 'approved'), count(*) FILTER (WHERE status = 'refused')
FROM eng_cases_case WHERE division_id = ANY (%s) AND received_at >= %s
GROUP BY procedure ORDER BY count(*) DESC, procedure
"""
_BY_DAY = """
SELECT (d AT TIME ZONE 'Asia/Tokyo')::date,
    (SELECT count(*) FROM eng_cases_case c WHERE c.division_id = ANY (%(divisions)s)
        AND c.received_at >= d AND c.received_at < d + interval '1 day'),
    (SELECT count(*) FROM eng_cases_case c WHERE c.division_id = ANY (%(divisions)s)
        AND c.closed_at >= d AND c.closed_at < d + interval '1 day' AND c.status IN ('approved', 'refused'))
FROM generate_series(%(first)s::timestamptz, %(last)s::timestamptz, interval '1 day') d ORDER BY d
"""


def division_figures(*, actor: Actor, year_start: date) -> Figures:
    """Counts of the actor's divisions; four statements whatever their size.

    Args:
        year_start: first day of the fiscal year.
    """
    require(actor, permissions.VIEW)
    divisions = sorted(actor.divisions)
    today = midnight(clock.today())
    week = today - timedelta(days=clock.today().weekday())
    year = midnight(year_start)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, (divisions, year))
        by_status = {status: count for status, count in cursor.fetchall()}  # noqa: C416 - rows are tuples of Any
        cursor.execute(
            _KEY_FIGURES,
            {
                "today": clock.today(),
                "week": week,
                "before": week - timedelta(days=7),
                "year": year,
                "divisions": divisions,
            },
        )
        overdue, this_week, week_before, decided, median = cursor.fetchone()
        cursor.execute(_BY_PROCEDURE, (divisions, year))
        by_procedure = tuple(tuple(row) for row in cursor.fetchall())
        cursor.execute(_BY_DAY, {"divisions": divisions, "first": today - timedelta(days=27), "last": today})
        by_day = tuple(tuple(row) for row in cursor.fetchall())
    return Figures(
        by_status={status: by_status.get(status, 0) for status in (*sorted(OPEN), *sorted(set(Status) - OPEN))},
        overdue=overdue, received_this_week=this_week, received_week_before=week_before, decided_this_week=decided,
        median_days=round(float(median), 1) if median is not None else None, by_procedure=by_procedure, by_day=by_day,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TodayCounts:
    """What came and went today, and what is promised for today."""

    received: int
    decided: int
    due: int


_TODAY = """
SELECT (SELECT count(*) FROM eng_cases_case WHERE division_id = ANY (%(d)s) AND received_at >= %(midnight)s),
    (SELECT count(*) FROM eng_cases_case WHERE division_id = ANY (%(d)s) AND closed_at >= %(midnight)s
        AND status IN ('approved', 'refused')),
    (SELECT count(*) FROM eng_cases_case WHERE division_id = ANY (%(d)s) AND due_on = %(today)s
        AND status IN ('received', 'reviewing'))
"""


def today_counts(*, actor: Actor) -> TodayCounts:
    """Today's counts of the actor's divisions; one statement."""
    require(actor, permissions.VIEW)
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_TODAY, {"d": sorted(actor.divisions), "midnight": midnight(today), "today": today})
        return TodayCounts(*cursor.fetchone())
