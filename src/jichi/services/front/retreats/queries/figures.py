"""Figures of houses. Row security counts only what the actor sees: call inside a unit of work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from jichi.kernel.calendar import add_months

from ..models import Closure, Stay
from ..rules import SOLD, Asked, Occupancy, closed_nights, forecast, room_nights
from .houses import HouseView


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFigures:
    """A house's month: nights used, stays, people, yen asked (taxes apart) and charges of cancelling."""

    month: date
    occupancy: Occupancy
    stays: int
    people: int
    yen: int
    tax_yen: int
    charge_yen: int
    cancelled: int


_NIGHTS: Final = """
SELECT s.house_id, date_trunc('month', n)::date, count(*)
FROM front_retreats_stay s, generate_series(s.check_in, s.check_in + s.nights - 1, interval '1 day') n
WHERE s.house_id = ANY (%s) AND s.state = ANY (%s) AND s.check_in <= %s AND s.check_in + s.nights > %s
    AND n >= %s AND n < %s AND s.entered_at <= %s
GROUP BY 1, 2
"""
_STAYS: Final = """
SELECT s.house_id, date_trunc('month', s.check_in)::date, count(*) FILTER (WHERE s.state = ANY (%s)),
    coalesce(sum((SELECT sum(v::int) FROM jsonb_each_text(s.party) p (k, v))) FILTER (WHERE s.state = ANY (%s)), 0),
    coalesce(sum(s.before_tax_yen) FILTER (WHERE s.state = ANY (%s) AND s.state <> 'no_show'), 0),
    coalesce(sum(s.total_yen - s.before_tax_yen) FILTER (WHERE s.state = ANY (%s) AND s.state <> 'no_show'), 0),
    coalesce(sum(s.charge_yen), 0), count(*) FILTER (WHERE s.state = 'cancelled')
FROM front_retreats_stay s WHERE s.house_id = ANY (%s) AND s.check_in >= %s AND s.check_in < %s GROUP BY 1, 2
"""


def used_nights(ids: Sequence[UUID], first: date, end: date, *, known_at: datetime) -> dict[tuple[UUID, date], int]:
    """(house, month) → room nights used or booked, of stays that had come in by a moment. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_NIGHTS, (list(ids), list(SOLD), end, first, first, end, known_at))
        return {(house, month): count for house, month, count in cursor.fetchall()}


def by_month(houses: Sequence[HouseView], first: date, months: int, *, now: datetime) -> dict[UUID, list[MonthFigures]]:
    """House → its months, from one on. Three statements. Rooms are counted as they are today."""
    end = add_months(first, months)
    ids = [one.id for one in houses]
    used = used_nights(ids, first, end, known_at=now)
    sold = list(SOLD)
    with connection.cursor() as cursor:
        cursor.execute(_STAYS, (sold, sold, sold, sold, ids, first, end))
        sums = {(row[0], row[1]): [int(value) for value in row[2:]] for row in cursor.fetchall()}
    closed = closures(ids, first, end)
    found: dict[UUID, list[MonthFigures]] = {}
    for one in houses:
        rows = []
        for month in (add_months(first, n) for n in range(months)):
            stays, people, yen, tax, charge, cancelled = sums.get((one.id, month), [0] * 6)
            rows.append(
                MonthFigures(
                    month=month, occupancy=Occupancy(used.get((one.id, month), 0), nights_there(one, month, closed)),
                    stays=stays, people=people, yen=yen, tax_yen=tax, charge_yen=charge, cancelled=cancelled,
                )
            )  # fmt: skip
        found[one.id] = rows
    return found


def closures(ids: Sequence[UUID], first: date, end: date) -> dict[UUID, list[tuple[date, date, int]]]:
    """House → its closures (first, last, rooms) that touch a time. One statement."""
    found: dict[UUID, list[tuple[date, date, int]]] = {}
    rows = Closure.objects.filter(house__in=list(ids), ended_at=None, last__gte=first, first__lt=end)
    for house, begin, last, rooms in rows.values_list("house_id", "first", "last", "rooms"):
        found.setdefault(house, []).append((begin, last, rooms))
    return found


def nights_there(house: HouseView, month: date, closed: dict[UUID, list[tuple[date, date, int]]]) -> int:
    """Room nights of a house's month that could be used."""
    last = add_months(month, 1) - timedelta(days=1)
    rooms = sum(len(kind.rooms) for kind in house.room_types)
    return room_nights(rooms, closed_nights(closed.get(house.id, ()), month, last), month, last)


@dataclass(frozen=True, slots=True)
class Expected:
    """A month ahead: booked today, a year before in the end, and what to expect."""

    house: HouseView
    month: date
    booked: int
    last_year: int
    expected: Occupancy


def expected(houses: Sequence[HouseView], month: date, months: int, *, now: datetime) -> list[Expected]:
    """The months from one on, by `rules.forecast`. Four statements."""
    ids, end = [one.id for one in houses], add_months(month, months)
    then_first, then_end = add_months(month, -12), add_months(end, -12)
    booked = used_nights(ids, month, end, known_at=now)
    before = used_nights(ids, then_first, then_end, known_at=now)
    before_then = used_nights(ids, then_first, then_end, known_at=now - timedelta(days=365))
    closed = closures(ids, month, end)
    found = []
    for one in houses:
        for at in (add_months(month, n) for n in range(months)):
            key, then = (one.id, at), (one.id, add_months(at, -12))
            there = nights_there(one, at, closed)
            nights = forecast(
                booked=booked.get(key, 0), last_year=before.get(then, 0), last_year_then=before_then.get(then, 0),
                there=there,
            )  # fmt: skip
            found.append(Expected(one, at, booked.get(key, 0), before.get(then, 0), Occupancy(nights, there)))
    return found


def asked_for(house_id: UUID, month: date) -> list[Asked]:
    """Everybody who wanted to arrive in a month, in the order in which they came. One statement."""
    rows = Stay.objects.filter(house_id=house_id, check_in__gte=month, check_in__lt=add_months(month, 1))
    rows = rows.exclude(state="applied").order_by("line")
    return [
        Asked(first, nights, resident=any(kind.startswith("resident") for kind in party))
        for first, nights, party in rows.values_list("check_in", "nights", "party")
    ]
