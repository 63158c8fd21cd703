"""The least age at entry: counted to the day in both ways, dated, and kept wherever a wish or a place comes in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid

from .. import actions, queries
from ..models import Child, FacilityAge, Round, Run
from ..rules.entering import content_mark
from ..rules.intake import FamilyIn, write_applications
from ..rules.least_age import LeastAge, in_force, too_young
from .office import SYSTEM, Office, family_in, resident
from .test_entering import written


@pytest.mark.parametrize(
    ("birth", "entry", "birth_counts", "may"),
    [
        (date(2027, 2, 3), date(2027, 4, 1), False, True),  # 4 February is the first day, 1 April the 57th
        (date(2027, 2, 4), date(2027, 4, 1), False, False),
        (date(2027, 2, 4), date(2027, 4, 1), True, True),
        (date(2027, 2, 5), date(2027, 4, 1), True, False),
        (date(2028, 2, 4), date(2028, 4, 1), False, True),  # a leap year has a 29 February
        (date(2028, 2, 5), date(2028, 4, 1), False, False),
    ],
)
def test_57_days_after_birth_are_counted_to_the_day(birth: date, entry: date, birth_counts: bool, may: bool) -> None:
    rules = {("A", 0): LeastAge(57, birth_counts)}
    assert (too_young(rules, ["A", "B"], 0, birth, entry) == ()) is may
    assert too_young(rules, ["A"], 1, birth, entry) == (), "the rule is of one class"


def test_the_latest_rule_that_has_begun_is_in_force() -> None:
    slot, old, new, none = ("A", 0), LeastAge(57), LeastAge(120), LeastAge(0)
    rows = [(slot, date(2027, 4, 1), new), (slot, date(2020, 4, 1), old), (slot, date(2029, 4, 1), none)]
    assert in_force(rows, date(2019, 4, 1)) == {}
    assert in_force(rows, date(2027, 3, 31)) == {slot: old}
    assert in_force(rows, date(2027, 4, 1)) == {slot: new}
    assert in_force(rows, date(2030, 4, 1)) == {}, "from then on there is no limit"


office = shared_world(Office)
pytestmark = pytest.mark.django_db


def entry_of(office: Office) -> date:
    with unit(SYSTEM):
        return Round.objects.get(pk=office.round).entry_on


def limit(office: Office, code: str = "N1", days: int = 57, since: date = date(2020, 4, 1)) -> int:
    return actions.set_least_age(
        actor=office.sato, code=code, class_id=0, days=days, birth_counts=False, valid_from=since
    )


def baby(office: Office, days: int = 20) -> FamilyIn:
    """A family whose only child is so many days old at entry and wishes for N1 first."""
    return family_in("Y", entry_of(office) - timedelta(days=days))


def take(office: Office, family: FamilyIn) -> list[tuple[str, str]]:
    data = write_applications((family,))
    _, errors = actions.load_applications(actor=office.sato, round_id=office.round, data=data)
    return [(one.column, one.error.code) for one in errors]


def test_rules_are_dated_and_kept_by_clerks_alone(office: Office) -> None:
    assert (limit(office), limit(office), limit(office, days=60)) == (1, 0, 1)
    assert limit(office, code=actions.EVERY, since=date(2021, 4, 1)) == 2
    for wrong in ({"code": "N9"}, {"days": -1}, {"days": 2001}):
        with pytest.raises(Invalid):
            limit(office, **wrong)
    with pytest.raises(Forbidden):
        actions.set_least_age(
            actor=resident("900000000000077"), code="N1", class_id=0, days=0, birth_counts=False,
            valid_from=date(2030, 4, 1),
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        FacilityAge.objects.update(days=-1)


def test_a_file_with_a_child_too_young_is_refused_with_the_day(office: Office) -> None:
    limit(office)
    assert take(office, baby(office, 56)) == [("希望の園", "nursery.too_young")]
    assert take(office, baby(office, 57)) == []


def test_a_run_is_refused_while_a_wish_is_too_early(office: Office) -> None:
    office.take(baby(office))
    with unit(office.sato):
        child = Child.objects.get(application__code="Y")
    limit(office, since=entry_of(office))
    with pytest.raises(Invalid):
        actions.pin_child(actor=office.sato, child_id=child.pk, facility="N1", reason="理由")
    made = actions.start_run(actor=office.sato, round_id=office.round)
    assert actions.start_run(actor=office.suzuki, round_id=office.round) == made, "pressed twice it is one"
    with unit(office.sato):
        run = Run.objects.get(pk=made)
    assert (run.state, [(row[0], row[3]) for row in run.problems]) == ("refused", [("E_AGE", "Y/Y-1")])
    assert office.sato.account_id is not None
    page = browser(office.sato.account_id, second_factor=True).get(f"/staff/nursery/runs/{made}/").content.decode()
    assert "E_AGE" in page
    limit(office, days=0, since=entry_of(office))
    with unit(office.sato):
        assert Run.objects.get(pk=office.run()).state == "done"


def test_a_family_is_told_from_when_and_cannot_wish_for_it(office: Office) -> None:
    limit(office)
    parent = resident("900000000000078")
    family = replace(baby(office), addressee_no="900000000000078", children=())
    one = replace(baby(office).children[0], wishes=("N2",))
    assert take(office, replace(family, children=(one,))) == []
    with unit(office.sato):
        child = Child.objects.get(application__code="Y")
    with pytest.raises(Invalid) as refused:
        actions.change_wishes(actor=parent, child_id=child.pk, wishes=["N2", "N1"])
    assert {name: error.code for name, error in refused.value.fields.items()} == {"wish_2": "nursery.too_young"}
    assert parent.account_id is not None
    page = browser(parent.account_id).get(f"/nursery/{child.application_id}/").content.decode()
    assert "生後57日" not in page
    limit(office, code="N2")
    page = browser(parent.account_id).get(f"/nursery/{child.application_id}/").content.decode()
    assert "生後57日からです" in page


def test_online_a_nursery_that_is_too_early_is_neither_offered_nor_sent(office: Office) -> None:
    parent = resident("900000000000079")
    with unit(SYSTEM):
        Round.objects.filter(pk=office.round).update(
            opens_at=clock.now() - timedelta(days=1), closes_at=clock.now() + timedelta(days=1)
        )
    made, content = actions.begin_entry(actor=parent, round_id=office.round), written(office)
    born = (entry_of(office) - timedelta(days=30)).isoformat()
    content["children"][0] |= {"birth": born, "wishes": ["N1"]}
    actions.set_vacancy(actor=office.sato, round_id=office.round, code="N1", class_id="0", seats="2")
    actions.save_entry(actor=parent, entry_id=made, content=content)
    limit(office)
    with pytest.raises(Conflict, match="too_young_wish"):
        actions.send_entry(actor=parent, entry_id=made, expected=content_mark(content))
    assert parent.account_id is not None
    address = f"/nursery/apply/{made}/children/{content['children'][0]['key']}/wishes/"
    client = browser(parent.account_id)
    page = client.get(address).content.decode()
    assert "生後57日から受け入れます" in page
    assert "選べません" in page
    client.post(address, {"act": "remove", "code": "N1"})
    client.post(address, {"act": "add", "code": "N1"})
    with unit(parent):
        found = queries.entry(made)
    assert found is not None
    assert found.content["children"][0]["wishes"] == []
