"""Many at once for the places of one slot, on real commits: each is given once; without the guards it is not."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest

from conftest import TestDatabase, own_world
from jichi.engines.audit.context import Actor, unit
from jichi.engines.booking.tests.test_booking_races import at_once, unguarded
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO

from .. import actions
from ..actions import Booking, DeskContent
from ..models import Visit
from ..permissions import DESK
from ..rules import Hours
from . import office as place
from .office import SYSTEM, Office

AT = datetime(2026, 12, 2, 10, tzinfo=TOKYO)  # a Wednesday
PLACES = 3
PRESSES = 36


def _build() -> Office:
    found = place.build()
    content = DeskContent(title={"ja": "みどりの窓口"})
    actions.put_desk(actor=SYSTEM, code="midori", division_id=found.division, content=content)
    week = Hours(valid_from=date(2026, 11, 1), weekday=2, opens=time(10), closes=time(12), supporters=PLACES)
    actions.set_hours(actor=SYSTEM, code="midori", valid_from=date(2026, 11, 1), hours=[week])
    return found


real_office = own_world(_build)


def _press(office: Office) -> str:
    """One call at the desk. Each thread has a clock of its own, so each stands at the day before."""
    supporter = Actor(kind="staff", divisions=frozenset({office.division}), permissions=frozenset({DESK}))
    with clock.standing_at(AT - timedelta(days=1)):
        return actions.book_visit(
            actor=supporter, code="midori", at=AT, booking=Booking(name="相談 花子", phone="03-1234-5678"),
            dedupe_key=str(uuid.uuid4()), channel="telephone",
        ).outcome  # fmt: skip


def test_of_thirty_six_presses_each_place_is_given_once(real_office: Office) -> None:
    assert Counter(at_once([lambda: _press(real_office)] * PRESSES)) == {"booked": PLACES, "full": PRESSES - PLACES}
    with unit(SYSTEM):
        assert Counter(Visit.objects.values_list("lane", flat=True)) == {1: 1, 2: 1, 3: 1}


def test_without_the_guard_the_same_slot_is_oversold(real_office: Office, own_db: TestDatabase) -> None:
    unguarded(own_db, "DROP INDEX visit_lane_once")
    for _try in range(20):  # whoever reads before another has written
        at_once([lambda: _press(real_office)] * 12)
        with unit(SYSTEM):
            taken = Visit.objects.count()
            if taken > PLACES:
                return
            Visit.objects.all().delete()
    pytest.fail("nothing was oversold without the guard")
