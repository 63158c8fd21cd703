"""Giving a stay its room: one booking of the engine, which refuses two that overlap."""

from __future__ import annotations

import secrets

from jichi.engines.booking import actions as booking
from jichi.engines.booking import queries as rooms

from ..models import HouseRoom, Stay
from ..rules import Taken, free_rooms, nights_between, span_of
from .houses import SYSTEM


def take_room(stay: Stay) -> bool:
    """Give a stay a free room of its type for its nights; False: there is none. Inside the system's unit."""
    own = list(
        HouseRoom.objects.filter(room_type_id=stay.room_type_id, in_use=True)
        .order_by("room_id")
        .values_list("room_id", flat=True)
    )
    starts_at, ends_at = span_of(stay.check_in, stay.nights)
    taken = [
        Taken(one.room_id, *nights_between(one.starts_at, one.ends_at))
        for one in rooms.busy_rooms(own, starts_at=starts_at, ends_at=ends_at)
    ]
    for room in free_rooms(own, taken, stay.check_in, stay.nights):
        done = booking.book_room(
            actor=SYSTEM, room_id=room, starts_at=starts_at, ends_at=ends_at, account_id=stay.account_id,
            dedupe_key=f"retreat-stay:{stay.pk}:{secrets.token_hex(4)}",
        )  # fmt: skip
        if done.outcome == "taken" and done.entry_id is not None:
            stay.booking_id = done.entry_id
            return True
    return False
