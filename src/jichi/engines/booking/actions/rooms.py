"""Rooms: making one that can be booked, and giving a booking of it back."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.kernel.errors import Forbidden
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
