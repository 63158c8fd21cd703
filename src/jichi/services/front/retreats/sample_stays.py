"""Stays of many months for the sample ward, written as sets: houses as full as such houses are."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.booking import actions as booking
from jichi.engines.booking.actions import RoomSpan
from jichi.engines.registry import queries as registry
from jichi.kernel.clock import TOKYO
from jichi.kernel.receipt_number import new_number

from .actions.booking import bill_columns
from .models import HouseRoom, HouseTariff, Member, Stay
from .rules import Tariff, charge_on, priced, span_of, tariff_from

SYSTEM: Final = system_actor("sample", purpose="sample")
NIGHTS: Final = (1, 1, 2, 2, 3)
MEAN: Final = sum(NIGHTS) / len(NIGHTS)
BACK: Final = 90
AHEAD: Final = 30
CANCELLED: Final = 15
AWAY: Final = 40
"""One stay of so many was cancelled; nobody came."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A stay before it is written."""

    room: HouseRoom
    check_in: date
    nights: int


def windows(today: date) -> tuple[tuple[date, date], ...]:
    """The last months and the coming weeks, and the same of last year, which forecasts look at."""
    year = timedelta(days=364)
    return (
        (today - timedelta(days=BACK), today + timedelta(days=AHEAD)),
        (today - year - timedelta(days=BACK), today - year + timedelta(days=2 * AHEAD)),
    )


def planned(rng: random.Random, room: HouseRoom, first: date, last: date, full: float) -> Iterator[Planned]:
    """Stays of a room one after the other, so that `full` of the nights are used on the whole."""
    kept = min(full * CANCELLED / (CANCELLED - 1), 0.985)  # what is cancelled leaves its nights free
    begin = kept / (kept + MEAN * (1 - kept))
    day = first
    while day <= last:
        nights = min(rng.choice(NIGHTS), (last - day).days + 1)
        if rng.random() < begin:
            yield Planned(room, day, nights)
            day += timedelta(days=nights)
        else:
            day += timedelta(days=1)


def fill_stays(rng: random.Random, today: date, people: Sequence[str], fullness: Mapping[str, float]) -> int:
    """Write them; how many. A few thousand take seconds: rooms, members and stays are each written as sets."""
    with unit(SYSTEM):
        rooms = HouseRoom.objects.select_related("room_type__house").filter(room_type__house__code__in=list(fullness))
        plan = [
            one
            for room in rooms.order_by("room_id") for first, last in windows(today)
            for one in planned(rng, room, first, last, fullness[room.room_type.house.code])
        ]  # fmt: skip
        if not plan:
            return 0
        known = registry.residents(list(people))
        if not known:
            return 0
        members = Member.objects.bulk_create([
            Member(
                division_id=plan[0].room.room_type.house.division_id, kind="resident", name=one.display_name,
                kana=one.display_kana, phone="03-0000-0001", registered_on=today - timedelta(days=700),
            )
            for one in known.values()
        ])  # fmt: skip
        tariffs = {one.house_id: one for one in HouseTariff.objects.filter(state="published")}
        read = {pk: tariff_from(one.content) for pk, one in tariffs.items()}
        stays = []
        for number, one in enumerate(plan):
            house = one.room.room_type.house_id
            stays.append(_stay(rng, one, rng.choice(members), tariffs[house], read[house], today, number))
        holding = [(one, stay) for one, stay in zip(plan, stays, strict=True) if stay.state != "cancelled"]
        spans = [
            RoomSpan(room_id=one.room.room_id, starts_at=begins, ends_at=ends, dedupe_key=f"sample:stay:{stay.number}")
            for one, stay in holding for begins, ends in (span_of(one.check_in, one.nights),)
        ]  # fmt: skip
        for (_one, stay), pk in zip(holding, booking.take_over_rooms(actor=SYSTEM, spans=spans), strict=True):
            stay.booking_id = pk
        Stay.objects.bulk_create(stays, batch_size=500)
    return len(stays)


def _stay(
    rng: random.Random, one: Planned, member: Member, tariff: HouseTariff, read: Tariff, today: date, number: int
) -> Stay:
    kind = one.room.room_type
    party = {"resident_adult": rng.randint(kind.least, min(2, kind.most))}
    if kind.most > 2 and rng.random() < 0.3:
        party["resident_child"] = 1
    meals = rng.choice(("none", "breakfast", "two"))
    bill = priced(read, party=party, check_in=one.check_in, nights=one.nights, meals=meals)
    asked_on = min(one.check_in - timedelta(days=rng.randint(5, 80)), today - timedelta(days=1))
    entered = datetime.combine(asked_on, time(12), TOKYO)
    given: dict[str, Any] = {"state": "booked"}
    if number % CANCELLED == 0:
        given = {"state": "cancelled", "ended_at": entered}
    elif one.check_in < today and number % AWAY == 0:
        charge = charge_on(read, before_tax_yen=bill.before_tax_yen, check_in=one.check_in, day=one.check_in)
        given = {"state": "no_show", "charge_yen": charge.yen}
    elif one.check_in < today:
        given = {"state": "arrived", "arrived_at": datetime.combine(one.check_in, time(16), TOKYO)}
    return Stay(
        number=new_number(rng.randbytes(8)), house_id=kind.house_id, room_type=kind, member=member, tariff=tariff,
        check_in=one.check_in, nights=one.nights, party=party, meals=meals, name=member.name, kana=member.kana,
        phone=member.phone, channel="telephone" if number % 3 == 0 else "web", dedupe_key=f"sample:stay:{number}",
        entered_at=entered, line=number - 1_000_000, **bill_columns(bill), **given,
    )  # fmt: skip
