"""From the ticket to the seat: who came, who did not, and a companion who comes instead of another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Func, Q, TextField

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, NotFound

from ..models import Draw, Entry, EntryPerson, Place, TicketRead
from ..permissions import require_manager
from ..rules.booking import LIVING
from .eligibility import person_key
from .entering import own_entry
from .offering import SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What a ticket says at the door: "arrived", "already" (again: shown with its first time) or "no_place"."""

    outcome: str
    entry_id: UUID
    number: str
    size: int


def check_in(*, actor: Actor, entry_id: UUID | None = None, token: UUID | None = None, arrived: bool = True) -> Arrival:
    """Write down that an entry's people came, by its ticket or by hand; `arrived` False takes it back.

    Raises:
        Forbidden: not an official of the division.
        NotFound: no such ticket.
    """
    which = Q(token=token) if entry_id is None else Q(pk=entry_id)
    with unit(actor), unit(SYSTEM):
        entry = Entry.objects.select_for_update(of=("self",)).select_related("offering").filter(which).first()
        if entry is None:
            raise NotFound
        require_manager(actor, entry.offering.division_id)
        outcome = "arrived"
        if not Place.objects.filter(entry=entry, state="taken").exists():
            outcome = "no_place"
        elif arrived and entry.arrived_at is not None:
            outcome = "already"
        else:
            entry.arrived_at, entry.no_show = clock.now() if arrived else None, False
            entry.save(update_fields=["arrived_at", "no_show"])
    return Arrival(outcome=outcome, entry_id=entry.pk, number=entry.number, size=entry.size)


LetIn = Callable[[UUID, datetime], bool]
"""Told an entry and when its people came; were they not there before?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTicket:
    """What a device at the door sends: `ticket` is what it keeps of a ticket (`queries.Ticket`), `at` its own clock."""

    key: UUID
    ticket: str
    device: str
    at: datetime


def take_arrival(
    *, actor: Actor, offering_ids: Sequence[UUID], read: ReadTicket, let_in: LetIn | None = None
) -> Arrival:
    """An arrival that a device kept, perhaps while the line was away; sent again it changes nothing.

    Two devices that both let in the same ticket: the second answers "already", and `queries.let_in_twice` shows both.

    Args:
        offering_ids: whose tickets count here.
        let_in: a service that looks after several dates writes down who came to which of them, and says who may.

    Raises:
        Forbidden: not an official of the division.
        NotFound: no such ticket of these offerings.
    """
    with unit(actor), unit(SYSTEM):
        entry = (
            Entry.objects.select_for_update(of=("self",)).select_related("offering")
            .annotate(ticket=Func("token", function="booking_ticket", output_field=TextField()))
            .filter(offering_id__in=list(offering_ids), ticket=read.ticket).first()
        )  # fmt: skip
        if entry is None:
            raise NotFound
        require_manager(actor, entry.offering.division_id)
        there = TicketRead.objects.filter(pk=read.key, entry=entry).first()
        if there is None:
            now = clock.now()
            at = min(read.at, now)
            there = TicketRead(id=read.key, entry=entry, device=read.device[:40], arrived_at=at, received_at=now)
            if not Place.objects.filter(entry=entry, state="taken").exists():
                there.outcome = "no_place"
            elif let_in is not None:
                there.outcome = "arrived" if let_in(entry.pk, at) else "already"
            elif entry.arrived_at is not None:
                there.outcome = "already"
            else:
                there.outcome, entry.arrived_at, entry.no_show = "arrived", at, False
                entry.save(update_fields=["arrived_at", "no_show"])
            there.save(force_insert=True)
    return Arrival(outcome=there.outcome, entry_id=entry.pk, number=entry.number, size=entry.size)


def mark_no_shows(*, actor: Actor, offering_id: UUID) -> int:
    """Who had a place of an occasion that is over and did not come; how many entries.

    Raises:
        Forbidden: not an official of the division.
    """
    with unit(actor), unit(SYSTEM):
        over = Place.objects.filter(
            entry__offering_id=offering_id, state="taken", item__ends_at__lte=clock.now(), entry__arrived_at=None
        ).select_related("entry__offering")
        for place in over:
            require_manager(actor, place.entry.offering.division_id)
        return Entry.objects.filter(pk__in=[place.entry_id for place in over], no_show=False).update(no_show=True)


def substitute(*, actor: Actor, entry_id: UUID, instead_of: str | int, person: str) -> None:
    """Another companion comes (同伴者の変更). Nothing else of the entry changes, so nobody else's chance does.

    Args:
        instead_of: 宛名番号 or key under which the companion was entered, or their place in the entry: 1 is the first
            companion, who entered (0) stays.

    Raises:
        NotFound: no entry that the actor may see, or no such companion.
        Conflict: "booking.not_now" while a frozen list waits for its draw, in linked offerings, or when the entry is
            over; "booking.twice".
    """
    if actor.kind == "anonymous":
        raise Forbidden
    with unit(actor):
        entry = own_entry(actor, entry_id)
        with unit(SYSTEM):
            waits = Draw.objects.filter(offering_id=entry.offering_id, state="frozen").exists()
            linked = bool(entry.offering.link)  # who has a place there is known by a key that is not given anew
            if entry.state not in LIVING or waits or linked or entry.arrived_at is not None:
                raise Conflict("booking.not_now")
            row = EntryPerson.objects.filter(entry_id=entry_id, living=True)
            if isinstance(instead_of, int):
                ids = list(row.order_by("pk").values_list("pk", flat=True))
                row = row.filter(pk__in=ids[instead_of : instead_of + 1] if instead_of > 0 else [])
            else:
                row = row.filter(person=person_key(entry.offering_id, instead_of))
            try:
                with transaction.atomic():
                    changed = row.update(person=person_key(entry.offering_id, person))
            except IntegrityError:
                raise Conflict("booking.twice") from None
            if not changed:
                raise NotFound
