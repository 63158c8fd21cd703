"""Rooms: making one that can be booked, taking over bookings of another system, giving one back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from jichi.engines.audit.context import Actor, unit
from jichi.kernel.errors import Conflict, Forbidden
from jichi.kernel.localized import LocalizedText

from ..models import Room, RoomBooking
from ..permissions import require_manager
from .offering import SYSTEM


def open_room(*, actor: Actor, code: str, title: LocalizedText, division_id: int) -> int:
    """Make a room that can be booked, or give the one with this code its new name; its key.

    Raises:
        Forbidden: not an official of the division.
    """
    require_manager(actor, division_id)
    with unit(actor), unit(SYSTEM):
        room, is_new = Room.objects.get_or_create(
            code=code, defaults={"title": dict(title), "division_id": division_id}
        )
        if not is_new and (room.title != dict(title) or room.division_id != division_id):
            require_manager(actor, room.division_id)
            room.title, room.division_id = dict(title), division_id
            room.save(update_fields=["title", "division_id"])
    return room.pk


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSpan:
    """A room and from when until when somebody has it; the end is not part of it."""

    room_id: int
    starts_at: datetime
    ends_at: datetime
    dedupe_key: str
    account_id: UUID | None = None


def take_over_rooms(*, actor: Actor, spans: Sequence[RoomSpan]) -> list[UUID]:
    """Bookings of another system, all of them or none: the engine's ids, in the order given.

    Raises:
        Forbidden: not the platform itself. Conflict: "booking.occupied": two of a room overlap, or a key is known.
    """
    if actor.kind != "system":
        raise Forbidden
    rows = [
        RoomBooking(
            room_id=one.room_id, starts_at=one.starts_at, ends_at=one.ends_at, account_id=one.account_id,
            dedupe_key=one.dedupe_key,
        )
        for one in spans
    ]  # fmt: skip
    try:
        with unit(actor), transaction.atomic():
            RoomBooking.objects.bulk_create(rows, batch_size=500)
    except IntegrityError:
        raise Conflict("booking.occupied") from None
    return [row.pk for row in rows]


def release_room(*, actor: Actor, booking_id: UUID) -> bool:
    """Give a room back; who had it, officials of its division and the platform may. False: it was free already.

    Raises:
        Forbidden: somebody else.
    """
    with unit(actor), unit(SYSTEM):
        row = RoomBooking.objects.select_for_update(of=("self",)).select_related("room").get(pk=booking_id)
        if actor.kind != "resident" or actor.account_id is None or actor.account_id != row.account_id:
            if actor.kind == "resident":
                raise Forbidden
            require_manager(actor, row.room.division_id)
        if row.state == "released":
            return False
        row.state = "released"
        row.save(update_fields=["state"])
    return True
