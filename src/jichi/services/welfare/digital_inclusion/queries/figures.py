"""Figures of a fiscal year, without persons: for officials, the public page, and indicators of the house."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django.db import connection

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock
from jichi.kernel.calendar import add_months, fiscal_year
from jichi.kernel.clock import TOKYO
from jichi.kernel.localized import LocalizedText

from ..models import Topic
from ..rules import AGE_CLASSES, OUTCOMES

SYSTEM: Final = system_actor("digital_inclusion.count")


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFigures:
    """A fiscal year up to now. `by_month`: first of the month → sessions, people at classes, visits to desks."""

    sessions: int
    people: int
    visits: int
    minutes: int
    by_month: Mapping[date, tuple[int, int, int]]
    by_desk: Sequence[tuple[LocalizedText, int]]
    by_topic: Sequence[tuple[LocalizedText, int]]
    class_ages: Mapping[str, int]
    visit_ages: Mapping[str, int]
    by_outcome: Mapping[str, int]


_SESSIONS: Final = """
SELECT date_trunc('month', s.starts_at AT TIME ZONE 'Asia/Tokyo')::date, count(*)
FROM welfare_digital_inclusion_session s JOIN welfare_digital_inclusion_course c ON c.id = s.course_id
WHERE c.state = 'published' AND s.ends_at <= %(now)s AND s.starts_at >= %(first)s AND s.starts_at < %(last)s GROUP BY 1
"""
_PEOPLE: Final = """
SELECT date_trunc('month', s.starts_at AT TIME ZONE 'Asia/Tokyo')::date, p.age_class, count(*)
FROM welfare_digital_inclusion_attendance a JOIN welfare_digital_inclusion_session s ON s.id = a.session_id
JOIN welfare_digital_inclusion_participant p ON p.id = a.participant_id
WHERE s.starts_at >= %(first)s AND s.starts_at < %(last)s GROUP BY 1, 2
"""
_VISITS: Final = """
SELECT date_trunc('month', v.starts_at AT TIME ZONE 'Asia/Tokyo')::date, v.age_class, v.outcome, d.title,
    count(*), sum(v.minutes)::bigint
FROM welfare_digital_inclusion_visit v JOIN welfare_digital_inclusion_desk d ON d.id = v.desk_id
WHERE v.state = 'done' AND v.starts_at >= %(first)s AND v.starts_at < %(last)s GROUP BY 1, 2, 3, d.code, d.title
ORDER BY d.code
"""
_TOPICS: Final = """
SELECT t.code, count(*) FROM welfare_digital_inclusion_visit v, jsonb_array_elements_text(v.topics) t(code)
WHERE v.state = 'done' AND v.starts_at >= %(first)s AND v.starts_at < %(last)s GROUP BY 1
"""


def _rows(statement: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def _counted(given: Mapping[str, Any]) -> YearFigures:
    sessions = dict(_rows(_SESSIONS, given))
    people: dict[date, int] = {}
    ages = dict.fromkeys(AGE_CLASSES, 0)
    for month, age, count in _rows(_PEOPLE, given):
        people[month] = people.get(month, 0) + count
        ages[age] += count
    visits: dict[date, int] = {}
    visit_ages, outcomes = dict.fromkeys(AGE_CLASSES, 0), dict.fromkeys(OUTCOMES, 0)
    desks: dict[str, int] = {}
    minutes = 0
    for month, age, outcome, title, count, took in _rows(_VISITS, given):
        visits[month] = visits.get(month, 0) + count
        visit_ages[age] += count
        outcomes[outcome] += count
        key = title if isinstance(title, str) else json.dumps(title)
        desks[key] = desks.get(key, 0) + count
        minutes += took
    asked = dict(_rows(_TOPICS, given))
    titles = {one.code: one.title for one in Topic.objects.filter(code__in=list(asked))}
    months = {*sessions, *people, *visits}
    return YearFigures(
        sessions=sum(sessions.values()), people=sum(people.values()), visits=sum(visits.values()), minutes=minutes,
        by_month={one: (sessions.get(one, 0), people.get(one, 0), visits.get(one, 0)) for one in months},
        by_desk=[(json.loads(key), count) for key, count in desks.items()],
        by_topic=sorted(((titles[code], count) for code, count in asked.items()), key=lambda one: -one[1]),
        class_ages=ages, visit_ages=visit_ages, by_outcome=outcomes,
    )  # fmt: skip


def _between(first: date, last: date) -> YearFigures:
    begin, end = (datetime.combine(day, time(), TOKYO) for day in (first, last))
    with unit(SYSTEM):
        return _counted({"first": begin, "last": end, "now": clock.now()})


def year_figures(year: int) -> YearFigures:
    """Figures of a fiscal year. Numbers, no persons: whoever asks. Five statements."""
    return _between(date(year, 4, 1), date(year + 1, 4, 1))


def _until(month: date) -> YearFigures:
    return _between(date(fiscal_year(month), 4, 1), add_months(month, 1))


def sessions_so_far(month: date) -> int:
    """Indicator: sessions held from April to the end of a month."""
    return _until(month).sessions


def people_so_far(month: date) -> int:
    """Indicator: people at classes (延べ) from April to the end of a month."""
    return _until(month).people


def visits_in(month: date) -> int:
    """Indicator: visits to help desks in a month."""
    return _between(month, add_months(month, 1)).visits
