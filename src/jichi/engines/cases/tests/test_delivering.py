"""施行: the way the applicant chose is proposed; another needs a reason; where a paper goes, as far as may be seen."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.cases import actions, queries, rules
from jichi.engines.cases.actions.deciding import record_decision
from jichi.engines.cases.models import Case, Decision, Dispatch
from jichi.engines.cases.rules import Draft
from jichi.engines.cases.tests import copies, desk
from jichi.engines.cases.tests.desk import AOI, Office
from jichi.kernel import clock
from jichi.kernel.errors import Invalid
from jichi.kernel.receipt_number import format_number

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("delivery", "outcome", "login", "way", "chosen"),
    [
        ("pdf", "approved", True, "electronic", True), ("post", "approved", True, "post", True),
        ("counter", "approved", True, "counter", True), ("", "approved", True, "electronic", False),
        ("pdf", "approved", False, "post", False), ("counter", "approved", False, "counter", True),
        ("post", "refused", True, "electronic", False), ("", "refused", False, "post", False),
    ],
)  # fmt: skip
def test_the_way_that_is_proposed(delivery: str, outcome: str, login: bool, way: str, chosen: bool) -> None:
    found = rules.proposed_dispatch(delivery, outcome=outcome, has_login=login)
    assert (found.way, found.is_chosen) == (way, chosen)
    assert [one for one in rules.DISPATCH_WAYS if not found.departs(one)] == (
        [way] if chosen else [*rules.DISPATCH_WAYS]
    )


@pytest.mark.parametrize(
    ("way", "fits"), [("electronic", set()), ("post", {"post", "registered"}), ("counter", {"counter"})]
)
def test_papers_that_fit_what_was_decided(way: str, fits: set[str]) -> None:
    assert {one for one in rules.POST_WAYS if not rules.Proposed(way, is_chosen=True).paper_departs(one)} == fits
    assert not any(rules.Proposed(way).paper_departs(one) for one in rules.POST_WAYS)


def test_without_a_reason_the_hash_is_what_it_was_before_there_was_one() -> None:
    known = {"submission_hash": "a", "appeal": "b", "rule": "c"}
    plain = rules.content_hash(Draft(outcome="approved", dispatch="post"), **known)
    assert rules.content_hash(Draft(outcome="approved", dispatch="post", dispatch_because="急ぐ"), **known) != plain


office = shared_world(copies.office)


def reviewed(office: Office, receive: str = "post") -> Case:
    case = copies.apply(office, copies.pages(receive=receive))
    copies.pay(office, case)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=desk.case(case.pk).version)
    return desk.case(case.pk)


def decide(office: Office, case: Case, **other: Any) -> Decision:
    return actions.decide_case(
        actor=office.sato, case_id=case.pk, outcome="approved", expected_version=case.version, **other
    )


def test_what_was_chosen_is_decided_and_another_way_needs_a_reason(office: Office) -> None:
    case = reviewed(office)
    with pytest.raises(Invalid) as refused:
        decide(office, case, dispatch="counter")
    assert refused.value.fields["dispatch_because"].code == "dispatch.other_way"
    assert desk.case(case.pk).status == "reviewing"
    with transaction.atomic():
        made = decide(office, case)
        assert (made.dispatch, made.dispatch_because) == ("post", "")
        transaction.set_rollback(True)
    made = decide(office, case, dispatch="counter", dispatch_because="本人が窓口を希望")
    assert (made.dispatch, made.dispatch_because) == ("counter", "本人が窓口を希望")


def test_decided_with_many_others_each_goes_its_own_way(office: Office) -> None:
    case = reviewed(office, "counter")
    with unit(office.sato):
        made = record_decision(office.sato, desk.case(case.pk), Draft(outcome="approved"), expected_version=None)
    assert made.dispatch == "counter"


def test_pages_propose_the_way_and_the_place_and_ask_why_another(office: Office) -> None:
    case, official = reviewed(office), desk.browser(office.sato)
    number = format_number(case.number)
    path = f"/staff/cases/{number}/approve/"
    assert re.search(r'name="dispatch" value="post" checked', official.get(path).content.decode())
    given = {"version": case.version, "seal": "omitted", "dispatch": "electronic", "act": "check"}
    wrong = official.post(path, given)
    assert (wrong.status_code, "申請した人が選んだ方法と違います" in wrong.content.decode()) == (422, True)
    sure = official.post(path, {**given, "dispatch_because": "データで渡すため"}).content.decode()
    assert sure.count("データで渡すため") == 2  # shown, and sent on
    done = official.post(path, {"version": case.version, "seal": "omitted", "act": "decide"})
    assert done.status_code == 302
    with unit(desk.SYSTEM):
        assert Decision.objects.get(case=case).dispatch == "post"
    sending = f"/staff/cases/{number}/dispatch/"
    page = official.get(sending).content.decode()
    assert "送り先(登録の住所)" in page
    assert "18番" in page
    today = clock.today()
    day = {
        "sent_on_era": "western",
        "sent_on_y": today.year,
        "sent_on_m": today.month,
        "sent_on_d": today.day,
        "key": "k",
    }
    assert official.post(sending, {**day, "way": "counter"}).status_code == 422
    with unit(desk.SYSTEM):
        assert Dispatch.objects.count() == 0
    answer = official.post(sending, {**day, "way": "counter", "because": "本人が来た"})
    assert answer.status_code == 302, answer.content.decode()
    with unit(desk.SYSTEM):
        assert [one.because for one in queries.dispatches_of(case.pk)] == ["本人が来た"]
    assert "理由 本人が来た" in official.get(f"/staff/cases/{number}/").content.decode()


def test_where_a_protected_person_lives_is_hidden_here_too(office: Office) -> None:
    case = desk.apply(office, AOI)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    actions.decide_case(actor=office.sato, case_id=case.pk, outcome="approved", dispatch="post", expected_version=2)
    page = desk.browser(office.sato).get(f"/staff/cases/{format_number(case.number)}/dispatch/").content.decode()
    assert "送り先" in page
    assert "50番" not in page
