"""Who takes part. Row security decides who sees what: call inside a unit of work of who looks.

How an entry stands is the booking engine's to say; it is asked as the platform, for entries that the looker was shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.booking import queries as booking
from jichi.engines.booking.queries import EntryView, Ticket

from ..models import Attendance, Enrolment, Participant

SYSTEM: Final = system_actor("digital_inclusion.read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """An entry of a class: who entered it, and how it stands."""

    entry: EntryView
    course_id: UUID
    account_id: UUID | None
    name: str
    kana: str
    phone: str
    team: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One place on a session's list: `name` is "" as long as an association has named nobody."""

    id: UUID
    entry_id: UUID
    place: int
    name: str
    team: str
    came: frozenset[int]
    """Numbers of the sessions they came to."""


def _entries(ids: Sequence[UUID]) -> dict[UUID, EntryView]:
    with unit(SYSTEM):
        return booking.entries_by_id(ids)


def _enrolled(rows: Sequence[Enrolment]) -> tuple[Enrolled, ...]:
    entries = _entries([row.entry_id for row in rows])
    found = [
        Enrolled(
            entry=entries[row.entry_id], course_id=row.course_id, account_id=row.account_id, name=row.name,
            kana=row.kana, phone=row.phone, team=row.team, language=row.language,
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.entry.entered_at, one.entry.id)))


def enrolled(course_id: UUID) -> tuple[Enrolled, ...]:
    """Everybody who entered a class, in the order in which they came. Two statements."""
    return _enrolled(list(Enrolment.objects.filter(course_id=course_id)))


def enrolled_by(account_id: UUID) -> tuple[Enrolled, ...]:
    """What an account entered, first entered first, at most 200. Two statements."""
    return _enrolled(list(Enrolment.objects.filter(account_id=account_id)[:200]))


def enrolment(entry_id: UUID) -> Enrolled | None:
    """One entry. Two statements."""
    return next(iter(_enrolled(list(Enrolment.objects.filter(pk=entry_id)))), None)


def by_token(token: UUID) -> Enrolled | None:
    """The entry of a ticket, if the looker may see it. Two statements."""
    with unit(SYSTEM):
        entry = booking.entry_by_token(token)
    return enrolment(entry.id) if entry else None


def roll(course_id: UUID) -> tuple[Member, ...]:
    """Who has a place of a class, with the sessions they came to; by name. Four statements."""
    people = list(Participant.objects.filter(course_id=course_id).select_related("enrolment"))
    entries = _entries(list({one.enrolment_id for one in people}))
    came: dict[UUID, set[int]] = {}
    for participant, number in Attendance.objects.filter(participant__course_id=course_id).values_list(
        "participant_id", "session__number"
    ):
        came.setdefault(participant, set()).add(number)
    found = [
        Member(
            id=one.pk, entry_id=one.enrolment_id, place=one.place, name=one.name, team=one.enrolment.team,
            came=frozenset(came.get(one.pk, ())),
        )
        for one in people
        if entries[one.enrolment_id].state == "taken"
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.team, not one.name, one.name, one.place)))


def attended(entry_id: UUID) -> tuple[Member, ...]:
    """The places of one entry with the sessions they came to. Two statements."""
    people = Participant.objects.filter(enrolment_id=entry_id).select_related("enrolment").order_by("place")
    came: dict[UUID, set[int]] = {}
    for participant, number in Attendance.objects.filter(participant__enrolment_id=entry_id).values_list(
        "participant_id", "session__number"
    ):
        came.setdefault(participant, set()).add(number)
    return tuple(
        Member(
            id=one.pk, entry_id=entry_id, place=one.place, name=one.name, team=one.enrolment.team,
            came=frozenset(came.get(one.pk, ())),
        )
        for one in people
    )  # fmt: skip


def tickets_of(offering_ids: Sequence[UUID]) -> tuple[Ticket, ...]:
    """Tickets of all who have a place, for a device at the door: the caller decides who may. One statement each."""
    with unit(SYSTEM):
        return tuple(ticket for one in offering_ids for ticket in booking.tickets_of(one))


def came_at(entry_id: UUID, number: int) -> datetime | None:
    """When the people of an entry came to a session; None: not yet. One statement."""
    with unit(SYSTEM):
        rows = Attendance.objects.filter(participant__enrolment_id=entry_id, session__number=number)
        return rows.order_by("noted_at").values_list("noted_at", flat=True).first()


def attendance_counts(course_ids: Sequence[UUID]) -> dict[tuple[UUID, int], int]:
    """(class, number of the session) → how many came. One statement."""
    rows = (
        Attendance.objects.filter(session__course_id__in=list(course_ids))
        .values_list("session__course_id", "session__number")
        .annotate(count=Count("id"))
    )
    return {(course_id, number): count for course_id, number, count in rows}
