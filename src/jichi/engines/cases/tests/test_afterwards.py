"""What is due after a grant: told, overdue, sent; what a report takes from the decision; what ends with a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from conftest import shared_world
from jichi.engines.accounts import actions as account_actions
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import unit
from jichi.engines.cases import actions, queries, rules
from jichi.engines.cases.actions.afterwards import granted_yen
from jichi.engines.cases.models import Case, Decision
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import HANA, SAKURA, Office
from jichi.engines.forms import actions as forms
from jichi.engines.forms.register import register_facts
from jichi.engines.forms.rules import Situation, holds, load_definition
from jichi.engines.forms.tests.ward import source
from jichi.engines.registry.events import Departure, ResidentsLeft
from jichi.kernel import clock
from jichi.kernel.receipt_number import format_number

pytestmark = pytest.mark.django_db
REPORT = "coming-of-age-report"
DUES = """
follow_ups:
  - id: report
    procedure: coming-of-age-report
    title: {ja: 実績の報告, easy: 報告, en: Report, zh-hans: 报告, ko: 보고}
    days: 30
"""


def furnished() -> Office:
    """The office with procedures that follow each other."""
    made = desk.build()
    text = source("coming-of-age")
    after = text.replace("id: coming-of-age\n", f"id: {REPORT}\nfollows: coming-of-age\n", 1)
    forms.publish_definition(
        actor=desk.SYSTEM, source=after.replace("uniqueness: subject_per_fiscal_year", "uniqueness: none")
    )
    forms.publish_definition(actor=desk.SYSTEM, source=text.replace("\nversion: 1\n", "\nversion: 99\n") + DUES)
    return made


office = shared_world(furnished)


def granted(office: Office, number: str = HANA, outcome: Literal["approved", "refused"] = "approved") -> Case:
    case = desk.apply(office, number)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    actions.decide_case(
        actor=office.sato, case_id=case.pk, outcome=outcome, reason="" if outcome == "approved" else "資格がないため。",
        expected_version=2,
    )  # fmt: skip
    return desk.case(case.pk)


def late_work(case: Case) -> list[tuple[str, str]]:
    with unit(desk.SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT title ->> 'ja', state FROM eng_inbox_workitem WHERE subject_key = %s AND division_id IS NOT NULL "
            "ORDER BY id",
            (rules.follow_up_key(case.number, REPORT),),
        )
        return [(str(title), str(state)) for title, state in cursor.fetchall()]


def page(office: Office, case: Case) -> str:
    account = office.residents[HANA].account_id
    assert account is not None
    return browser(account).get(f"/items/{format_number(case.number)}/").content.decode()


def staff_page(office: Office, case: Case) -> str:
    return desk.browser(office.sato).get(f"/staff/cases/{format_number(case.number)}/").content.decode()


def test_what_is_due_after_a_grant_is_told_overdue_and_sent(office: Office) -> None:
    case, refused = granted(office), granted(office, SAKURA, "refused")
    today, hana = clock.today(), office.residents[HANA]
    with unit(hana):
        (due,) = queries.follow_ups_of(case.pk)
        assert queries.follow_ups_of(refused.pk) == ()
    assert (due.procedure, due.due_on, due.is_open) == (REPORT, today + timedelta(days=30), True)
    with unit(office.residents[SAKURA]):
        assert queries.follow_ups_of(case.pk) == ()
    assert f'href="/procedures/{REPORT}/"' in page(office, case)
    assert "実績の報告を提出する" in page(office, case)
    assert "実績の報告" in staff_page(office, case)
    with clock.standing_at(clock.now() + timedelta(days=30)):
        assert actions.tell_overdue(actor=desk.SYSTEM) == 0
    with clock.standing_at(clock.now() + timedelta(days=31)):
        assert [actions.tell_overdue(actor=desk.SYSTEM) for _ in range(2)] == [1, 0]
        assert "期限を過ぎています" in staff_page(office, case)
    assert late_work(case) == [("実績の報告が出ていません", "open")]
    sent = desk.apply(office, HANA, slug=REPORT, follows=case.number)
    with unit(hana):
        (due,) = queries.follow_ups_of(case.pk)
    assert (due.number, due.status) == (sent.number, "received")
    assert "提出しました" in page(office, case)
    assert f"{format_number(case.number)}</a>" in page(office, sent)
    assert "前の案件" in staff_page(office, sent)
    actions.withdraw_case(actor=hana, case_id=sent.pk)
    with unit(hana):
        assert queries.follow_ups_of(case.pk)[0].is_open
    with pytest.raises(DatabaseError), transaction.atomic(), unit(desk.SYSTEM), connection.cursor() as cursor:
        cursor.execute("UPDATE eng_cases_followup SET due_on = due_on + 1")


def test_what_was_sent_in_time_is_no_work(office: Office) -> None:
    case = granted(office)
    desk.apply(office, HANA, slug=REPORT, follows=case.number)
    with clock.standing_at(clock.now() + timedelta(days=40)):
        assert actions.tell_overdue(actor=desk.SYSTEM) == 0
    assert late_work(case) == []


def test_a_report_takes_the_amount_from_the_decision(office: Office) -> None:
    subsidy, report = (
        load_definition(source(name)) for name in ("neighbourhood-subsidy", "neighbourhood-subsidy-report")
    )
    assert granted_yen(subsidy, {"requested": 200_000}) == 200_000
    assert granted_yen(load_definition(source("coming-of-age")), {}) is None
    case, sato = desk.pile(office, 1, status="approved", closed_at=clock.now())[0], office.sato.account_id
    assert sato is not None
    with unit(desk.SYSTEM):
        Decision.objects.create(
            case=case, outcome="approved", content_hash="", document_number="8みど地第1号", granted_yen=200_000,
            decided_by_id=sato, decided_at=clock.now(),
        )  # fmt: skip
    today = clock.today()
    with unit(office.residents[HANA]):
        facts = register_facts(applicant_no=HANA, subject_no=HANA, today=today, follows=case.number)
        assert facts.get("follows.granted_yen") == 200_000
        assert facts.get("follows.number") == format_number(case.number)
        assert facts.get("follows.decided_on") == today
    assert report.fields["granted"].prefill == "follows.granted_yen"
    (check,) = [one for one in report.cross_checks if one.id == "as_granted"]
    for typed, wrong in ((200_000, False), (300_000, True)):
        assert (holds(check.when, Situation({"granted": typed}, facts, today)) is True) == wrong
    unknown = register_facts(applicant_no="", subject_no="", today=today)
    assert holds(check.when, Situation({"granted": 1}, unknown, today)) is not True


def test_with_a_person_who_leaves_the_register_what_they_gave_ends(office: Office) -> None:
    hana, sakura = office.residents[HANA], office.residents[SAKURA]
    today = clock.today()
    made = account_actions.grant_mandate(
        actor=hana, principal_name="試験　花", agent_name="隣　さくら", procedures=(), valid_from=today,
        valid_until=today + timedelta(days=30), request_key=uuid4(),
    )  # fmt: skip
    account_actions.accept_mandate(actor=sakura, code=made.code)
    assert sakura.account_id is not None
    with unit(sakura):
        assert len(accounts.representations(sakura.account_id, today)) == 1
    event = ResidentsLeft(load_id=1, people=(Departure(addressee_no=HANA, state="deceased", on=None),))
    for _ in range(2):
        with unit(desk.SYSTEM):
            announce(event)
    with unit(sakura):
        assert accounts.representations(sakura.account_id, today) == ()
