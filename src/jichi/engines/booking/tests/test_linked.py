"""Linked offerings: one place a person among them, and who takes it leaves the waiting lists of the others."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from conftest import TestDatabase, own_world, shared_world
from jichi.engines.audit.context import unit
from jichi.engines.booking import actions
from jichi.engines.booking.models import Entry, Item, LinkedPerson, Place
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Invalid

from . import hall as place
from .hall import SYSTEM, Hall, counted, enter, offer, state

hall = shared_world(place.build)
real_hall = own_world(place.build)
needs_database = pytest.mark.django_db


def linked(hall: Hall, capacity: int = 1, **more: Any) -> UUID:
    """An offering of the link "summer" with a waiting list."""
    return offer(hall, capacity, link="summer", waiting_list=True, **more)


@needs_database
def test_who_has_a_place_enters_no_linked_offering_and_who_waits_may_wait_in_several(hall: Hall) -> None:
    first, second, third = linked(hall), linked(hall), linked(hall, 2)
    other = offer(hall, 1, waiting_list=True)
    assert [enter(one, "a").outcome for one in (first, other)] == ["taken", "taken"]
    assert enter(second, "a").outcome == "twice"
    assert enter(second, "b").outcome == "taken"
    assert [enter(first, "c").outcome, enter(second, "c").outcome] == ["waiting", "waiting"]
    assert enter(first, "b").outcome == "twice"  # waiting elsewhere, too, is for who has no place
    assert enter(third, "d", "c").outcome == "taken"
    with unit(SYSTEM):
        gone = Entry.objects.filter(offering__in=(first, second), state="withdrawn").count()
    assert gone == 2  # c has a place now, with d, and leaves both lists


@needs_database
def test_who_is_promoted_leaves_the_other_lists_once_the_place_is_theirs(hall: Hall) -> None:
    first, second = linked(hall, answer_hours=48), linked(hall)
    held = [enter(one, name) for one, name in ((first, "a"), (second, "b"))]
    waits = [enter(one, "c", key=f"c{one}") for one in (first, second)]
    next_one = enter(second, "d")
    actions.withdraw(actor=SYSTEM, entry_id=held[0].entry_id)
    assert [state(one.entry_id) for one in waits] == ["placed", "waiting"]  # held for an answer: the line is kept
    actions.withdraw(actor=SYSTEM, entry_id=held[1].entry_id)
    assert (state(waits[1].entry_id), state(next_one.entry_id)) == ("waiting", "placed")  # but passed over meanwhile
    assert actions.confirm_place(actor=SYSTEM, entry_id=waits[0].entry_id)
    assert state(waits[1].entry_id) == "withdrawn"
    assert enter(second, "c", key=f"c{second}").outcome == "withdrawn"
    assert (counted(first), counted(second)) == ({"A": (1, 1)}, {"A": (1, 1)})


@needs_database
def test_who_lets_an_offer_pass_is_next_where_a_place_stayed_free(hall: Hall) -> None:
    first, second = linked(hall, answer_hours=1), linked(hall)
    given = [enter(one, name) for one, name in ((first, "a"), (second, "b"))]
    waits = [enter(one, "c") for one in (first, second)]
    actions.withdraw(actor=SYSTEM, entry_id=given[0].entry_id)
    actions.withdraw(actor=SYSTEM, entry_id=given[1].entry_id)
    assert counted(second) == {"A": (0, 0)}
    with clock.standing_at(clock.now() + timedelta(hours=2)):
        assert actions.release_expired(actor=SYSTEM) == 1
        assert [state(one.entry_id) for one in waits] == ["lost", "placed"]


@needs_database
def test_what_is_drawn_is_not_linked_and_companions_of_linked_entries_stay(hall: Hall) -> None:
    with pytest.raises(Invalid) as refused:
        offer(hall, 1, link="summer", mode="lottery")
    assert list(refused.value.fields) == ["link"]
    entry = enter(linked(hall, 2), "a", "b")
    with pytest.raises(Conflict, match="not_now"):
        actions.substitute(actor=SYSTEM, entry_id=entry.entry_id, instead_of="b", person="c")


@needs_database
def test_code_that_forgets_to_look_gives_no_second_place(hall: Hall) -> None:
    first, second = linked(hall), linked(hall)
    enter(first, "a")
    with unit(SYSTEM):
        key = LinkedPerson.objects.get().person
    with pytest.raises(IntegrityError, match="linked_place_once"), unit(SYSTEM), transaction.atomic():
        LinkedPerson.objects.create(entry=_careless(second), link="summer", person=key)
    with pytest.raises(IntegrityError, match="names its persons"), unit(SYSTEM), transaction.atomic():
        _commit(_careless(second))
    with pytest.raises(IntegrityError, match="own offering"), unit(SYSTEM), transaction.atomic():
        LinkedPerson.objects.update(link="winter")
    assert counted(second) == {"A": (0, 0)}


def _commit(_entry: Entry) -> None:
    """What is looked at when the transaction ends, now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _careless(offering: UUID) -> Entry:
    """An entry with a place that names nobody."""
    entry = Entry.objects.create(
        offering_id=offering, number=uuid.uuid4().hex, dedupe_key=uuid.uuid4().hex, size=1, choices=["A"],
        state="placed", entered_at=clock.now(), sequence=1,
    )  # fmt: skip
    item = Item.objects.get(offering_id=offering)
    Place.objects.create(entry=entry, item=item, size=1, state="taken", given_at=clock.now())
    return entry


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])
def test_two_places_that_come_free_at_once_do_not_both_go_to_who_waits_for_both(
    real_hall: Hall, own_db: TestDatabase, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the lock of the link and the unique key the same person has both."""
    if not guarded:
        from jichi.engines.booking.actions import entering, waiting

        monkeypatch.setattr(waiting, "lock_links", lambda _links: None)
        monkeypatch.setattr(entering, "lock_links", lambda _links: None)
        monkeypatch.setattr(entering, "items_linked_with", lambda _offering_id: [])
        with psycopg.connect(own_db.super_url, autocommit=True) as owner:
            owner.execute("DROP INDEX linked_place_once")
            owner.execute("ALTER TABLE eng_booking_place DISABLE TRIGGER booking_follow_linked")
    first, second = linked(real_hall), linked(real_hall)
    given = [enter(one, name) for one, name in ((first, "a"), (second, "b"))]
    waits = [enter(one, "c") for one in (first, second)]
    gate, failed = threading.Barrier(2), list[Exception]()

    def withdraw(entry_id: UUID | None) -> None:
        gate.wait()
        try:
            actions.withdraw(actor=SYSTEM, entry_id=entry_id or uuid.uuid4())
        except Exception as error:  # handed to the test
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=withdraw, args=(one.entry_id,)) for one in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert failed == []
    states = sorted(state(one.entry_id) for one in waits)
    assert states == (["placed", "withdrawn"] if guarded else ["placed", "placed"])
