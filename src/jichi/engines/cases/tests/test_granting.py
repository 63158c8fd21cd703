"""減額決定: less is granted than was asked for, with a reason; never more, never nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.cases import actions, queries, routing
from jichi.engines.cases.actions.proposing import draft_of, hash_of
from jichi.engines.cases.models import Case, Decision, Proposal
from jichi.engines.cases.rules import Draft
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import Office
from jichi.engines.forms import actions as forms
from jichi.engines.forms.tests.ward import GATHERING, source
from jichi.engines.routes import actions as routes
from jichi.engines.routes import queries as route_queries
from jichi.engines.routes.tests import hall
from jichi.kernel.errors import Invalid

pytestmark = pytest.mark.django_db
YES = Draft(outcome="approved", question="伺います。")
MONEY = """      - id: asked
        kind: money
        label: {ja: 申請の額}
      - id: email
"""
ANSWERS = {**GATHERING, "contact": {**GATHERING["contact"], "asked": ["100,000"]}}


def furnished() -> Office:
    """The office; its procedure asks for an amount and is decided on a route."""
    office = desk.build()
    text = source("coming-of-age").replace("\nversion: 1\n", "\nversion: 2\n").replace("      - id: email\n", MONEY)
    forms.publish_definition(actor=desk.SYSTEM, source=text + "\nroute: {id: single, amount: {field: asked}}\n")
    for actor, rank in ((office.sato, "clerk"), (office.suzuki, "chief")):
        assert actor.account_id is not None
        routes.rank_post(actor=desk.SYSTEM, post_id=hall.post_of(actor.account_id), rank=rank, division_code="youth")
    hall.appoint("kato", "加藤 恵", "youth", "課長", "manager", "youth")
    return office


office = shared_world(furnished)


def reviewed(office: Office) -> Case:
    case = desk.apply(office, answers=ANSWERS)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    return desk.case(case.pk)


def propose(office: Office, case: Case, **more: Any) -> Proposal:
    made = actions.propose_decision(
        actor=office.sato, case_id=case.pk, expected_version=case.version,
        draft=Draft(**{"outcome": "approved", "question": "伺います。", **more}),
    )  # fmt: skip
    assert isinstance(made, Proposal)
    return made


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"granted_yen": 100_001, "reason": "多く"}, "granted", "decision.granted_range"),
        ({"granted_yen": 0, "reason": "なし"}, "granted", "decision.granted_range"),
        ({"granted_yen": -1, "reason": "負"}, "granted", "decision.granted_range"),
        ({"granted_yen": 80_000}, "reason", "decision.less_needs_reason"),
    ],
)
def test_more_than_asked_nothing_or_less_without_reason_is_refused(
    office: Office, more: dict[str, Any], field: str, code: str
) -> None:
    case = reviewed(office)
    with pytest.raises(Invalid) as refused:
        propose(office, case, **more)
    assert refused.value.fields[field].code == code
    assert (desk.case(case.pk).version, Proposal.objects.count()) == (case.version, 0)


def test_less_is_proposed_decided_and_what_counts_afterwards(office: Office) -> None:
    case = reviewed(office)
    proposal = propose(office, case, granted_yen=80_000, reason="対象外の経費を除きました。")
    assert hash_of(desk.case(case.pk), draft_of(proposal)) == proposal.content_hash
    assert hash_of(desk.case(case.pk), YES) != proposal.content_hash
    with unit(office.sato):
        route = route_queries.route_of(routing.subject_of(case.pk))
    assert route is not None
    assert route.state.facts["amount"] == 80_000
    html = desk.browser(office.sato).get(f"/staff/cases/{desk.case(case.pk).number}/", follow=True).content.decode()
    assert "80,000円" in html
    with unit(desk.SYSTEM):
        decided = actions.route_decided(
            actor=desk.SYSTEM, subject=routing.subject_of(case.pk), route_id=route.id, outcome="approved",
            decided_by=office.suzuki.account_id, decided_for=None, content_hash=proposal.content_hash,  # type: ignore[arg-type] # an official has an account
        )  # fmt: skip
    assert decided is not None
    assert decided.granted_yen == 80_000
    with unit(desk.SYSTEM):
        record = queries.case_by_id(case.pk)
    assert record.decision is not None
    assert (record.decision.granted_yen, record.decision.reason) == (80_000, "対象外の経費を除きました。")


def test_what_was_asked_for_is_no_other_amount(office: Office) -> None:
    proposal = propose(office, reviewed(office), granted_yen=100_000)
    assert (proposal.granted_yen, Decision.objects.count()) == (None, 0)


def test_the_page_takes_an_amount_as_people_type_it(office: Office) -> None:
    case = reviewed(office)
    browser = desk.browser(office.suzuki)
    url = f"/staff/cases/{case.number[:4]}-{case.number[4:]}/approve/"
    typed = {"act": "check", "version": case.version, "granted": "８０，０００円", "seal": "omitted", "dispatch": ""}
    assert "交付決定額" in browser.get(url).content.decode()
    refused = browser.post(url, typed)
    assert (refused.status_code, "理由を入力してください" in refused.content.decode()) == (422, True)
    page = browser.post(url, {**typed, "reason": "対象外の経費を除きました。"}).content.decode()
    assert "80,000円(申請の額は100,000円)" in page
    assert '<input type="hidden" name="granted" value="80000">' in page
    assert "1円から申請の額(100,000円)まで" in browser.post(url, {**typed, "granted": "百"}).content.decode()


def test_the_database_refuses_less_without_a_reason(office: Office) -> None:
    proposal = propose(office, reviewed(office))
    less = "UPDATE eng_cases_proposal SET granted_yen = 1 WHERE id = %s"
    with pytest.raises(IntegrityError, match="less_has_reason"), unit(desk.SYSTEM), connection.cursor() as cursor:
        cursor.execute(less, (proposal.pk,))
