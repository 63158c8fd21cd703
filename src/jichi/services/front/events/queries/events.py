"""Events as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jichi.engines.booking.rules.series import Slot
from jichi.kernel.localized import LocalizedText

from ..models import Event, EventSlot
from ..rules import Content, content_from


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """An event with its dates. `slots` are (code of the item, date)."""

    id: UUID
    code: str
    division_id: int
    state: str
    title: LocalizedText
    category: str
    mode: str
    content: Content
    picture_id: UUID | None
    offering_id: UUID | None
    cancel_reason: str
    revision: int
    updated_at: datetime
    published_at: datetime | None
    last_day: date | None
    slots: Sequence[tuple[str, Slot]]


def _view(row: Event, slots: Sequence[EventSlot]) -> EventView:
    return EventView(
        id=row.pk, code=row.code, division_id=row.division_id, state=row.state, title=row.title, category=row.category,
        mode=row.mode, content=content_from(row.content), picture_id=row.picture_id, offering_id=row.offering_id,
        cancel_reason=row.cancel_reason, revision=row.revision, updated_at=row.updated_at,
        published_at=row.published_at, last_day=row.last_day,
        slots=tuple((slot.item_code, Slot(slot.starts_at, slot.ends_at)) for slot in slots),
    )  # fmt: skip


def _views(rows: Iterable[Event]) -> tuple[EventView, ...]:
    kept = list(rows)
    slots: dict[UUID, list[EventSlot]] = {}
    for slot in EventSlot.objects.filter(event__in=[row.pk for row in kept]).order_by("event", "place"):
        slots.setdefault(slot.event_id, []).append(slot)
    return tuple(_view(row, slots.get(row.pk, ())) for row in kept)


def event(code: str) -> EventView | None:
    """One event, drafts too: the caller decides who sees them. Two statements."""
    return next(iter(_views(Event.objects.filter(code=code))), None)


def events_by_id(ids: Sequence[UUID]) -> dict[UUID, EventView]:
    """Events by id. Two statements."""
    return {one.id: one for one in _views(Event.objects.filter(pk__in=list(ids)))}


def of_offering(offering_id: UUID) -> EventView | None:
    """The event that people enter by an offering. Two statements."""
    return next(iter(_views(Event.objects.filter(offering_id=offering_id))), None)


def file_of(code: str) -> UUID | None:
    """The picture of a published event. One statement."""
    return Event.objects.filter(code=code).exclude(state="draft").values_list("picture_id", flat=True).first()


def events_of_divisions(
    divisions: Iterable[int], *, text: str = "", state: str = "", limit: int = 200
) -> tuple[EventView, ...]:
    """A division's events, last changed first. Two statements."""
    found = Event.objects.filter(division_id__in=list(divisions))
    if state:
        found = found.filter(state=state)
    for word in text.split():
        found = found.filter(search_text__contains=word)
    return _views(found.order_by("-updated_at", "code")[:limit])
