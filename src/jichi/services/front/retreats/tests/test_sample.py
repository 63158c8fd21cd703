"""The sample ward's houses are as full as such houses are, and the inn's own desk signs in."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import unit
from jichi.engines.registry.tests import people
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.sampling import SampleContext

from .. import queries, sample
from .inn import SYSTEM

TODAY = date(2026, 11, 22)


@pytest.mark.django_db
def test_houses_are_as_full_as_such_houses_are() -> None:
    division = accounts.create_division(actor=SYSTEM, code=sample.DIVISION, names={"ja": "地域振興課"}).pk
    numbers = [f"9000000000000{n:02}" for n in range(8)]
    people.fill(
        [people.resident_line(one, birth_date="1980-03-04") for one in numbers],
        [people.address_line(one) for one in numbers],
    )
    with clock.standing_at(datetime(2026, 11, 22, 12, tzinfo=TOKYO)):
        sample.fill(SampleContext(seed=1, size=1000, today=TODAY))
        houses = queries.houses_of([division])
        with unit(SYSTEM):
            found = queries.by_month(houses, date(2026, 9, 1), 2, now=clock.now())
            stays, _more = queries.stays(queries.StayFilter(house="kaede", first=TODAY))
    for house in houses:
        used = sum(month.occupancy.used for month in found[house.id])
        there = sum(month.occupancy.there for month in found[house.id])
        assert abs(used / there - sample.FULLNESS[house.code]) < 0.08, house.code
    assert {one.state for one in stays} >= {"booked", "requested"}
