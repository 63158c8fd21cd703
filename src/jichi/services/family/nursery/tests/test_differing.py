"""Two runs side by side: what went in differently, and for each child placed differently what moved it."""

from __future__ import annotations

import pytest
from django.test import Client

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit

from .. import actions, queries
from ..models import Application
from ..queries.differing import explained
from ..rules.differing import Cause, Change, causes, changes_of_inputs, families_of, places_of
from ..rules.running import Parameters, run
from .exhaustive import Files, files
from .office import SYSTEM, Office, family_in

SEATS = [("A", "0", 1), ("B", "0", 1)]
THREE = [
    ("F", "SINGLE", [("0", 9, "A", "")]), ("G", "SINGLE", [("0", 8, "A B", "")]),
    ("H", "SINGLE", [("0", 7, "A B", "")]),
]  # fmt: skip


def compared(before: Files, after: Files) -> tuple[tuple[Change, ...], dict[str, tuple[Cause, ...]]]:
    changes = changes_of_inputs(before, after)
    old, new = (places_of(one, run(one, Parameters()).files) for one in (before, after))
    return changes, causes(old, new, changes, families_of(before, after))


def test_a_withdrawal_is_followed_from_seat_to_seat() -> None:
    changes, found = compared(files(SEATS, THREE), files(SEATS, THREE[1:]))
    assert changes == (Change("gone", "F1"),)
    assert found == {
        "F1": (Cause("own"),), "G1": (Cause("freed", ("A", "0"), ("F1",)),),
        "H1": (Cause("freed", ("B", "0"), ("G1",)),),
    }  # fmt: skip


def test_a_score_and_seats_that_changed_are_named() -> None:
    better = [THREE[0], THREE[1], ("H", "SINGLE", [("0", 10, "A B", "")])]
    changes, found = compared(files(SEATS, THREE), files(SEATS, better))
    assert [(one.kind, one.child) for one in changes] == [("score", "H1")]
    assert found["H1"] == (Cause("own"), Cause("freed", ("A", "0"), ("F1",)))
    assert found["F1"] == (Cause("taken", ("A", "0"), ("H1",)),)
    changes, found = compared(files(SEATS, THREE), files([("A", "0", 0), ("B", "0", 2)], THREE))
    assert [(one.slot, one.before, one.after) for one in changes] == [(("A", "0"), "1", "0"), (("B", "0"), "1", "2")]
    assert found == {"F1": (Cause("fewer_seats", ("A", "0")),), "H1": (Cause("more_seats", ("B", "0")),)}


def test_siblings_follow_each_other() -> None:
    two = [*THREE[:1], ("S", "SAME", [("0", 8, "A", ""), ("1", 8, "A", "")])]
    seats = [("A", "0", 1), ("A", "1", 1)]
    _, found = compared(files(seats, two), files(seats, two[1:]))
    assert found["S1"] == (Cause("freed", ("A", "0"), ("F1",)),)
    assert found["S2"] == (Cause("family", children=("S1",)),)


def test_the_same_tables_differ_in_nothing() -> None:
    given = files(SEATS, THREE)
    assert compared(given, given) == ((), {})


def build() -> Office:
    """Three families of the 1-year class for two seats."""
    office = Office()
    one = office.born(1)
    office.take(family_in("A", one), family_in("B", one), family_in("C", one, full=False))
    return office


office = shared_world(build)


@pytest.mark.django_db
def test_the_page_names_who_withdrew_and_whose_seat_went_to_whom(office: Office) -> None:
    before = office.run()
    with unit(office.sato):
        first = Application.objects.get(code="A").pk
        (held,) = queries.outcomes_of(run_id=before, application_id=first)
    actions.withdraw(actor=office.sato, application_id=first)
    after = office.run()
    with unit(office.sato):
        found = explained(before, after)
    assert [(one.kind, found.people[one.child].code) for one in found.changes] == [("gone", "A/A-1")]
    assert {one.why for one in found.causes[held.child_id]} == {"own"}
    assert office.sato.account_id is not None
    assert office.other.account_id is not None
    address = f"/staff/nursery/runs/{after}/changes/{before}/"
    page = browser(office.sato.account_id, second_factor=True).get(address).content.decode()
    assert "取り下げた" in page
    assert "A/A-1が使わなくなりました" in page
    assert browser(office.other.account_id, second_factor=True).get(address).status_code == 404
    assert Client().get(address).status_code in {302, 404}
    with unit(SYSTEM):
        assert explained(before, before).changes == ()
