"""Presses entered together: each hears and keeps what it would have alone, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.booking import actions
from jichi.engines.booking.models import Entry, EntryPerson, Place, Seat

from . import hall as place
from .hall import SYSTEM, Hall, counted, enter, enter_together, offer, press

hall = shared_world(place.build)
pytestmark = pytest.mark.django_db
PRESS = st.tuples(
    st.lists(st.sampled_from("pqrstuvw"), min_size=1, max_size=5, unique=True).map("".join),
    st.lists(st.sampled_from("ABCZ"), min_size=1, max_size=3, unique=True).map("".join),
    st.integers(0, 9),
)
PRESSES = st.lists(PRESS, max_size=5).flatmap(
    lambda some: st.lists(PRESS | st.sampled_from(some) if some else PRESS, max_size=9)
)
OFFERINGS = st.tuples(
    st.lists(st.integers(0, 5), min_size=3, max_size=3), st.booleans(), st.booleans(), st.sampled_from((0, 15))
)


def alone(offering: UUID, one: dict[str, Any]) -> str:
    """The same press by `booking_enter`."""
    return str(
        enter(offering, *one["persons"], choices="".join(one["choices"]), key=one["key"]).outcome
    )  # fmt: skip


def kept(offering: UUID) -> list[tuple[Any, ...]]:
    """What entries there are, in the order they came, without what differs from one offering to the other."""
    with unit(SYSTEM):
        entries = list(Entry.objects.filter(offering_id=offering).order_by("sequence"))
        found: list[tuple[Any, ...]] = []
        for entry in entries:
            places = Place.objects.filter(entry=entry).values_list("item__code", "size", "state", "held_until")
            people = EntryPerson.objects.filter(entry=entry, living=True).count()
            seats = Seat.objects.filter(place__entry=entry).count()
            plain = (
                entry.dedupe_key.partition(":")[2], entry.size, entry.tier, entry.weight, entry.want, entry.choices,
                entry.channel, entry.state, entry.lines, entry.owes_yen, entry.pay_until,
            )  # fmt: skip
            given = [(code, size, state, bool(until)) for code, size, state, until in places]
            found.append((*plain, given, people, seats))
    return found


@settings(max_examples=60, deadline=None)
@given(presses=PRESSES, made=OFFERINGS)
def test_together_is_as_one_after_the_other(hall: Hall, presses: Sequence[Any], made: tuple[Any, ...]) -> None:
    capacities, seated, waits, hold = made
    with transaction.atomic():
        one, other = (
            offer(hall, *capacities, seated=seated, waiting_list=waits, hold_minutes=hold) for _ in range(2)
        )  # fmt: skip
        asked = [
            # The same key is the same press sent again.
            press(hall, *people, choices=choices, key=f"{{}}:{people}{choices}{key if key < 5 else n}")
            for n, (people, choices, key) in enumerate(presses)
        ]
        singly = [alone(one, {**each, "key": each["key"].format(one)}) for each in asked]
        together = enter_together(other, *({**each, "key": each["key"].format(other)} for each in asked))
        for was, (now, entry_id) in zip(singly, together, strict=True):
            assert now in (was, "ordinary")
            assert (entry_id is None) == (now in ("full", "closed", "ordinary"))
        # Who is left to the ordinary way hears there what they would have heard anyway.
        for each, was, (now, _) in zip(asked, singly, together, strict=True):
            assert now != "ordinary" or alone(other, {**each, "key": each["key"].format(other)}) == was
        assert kept(other) == kept(one)
        assert counted(other) == counted(one)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "more",
    [{"mode": "lottery"}, {"link": "zoo"}, {"tiers": [[{"kind": "resident"}]]}, {"conditions": [{"kind": "resident"}]}],
    ids=["draw", "linked", "tiers", "conditions"],
)
def test_what_is_not_simple_is_left_to_the_ordinary_way(hall: Hall, more: dict[str, Any]) -> None:
    offering = offer(hall, 5, **more)
    assert enter_together(offering, press(hall), press(hall)) == [("ordinary", None)] * 2
    assert kept(offering) == []


def test_nobody_enters_what_is_closed(hall: Hall) -> None:
    offering = offer(hall, 5)
    actions.close_offering(actor=SYSTEM, offering_id=offering)
    assert enter_together(offering, press(hall)) == [("ordinary", None)]
    assert kept(offering) == []


def test_the_trail_names_each_one_for_what_is_theirs(hall: Hall) -> None:
    offering = offer(hall, 5)
    found = enter_together(offering, press(hall, key="one"), press(hall, key="two"))
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT object_id, actor_kind, actor_id, purpose, request_id FROM eng_audit_auditevent"
            " WHERE table_name = 'eng_booking_entry' AND object_id = ANY (%s)", ([str(entry) for _, entry in found],),
        )  # fmt: skip
        trail = {row[0]: row[1:] for row in cursor.fetchall()}
    account = hall.hanako.account_id
    assert trail == {
        str(found[0][1]): ("resident", account, "test", "request-one"),
        str(found[1][1]): ("resident", account, "test", "request-two"),
    }


def test_what_one_of_them_may_not_have_nobody_of_them_gets(hall: Hall) -> None:
    """All or nothing: who calls it tries each alone afterwards."""
    offering = offer(hall, 5, seated=True)
    wrong = press(hall) | {"account": "00000000-0000-0000-0000-000000000000"}
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        assert [outcome for outcome, _ in enter_together(offering, press(hall), wrong)] == ["taken", "taken"]
        with pytest.raises(IntegrityError):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as when the transaction ends
        cursor.execute("ROLLBACK TO SAVEPOINT before")
    assert kept(offering) == []
    assert counted(offering) == {"A": (0, 0)}
