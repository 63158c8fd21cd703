"""Adds up, for statistics, what the timelines of cases say of a day: arrivals, steps and their time, corrections.

No name and no number of a case leaves this room; words an official wrote freely stay here too.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from django.db import connection

from jichi.engines.audit.context import Actor, unit
from jichi.engines.routes.queries import route_of
from jichi.engines.routes.rules import ANSWERS
from jichi.engines.statistics import actions as statistics
from jichi.engines.statistics import queries as counted
from jichi.engines.statistics.actions import Count, Duration
from jichi.engines.statistics.rules import MINUTES, bucket_of
from jichi.kernel import clock

from ..routing import subject_of

POSITION: Final = "cases"
SETTLED: Final = timedelta(hours=1)
"""Events younger than this are read again: numbers are given before transactions end."""
_MOVES: Final = ANSWERS | {"submit", "send_back", "pull_up"}

_DAYS: Final = """
SELECT (at AT TIME ZONE 'Asia/Tokyo')::date, max(id), min(id) FILTER (WHERE at >= %s)
FROM eng_cases_caseevent WHERE id > %s GROUP BY 1 ORDER BY 1
"""
# What ends each step, what it is counted from (no kinds: the receipt), and whether only the first such event counts.
_TIMES: Final = """
WITH ended AS MATERIALIZED (
    SELECT e.id, e.case_id, e.at, e.kind, c.procedure, c.due_on, c.received_at, s.step, s.starts, s.once
    FROM eng_cases_caseevent e
    JOIN (VALUES ('taken', 'take', NULL, true), ('proposed', 'propose', ARRAY['taken'], false),
        ('approved', 'route', ARRAY['proposed'], false), ('refused', 'route', ARRAY['proposed'], false),
        ('approved', 'decide', NULL, false), ('refused', 'decide', NULL, false),
        ('document_issued', 'issue', ARRAY['approved', 'refused'], true),
        ('dispatched', 'dispatch', ARRAY['approved', 'refused'], true),
        ('correction_received', 'correct', ARRAY['correction_requested'], false)
    ) s (kind, step, starts, once) ON s.kind = e.kind
    JOIN eng_cases_case c ON c.id = e.case_id
    WHERE e.at >= %(first)s AND e.at < %(last)s
), took AS (
    SELECT e.procedure, e.step, greatest(0, floor(extract(epoch FROM e.at - b.began) / 60))::int AS minutes,
        e.step = 'decide' AND (e.at AT TIME ZONE 'Asia/Tokyo')::date > e.due_on AS late
    FROM ended e, LATERAL (
        SELECT CASE WHEN e.starts IS NULL THEN e.received_at ELSE (SELECT max(p.at) FROM eng_cases_caseevent p
            WHERE p.case_id = e.case_id AND p.id < e.id AND p.kind = ANY (e.starts)) END AS began) b
    WHERE b.began IS NOT NULL AND NOT (e.once AND EXISTS (SELECT FROM eng_cases_caseevent p
        WHERE p.case_id = e.case_id AND p.id < e.id AND p.kind = e.kind))
)
SELECT procedure, step, width_bucket(minutes, %(bounds)s::int[]), count(*), sum(minutes)::bigint,
    count(*) FILTER (WHERE late)
FROM took GROUP BY 1, 2, 3
"""
_COUNTS: Final = """
WITH today AS MATERIALIZED (
    SELECT e.id, e.case_id, e.kind, e.detail, c.procedure, c.channel, c.language
    FROM eng_cases_caseevent e JOIN eng_cases_case c ON c.id = e.case_id
    WHERE e.at >= %(first)s AND e.at < %(last)s
)
SELECT procedure, 'received', channel, count(*) FROM today WHERE kind = 'received' GROUP BY 1, 3
UNION ALL
SELECT procedure, 'received_language', language, count(*) FROM today WHERE kind = 'received' GROUP BY 1, 3
UNION ALL
SELECT procedure, 'ended', kind, count(*) FROM today
WHERE kind IN ('approved', 'refused', 'withdrawn', 'expired') GROUP BY 1, 3
UNION ALL
SELECT t.procedure, 'corrected', '', count(*) FROM today t
WHERE t.kind = 'correction_requested' AND NOT EXISTS (SELECT FROM eng_cases_caseevent p
    WHERE p.case_id = t.case_id AND p.id < t.id AND p.kind = 'correction_requested') GROUP BY 1
UNION ALL
SELECT t.procedure, 'correction', (p ->> 'field') || E'\\n' || CASE WHEN p ? 'texts' THEN p ->> 'sentence' ELSE '' END,
    count(*)
FROM today t, jsonb_array_elements(t.detail -> 'points') p WHERE t.kind = 'correction_requested' GROUP BY 1, 3
"""
_ON_ROUTES: Final = """
SELECT DISTINCT e.case_id, c.procedure FROM eng_cases_caseevent e JOIN eng_cases_case c ON c.id = e.case_id
WHERE e.at >= %(first)s AND e.at < %(last)s AND e.kind IN ('approved', 'refused')
  AND EXISTS (SELECT FROM eng_cases_proposal p WHERE p.case_id = e.case_id AND p.route_id IS NOT NULL)
ORDER BY e.case_id
"""


def count_days(*, actor: Actor) -> tuple[date, ...]:
    """Count anew each day of which the timelines have got longer since the last run. Returns those days.

    Days are counted whole, so a run that was cut off, or two of them, change nothing.
    """
    with unit(actor), connection.cursor() as cursor:
        cursor.execute(_DAYS, (clock.now() - SETTLED, counted.position(POSITION)))
        found: list[tuple[date, int, int | None]] = [(row[0], row[1], row[2]) for row in cursor.fetchall()]
    for day, _last, _young in found:
        count_day(actor=actor, day=day)
    young = [row[2] for row in found if row[2] is not None]
    if found:
        reached = min(young) - 1 if young else max(row[1] for row in found)
        statistics.move_position(actor=actor, name=POSITION, value=reached)
    return tuple(row[0] for row in found)


def count_day(*, actor: Actor, day: date) -> None:
    """Count one day's timelines and hand the sums to statistics. Three statements, and four a decision on a route."""
    first = datetime.combine(day, time(), clock.TOKYO)
    given: dict[str, Any] = {"first": first, "last": first + timedelta(days=1), "bounds": list(MINUTES)}
    with unit(actor):
        with connection.cursor() as cursor:
            cursor.execute(_COUNTS, given)
            counts = [Count(subject=row[0], measure=row[1], key=row[2], count=row[3]) for row in cursor.fetchall()]
            cursor.execute(_TIMES, given)
            times = [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in cursor.fetchall()]
            cursor.execute(_ON_ROUTES, given)
            decided = [(row[0], row[1]) for row in cursor.fetchall()]
        for case_id, procedure in decided:
            times += _approvals(case_id, procedure)
        statistics.put_day(actor=actor, day=day, counts=counts, durations=_durations(times))


def _approvals(case_id: UUID, procedure: str) -> list[tuple[str, str, int, int, int, int]]:
    """How long each post on the way took for its answer: since what moved the route before it."""
    found = route_of(subject_of(case_id))
    moves = [act for act in found.acts if act.kind in _MOVES] if found else []
    rows = []
    for before, act in pairwise(moves):
        if act.kind in ANSWERS and act.seat is not None:
            minutes = max(0, int((act.at - before.at).total_seconds() // 60))
            rows.append((procedure, f"approval:{act.seat.rank}", bucket_of(minutes, MINUTES), 1, minutes, 0))
    return rows


def _durations(rows: list[tuple[str, str, int, int, int, int]]) -> list[Duration]:
    """Rows (procedure, step, bucket, count, minutes, late) as one `Duration` for each procedure and step."""
    found: dict[tuple[str, str], tuple[int, int, int, dict[str, int]]] = {}
    for procedure, step, bucket, count, minutes, late in rows:
        before = found.setdefault((procedure, step), (0, 0, 0, {}))
        before[3][str(bucket)] = before[3].get(str(bucket), 0) + count
        found[procedure, step] = (before[0] + count, before[1] + late, before[2] + minutes, before[3])
    return [
        Duration(subject=procedure, step=step, count=count, late=late, minutes=minutes, times=times)
        for (procedure, step), (count, late, minutes, times) in found.items()
    ]
