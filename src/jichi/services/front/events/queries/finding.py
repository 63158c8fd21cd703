"""Finding published events: by words and kind, by month, by day; for calendars and open data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from jichi.kernel.clock import TOKYO
from jichi.kernel.localized import LocalizedText
from jichi.kernel.text import fold_for_search

PAGE: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What is looked for; "" narrows nothing. `mode` is "none" (nothing to do), "open" (may be entered now) or ""."""

    text: str = ""
    category: str = ""
    mode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One date of an event, as lists and calendars show it."""

    id: UUID
    code: str
    title: LocalizedText
    state: str
    category: str
    mode: str
    place_name: str
    price_yen: int
    starts_at: datetime
    ends_at: datetime
    offering_id: UUID | None
    dates: int = 1
    """Dates that are still to come."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some events by their next date; `next_after` goes on, "" at the end."""

    rows: tuple[Found, ...]
    next_after: str


_COLUMNS: Final = """v.id, v.code, v.title, v.state, v.category, v.mode, v.content ->> 'place_name',
    (v.content ->> 'price_yen')::int, s.starts_at, s.ends_at, v.offering_id"""
_WHERE: Final = """v.state <> 'draft' AND (%(category)s = '' OR v.category = %(category)s)
    AND (%(mode)s = '' OR (%(mode)s = 'none' AND v.mode = 'none') OR (%(mode)s = 'open' AND EXISTS (
        SELECT FROM eng_booking_offering o WHERE o.id = v.offering_id AND o.state = 'open'
            AND o.opens_at <= %(now)s AND %(now)s < o.closes_at)))
    AND NOT EXISTS (SELECT FROM unnest(%(words)s::text[]) w WHERE position(w IN v.search_text) = 0)"""
_LISTED: Final = f"""
SELECT {_COLUMNS}, s.dates FROM front_events_event v CROSS JOIN LATERAL (
    SELECT min(starts_at) AS starts_at, (array_agg(ends_at ORDER BY starts_at))[1] AS ends_at, count(*) AS dates
    FROM front_events_eventslot WHERE event_id = v.id AND ends_at > %(now)s) s
WHERE s.starts_at IS NOT NULL AND v.last_day >= %(today)s AND v.state = 'published' AND {_WHERE}
    AND (%(after)s::timestamptz IS NULL OR (s.starts_at, v.code) > (%(after)s::timestamptz, %(after_code)s))
ORDER BY s.starts_at, v.code LIMIT %(limit)s
"""  # noqa: S608 - put together from constants of this module
_MONTH: Final = f"""
SELECT * FROM (
    SELECT {_COLUMNS}, count(*) OVER w AS dates,
        row_number() OVER (PARTITION BY (s.starts_at AT TIME ZONE 'Asia/Tokyo')::date
            ORDER BY s.starts_at, v.code) AS place
    FROM front_events_eventslot s JOIN front_events_event v ON v.id = s.event_id
    WHERE s.starts_at >= %(from)s AND s.starts_at < %(to)s AND {_WHERE}
    WINDOW w AS (PARTITION BY (s.starts_at AT TIME ZONE 'Asia/Tokyo')::date)) d
WHERE place <= %(limit)s ORDER BY starts_at, code
"""  # noqa: S608 - put together from constants of this module


def _asked(chosen: Filter, now: datetime, **more: Any) -> dict[str, Any]:
    words = fold_for_search(chosen.text, keep_spaces=True).split()
    return {"category": chosen.category, "mode": chosen.mode, "words": words, "now": now, **more}


def _found(sql: str, given: dict[str, Any]) -> tuple[Found, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        rows = cursor.fetchall()
    return tuple(
        Found(
            id=r[0],
            code=r[1],
            title=json.loads(r[2]) if isinstance(r[2], str) else r[2],
            state=r[3],
            category=r[4],
            mode=r[5],
            place_name=r[6] or "",
            price_yen=r[7] or 0,
            starts_at=r[8],
            ends_at=r[9],
            offering_id=r[10],
            dates=r[11],
        )
        for r in rows
    )


def listed(chosen: Filter, *, now: datetime, after: str = "", limit: int = PAGE) -> Page:
    """Events that are still to come, by their next date. One statement.

    Args:
        after: `next_after` of the page before; anything else begins anew.
    """
    moment, _, code = after.partition("|")
    try:
        since = datetime.fromisoformat(moment) if code else None
    except ValueError:
        since = None
    given = _asked(chosen, now, today=now.astimezone(TOKYO).date(), after=since, after_code=code, limit=limit + 1)
    rows = _found(_LISTED, given)
    more = f"{rows[limit - 1].starts_at.isoformat()}|{rows[limit - 1].code}" if len(rows) > limit else ""
    return Page(rows[:limit], more)


def month(chosen: Filter, *, first: date, last: date, now: datetime, most: int = 4) -> dict[date, list[Found]]:
    """Dates from one day to another, at most `most` a day; `Found.dates` is how many the day has. One statement.

    However many dates a month has, few rows leave the database.
    """
    found: dict[date, list[Found]] = {}
    for one in _between(chosen, first, last, now, most):
        found.setdefault(one.starts_at.astimezone(TOKYO).date(), []).append(one)
    return found


def on_a_day(chosen: Filter, *, day: date, now: datetime, most: int = 500) -> Sequence[Found]:
    """All dates of one day. One statement."""
    return _between(chosen, day, day, now, most)


def _between(chosen: Filter, first: date, last: date, now: datetime, most: int) -> tuple[Found, ...]:
    begin = datetime.combine(first, time(0), TOKYO)
    end = datetime.combine(last + timedelta(days=1), time(0), TOKYO)
    return _found(_MONTH, _asked(chosen, now, limit=most, **{"from": begin, "to": end}))


def dates_of(*, first: date, last: date, now: datetime) -> tuple[Found, ...]:
    """Every date from one day to another, for calendar programs and open data. One statement."""
    return _between(Filter(), first, last, now, 100_000)
