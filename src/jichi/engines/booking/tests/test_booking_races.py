"""Many at once, on real commits: with the guards nothing is sold twice; without them it is."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, connection

from conftest import TestDatabase, own_world
from jichi.engines.audit.context import unit
from jichi.engines.booking import actions
from jichi.engines.booking.actions import drawing, entering, paying
from jichi.engines.booking.models import Entry, Item, RoomBooking
from jichi.kernel import clock

from . import hall as place
from .hall import SYSTEM, Hall, counted, enter, enter_together, offer, press, state

real_hall = own_world(place.build)
THREADS = 12


def at_once(presses: list[Callable[[], Any]]) -> list[Any]:
    """All presses by a dozen threads, each on a connection of its own; what each answered or raised."""
    gate = threading.Barrier(min(THREADS, len(presses)))
    found: list[Any] = [None] * len(presses)

    def run(first: int) -> None:
        gate.wait()
        for n in range(first, len(presses), THREADS):
            try:
                found[n] = presses[n]()
            except Exception as error:  # handed to the test
                found[n] = error
        connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(min(THREADS, len(presses)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def unguarded(database: TestDatabase, *statements: str) -> None:
    """Take guards away, as their owner."""
    with psycopg.connect(database.super_url, autocommit=True) as owner:
        for statement in statements:
            owner.execute(statement)


def outcomes(found: list[Any]) -> Counter[str]:
    return Counter(one.outcome if isinstance(one, actions.Entered) else type(one).__name__ for one in found)


@pytest.mark.parametrize("seated", [False, True], ids=["counter", "seats"])
def test_a_rush_sells_each_place_once(real_hall: Hall, seated: bool) -> None:
    offering = offer(real_hall, 20, seated=seated)
    found = at_once([lambda: enter(offering)] * 120)
    assert outcomes(found) == {"taken": 20, "full": 100}
    assert counted(offering) == {"A": (20, 20)}


def test_groups_in_a_rush_leave_no_place_too_many(real_hall: Hall) -> None:
    offering = offer(real_hall, 15, 15)
    groups = [[str(uuid.uuid4()) for _ in range(1 + n % 4)] for n in range(60)]
    found = at_once([lambda g=group: enter(offering, *g, choices="AB") for group in groups])  # type: ignore[misc]  # bound by default
    assert set(outcomes(found)) <= {"taken", "full"}
    for taken, rows in counted(offering).values():
        assert taken == rows
        assert taken >= 12  # a group of four fits as long as four are left


@pytest.mark.parametrize("seated", [False, True], ids=["counter", "seats"])
def test_a_rush_of_presses_entered_together_sells_each_place_once(real_hall: Hall, seated: bool) -> None:
    offering = offer(real_hall, 20, seated=seated)
    found = at_once([lambda: enter_together(offering, *(press(real_hall) for _ in range(5)))] * 24)
    heard = Counter(outcome for together in found for outcome, _ in together)
    # "ordinary": somebody else had the seats in hand; they are given back where a group did not need them.
    left = [enter(offering).outcome for _ in range(heard["ordinary"])]
    assert heard["taken"] + left.count("taken") == 20
    assert heard["full"] + left.count("full") == 100
    assert counted(offering) == {"A": (20, 20)}


@pytest.mark.parametrize("together", [False, True], ids=["alone", "together"])
def test_without_the_guards_the_same_rush_oversells(real_hall: Hall, own_db: TestDatabase, together: bool) -> None:
    """Reading what is left and then writing: two read the same. The lock, the trigger and the check are gone."""
    unguarded(
        own_db,
        "ALTER TABLE eng_booking_place DISABLE TRIGGER booking_count_place",
        "ALTER TABLE eng_booking_item DROP CONSTRAINT item_not_oversold",
    )
    offering = offer(real_hall, 5)
    if together:
        found = at_once([lambda: enter_together(offering, press(real_hall), press(real_hall))] * 20)
        assert Counter(outcome for pair in found for outcome, _ in pair)["taken"] > 5
    else:
        found = at_once([lambda: enter(offering)] * 40)
        assert outcomes(found)["taken"] > 5
    assert counted(offering)["A"][1] > 5


def test_presses_entered_together_never_wait_for_each_other_in_a_circle(real_hall: Hall) -> None:
    """The same people and keys in another order each time: one of two is refused at once, none after a deadlock."""
    offering = offer(real_hall, 100, 100, seated=True)  # counters would let one in after the other

    def rush(n: int) -> list[tuple[str, Any]]:
        names = [f"{n // 4}-{place}" for place in range(6)]
        order = names if n % 2 else names[::-1]
        choices = "AB" if n % 2 else "BA"
        return enter_together(offering, *(press(real_hall, name, choices=choices, key=name) for name in order))

    found = at_once([partial(rush, n) for n in range(48)])
    assert {type(one).__name__ for one in found} <= {"list", "IntegrityError"}
    assert sum(taken for taken, _ in counted(offering).values()) == 12 * 6


def test_without_the_lock_the_check_alone_keeps_places(real_hall: Hall) -> None:
    """Code that only looks and inserts: the database lets through no more than there are."""
    offering = offer(real_hall, 5)

    def careless() -> str:
        with unit(SYSTEM):
            item = Item.objects.get(offering_id=offering)
            from .test_places import give, loose_entry

            give(loose_entry(offering), item)
        return "given"

    found = at_once([careless] * 30)
    assert Counter(one if isinstance(one, str) else "refused" for one in found) == {"given": 5, "refused": 25}
    assert counted(offering) == {"A": (5, 5)}


def test_the_same_person_and_the_same_press_many_times_at_once(real_hall: Hall) -> None:
    offering = offer(real_hall, 20)
    found = at_once([lambda: enter(offering, "hanako")] * 12)
    assert outcomes(found) == {"taken": 1, "twice": 11}
    found = at_once([lambda: enter(offering, "taro", key="one press")] * 12)
    assert outcomes(found)["taken"] >= 1
    assert set(outcomes(found)) <= {"taken", "twice"}
    assert counted(offering) == {"A": (2, 2)}


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])
def test_who_withdraws_while_the_draw_is_held_has_no_place(
    real_hall: Hall, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The press comes when the draw has read the list. Without the lock of the draw each waits for the other."""
    offering, due = offer(real_hall, 1, mode="lottery", waiting_list=True), clock.now() + timedelta(minutes=15)
    entries = [enter(offering, name) for name in ("hanako", "taro")]
    actions.close_offering(actor=SYSTEM, offering_id=offering)
    pk = actions.freeze_draw(
        actor=SYSTEM, offering_id=offering, draw_id="race", randomness_due_at=due,
        beacon={"kind": "text", "sources": "index"},
    )  # fmt: skip
    pressed: list[threading.Thread] = []
    failed: list[OperationalError] = []
    give = paying.give_place

    def withdraw(entry_id: uuid.UUID) -> None:
        try:
            actions.withdraw(actor=SYSTEM, entry_id=entry_id)
        except OperationalError as error:
            failed.append(error)
        finally:
            connection.close()

    def while_it_gives(entry: Entry, item: Item, *, answers: bool) -> Any:
        if not pressed:
            press = threading.Thread(target=withdraw, args=(entry.pk,))
            pressed.append(press)
            press.start()
            press.join(timeout=1)
        return give(entry, item, answers=answers)

    monkeypatch.setattr(drawing, "give_place", while_it_gives)
    if not guarded:
        monkeypatch.setattr(entering, "_draw_of", lambda _entry_id: None)
    with clock.standing_at(due + timedelta(minutes=1)):
        line = "index 1"
        randomness = hashlib.sha256(line.encode()).hexdigest()
        drawn = True
        try:
            actions.perform_draw(actor=SYSTEM, draw_pk=pk, randomness=randomness, line=line)
        except OperationalError as error:  # which of the two the database ends is not ours to say
            failed.append(error)
            drawn = False
        pressed[0].join(timeout=30)
    states = sorted(state(one.entry_id) for one in entries)
    assert ["deadlock" in str(error) for error in failed] == ([] if guarded else [True])
    if drawn:
        assert states == ["placed", "withdrawn" if guarded else "waiting"]
        assert counted(offering) == {"A": (1, 1)}
    else:
        assert states == ["applied", "withdrawn"]


def rooms(real_hall: Hall) -> list[Callable[[], Any]]:
    start = clock.now()
    return [
        lambda n=n: actions.book_room(  # type: ignore[misc]  # bound by default
            actor=SYSTEM, room_id=real_hall.room, starts_at=start + timedelta(minutes=30 * (n % 8)),
            ends_at=start + timedelta(minutes=30 * (n % 8) + 60), dedupe_key=str(uuid.uuid4()),
        )
        for n in range(60)
    ]  # fmt: skip


def overlapping() -> int:
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM eng_booking_roombooking a JOIN eng_booking_roombooking b ON a.id < b.id"
            " AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)"
        )
        return int(cursor.fetchone()[0])


def test_bookings_of_a_room_do_not_overlap_nor_deadlock(real_hall: Hall) -> None:
    found = outcomes(at_once(rooms(real_hall)))
    assert set(found) == {"taken", "occupied"}
    assert overlapping() == 0
    with unit(SYSTEM):
        assert RoomBooking.objects.count() == found["taken"]


def test_without_lock_and_constraint_bookings_overlap(real_hall: Hall, own_db: TestDatabase) -> None:
    with psycopg.connect(own_db.super_url, autocommit=True) as owner:
        body = owner.execute("SELECT pg_get_functiondef('booking_take_room'::regproc)").fetchone()
        assert body
        unguarded = body[0].replace("PERFORM pg_advisory_xact_lock(hashtext('eng_booking_room'), p_room::int);", "")
        late = "INSERT INTO eng_booking_roombooking"
        assert unguarded != body[0]
        assert late in unguarded
        # Between the look and the write, so that others look meanwhile however busy the machine is.
        owner.execute(unguarded.replace(late, f"PERFORM pg_sleep(0.2);\n    {late}"))
        owner.execute("ALTER TABLE eng_booking_roombooking DROP CONSTRAINT roombooking_no_overlap")
    at_once(rooms(real_hall))
    assert overlapping() > 0


def test_a_killed_client_leaves_no_place_taken(real_hall: Hall, own_db: TestDatabase) -> None:
    offering = offer(real_hall, 2)
    with psycopg.connect(own_db.super_url) as dying:
        dying.execute(
            "SELECT booking_enter(%s, ARRAY['A'], NULL, ARRAY['x'], 'N', 'K', 'web', 0, now())", (str(offering),)
        )
        dying.cancel()
        dying.close()  # as when the process is killed: the server rolls back
    assert counted(offering) == {"A": (0, 0)}
    assert outcomes([enter(offering), enter(offering), enter(offering)]) == {"taken": 2, "full": 1}


def _kill_others(owner: psycopg.Connection) -> None:
    owner.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = 'jichi_app'"
    )


@pytest.mark.parametrize("together", [False, True], ids=["alone", "together"])
def test_a_server_killed_in_mid_rush_oversells_nothing_and_everybody_is_answered(
    real_hall: Hall, own_db: TestDatabase, together: bool
) -> None:
    """Every connection dies again and again; who presses again with the same key gets the first answer."""
    offering, over = offer(real_hall, 10), threading.Event()

    def entered(key: str) -> Any:
        if together:  # what came of it the same key tells afterwards
            enter_together(offering, *(press(real_hall, one, key=one) for one in (key, f"{key}+")))
        return enter(offering, key, key=key)

    def pressed(key: str) -> Any:
        for _ in range(20):
            try:
                return entered(key)
            except (OperationalError, InterfaceError):
                connection.close()
        raise AssertionError(key)

    def kill() -> None:
        with psycopg.connect(own_db.super_url, autocommit=True) as owner:
            for _ in range(6):
                over.wait(0.05)
                _kill_others(owner)

    killer = threading.Thread(target=kill)
    killer.start()
    keys = [str(uuid.uuid4()) for _ in range(60)]
    found = at_once([partial(pressed, key) for key in keys])
    over.set()
    killer.join()
    connection.close()
    found += [enter(offering, f"{key}+", key=f"{key}+") for key in keys] if together else []
    assert outcomes(found) == {"taken": 10, "full": len(found) - 10}
    assert counted(offering) == {"A": (10, 10)}


def test_a_worker_killed_while_it_gives_places_on_changes_nothing_and_the_next_run_goes_on(
    real_hall: Hall, own_db: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    offering = offer(real_hall, 1, hold_minutes=15, waiting_list=True)
    first, second = enter(offering), enter(offering)
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    with psycopg.connect(own_db.super_url) as holder:
        holder.execute("SELECT FROM eng_booking_item WHERE offering_id = %s FOR UPDATE", (str(offering),))
        died: list[Exception] = []

        def work() -> None:
            try:
                actions.release_expired(actor=SYSTEM)
            except (OperationalError, InterfaceError) as error:
                died.append(error)
            connection.close()

        worker = threading.Thread(target=work)
        worker.start()
        with psycopg.connect(own_db.super_url, autocommit=True) as owner:
            waits = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            for _ in range(200):
                row = owner.execute(waits).fetchone()
                if row and row[0]:
                    break
                worker.join(0.05)
            _kill_others(owner)
        worker.join(20)
        holder.rollback()
    connection.close()
    assert len(died) == 1
    assert (state(first.entry_id), state(second.entry_id)) == ("placed", "waiting")
    assert actions.release_expired(actor=SYSTEM) == 1
    assert (state(first.entry_id), state(second.entry_id)) == ("lost", "placed")
    assert counted(offering) == {"A": (1, 1)}
