"""Reads of the sums. Each is one statement, whatever the period; events themselves are read by no page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.models import F

from .models import Day, Observation, Position
from .rules import Period

ALL: Final = ("*",)
"""All subjects together, added up by themselves: people who saw two are one."""


def hide_below() -> int:
    """Numbers of people below this are not shown (setting)."""
    return int(settings.JICHI_STATISTICS["hide_below"])


def _rows(statement: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


_TOTALS = """
SELECT measure, key, sum(count)::bigint, coalesce(sum(people), 0)::bigint FROM eng_statistics_tally
WHERE subject = ANY(%(subjects)s) AND measure = ANY(%(measures)s) AND day BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Total:
    """`people` are those of each day added up: somebody who came on two days counts twice."""

    count: int = 0
    people: int = 0


def totals(subjects: Sequence[str], measures: Sequence[str], period: Period) -> dict[tuple[str, str], Total]:
    """(measure, key) → sum over these subjects."""
    given = {"subjects": list(subjects), "measures": list(measures), "first": period.first, "last": period.last}
    return {(row[0], row[1]): Total(row[2], row[3]) for row in _rows(_TOTALS, given)}


_BY_SUBJECT = """
SELECT subject, measure, key, sum(count)::bigint, coalesce(sum(people), 0)::bigint FROM eng_statistics_tally
WHERE measure = ANY(%(measures)s) AND day BETWEEN %(first)s AND %(last)s AND subject <> '*'
  AND (%(subjects)s::text[] IS NULL OR subject = ANY(%(subjects)s)) GROUP BY 1, 2, 3
"""


def by_subject(
    measures: Sequence[str], period: Period, subjects: Sequence[str] | None = None
) -> dict[str, dict[tuple[str, str], Total]]:
    """Subject → (measure, key) → sum; None: every subject."""
    given = {
        "subjects": None if subjects is None else list(subjects), "measures": list(measures),
        "first": period.first, "last": period.last,
    }  # fmt: skip
    found: dict[str, dict[tuple[str, str], Total]] = {}
    for subject, measure, key, count, people in _rows(_BY_SUBJECT, given):
        found.setdefault(subject, {})[measure, key] = Total(count, people)
    return found


_SERIES = """
SELECT measure, date_trunc(%(by)s, day)::date, sum(count)::bigint, coalesce(sum(people), 0)::bigint
FROM eng_statistics_tally
WHERE subject = ANY(%(subjects)s) AND measure = ANY(%(measures)s) AND day BETWEEN %(first)s AND %(last)s
GROUP BY 1, 2
"""


def series(subjects: Sequence[str], measures: Sequence[str], period: Period) -> dict[tuple[str, date], Total]:
    """(measure, first day of the day, week or month) → sum."""
    given = {
        "subjects": list(subjects), "measures": list(measures), "first": period.first, "last": period.last,
        "by": period.by,
    }  # fmt: skip
    return {(row[0], row[1]): Total(row[2], row[3]) for row in _rows(_SERIES, given)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSum:
    """A page of a form over a period. `times`: buckets of `rules.SECONDS`."""

    version: int
    page: str
    reached: int
    went_on: int
    erred: int
    errors: int
    times: Mapping[str, int]


_PAGES = """
WITH chosen AS MATERIALIZED (
    SELECT version, page, reached, went_on, erred, errors, times FROM eng_statistics_pagetally
    WHERE subject = %(subject)s AND day BETWEEN %(first)s AND %(last)s
), merged AS MATERIALIZED (
    SELECT version, page, jsonb_object_agg(bucket, n) AS times
    FROM (SELECT c.version, c.page, t.key AS bucket, sum(t.value::bigint) AS n
        FROM chosen c, jsonb_each_text(c.times) t GROUP BY 1, 2, 3) b
    GROUP BY 1, 2
)
SELECT c.version, c.page, sum(c.reached)::bigint, sum(c.went_on)::bigint, sum(c.erred)::bigint, sum(c.errors)::bigint,
    coalesce((SELECT m.times FROM merged m WHERE (m.version, m.page) = (c.version, c.page)), '{}')
FROM chosen c GROUP BY 1, 2 ORDER BY 1 DESC, 2
"""


def pages(subject: str, period: Period) -> tuple[PageSum, ...]:
    """Pages of a subject's forms, newest version first."""
    given = {"subject": subject, "first": period.first, "last": period.last}
    return tuple(
        PageSum(version=row[0], page=row[1], reached=row[2], went_on=row[3], erred=row[4], errors=row[5],
                times=_json(row[6]))
        for row in _rows(_PAGES, given)
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSum:
    """A step of handling over a period. `times`: buckets of `rules.MINUTES`; `minutes`: their sum."""

    step: str
    count: int
    late: int
    minutes: int
    times: Mapping[str, int]


_STEPS = """
WITH chosen AS MATERIALIZED (
    SELECT step, count, late, minutes, times FROM eng_statistics_steptally
    WHERE subject = ANY(%(subjects)s) AND day BETWEEN %(first)s AND %(last)s
), merged AS MATERIALIZED (
    SELECT step, jsonb_object_agg(bucket, n) AS times
    FROM (SELECT c.step, t.key AS bucket, sum(t.value::bigint) AS n
        FROM chosen c, jsonb_each_text(c.times) t GROUP BY 1, 2) b
    GROUP BY 1
)
SELECT c.step, sum(c.count)::bigint, sum(c.late)::bigint, sum(c.minutes)::bigint,
    coalesce((SELECT m.times FROM merged m WHERE m.step = c.step), '{}')
FROM chosen c GROUP BY 1
"""


def steps(subjects: Sequence[str], period: Period) -> dict[str, StepSum]:
    """Step → what it took, over these subjects."""
    given = {"subjects": list(subjects), "first": period.first, "last": period.last}
    return {
        row[0]: StepSum(step=row[0], count=row[1], late=row[2], minutes=row[3], times=_json(row[4]))
        for row in _rows(_STEPS, given)
    }


_STEP_BY_SUBJECT = """
SELECT subject, sum(count)::bigint, sum(late)::bigint, sum(minutes)::bigint FROM eng_statistics_steptally
WHERE step = %(step)s AND day BETWEEN %(first)s AND %(last)s AND subject <> '*'
  AND (%(subjects)s::text[] IS NULL OR subject = ANY(%(subjects)s)) GROUP BY 1
"""


def step_by_subject(step: str, period: Period, subjects: Sequence[str] | None = None) -> dict[str, StepSum]:
    """Subject → one step's count, late ones and sum of minutes, without the times."""
    given = {
        "step": step, "first": period.first, "last": period.last,
        "subjects": None if subjects is None else list(subjects),
    }  # fmt: skip
    return {
        row[0]: StepSum(step=step, count=row[1], late=row[2], minutes=row[3], times={})
        for row in _rows(_STEP_BY_SUBJECT, given)
    }


def _json(value: Any) -> Mapping[str, int]:
    if isinstance(value, str):
        import json

        value = json.loads(value)
    return {str(key): int(count) for key, count in value.items()}


# -- how far it is ----------------------------------------------------------------------------------


def position(name: str) -> int:
    """How far a room above has read its history; 0 at first. One statement."""
    return Position.objects.filter(name=name).values_list("value", flat=True).first() or 0


def last_day() -> date | None:
    """The last day of which there are sums. One statement."""
    rows = _rows("SELECT max(day) FROM eng_statistics_tally WHERE measure = 'views'", {})
    return rows[0][0] if rows else None


def oldest_change() -> date | None:
    """The first day whose events changed since it was added up; None: all are in. One statement."""
    return Day.objects.exclude(changes=F("rolled")).order_by("day").values_list("day", flat=True).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """The newest value of an indicator for a month; None: there was nothing to divide by."""

    indicator: str
    period: date
    value: Decimal | None
    taken_at: datetime


def observations(indicators: Sequence[str], first: date, last: date) -> tuple[Observed, ...]:
    """The newest value of each indicator and month, oldest month first. One statement."""
    rows = (
        Observation.objects.filter(indicator__in=list(indicators), period__gte=first, period__lte=last)
        .order_by("indicator", "period", "-id")
        .distinct("indicator", "period")
        .values_list("indicator", "period", "value", "taken_at")
    )
    return tuple(Observed(indicator=row[0], period=row[1], value=row[2], taken_at=row[3]) for row in rows)
