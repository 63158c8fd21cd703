"""A division, its officials, residents and offerings, for the tests of bookings."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.booking import actions
from jichi.engines.booking.actions import ItemSpec
from jichi.engines.booking.models import Entry, Item, Place, Room, Seat
from jichi.kernel import clock
from jichi.kernel.receipt_number import new_number

SYSTEM = system_actor("test")
TITLE = {"ja": "親子工作教室", "en": "Crafts for families"}


@dataclass(frozen=True)
class Hall:
    """Who there is."""

    division: int
    clerk: Actor
    stranger: Actor
    hanako: Actor
    room: int


def build() -> Hall:
    """Make them in the open transaction."""
    division = accounts.create_division(actor=SYSTEM, code="HALL", names={"ja": "生涯学習課"})
    other = accounts.create_division(actor=SYSTEM, code="HALL-B", names={"ja": "別の課"})
    hanako = accounts.create_resident_account(actor=SYSTEM, email="hanako@example.jp", name="予約 花子")
    manage = frozenset({"eng_booking.manage"})
    with unit(SYSTEM):
        room = Room.objects.create(code="R1", title={"ja": "第1会議室"}, division_id=division.pk)
    return Hall(
        division=division.pk,
        clerk=Actor(kind="staff", divisions=frozenset({division.pk}), permissions=manage),
        stranger=Actor(kind="staff", divisions=frozenset({other.pk}), permissions=manage),
        hanako=Actor(kind="resident", account_id=hanako.pk),
        room=room.pk,
    )


def offer(hall: Hall, *capacities: int, mode: str = "first_come", seated: bool = False, **more: Any) -> UUID:
    """An offering that is open now, with items A, B, …"""
    items = [
        ItemSpec(code="ABCDEF"[n], title=TITLE, capacity=capacity, seated=seated)
        for n, capacity in enumerate(capacities)
    ]
    now = clock.now()
    given = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=1), "most_people": 4, **more}
    return actions.open_offering(
        actor=SYSTEM, code=str(uuid.uuid4()), title=TITLE, division_id=hall.division, mode=mode, items=items, **given
    )


def enter(offering: UUID, *people: str, choices: str = "A", key: str = "", actor: Actor = SYSTEM, **more: Any) -> Any:
    """An entry of these people (one nobody knows, if none are named)."""
    return actions.enter(
        actor=actor, offering_id=offering, choices=list(choices), people=people or (str(uuid.uuid4()),),
        dedupe_key=key or str(uuid.uuid4()), **more,
    )  # fmt: skip


def counted(offering: UUID) -> dict[str, tuple[int, int]]:
    """Item → places that are given by its own count, and by the rows (seats where it has some)."""
    found: dict[str, tuple[int, int]] = {}
    with unit(SYSTEM):
        for item in Item.objects.filter(offering_id=offering).order_by("code"):
            living = Place.objects.filter(item=item).exclude(state="released")
            sizes = sum(living.values_list("size", flat=True))
            seats = Seat.objects.filter(item=item).exclude(place=None).count()
            found[item.code] = (seats if item.seated else item.taken, sizes)
    return found


def state(entry_id: UUID) -> str:
    """Of an entry."""
    with unit(SYSTEM):
        return str(Entry.objects.get(pk=entry_id).state)


def press(hall: Hall, *people: str, choices: Sequence[str] = "A", key: str = "") -> dict[str, Any]:
    """What `booking_enter_many` asks for of one press."""
    assert hall.hanako.account_id
    return {
        "account": str(hall.hanako.account_id), "purpose": "test", "request": f"request-{key}",
        "choices": list(choices), "persons": list(people) or [str(uuid.uuid4())],
        "number": new_number(secrets.token_bytes(8)), "key": key or str(uuid.uuid4()),
    }  # fmt: skip


def enter_together(offering: UUID, *presses: dict[str, Any]) -> list[tuple[str, UUID | None]]:
    """What came of each, in one transaction."""
    given = json.dumps([{"n": n, **one} for n, one in enumerate(presses)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM booking_enter_many(%s, %s, %s)", (offering, given, clock.now()))
        return [(outcome, entry) for _, outcome, entry in sorted(cursor.fetchall())]
