"""Rooms made, seen as busy and given back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from conftest import shared_world
from jichi.engines.booking import actions, queries
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden

from . import hall as place
from .hall import SYSTEM, Hall

hall = shared_world(place.build)
pytestmark = pytest.mark.django_db


def test_a_room_is_busy_until_it_is_given_back(hall: Hall) -> None:
    room = actions.open_room(actor=hall.clerk, code="R2", title={"ja": "松"}, division_id=hall.division)
    assert actions.open_room(actor=hall.clerk, code="R2", title={"ja": "竹"}, division_id=hall.division) == room
    with pytest.raises(Forbidden):
        actions.open_room(actor=hall.stranger, code="R2", title={"ja": "梅"}, division_id=hall.division)
    start = clock.now()
    end = start + timedelta(hours=19)
    found = actions.book_room(actor=hall.hanako, room_id=room, starts_at=start, ends_at=end, dedupe_key="a")
    busy = queries.busy_rooms([room, hall.room], starts_at=start + timedelta(hours=1), ends_at=end)
    assert [(one.room_id, one.starts_at, one.booking_id) for one in busy] == [(room, start, found.entry_id)]
    assert queries.busy_rooms([room], starts_at=end, ends_at=end + timedelta(days=1)) == ()
    booking_id = found.entry_id or UUID(int=0)
    with pytest.raises(Forbidden):
        actions.release_room(actor=hall.stranger, booking_id=booking_id)
    assert [actions.release_room(actor=hall.hanako, booking_id=booking_id) for _ in range(2)] == [True, False]
    assert queries.busy_rooms([room], starts_at=start, ends_at=end) == ()
    again = actions.book_room(actor=SYSTEM, room_id=room, starts_at=start, ends_at=end, dedupe_key="b")
    assert again.outcome == "taken"
