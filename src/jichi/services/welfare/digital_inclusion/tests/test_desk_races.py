"""Many at once for the places of one slot, on real commits: each is given once; without the guards it is not."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import date, datetime, time
from typing import Any

import pytest

from conftest import TestDatabase, own_world
from jichi.engines.audit.context import unit
from jichi.engines.booking.tests.test_booking_races import at_once, unguarded
from jichi.kernel.clock import TOKYO

from .. import actions
from ..actions import DeskContent
from ..models import Desk, Visit
from ..rules import Hours
from . import office as place
from .office import SYSTEM, Office

AT = datetime(2026, 12, 2, 10, tzinfo=TOKYO)  # a Wednesday
PLACES = 3


def _build() -> Office:
    found = place.build()
    content = DeskContent(title={"ja": "みどりの窓口"})
    actions.put_desk(actor=SYSTEM, code="midori", division_id=found.division, content=content)
    week = Hours(valid_from=date(2026, 11, 1), weekday=2, opens=time(10), closes=time(12), supporters=PLACES)
    actions.set_hours(actor=SYSTEM, code="midori", valid_from=date(2026, 11, 1), hours=[week])
    return found


real_office = own_world(_build)


def _careless(office: Office) -> str:
    """Looks how many there are, then writes: what code without the guards would do."""
    with unit(SYSTEM):
        taken = Visit.objects.filter(starts_at=AT, lane__isnull=False).count()
        if taken >= PLACES:
            return "full"
        desk = Desk.objects.get(code="midori")
        Visit.objects.create(
            number=uuid.uuid4().hex[:8], desk=desk, starts_at=AT, ends_at=AT.replace(minute=30), lane=taken + 1,
            channel="telephone", state="booked", name="x", phone="1", dedupe_key=str(uuid.uuid4()),
        )  # fmt: skip
    return "booked"


def _outcomes(found: list[Any]) -> Counter[str]:
    return Counter(one if isinstance(one, str) else "refused" for one in found)


def test_careless_code_is_refused_by_the_database_alone(real_office: Office) -> None:
    assert _outcomes(at_once([lambda: _careless(real_office)] * 36))["booked"] <= PLACES
    with unit(SYSTEM):
        assert Visit.objects.count() <= PLACES


def test_without_the_guard_the_same_slot_is_oversold(real_office: Office, own_db: TestDatabase) -> None:
    unguarded(own_db, "DROP INDEX visit_lane_once")
    for _try in range(20):  # whoever reads before another has written
        at_once([lambda: _careless(real_office)] * 12)
        with unit(SYSTEM):
            taken = Visit.objects.count()
            if taken > PLACES:
                return
            Visit.objects.all().delete()
    pytest.fail("nothing was oversold without the guard")
