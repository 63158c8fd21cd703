"""Examples of this room's addresses for the test of access."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.booking import queries as booking
from jichi.kernel import clock
from jichi.services.front.events import actions
from jichi.services.front.events.tests.office import enter, published

SHARED = frozenset({
    "front_events:event", "front_events:event_ical", "front_events:picture", "front_events:apply", "front_events:day",
})  # fmt: skip
"""What is on is for everybody; to apply for it for every resident."""


def _event(world: Any, **more: Any) -> Mapping[str, Any]:
    return {"code": published(world.division.id, **more)}


def _pictured(world: Any) -> Mapping[str, Any]:
    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(data, "PNG")
    found = _event(world)
    upload = SimpleUploadedFile("a.png", data.getvalue(), "image/png")
    actions.set_picture(actor=system_actor("test"), code=found["code"], upload=upload, alt="緑の四角")
    return found


def _lottery(world: Any) -> Mapping[str, Any]:
    return _event(world, mode="lottery", draw_at=clock.now().replace(year=clock.now().year + 1))


def _entry(world: Any) -> Mapping[str, Any]:
    done = enter(published(world.division.id), world.resident.actor, companions=("同伴 一郎",))
    system = system_actor("test")
    with unit(system):
        return {"number": booking.entries_by_id([done.entry_id])[done.entry_id].number}  # type: ignore[list-item, index] # is there


def _over(world: Any) -> Mapping[str, Any]:
    now = clock.now()
    with clock.standing_at(now - timedelta(days=40)):
        return _entry(world)


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → its arguments."""
    events = (
        "front_events:event", "front_events:event_ical", "front_events:apply", "front_events_staff:event",
        "front_events_staff:change", "front_events_staff:picture", "front_events_staff:preview",
        "front_events_staff:cancel", "front_events_staff:entries", "front_events_staff:export",
        "front_events_staff:attendance", "front_events_staff:telephone", "front_events_staff:door",
        "front_events_staff:door_state", "front_events_staff:door_list", "front_events_staff:door_worker",
        "front_events_staff:door_send", "front_events_staff:ask", "front_events_staff:outcome",
        "front_events_staff:outcome_csv", "front_events_staff:outcome_pdf",
    )  # fmt: skip
    entries = (
        "front_events:entry", "front_events:done", "front_events:withdraw", "front_events:ticket",
        "front_events:companion", "front_events_staff:entry", "front_events_staff:entry_withdraw",
    )  # fmt: skip
    return {
        **dict.fromkeys(events, _event),
        **dict.fromkeys(entries, _entry),
        "front_events:picture": _pictured,
        "front_events_staff:picture_file": _pictured,
        "front_events_staff:draw": _lottery,
        "front_events_staff:select": lambda world: _event(world, mode="selection"),
        "front_events:survey": _over,
        "front_events:day": lambda world: {"day": clock.today().isoformat()},
    }
