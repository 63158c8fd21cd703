"""When rooms are booked: times without persons, for everybody to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from jichi.engines.audit.context import unit

from .standing import SYSTEM


@dataclass(frozen=True, slots=True)
class BusyRoom:
    """A room that is booked from one moment to before another."""

    room_id: int
    starts_at: datetime
    ends_at: datetime
    booking_id: UUID


_BUSY: Final = """
SELECT b.room_id, b.starts_at, b.ends_at, b.id FROM eng_booking_roombooking b
WHERE b.room_id = ANY (%s) AND b.state <> 'released' AND b.starts_at < %s AND b.ends_at > %s
ORDER BY b.room_id, b.starts_at
"""


def busy_rooms(room_ids: Sequence[int], *, starts_at: datetime, ends_at: datetime) -> tuple[BusyRoom, ...]:
    """What is booked of rooms between two moments, by room and time. One statement."""
    given: list[Any] = [list(room_ids), ends_at, starts_at]
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(_BUSY, given)
        return tuple(BusyRoom(*row) for row in cursor.fetchall())
