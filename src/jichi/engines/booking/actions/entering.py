"""Entering, giving a place back, paying for a held one; rooms."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden, NotFound
from jichi.kernel.receipt_number import new_number

from ..models import Entry, EntryPerson, Item, Offering, Place, Seat
from ..permissions import MANAGE
from .noting import locked_draw, note
from .offering import SYSTEM
from .waiting import promote_next

TRIES: Final = 20
"""How often a seat is asked for anew that somebody else had in hand."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of it: "taken", "held", "applied", "waiting", "full", "closed", "twice" or "occupied"."""

    outcome: str
    entry_id: UUID | None = None
    item: str | None = None


def person_key(offering_id: UUID, person: str) -> str:
    """An opaque key of a person (宛名番号 or account id) that says nothing outside of its offering."""
    return hashlib.sha256(f"{offering_id}:{person}".encode()).hexdigest()


def enter(
    *,
    actor: Actor,
    offering_id: UUID,
    choices: Sequence[str],
    people: Sequence[str],
    dedupe_key: str,
    account_id: UUID | None = None,
    channel: str = "web",
    tier: int = 0,
) -> Entered:
    """One entry for a group, all or nothing; the same key again gives the first outcome.

    Officials enter for people on the telephone in the same queue. A refused entry into a closed or frozen list, and a
    person who stands in another entry, are written into the audit trail.

    Args:
        choices: codes of items, best first.
        people: 宛名番号 or account ids of everybody in the group, the one who enters first; the size of the group.
        tier: 0 first, 1 next, 2 others; lotteries alone look at it.

    Raises:
        Forbidden: neither a resident nor an official of the division.
    """
    owner = actor.account_id if actor.kind == "resident" else account_id
    if actor.kind not in ("resident", "system"):
        division_id = Offering.objects.values_list("division_id", flat=True).get(pk=offering_id)
        if actor.kind != "staff" or not actor.may(MANAGE) or division_id not in actor.divisions:
            raise Forbidden
    keys = [person_key(offering_id, person) for person in dict.fromkeys(people)]
    number = new_number(secrets.token_bytes(8))
    given = (offering_id, list(choices), owner, keys, number, dedupe_key, channel, tier, clock.now())
    found = ("retry", None, None)
    for _ in range(TRIES):
        try:
            with unit(actor), connection.cursor() as cursor:
                cursor.execute("SELECT * FROM booking_enter(%s, %s, %s, %s, %s, %s, %s, %s, %s)", given)
                found = cursor.fetchone()
        except IntegrityError:
            found = ("twice", None, None)  # the same person or key at the same moment: the other one was first
        if found[0] != "retry":
            break
    outcome = Entered("full" if found[0] == "retry" else found[0], found[1], found[2])
    if outcome.outcome in ("closed", "twice"):
        audit.record(
            actor=actor, action="denied", table="eng_booking_entry", object_id=str(offering_id),
            detail={"reason": outcome.outcome},
        )  # fmt: skip
    return outcome


def _own(actor: Actor, entry_id: UUID) -> Entry:
    """The entry locked, if it is the actor's own or the division's."""
    if not Entry.objects.filter(pk=entry_id).exists():  # row security decides who sees it
        raise NotFound
    if actor.kind == "anonymous":
        raise Forbidden
    with unit(SYSTEM):
        return Entry.objects.select_for_update().select_related("offering").get(pk=entry_id)


def withdraw(*, actor: Actor, entry_id: UUID) -> None:
    """Give everything back; who is next on the waiting list gets it by rule. Told again it changes nothing.

    An entry that is in a frozen list stays in the list: what it wins is given back at once.

    Raises:
        NotFound: no entry that the actor may see.
    """
    with unit(actor):
        entry = _own(actor, entry_id)
        with unit(SYSTEM):
            if entry.state == "withdrawn":
                return
            drawn = locked_draw(entry.offering_id)
            Entry.objects.filter(pk=entry_id).update(state="withdrawn")
            EntryPerson.objects.filter(entry_id=entry_id).update(living=False)
            released = release(entry_id)
            for code in entry.choices if entry.state == "waiting" else ():
                note(drawn, "decline", code, entry.number)
            for code in Item.objects.filter(pk__in=released).values_list("code", flat=True):
                note(drawn, "release", code, entry.number)
        for item_id in released:
            promote_next(actor=SYSTEM, item_id=item_id)


def release(entry_id: UUID) -> list[int]:
    """Give an entry's places back inside the open unit; the items they were of."""
    places = list(Place.objects.select_for_update().filter(entry_id=entry_id).exclude(state="released"))
    for place in places:
        Seat.objects.filter(place=place).update(place=None)
        place.state, place.held_until = "released", None
        place.save(update_fields=["state", "held_until"])
    return [place.item_id for place in places]


def confirm_place(*, actor: Actor, entry_id: UUID) -> bool:
    """A held place is paid for or accepted in time; False where its time was over.

    Raises:
        NotFound: no entry that the actor may see.
    """
    now = clock.now()
    with unit(actor):
        _own(actor, entry_id)
        with unit(SYSTEM):
            held = Place.objects.filter(entry_id=entry_id, state="held", held_until__gt=now)
            return bool(held.update(state="taken", held_until=None)) or (
                Place.objects.filter(entry_id=entry_id, state="taken").exists()
            )


def book_room(
    *,
    actor: Actor,
    room_id: int,
    starts_at: datetime,
    ends_at: datetime,
    dedupe_key: str,
    account_id: UUID | None = None,
) -> Entered:
    """A room for a time: "taken" or "occupied". The end is not part of it: the next may begin then.

    Raises:
        Forbidden: nobody signed in.
    """
    if actor.kind == "anonymous":
        raise Forbidden
    owner = actor.account_id if actor.kind == "resident" else account_id
    with unit(actor), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM booking_take_room(%s, %s, %s, %s, %s)",
                       (room_id, starts_at, ends_at, owner, dedupe_key))  # fmt: skip
        outcome, booking_id = cursor.fetchone()
    return Entered(outcome, booking_id)
