"""A division's event from the first draft to its publication, and its end before time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.booking import actions as booking
from jichi.engines.booking.actions import ItemSpec
from jichi.engines.files import actions as files
from jichi.engines.files.actions import Upload
from jichi.engines.programmes import actions as programmes
from jichi.engines.programmes.actions import Kind, Words
from jichi.engines.surveys import actions as surveys
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year, format_date
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Invalid
from jichi.kernel.localized import LANGUAGES
from jichi.kernel.tables import require_table

from ..models import Event, EventSlot
from ..permissions import require_editor
from ..rules import (
    Content,
    ReadEvents,
    cancel_table,
    conditions_of,
    content_from,
    content_to,
    copied,
    problems,
    read_events,
    survey_code,
    tiers_of,
    weights_of,
)

SYSTEM: Final = system_actor("events")
FIXED: Final = (
    "first", "starts", "ends", "repeat", "until", "without", "more", "whole_course", "mode", "capacity", "most_people",
    "waiting_list", "answer_hours", "opens_at", "closes_at", "withdraw_until", "draw_at", "text_source",
    "residents_only", "works_here_too", "age_least", "age_most", "residents_first", "first_timers_twice",
    "once_a_season", "linked_with", "series", "questions", "pay_first", "hold_minutes", "prices", "cancel_steps",
)  # fmt: skip
"""What people relied on when they entered stays once it is published."""


def _words(content: Content) -> Words:
    return Words(title=content.title, text=content.description, place=content.place_name, more=content.organiser)


def _columns(content: Content) -> dict[str, Any]:
    return {"category": content.category, "mode": content.mode, "content": content_to(content)}


def _open(row: Event, content: Content) -> date:
    """Its dates, and the offering where people enter."""
    slots = content.slots()
    together = content.whole_course or content.mode == "none"
    EventSlot.objects.bulk_create(
        EventSlot(
            event=row, place=place, item_code="01" if together else f"{place:03}", starts_at=slot.starts_at,
            ends_at=slot.ends_at,
        )
        for place, slot in enumerate(slots, 1)
    )  # fmt: skip
    row.offering_id = _opened(row, content) if content.mode != "none" else None
    return max(slot.ends_at for slot in slots).astimezone(TOKYO).date()


def _opened(row: Event, content: Content) -> UUID:
    """The offering by which people enter: an item a date, or one for the whole course."""
    slots = content.slots()
    first = slots[0].starts_at.astimezone(TOKYO).date()
    if content.opens_at is None or content.closes_at is None:
        raise Invalid("events.not_ready")
    if content.whole_course:
        items = [_item("01", slots[0].starts_at, slots[-1].ends_at, content)]
    else:
        items = [_item(f"{n:03}", slot.starts_at, slot.ends_at, content) for n, slot in enumerate(slots, 1)]
    return booking.open_offering(
        actor=SYSTEM, code=f"event-{row.code}", title=content.title, division_id=row.division_id,
        mode="lottery" if content.mode == "selection" else content.mode,  # chosen among those who entered, not drawn
        opens_at=content.opens_at, closes_at=content.closes_at, items=items, most_people=content.most_people,
        waiting_list=content.waiting_list, answer_hours=content.answer_hours, conditions=conditions_of(content, first),
        tiers=tiers_of(content), weights=weights_of(content), series=content.series,
        season=f"{content.once_a_season}-{fiscal_year(first)}" if content.once_a_season else "",
        link=f"{row.division_id}:{content.linked_with}" if content.linked_with else "",
        withdraw_until=content.withdraw_until, cancel_fees=cancel_table(content),
        hold_minutes=content.hold_minutes if content.pay_first else 0,
    )  # fmt: skip


def _item(code: str, starts_at: datetime, ends_at: datetime, content: Content) -> ItemSpec:
    day: date = starts_at.astimezone(TOKYO).date()
    title: dict[str, str] = {language: format_date(day, language) for language in LANGUAGES}
    return ItemSpec(code=code, title=title, capacity=content.capacity, starts_at=starts_at, ends_at=ends_at)


KIND: Final = Kind(
    model=Event, actor=SYSTEM, refusals="events", key="front_events:event", path="/events/", fixed=FIXED,
    require_editor=require_editor, read=lambda row: content_from(row.content), columns=_columns, words=_words,
    later=copied, lacking=problems, open=_open, offerings=lambda row: [row.offering_id] if row.offering_id else [],
)  # fmt: skip


def create_event(*, actor: Actor, division_id: int, content: Content) -> str:
    """Begin a draft; its code.

    Raises:
        Forbidden: not an official of the division.
    """
    return programmes.begin_programme(actor=actor, kind=KIND, division_id=division_id, content=content)


def change_event(*, actor: Actor, code: str, content: Content, expected_revision: int) -> None:
    """Write a draft anew; of a published event only what nobody relied on (`FIXED` stays).

    Raises:
        Forbidden; NotFound; Conflict: "events.changed_since" or "events.not_draft".
    """
    programmes.change_programme(
        actor=actor, kind=KIND, code=code, content=content, expected_revision=expected_revision
    )  # fmt: skip


def copy_event(*, actor: Actor, code: str) -> str:
    """A draft for this year from an event of before, with its picture and the draft of its questionnaire; its code.

    Raises:
        Forbidden; NotFound.
    """
    with unit(actor):
        new = programmes.copy_programme(actor=actor, kind=KIND, code=code)
        before = Event.objects.filter(code=code).values("picture")
        Event.objects.filter(code=new).update(picture=before)
        ids = dict(Event.objects.filter(code__in=(code, new)).values_list("code", "pk"))
        division_id = Event.objects.values_list("division_id", flat=True).get(code=new)
        surveys.copy_survey(
            actor=actor, source=survey_code(ids[code]), code=survey_code(ids[new]), division_id=division_id
        )  # fmt: skip
        return new


def set_picture(*, actor: Actor, code: str, upload: Upload | None, alt: str) -> None:
    """Give an event a picture, or with None take it away; `alt` says what is on it.

    Raises:
        Forbidden; NotFound; FileRefused.
    """
    with unit(actor):
        row = programmes.lock_programme(actor=actor, kind=KIND, code=code)
        stored = upload and files.store_upload(actor=actor, upload=upload, purpose="events.picture", allow=("image",))
        content = replace(content_from(row.content), picture_alt=alt.strip() if stored else "")
        Event.objects.filter(pk=row.pk).update(
            picture=stored, content=content_to(content), updated_at=clock.now(), revision=F("revision") + 1
        )


def publish_event(*, actor: Actor, code: str) -> None:
    """Let people see it, and enter where they may. Pressed twice it is published once.

    Raises:
        Forbidden; NotFound; Invalid: by field, what is missing (`rules.problems`); Conflict: it was cancelled.
    """
    programmes.publish_programme(actor=actor, kind=KIND, code=code)


def cancel_event(*, actor: Actor, code: str, reason: str) -> int:
    """An event does not take place: entries end, everybody who entered is told; how many entries ended.

    Raises:
        Forbidden; NotFound; Invalid: no reason; Conflict: a draft, which nobody saw.
    """
    return programmes.cancel_programme(actor=actor, kind=KIND, code=code, reason=reason)


def import_events(*, actor: Actor, division_id: int, data: bytes) -> ReadEvents:
    """Take events of an open-data file (イベント一覧) as drafts; one wrong line and none is taken.

    Raises:
        Forbidden; Invalid: an empty or too large file.
    """
    require_editor(actor, division_id)
    require_table(data)
    read = read_events(data)
    if not read.errors:
        with unit(actor):
            for _line, content in read.events:
                create_event(actor=actor, division_id=division_id, content=content)
    return read


def leave_search(*, actor: Actor) -> int:
    """What is over is not found any more; how many left the search box."""
    return programmes.forget_over(actor=actor, kind=KIND)
