"""A year later nobody can say whose an entry or a room was; numbers and results stay."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.booking import actions, queries, retention
from jichi.engines.booking.models import EntryPerson, RoomBooking
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO

from . import hall as place
from .hall import SYSTEM, Hall, enter, offer
from .test_paying import LINES

hall = shared_world(place.build)
pytestmark = pytest.mark.django_db


def test_whose_an_entry_was_goes_after_a_year(hall: Hall) -> None:
    offering = offer(hall, 5)
    entered = enter(offering, "a", "b", actor=hall.hanako)
    owed = enter(offering, "c", actor=hall.hanako, lines=LINES)  # its money is not settled: it stays
    ended = (clock.now() + timedelta(days=1)).astimezone(TOKYO).date()
    with unit(SYSTEM):
        number = queries.entries_by_id([entered.entry_id])[entered.entry_id].number
        assert retention.over(retention.ENTRIES, ended + timedelta(days=366), 10) == []
        due = retention.over(retention.ENTRIES, ended + timedelta(days=367), 10)
        assert due == [(str(entered.entry_id), number, ended)]
        counts, hashes = retention.erase(retention.ENTRIES, [due[0][0]])
        assert (counts, len(hashes)) == ({"eng_booking_entry": 1, "eng_booking_entryperson": 2}, 3)
        assert retention.erase(retention.ENTRIES, [due[0][0]]) == ({}, [])
        assert retention.over(retention.ENTRIES, ended + timedelta(days=400), 10) == []
        left = {one.id: one for one in queries.entries_of(offering)}
        assert not EntryPerson.objects.filter(entry_id=entered.entry_id).exists()
    assert (left[entered.entry_id].number, left[entered.entry_id].account_id, left[entered.entry_id].state) == (
        number, None, "taken",
    )  # fmt: skip
    assert left[owed.entry_id].account_id == hall.hanako.account_id


def test_whose_a_room_was_goes_after_a_year(hall: Hall) -> None:
    now = clock.now()
    actions.book_room(
        actor=hall.hanako,
        room_id=hall.room,
        starts_at=now,
        ends_at=now + timedelta(hours=1),
        dedupe_key=str(uuid.uuid4()),
    )
    day = (now + timedelta(hours=1)).astimezone(TOKYO).date()
    with unit(SYSTEM):
        assert retention.over(retention.ROOMS, day + timedelta(days=366), 10) == []
        ((key, whose, _day),) = retention.over(retention.ROOMS, day + timedelta(days=367), 10)
        assert whose == str(hall.hanako.account_id)
        assert retention.erase(retention.ROOMS, [key])[0] == {"eng_booking_roombooking": 1}
        assert retention.over(retention.ROOMS, day + timedelta(days=367), 10) == []
        assert RoomBooking.objects.filter(pk=key, account=None, state="taken").exists()
