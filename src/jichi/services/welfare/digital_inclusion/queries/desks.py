"""Help desks: when they are open, which slots are free, who comes. Visits are read inside a unit of who looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from jichi.kernel.clock import TOKYO
from jichi.kernel.localized import LocalizedText

from ..models import Desk, DeskDay, DeskHours, Topic, Visit
from ..rules import DeskSlot, Hours, SingleDay, Span, open_on, slots_on


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNote:
    """A day unlike its weekday, with why."""

    rule: SingleDay
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """A desk with its hours, and single days from the day asked for on."""

    id: UUID
    code: str
    division_id: int
    title: LocalizedText
    address: str
    access: str
    phone: str
    slot_minutes: int
    ahead_days: int
    is_open: bool
    hours: Sequence[Hours] = ()
    days: Sequence[DayNote] = ()

    def open_on(self, day: date) -> Span | None:
        """When it is open on a day; None: closed."""
        return open_on(day, self.hours, [one.rule for one in self.days])

    def slots_on(self, day: date) -> tuple[DeskSlot, ...]:
        """The slots of a day."""
        return slots_on(day, self.hours, [one.rule for one in self.days], self.slot_minutes)


def _views(rows: Iterable[Desk], since: date) -> tuple[DeskView, ...]:
    kept = list(rows)
    hours: dict[UUID, list[Hours]] = {}
    for one in DeskHours.objects.filter(desk__in=[row.pk for row in kept]).order_by("valid_from", "weekday"):
        rule = Hours(
            valid_from=one.valid_from, weekday=one.weekday, opens=one.opens, closes=one.closes,
            supporters=one.supporters,
        )  # fmt: skip
        hours.setdefault(one.desk_id, []).append(rule)
    days: dict[UUID, list[DayNote]] = {}
    for day in DeskDay.objects.filter(desk__in=[row.pk for row in kept], day__gte=since).order_by("day"):
        single = SingleDay(day=day.day, opens=day.opens, closes=day.closes, supporters=day.supporters)
        days.setdefault(day.desk_id, []).append(DayNote(rule=single, reason=day.reason))
    return tuple(
        DeskView(
            id=row.pk, code=row.code, division_id=row.division_id, title=row.title, address=row.address,
            access=row.access, phone=row.phone, slot_minutes=row.slot_minutes, ahead_days=row.ahead_days,
            is_open=row.is_open, hours=tuple(hours.get(row.pk, ())), days=tuple(days.get(row.pk, ())),
        )
        for row in kept
    )  # fmt: skip


def desks(*, since: date, divisions: Iterable[int] | None = None) -> tuple[DeskView, ...]:
    """Open desks, or all of some divisions, by code. Three statements."""
    rows = Desk.objects.order_by("code")
    found = rows.filter(is_open=True) if divisions is None else rows.filter(division_id__in=list(divisions))
    return _views(found, since)


def desk(code: str, *, since: date) -> DeskView | None:
    """One desk, closed ones too. Three statements."""
    return next(iter(_views(Desk.objects.filter(code=code), since)), None)


_TAKEN: Final = """
SELECT desk_id, starts_at, count(*) FROM digital_taken(%s, %s, %s) GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSlot:
    """A slot with what is left of it."""

    starts_at: datetime
    ends_at: datetime
    left: int


def free_slots(found: Sequence[DeskView], *, now: datetime, days: int) -> dict[UUID, tuple[FreeSlot, ...]]:
    """Slots that may be booked in the coming days, full ones too (`left` 0), by desk. One statement.

    How many are taken is for everybody to know; by whom is not.
    """
    today = now.astimezone(TOKYO).date()
    taken: dict[tuple[UUID, datetime], int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, ([one.id for one in found], now, now + timedelta(days=days + 1)))
        for desk_id, at, count in cursor.fetchall():
            taken[desk_id, at] = count
    result: dict[UUID, tuple[FreeSlot, ...]] = {}
    for one in found:
        slots = (
            slot
            for n in range(min(days, one.ahead_days) + 1)
            for slot in one.slots_on(today + timedelta(days=n))
            if slot.starts_at > now
        )
        result[one.id] = tuple(
            FreeSlot(
                starts_at=slot.starts_at, ends_at=slot.ends_at,
                left=max(0, slot.places - taken.get((one.id, slot.starts_at), 0)),
            )
            for slot in slots
        )  # fmt: skip
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicView:
    """Something people ask for."""

    code: str
    title: LocalizedText
    place: int
    is_active: bool


def topics(*, retired: bool = False) -> tuple[TopicView, ...]:
    """What may be asked, in order; `retired`: with what is asked no more. One statement."""
    rows = Topic.objects.order_by("place", "code")
    found = rows if retired else rows.filter(is_active=True)
    return tuple(TopicView(code=one.code, title=one.title, place=one.place, is_active=one.is_active) for one in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView:
    """A visit as its people and its desk see it."""

    id: UUID
    number: str
    desk_id: UUID
    starts_at: datetime
    ends_at: datetime | None
    lane: int | None
    channel: str
    state: str
    account_id: UUID | None
    name: str
    phone: str
    wish: str
    age_class: str
    language: str
    topics: Sequence[str] = field(default_factory=tuple)
    minutes: int | None = None
    outcome: str = ""
    passed_to: str = ""
    arrived_at: datetime | None = None


def _visit(row: Visit) -> VisitView:
    return VisitView(
        id=row.pk, number=row.number, desk_id=row.desk_id, starts_at=row.starts_at, ends_at=row.ends_at, lane=row.lane,
        channel=row.channel, state=row.state, account_id=row.account_id, name=row.name, phone=row.phone, wish=row.wish,
        age_class=row.age_class, language=row.language, topics=tuple(row.topics), minutes=row.minutes,
        outcome=row.outcome, passed_to=row.passed_to, arrived_at=row.arrived_at,
    )  # fmt: skip


def visit(number: str) -> VisitView | None:
    """The visit with this number, if the looker may see it. One statement."""
    row = Visit.objects.filter(number=number).first()
    return _visit(row) if row else None


def visits_of(account_id: UUID, *, since: datetime) -> tuple[VisitView, ...]:
    """What an account booked from a moment on, soonest first. One statement."""
    found = Visit.objects.filter(account_id=account_id, starts_at__gte=since).order_by("starts_at")
    return tuple(_visit(row) for row in found[:100])


def visits_on(desk_id: UUID, day: date) -> tuple[VisitView, ...]:
    """Everybody of a desk's day, in the order of time; cancelled ones left out. One statement."""
    found = Visit.objects.filter(desk_id=desk_id, starts_at__date=day).exclude(state="cancelled")
    return tuple(_visit(row) for row in found.order_by("starts_at", "lane", "number"))


def visits_without_place(found: DeskView, *, now: datetime) -> tuple[VisitView, ...]:
    """Coming bookings that no longer fit the hours: to be telephoned. One statement."""
    coming = Visit.objects.filter(desk_id=found.id, state="booked", starts_at__gt=now).order_by("starts_at")[:500]
    places: dict[date, dict[datetime, int]] = {}
    lost = []
    for row in coming:
        day = row.starts_at.astimezone(TOKYO).date()
        if day not in places:
            places[day] = {slot.starts_at: slot.places for slot in found.slots_on(day)}
        if (row.lane or 0) > places[day].get(row.starts_at, 0):
            lost.append(_visit(row))
    return tuple(lost)


_LOAD: Final = """
SELECT v.desk_id, extract(isodow FROM v.starts_at AT TIME ZONE 'Asia/Tokyo')::int - 1,
    extract(hour FROM v.starts_at AT TIME ZONE 'Asia/Tokyo')::int, count(*), coalesce(sum(v.minutes), 0)::bigint
FROM welfare_digital_inclusion_visit v
WHERE v.state = 'done' AND v.starts_at >= %s AND v.starts_at < %s GROUP BY 1, 2, 3
"""


def load(first: datetime, last: datetime) -> dict[UUID, dict[tuple[int, int], tuple[int, int]]]:
    """By desk, (weekday, hour) → visits and their minutes, as the looker may see them. One statement."""
    result: dict[UUID, dict[tuple[int, int], tuple[int, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, (first, last))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    for desk_id, weekday, hour, count, minutes in rows:
        result.setdefault(desk_id, {})[weekday, hour] = (count, minutes)
    return result


def desks_by_id(ids: Sequence[UUID]) -> tuple[DeskView, ...]:
    """Desks by id, closed ones too, with single days of all times. Three statements."""
    return _views(Desk.objects.filter(pk__in=list(ids)), date.min)
