"""Use cases of statistics: adding days up, what rooms above count, observations, upkeep. All may run twice."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import connection

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.calendar import add_months
from jichi.kernel.manifest import load_manifests, resolve

from .models import Day, Observation, Position
from .recorder import MOST, Recorder, recorder
from .rules import SECONDS, Noted

logger = logging.getLogger("jichi.statistics")


def write_events(*, actor: Actor, events: Iterable[Noted]) -> int:
    """Write events at once instead of by the recorder: for sample wards.

    Days that are over get a salt that is kept nowhere.

    Returns:
        how many were written.
    """
    with unit(actor):
        own, written = Recorder(past_days=True), 0
        for event in events:
            own.add(event)
            if own.waiting() >= MOST:
                written += own.flush()
        return written + own.flush()


def write_what_waits(*, actor: Actor) -> int:
    """Write now what this process noted. Returns how many events."""
    with unit(actor):
        return recorder.flush()


def add_up(*, actor: Actor, limit: int = 400) -> tuple[date, ...]:
    """Add up every day whose events have changed since it was added up, oldest first. Returns those days.

    Late events are in: each batch of events marks its day. One transaction a day.
    """
    done = []
    with unit(actor):
        changed = _changed_days(limit)
    for day in changed:
        with unit(actor):
            row = Day.objects.get(day=day)  # read before the events are: what comes meanwhile leaves the day changed
            with connection.cursor() as cursor:
                cursor.execute("SELECT statistics_roll_day(%s, %s)", (day, list(SECONDS)))
            Day.objects.filter(day=day).update(rolled=row.changes)
        done.append(day)
    return tuple(done)


def _changed_days(limit: int) -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT day FROM eng_statistics_day WHERE changes <> rolled ORDER BY day LIMIT %s", (limit,))
        return [row[0] for row in cursor.fetchall()]


# -- what rooms above count themselves --------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How often something was on a day. `subject` "*" is added by `put_day`."""

    subject: str
    measure: str
    key: str = ""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Steps of one kind that ended on a day: `times` by bucket of `rules.MINUTES`, `minutes` their sum."""

    subject: str
    step: str
    count: int
    late: int = 0
    minutes: int
    times: dict[str, int]


_FORGET = (
    "DELETE FROM eng_statistics_tally WHERE source = 'cases' AND day = %(day)s",
    "DELETE FROM eng_statistics_steptally WHERE day = %(day)s",
)
_PUT_COUNTS = """
INSERT INTO eng_statistics_tally (source, day, subject, measure, key, count, people)
SELECT 'cases', %(day)s, CASE GROUPING(r.subject) WHEN 1 THEN '*' ELSE r.subject END, r.measure, r.key,
    sum(r.count), NULL
FROM jsonb_to_recordset(%(counts)s::jsonb) r (subject text, measure text, key text, count bigint)
GROUP BY GROUPING SETS ((r.subject, r.measure, r.key), (r.measure, r.key))
"""
_PUT_STEPS = """
WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(steps)s::jsonb)
        r (subject text, step text, count bigint, late bigint, minutes bigint, times jsonb)
), summed AS MATERIALIZED (
    SELECT s.step, jsonb_object_agg(s.bucket, s.n) AS times
    FROM (SELECT g.step, t.key AS bucket, sum(t.value::bigint) AS n
        FROM given g, jsonb_each_text(g.times) t GROUP BY 1, 2) s
    GROUP BY 1
)
INSERT INTO eng_statistics_steptally (day, subject, step, count, late, minutes, times)
SELECT %(day)s, g.subject, g.step, g.count, g.late, g.minutes, g.times FROM given g
UNION ALL
SELECT %(day)s, '*', g.step, sum(g.count), sum(g.late), sum(g.minutes),
    coalesce((SELECT s.times FROM summed s WHERE s.step = g.step), '{}')
FROM given g GROUP BY g.step
"""


def put_day(*, actor: Actor, day: date, counts: Sequence[Count], durations: Sequence[Duration]) -> None:
    """Replace what a room above counted of a day, and the sums over all subjects. The same twice is the same."""
    given: dict[str, str | date] = {
        "day": day, "counts": json.dumps([asdict(one) for one in counts]),
        "steps": json.dumps([asdict(one) for one in durations]),
    }  # fmt: skip
    with unit(actor), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('eng_statistics_cases'), %s)", (day.toordinal(),))
        for statement in _FORGET:
            cursor.execute(statement, given)
        if counts:
            cursor.execute(_PUT_COUNTS, given)
        if durations:
            cursor.execute(_PUT_STEPS, given)


def move_position(*, actor: Actor, name: str, value: int) -> None:
    """Remember how far a room has read its history; never backwards."""
    with unit(actor), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO eng_statistics_position AS p (name, value) VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET value = greatest(p.value, excluded.value)",
            (name, value),
        )


def forget_position(*, actor: Actor, name: str) -> None:
    """Have a room read its whole history again at the next run."""
    with unit(actor):
        Position.objects.filter(name=name).delete()


def observe(*, actor: Actor, months: int = 2) -> int:
    """Ask every indicator of the house for this month and those before; keep what differs from what was last found.

    Returns:
        how many values are new. One that can't be found is logged and asked again at the next run.
    """
    this = clock.today().replace(day=1)
    found = 0
    for manifest in load_manifests(tuple(settings.JICHI_ROOMS)):
        for indicator in manifest.indicators:
            for back in range(months):
                first = add_months(this, -back)
                found += _observe(actor, indicator.key, first, indicator.function)
    return found


def _observe(actor: Actor, key: str, month: date, function: str) -> int:
    try:
        with unit(actor):
            told = resolve(function)(month)
            if told is None:  # nothing to count, or not known any more: what was found before stays
                return 0
            value = Decimal(str(told)).quantize(Decimal("0.001"))
            last = Observation.objects.filter(indicator=key, period=month).order_by("-id").first()
            if last is not None and last.value == value:
                return 0
            Observation.objects.create(indicator=key, period=month, value=value, taken_at=clock.now())
    except Exception:  # one room's trouble must not keep the others' figures back
        logger.exception("indicator %s of %s", key, month)
        return 0
    return 1


def keep_in_order(*, actor: Actor) -> tuple[int, int, int]:
    """Destroy the salts of days that are over, make partitions ahead, drop those past their time.

    Returns:
        salts destroyed, partitions made, partitions dropped.
    """
    today = clock.today()
    keep = add_months(today.replace(day=1), -int(settings.JICHI_STATISTICS["keep_months"]))
    with unit(actor), connection.cursor() as cursor:
        cursor.execute(
            "SELECT statistics_destroy_salts(%s), statistics_make_partitions(%s, %s), statistics_drop_partitions(%s)",
            (today, today, add_months(today, 3), keep),
        )
        salts, made, dropped = cursor.fetchone()
    return int(salts), int(made), int(dropped)
