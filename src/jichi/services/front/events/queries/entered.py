"""Who entered, as they told us. Row security decides who sees what: call inside a unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from ..models import EventEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What somebody told when they entered."""

    entry_id: UUID
    event_id: UUID
    account_id: UUID | None
    name: str
    kana: str
    phone: str
    companions: Sequence[str]
    answers: Mapping[str, str]
    language: str


def _person(row: EventEntry) -> Person:
    return Person(
        entry_id=row.entry_id, event_id=row.event_id, account_id=row.account_id, name=row.name, kana=row.kana,
        phone=row.phone, companions=tuple(row.companions), answers=row.answers, language=row.language,
    )  # fmt: skip


def people_of(event_id: UUID) -> dict[UUID, Person]:
    """By entry, everybody who entered an event. One statement."""
    return {row.entry_id: _person(row) for row in EventEntry.objects.filter(event_id=event_id)}


def person_of(entry_id: UUID) -> Person | None:
    """Who made an entry. One statement."""
    row = EventEntry.objects.filter(pk=entry_id).first()
    return _person(row) if row else None


def entered_by(entry_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Entry → event, of those that are events'. One statement."""
    return dict(EventEntry.objects.filter(pk__in=list(entry_ids)).values_list("entry_id", "event_id"))
