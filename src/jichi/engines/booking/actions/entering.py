"""Entering, giving a place back, paying for a held one; rooms."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.payments.rules import ChargeLine, total_of
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, NotFound
from jichi.kernel.receipt_number import new_number

from ..models import Draw, Entry, EntryPerson, Item, Offering, Place, Seat
from ..permissions import MANAGE
from ..rules.booking import Unmet
from .eligibility import Judged, judged, person_key
from .linked import items_linked_with, link_of, lock_links, name_people
from .noting import locked_draw, note
from .offering import SYSTEM
from .paying import ask_for_money, cost_now, end_money, is_paid_first
from .waiting import promote_next

TRIES: Final = 20
"""How often a seat is asked for anew that somebody else had in hand."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of it: "taken", "held", "applied", "waiting", "full", "closed", "twice", "unmet" or "occupied"."""

    outcome: str
    entry_id: UUID | None = None
    item: str | None = None
    unmet: tuple[Unmet, ...] = ()
    """With "unmet": the conditions that the person who enters does not meet."""


def enter(
    *,
    actor: Actor,
    offering_id: UUID,
    choices: Sequence[str],
    people: Sequence[str],
    dedupe_key: str,
    account_id: UUID | None = None,
    channel: str = "web",
    works_here: bool | None = None,
    lines: Sequence[ChargeLine] = (),
) -> Entered:
    """One entry for a group, all or nothing; the same key again gives the first outcome.

    The offering's conditions are asked of the one who enters, from the register and earlier entries; what is not known
    never counts as yes. Officials enter for people on the telephone in the same queue. A refused entry into a closed or
    frozen list, a person who stands in another entry or does not meet a condition are written into the audit trail.

    Args:
        choices: codes of items, best first.
        people: 宛名番号 or account ids of everybody in the group, the one who enters first; the size of the group.
        works_here: an official has seen that the person works or learns here; a resident can't say so.
        lines: what it costs. On the web the place is held until that is paid; on the telephone it is theirs, and they
            pay until the day. Lines that come to 0 yen (免除) hold nothing.

    Raises:
        Forbidden: neither a resident nor an official of the division.
        ValueError: lines that are no charge (`payments.rules.total_of`).
    """
    owner = actor.account_id if actor.kind == "resident" else account_id
    if actor.kind not in ("resident", "system"):
        division_id = Offering.objects.values_list("division_id", flat=True).get(pk=offering_id)
        if actor.kind != "staff" or not actor.may(MANAGE) or division_id not in actor.divisions:
            raise Forbidden
    vouched = works_here if actor.kind != "resident" else None
    stands = judged(offering_id, people[0], works_here=vouched) if people else Judged()
    found = (
        Entered("unmet", unmet=stands.unmet)
        if stands.unmet
        else _entered(actor, offering_id, choices, owner, people, dedupe_key, channel, stands, lines)
    )
    if found.outcome in ("closed", "twice", "unmet"):
        kinds = [one.kind for one in found.unmet]
        audit.record(
            actor=actor, action="denied", table="eng_booking_entry", object_id=str(offering_id),
            detail={"reason": found.outcome} | ({"conditions": kinds} if kinds else {}),
        )  # fmt: skip
    return found


def _entered(
    actor: Actor, offering_id: UUID, choices: Sequence[str], owner: UUID | None, people: Sequence[str], dedupe_key: str,
    channel: str, stands: Judged, lines: Sequence[ChargeLine],
) -> Entered:  # fmt: skip
    keys = [person_key(offering_id, person) for person in dict.fromkeys(people)]
    number = new_number(secrets.token_bytes(8))
    given = (
        offering_id, list(choices), owner, keys, number, dedupe_key, channel, stands.tier, clock.now(), stands.weight,
        json.dumps([asdict(line) for line in lines]), total_of(lines) if lines else 0,
    )  # fmt: skip
    found = ("retry", None, None)
    for _ in range(TRIES):
        try:
            with unit(actor), connection.cursor() as cursor:
                lock_links([stands.link])
                cursor.execute("SELECT * FROM booking_enter(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", given)
                found = cursor.fetchone()
                name_people(found[1], stands.link, people) if stands.link and found[1] else None
                _asked(found[0], found[1]) if lines else None
        except IntegrityError:
            # The same person or key at the same moment, and the other one was first; or somebody has a place in a
            # linked offering; or it was just cancelled.
            is_open = Offering.objects.filter(pk=offering_id, state="open").exists()
            found = ("twice" if is_open else "closed", None, None)
        if found[0] != "retry":
            break
    return Entered("full" if found[0] == "retry" else found[0], found[1], found[2])


def _asked(outcome: str, entry_id: UUID) -> None:
    """Open the charge of who got a place, in the transaction that gives it."""
    if outcome in ("held", "taken"):
        with unit(SYSTEM):
            entry = Entry.objects.select_related("offering").get(pk=entry_id)
            place = Place.objects.select_related("item").exclude(state="released").get(entry=entry)
            ask_for_money(entry, place.item)


def own_entry(actor: Actor, entry_id: UUID) -> Entry:
    """The entry locked, if it is the actor's own or the division's."""
    if not Entry.objects.filter(pk=entry_id).exists():  # row security decides who sees it
        raise NotFound
    if actor.kind == "anonymous":
        raise Forbidden
    with unit(SYSTEM):
        return Entry.objects.select_for_update().select_related("offering").get(pk=entry_id)


def withdraw(*, actor: Actor, entry_id: UUID, waived: bool = False) -> None:
    """Give everything back; who is next on the waiting list gets it by rule. Told again it changes nothing.

    An entry that is in a frozen list stays in the list: what it wins is given back at once. What was paid goes back
    but for what the offering's table keeps (`paying.withdrawal_cost` says it beforehand).

    Args:
        waived: an official keeps nothing (the division's own fault, illness, …).

    Raises:
        NotFound: no entry that the actor may see.
        Conflict: "booking.too_late" for a resident whose time to withdraw is over.
    """
    with unit(actor):
        # Links and the draw first, the entry then, as who gives places does: it is in before this, or after.
        lock_links([link_of(entry_id)])
        drawn = _draw_of(entry_id)
        entry = own_entry(actor, entry_id)
        with unit(SYSTEM):
            if entry.state in ("withdrawn", "cancelled"):
                return
            until = entry.offering.withdraw_until
            if actor.kind == "resident" and entry.state == "placed" and until is not None and clock.now() >= until:
                raise Conflict("booking.too_late")
            kept_yen = 0 if waived and actor.kind != "resident" else cost_now(entry).kept_yen
            end_money(entry, reason="申込みの取消しのため", kept_yen=kept_yen)
            Entry.objects.filter(pk=entry_id).update(state="withdrawn")
            EntryPerson.objects.filter(entry_id=entry_id).update(living=False)
            released = release(entry_id)
            for code in entry.choices if entry.state == "waiting" else ():
                note(drawn, "decline", code, entry.number)
            for code in Item.objects.filter(pk__in=released).values_list("code", flat=True):
                note(drawn, "release", code, entry.number)
        for item_id in released:
            promote_next(actor=SYSTEM, item_id=item_id)
        with unit(SYSTEM):
            others = items_linked_with(entry.offering_id) if released else []
        for item_id in others:
            promote_next(actor=SYSTEM, item_id=item_id)


def _draw_of(entry_id: UUID) -> Draw | None:
    """The draw of an entry's offering, locked also while it is only frozen; None where no record follows changes."""
    with unit(SYSTEM):
        offering_id = Entry.objects.filter(pk=entry_id).values_list("offering_id", flat=True).first()
        if offering_id is None:
            return None
        list(Draw.objects.select_for_update().filter(offering_id=offering_id, state="frozen").values_list("pk"))
        return locked_draw(offering_id)


def release(entry_id: UUID) -> list[int]:
    """Give an entry's places back inside the open unit; the items they were of."""
    places = list(Place.objects.select_for_update().filter(entry_id=entry_id).exclude(state="released"))
    for place in places:
        Seat.objects.filter(place=place).update(place=None)
        place.state, place.held_until = "released", None
        place.save(update_fields=["state", "held_until"])
    return [place.item_id for place in places]


def confirm_place(*, actor: Actor, entry_id: UUID) -> bool:
    """A held place is accepted in time; False where its time was over. What is paid first, paying alone confirms.

    Raises:
        NotFound: no entry that the actor may see.
        Conflict: "booking.pay_first".
    """
    now = clock.now()
    with unit(actor):
        entry = own_entry(actor, entry_id)
        if is_paid_first(entry):
            raise Conflict("booking.pay_first")
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
