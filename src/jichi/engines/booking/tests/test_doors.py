"""Tickets read at the door without the line: kept as hashes, taken once, and shown where two devices let one in."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from conftest import shared_world
from jichi.engines.audit.context import Actor, unit
from jichi.engines.booking import actions, queries
from jichi.engines.booking.actions import ReadTicket
from jichi.engines.booking.models import TicketRead
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden, NotFound

from . import hall as place
from .hall import SYSTEM, Hall, enter, offer

hall = shared_world(place.build)
pytestmark = pytest.mark.django_db


def _tickets(offering: UUID, actor: Actor = SYSTEM) -> tuple[queries.Ticket, ...]:
    with unit(actor):
        return queries.tickets_of(offering)


def _read(ticket: str, device: str = "aaaa0001", **more: Any) -> ReadTicket:
    return ReadTicket(**{"key": uuid.uuid4(), "ticket": ticket, "device": device, "at": clock.now(), **more})


def test_a_device_keeps_what_a_ticket_hashes_to_and_nothing_else(hall: Hall) -> None:
    offering = offer(hall, 2, waiting_list=True)
    first, _second, waits = enter(offering, "a"), enter(offering, "b"), enter(offering, "c")
    with unit(SYSTEM):
        entry = queries.entries_by_id([first.entry_id])[first.entry_id]
    assert waits.outcome == "waiting"
    found = _tickets(offering, hall.clerk)
    assert len(found) == 2
    mine = queries.Ticket(
        ticket=hashlib.sha256(str(entry.token).encode()).hexdigest()[:32], size=1, arrived=False,
        number=hashlib.sha256(f"{offering}:{entry.number}".encode()).hexdigest()[:16],
        entry_id=entry.id,
    )  # fmt: skip
    assert mine in found
    assert _tickets(offering, hall.stranger) == ()


def test_an_arrival_counts_once_however_often_it_is_sent(hall: Hall) -> None:
    offering = offer(hall, 2)
    enter(offering, "a", "b")
    read = _read(_tickets(offering)[0].ticket, at=clock.now() + timedelta(hours=3))
    with pytest.raises(Forbidden):
        actions.take_arrival(actor=hall.stranger, offering_ids=[offering], read=read)
    assert not _tickets(offering)[0].arrived
    found = [actions.take_arrival(actor=hall.clerk, offering_ids=[offering], read=read) for _ in range(2)]
    assert found[0] == found[1]
    assert (found[0].outcome, found[0].size, _tickets(offering)[0].arrived) == ("arrived", 2, True)
    with unit(SYSTEM):
        assert TicketRead.objects.count() == 1
        assert TicketRead.objects.get().arrived_at <= clock.now()  # a device's clock that is ahead is not believed
    with pytest.raises(NotFound):
        actions.take_arrival(actor=hall.clerk, offering_ids=[offering], read=_read("0" * 32))
    with pytest.raises(NotFound):
        actions.take_arrival(actor=hall.clerk, offering_ids=[offer(hall, 1)], read=read)


def test_two_devices_that_let_in_the_same_ticket_are_shown(hall: Hall) -> None:
    """They did not know of each other: nothing is lost, and somebody can ask."""
    offering = offer(hall, 2)
    enter(offering, "a")
    ticket, now = _tickets(offering)[0].ticket, clock.now()
    late = _read(ticket, "bbbb0002", at=now - timedelta(minutes=1))
    early = _read(ticket, at=now - timedelta(minutes=9))
    found = [actions.take_arrival(actor=hall.clerk, offering_ids=[offering], read=one).outcome for one in (late, early)]
    assert found == ["arrived", "already"]
    with unit(hall.clerk):
        (twice,) = queries.let_in_twice(offering)
    assert twice.by == (("aaaa0001", early.at), ("bbbb0002", late.at))
    again = _read(ticket, at=now)  # the same device again is no conflict of its own
    actions.take_arrival(actor=hall.clerk, offering_ids=[offering], read=again)
    with unit(hall.stranger):
        assert queries.let_in_twice(offering) == ()


def test_who_gave_the_place_back_meanwhile_is_not_let_in(hall: Hall) -> None:
    offering = offer(hall, 2)
    entered = enter(offering, "a")
    read = _read(_tickets(offering)[0].ticket)
    actions.withdraw(actor=SYSTEM, entry_id=entered.entry_id)
    assert actions.take_arrival(actor=hall.clerk, offering_ids=[offering], read=read).outcome == "no_place"
    assert _tickets(offering) == ()
