"""Places: who gets them, who waits, what is refused, and what the database refuses whatever the code does."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from conftest import shared_world
from jichi.engines.audit.context import ANONYMOUS, unit
from jichi.engines.booking import actions
from jichi.engines.booking.models import Entry, EntryPerson, Item, Place, RoomBooking, Seat
from jichi.engines.booking.rules.booking import Facts, Unmet, Waiting, promoted, unmet
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden, Invalid, NotFound

from . import hall as place
from .hall import SYSTEM, Hall, counted, enter, offer, state

hall = shared_world(place.build)
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seated", [False, True], ids=["counter", "seats"])
def test_first_come_first_served(hall: Hall, seated: bool) -> None:
    offering = offer(hall, 3, seated=seated)
    assert [enter(offering).outcome for _ in range(5)] == ["taken", "taken", "taken", "full", "full"]
    assert counted(offering) == {"A": (3, 3)}


@pytest.mark.parametrize("seated", [False, True], ids=["counter", "seats"])
def test_a_group_is_all_or_nothing_and_takes_its_next_choice(hall: Hall, seated: bool) -> None:
    offering = offer(hall, 2, 3, seated=seated)
    assert enter(offering, "a", "b", "c", choices="AB").item == "B"
    assert enter(offering, "d", "e", "f", choices="AB").outcome == "full"
    assert enter(offering, "g", "h", choices="BA").item == "A"
    assert counted(offering) == {"A": (2, 2), "B": (3, 3)}


def test_the_same_press_again_changes_nothing(hall: Hall) -> None:
    offering = offer(hall, 3)
    first = enter(offering, "hanako", key="press")
    assert enter(offering, "hanako", key="press") == first
    assert counted(offering) == {"A": (1, 1)}


def test_nobody_stands_in_two_entries(hall: Hall) -> None:
    """Another device, another household, the telephone: the person counts."""
    offering = offer(hall, 9)
    first = enter(offering, "hanako", "taro")
    assert enter(offering, "jiro", "taro").outcome == "twice"
    assert enter(offering, "taro", actor=hall.clerk, channel="telephone").outcome == "twice"
    actions.withdraw(actor=SYSTEM, entry_id=first.entry_id)
    assert enter(offering, "jiro", "taro").outcome == "taken"
    assert counted(offering) == {"A": (2, 2)}


@pytest.mark.parametrize(
    ("opens", "closes", "outcome"), [(-60, 60, "taken"), (60, 120, "closed"), (-60, 0, "closed"), (0, 60, "taken")]
)
def test_opening_and_closing_to_the_moment(
    hall: Hall, opens: int, closes: int, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 2, 28, 15, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    offering = offer(hall, 1, opens_at=now + timedelta(seconds=opens), closes_at=now + timedelta(seconds=closes))
    assert enter(offering).outcome == outcome


def test_a_group_larger_than_allowed_and_an_empty_one_are_refused(hall: Hall) -> None:
    offering = offer(hall, 9, most_people=2)
    assert enter(offering, "a", "b", "c").outcome == "closed"
    assert actions.enter(
        actor=SYSTEM, offering_id=offering, choices=["A"], people=[], dedupe_key="none"
    ).outcome == "closed"  # fmt: skip
    assert counted(offering) == {"A": (0, 0)}


def test_places_given_back_go_to_the_first_who_fits(hall: Hall) -> None:
    offering = offer(hall, 3, waiting_list=True)
    first, _ = enter(offering, "a", "b"), enter(offering, "c")
    large, small = enter(offering, "d", "e", "f"), enter(offering, "g")
    assert (large.outcome, small.outcome) == ("waiting", "waiting")
    actions.withdraw(actor=SYSTEM, entry_id=first.entry_id)
    assert (state(large.entry_id), state(small.entry_id)) == ("waiting", "placed")
    assert counted(offering) == {"A": (2, 2)}
    actions.withdraw(actor=SYSTEM, entry_id=first.entry_id)
    assert counted(offering) == {"A": (2, 2)}


def test_with_strict_nobody_overtakes(hall: Hall) -> None:
    offering = offer(hall, 3, waiting_list=True, strict=True, seated=True)
    first, second = enter(offering, "a", "b"), enter(offering, "c")
    large, small = enter(offering, "d", "e", "f"), enter(offering, "g")
    actions.withdraw(actor=SYSTEM, entry_id=first.entry_id)
    assert (state(large.entry_id), state(small.entry_id)) == ("waiting", "waiting")
    actions.withdraw(actor=SYSTEM, entry_id=second.entry_id)
    assert (state(large.entry_id), state(small.entry_id)) == ("placed", "waiting")
    assert counted(offering) == {"A": (3, 3)}


def test_a_held_place_comes_free_when_its_time_is_over(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    offering = offer(hall, 1, hold_minutes=15, waiting_list=True, answer_hours=48)
    first, second = enter(offering, "a"), enter(offering, "b")
    assert (first.outcome, second.outcome) == ("held", "waiting")
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=16))
    assert not actions.confirm_place(actor=SYSTEM, entry_id=first.entry_id)
    assert actions.release_expired(actor=SYSTEM) == 1
    assert (state(first.entry_id), state(second.entry_id)) == ("lost", "placed")
    assert actions.confirm_place(actor=SYSTEM, entry_id=second.entry_id)
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=9))
    assert actions.release_expired(actor=SYSTEM) == 0
    assert counted(offering) == {"A": (1, 1)}


def test_rooms_are_taken_for_a_time(hall: Hall) -> None:
    ten = datetime(2026, 2, 28, 10, tzinfo=UTC)

    def book(start: int, end: int, key: str = "") -> str:
        return actions.book_room(
            actor=hall.hanako, room_id=hall.room, starts_at=ten + timedelta(hours=start),
            ends_at=ten + timedelta(hours=end), dedupe_key=key or str(uuid.uuid4()),
        ).outcome  # fmt: skip

    assert [book(0, 2), book(1, 3), book(2, 4), book(-1, 0)] == ["taken", "occupied", "taken", "taken"]
    assert [book(30, 31, "again"), book(30, 31, "again")] == ["taken", "taken"]
    with unit(hall.hanako):
        assert RoomBooking.objects.count() == 4
    with unit(hall.stranger):
        assert RoomBooking.objects.count() == 0


# -- what the database refuses ------------------------------------------------------------------


def refused(change: Any) -> None:
    def tried() -> None:
        with unit(SYSTEM), transaction.atomic(), connection.cursor() as cursor:
            change()
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError):
        tried()


def loose_entry(offering: Any, size: int = 1) -> Entry:
    with unit(SYSTEM):
        return Entry.objects.create(
            offering_id=offering, number=str(uuid.uuid4()), dedupe_key=str(uuid.uuid4()), size=size, choices=["A"],
            state="placed", entered_at=clock.now(), sequence=0,
        )  # fmt: skip


def give(entry: Entry, item: Item, size: int = 1) -> Place:
    return Place.objects.create(entry=entry, item=item, size=size, state="taken", given_at=clock.now())


def test_code_that_forgets_to_look_can_not_oversell(hall: Hall) -> None:
    offering = offer(hall, 1)
    enter(offering)
    item = Item.objects.get(offering_id=offering)
    refused(lambda: give(loose_entry(offering), item))
    refused(lambda: Item.objects.filter(pk=item.pk).update(taken=0))
    refused(lambda: Item.objects.filter(pk=item.pk).update(capacity=0))
    refused(lambda: Place.objects.filter(item=item).update(size=2))
    refused(lambda: give(loose_entry(offering, 2), item))
    assert counted(offering) == {"A": (1, 1)}


def test_a_place_is_of_its_own_offering_and_for_the_whole_group(hall: Hall) -> None:
    here, there = offer(hall, 5), offer(hall, 5)
    refused(lambda: give(loose_entry(here), Item.objects.get(offering_id=there)))
    refused(lambda: give(loose_entry(here, 3), Item.objects.get(offering_id=here), 2))


def test_seats_are_what_a_place_has(hall: Hall) -> None:
    offering = offer(hall, 2, seated=True)
    item = Item.objects.get(offering_id=offering)
    refused(lambda: give(loose_entry(offering), item))  # a place without its seat
    enter(offering)
    refused(lambda: Seat.objects.filter(item=item).update(place=None))
    refused(lambda: Seat.objects.create(item=item, number=3))
    refused(lambda: Seat.objects.create(item=item, number=1))
    refused(lambda: Seat.objects.filter(item=item).update(place=Place.objects.get(item=item)))  # a seat too many
    refused(lambda: Seat.objects.filter(item=item).update(place=2**40))  # of a place that is not there
    assert counted(offering) == {"A": (1, 1)}


def test_a_seat_is_free_when_it_is_made(hall: Hall) -> None:
    offering = offer(hall, 2, seated=True)
    enter(offering)
    item = Item.objects.get(offering_id=offering)
    Seat.objects.filter(item=item, place=None).delete()
    refused(lambda: Seat.objects.create(item=item, number=2, place=Place.objects.get(item=item)))
    assert counted(offering) == {"A": (1, 1)}


def test_the_last_of_many_seats_are_found_wherever_they_lie(hall: Hall) -> None:
    offering = offer(hall, 1100, most_people=1100)
    assert Item.objects.get(offering_id=offering).seated
    assert enter(offering, *(f"person {n}" for n in range(1095))).outcome == "taken"
    assert enter(offering, "a", "b").outcome == "taken"
    assert [enter(offering).outcome for _ in range(4)] == ["taken", "taken", "taken", "full"]
    assert counted(offering) == {"A": (1100, 1100)}


def test_two_bookings_of_a_room_do_not_overlap_whatever_the_code_does(hall: Hall) -> None:
    now = clock.now()

    def book(start: int) -> None:
        RoomBooking.objects.create(
            room_id=hall.room, starts_at=now + timedelta(hours=start), ends_at=now + timedelta(hours=start + 2),
            dedupe_key=str(uuid.uuid4()),
        )  # fmt: skip

    def both() -> None:
        book(0)
        book(1)

    refused(both)
    with unit(SYSTEM):
        book(0)
        book(2)


def test_the_same_person_twice_is_refused_below_the_code_too(hall: Hall) -> None:
    offering = offer(hall, 5)
    one, other = loose_entry(offering), loose_entry(offering)

    def both() -> None:
        for entry in (one, other):
            EntryPerson.objects.create(entry=entry, offering_id=offering, person="x")

    refused(both)


def test_a_person_stands_in_the_offering_of_the_entry(hall: Hall) -> None:
    here, there = offer(hall, 5), offer(hall, 5)
    entry = loose_entry(here)
    refused(lambda: EntryPerson.objects.create(entry=entry, offering_id=there, person="x"))
    refused(lambda: EntryPerson.objects.create(entry_id=uuid.uuid4(), offering_id=here, person="x"))


# -- who may ------------------------------------------------------------------------------------


def test_who_may_do_what(hall: Hall) -> None:
    offering = offer(hall, 5)
    own = enter(offering, "hanako", actor=hall.hanako)
    assert enter(offering, actor=hall.clerk, channel="telephone").outcome == "taken"
    for nobody in (hall.stranger, ANONYMOUS):
        with pytest.raises(Forbidden):
            enter(offering, actor=nobody)
        with pytest.raises((NotFound, Forbidden)):
            actions.withdraw(actor=nobody, entry_id=own.entry_id)
    with pytest.raises(Forbidden):
        actions.close_offering(actor=hall.stranger, offering_id=offering)
    with pytest.raises(Forbidden):
        actions.release_expired(actor=hall.clerk)
    assert counted(offering) == {"A": (2, 2)}
    with unit(hall.hanako):
        assert Entry.objects.count() == 1
        assert EntryPerson.objects.count() == 0
    actions.withdraw(actor=hall.hanako, entry_id=own.entry_id)
    actions.close_offering(actor=hall.clerk, offering_id=offering)
    assert counted(offering) == {"A": (1, 1)}
    assert enter(offering).outcome == "closed"


@pytest.mark.parametrize("wrong", [{"mode": "auction"}, {"conditions": [{"any": [{"kind": "rich"}]}]}])
def test_an_offering_that_makes_no_sense_is_refused(hall: Hall, wrong: dict[str, Any]) -> None:
    before = Item.objects.count()
    with pytest.raises(Invalid):
        offer(hall, 1, **wrong)
    assert Item.objects.count() == before


# -- rules --------------------------------------------------------------------------------------

AGE = {"kind": "age", "on": "2026-03-01", "least": 6, "most": 11}


@pytest.mark.parametrize(
    ("conditions", "facts", "found"),
    [
        ([], Facts(), ()),
        ([{"kind": "resident"}], Facts(resident=True), ()),
        ([{"kind": "resident"}], Facts(), (Unmet(0, "resident"),)),
        ([{"any": [{"kind": "resident"}, {"kind": "works_here"}]}], Facts(works_here=True), ()),
        ([{"any": [{"kind": "resident"}, {"kind": "works_here"}]}], Facts(resident=False), (Unmet(0, "any"),)),
        ([AGE], Facts(born_on=date(2020, 3, 1)), ()),
        ([AGE], Facts(born_on=date(2020, 3, 2)), (Unmet(0, "age"),)),
        ([AGE], Facts(born_on=date(2020, 2, 29)), ()),
        ([AGE], Facts(born_on=date(2014, 3, 1)), (Unmet(0, "age"),)),
        ([{**AGE, "on": "2026-02-28"}], Facts(born_on=date(2020, 2, 29)), (Unmet(0, "age"),)),
        ([{"kind": "first_timer"}, {"kind": "resident"}], Facts(entered_before=False), (Unmet(1, "resident"),)),
        ([{"kind": "once_per_season"}], Facts(entered_this_season=True), (Unmet(0, "once_per_season"),)),
        ([{"kind": "household", "most": 2}], Facts(household_size=3), (Unmet(0, "household"),)),
    ],
)  # fmt: skip
def test_who_may_enter(conditions: list[dict[str, Any]], facts: Facts, found: tuple[Unmet, ...]) -> None:
    assert unmet(conditions, facts) == found


LINE = [Waiting("large", 3, ("A",)), Waiting("other", 1, ("B",)), Waiting("small", 1, ("B", "A"))]


@pytest.mark.parametrize(
    ("item", "free", "strict", "who"),
    [
        ("A", 3, False, "large"),
        ("A", 2, False, "small"),
        ("A", 2, True, None),
        ("B", 1, True, "other"),
        ("C", 9, False, None),
    ],
)
def test_who_is_next(item: str, free: int, strict: bool, who: str | None) -> None:
    found = promoted(LINE, item, free, strict=strict)
    assert (found.entry if found else None) == who
