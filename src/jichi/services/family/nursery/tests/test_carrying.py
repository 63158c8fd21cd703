"""The next round: who waits goes on with what is confirmed, who has a place or gave up does not, seats follow."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.kernel.errors import Conflict, NotFound

from .. import actions, queries
from ..models import Application, Child
from ..rules.carrying import Result, family_after, seats_left
from .office import SYSTEM, Office, family_in, resident

ENTRY = date(2027, 5, 1)
BORN = date(2025, 6, 1)


def test_placed_children_leave_and_their_nursery_is_the_siblings() -> None:
    family = family_in("A", BORN, BORN - timedelta(days=700))
    assert family_after(family, {}, ENTRY)[1] == "carried"
    gone, fate = family_after(family, {one.code: Result("ADMITTED", "N1") for one in family.children}, ENTRY)
    assert (gone, fate) == (None, "placed")
    after, fate = family_after(family, {"A-1": Result("ADMITTED", "N1"), "A-2": Result("WAITING", "")}, ENTRY)
    assert after is not None
    assert ([one.code for one in after.children], after.sibling_at) == (["A-2"], "N1")
    assert (after.answers["きょうだい在園"], after.answers["同時申込み"], fate) == ("あり", "なし", "carried")
    assert [one.class_id for one in after.children] == [3]
    assert family_after(family, {}, date(2035, 4, 1)) == (None, "too_old")


def test_seats_follow_within_a_fiscal_year_only() -> None:
    left, back = {("N1", 1): 1, ("N2", 0): 0}, {("N2", 0): 2}
    assert seats_left(left, back, date(2027, 4, 1), ENTRY) == {("N1", 1): 1, ("N2", 0): 2}
    assert seats_left(left, back, date(2027, 3, 1), ENTRY) == {}


def build() -> Office:
    """A round of four families for two seats, published: the third and fourth wait."""
    office = Office()
    one = office.born(1)
    office.take(
        family_in("A", one), family_in("B", one, number="900000000000001"),
        family_in("C", one, full=False, number="900000000000003"), family_in("D", one, full=False),
    )  # fmt: skip
    office.publish()
    return office


office = shared_world(build)
needs_rows = pytest.mark.django_db


def next_round(office: Office) -> UUID:
    with unit(SYSTEM):
        first = queries.round_of(office.round)
    assert first is not None
    entry = first.entry_on + timedelta(days=30)
    return actions.open_round(
        actor=office.sato, division_id=office.division, name="5月", entry_on=entry, wishes_until=entry, result_on=entry
    )


@needs_rows
def test_the_waiting_go_on_confirmed_and_given_back_seats_are_offered(office: Office) -> None:
    parent = resident("900000000000003")
    assert actions.claim_applications(actor=parent) == 1
    with unit(office.sato):
        first = {one.code: one.pk for one in Application.objects.filter(round=office.round)}
    actions.withdraw(actor=office.sato, application_id=first["A"])
    actions.withdraw(actor=office.sato, application_id=first["D"])
    made = next_round(office)
    carried = actions.carry_over(actor=office.sato, round_id=made, before_id=office.round)
    assert carried.families == {"placed": 1, "withdrawn": 2, "carried": 1}
    with unit(office.sato):
        (family,) = Application.objects.filter(round=made)
        (child,) = Child.objects.filter(application=family)
        offered = queries.seats(made)
        view = queries.round_of(made)
    assert (family.code, family.account_id, child.second_by_id) == ("C", parent.account_id, office.suzuki.account_id)
    assert sorted(number for (_, group), number in offered.items() if group == 1) == [0, 1]
    assert view is not None
    assert view.follows == office.round
    actions.set_vacancy(actor=office.sato, round_id=made, code="N1", class_id="3", seats="4")
    again = actions.carry_over(actor=office.sato, round_id=made, before_id=office.round)
    assert again.slots == 0
    with unit(office.sato):
        assert Application.objects.filter(round=made).count() == 1
        assert queries.seats(made)["N1", 3] == 4
    run = actions.start_run(actor=office.sato, round_id=made)
    actions.work_off(actor=SYSTEM, run_id=run)
    with unit(office.sato):
        (outcome,) = queries.outcomes_of(run_id=run, application_id=family.pk)
    assert outcome.status == "ADMITTED"


@needs_rows
def test_only_a_published_round_of_the_division_is_carried(office: Office) -> None:
    made, other = next_round(office), office.make_round("追加")
    with pytest.raises(Conflict, match="not_after"):
        actions.carry_over(actor=office.sato, round_id=made, before_id=other)
    with pytest.raises(NotFound):
        actions.carry_over(actor=office.other, round_id=made, before_id=office.round)
    with pytest.raises(Conflict, match="published"):
        actions.carry_over(actor=office.sato, round_id=office.round, before_id=made)
    with unit(SYSTEM):
        assert Application.objects.filter(round=made).count() == 0
