"""On whose turn a case is: filters, the clock that stands still, reminders, money, people who leave the register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import unit
from jichi.engines.cases import actions, queries, rules
from jichi.engines.cases.models import Case, CaseEvent
from jichi.engines.cases.queries import CaseFilters
from jichi.engines.cases.rules import OPEN, Status
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import HANA, SAKURA, Office
from jichi.engines.forms.tests.sending import sent_by_guardian
from jichi.engines.payments import actions as payments
from jichi.engines.payments import queries as charges
from jichi.engines.payments.events import ChargeRefunded, ChargeSettled
from jichi.engines.payments.rules import ChargeLine
from jichi.engines.registry.events import Departure, ResidentsLeft
from jichi.kernel import clock
from jichi.kernel.business_days import add_open_days
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, Forbidden

_office = shared_world(desk.build)


@pytest.fixture
def office(db: None, _office: Office) -> Office:
    return _office


def kinds(case: Case) -> list[str]:
    with unit(desk.SYSTEM):
        return list(CaseEvent.objects.filter(case=case).order_by("id").values_list("kind", flat=True))


def open_items(case: Case, like: str) -> int:
    with unit(desk.SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM eng_inbox_workitem WHERE state = 'open' AND subject_key = %s AND dedupe_key LIKE %s",
            (rules.subject_key(case.pk), like),
        )
        return int(cursor.fetchone()[0])


# -- pure -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "payment", "second", "stage", "whom"),
    [
        ("received", "none", "", "", ""),
        ("correction", "due", "", "", "applicant"),
        ("received", "due", "waiting", "", "second_person"),
        ("reviewing", "due", "confirmed", "", "payment"),
        ("reviewing", "paid", "", "on_route", "route"),
        ("reviewing", "paid", "", "sent_back", ""),
        ("approved", "due", "waiting", "on_route", ""),
    ],
)
def test_whom_a_case_waits_for(status: str, payment: str, second: str, stage: str, whom: str) -> None:
    found = rules.waits_for(Status(status), payment=payment, second_person=second, stage=stage)
    assert found == whom


@given(st.sampled_from(list(Status)), st.sampled_from(rules.PAYMENTS), st.sampled_from(["", "waiting", "confirmed"]))
def test_the_clock_stands_only_while_others_are_asked(status: Status, payment: str, second: str) -> None:
    stands = rules.clock_stands(status, payment=payment, second_person=second)
    asked = status is Status.CORRECTION or payment == "due" or second == "waiting"
    assert stands == (status in OPEN and asked)


# -- filters --------------------------------------------------------------------------------------


def listed(office: Office, **filters: Any) -> set[str]:
    with unit(office.sato):
        return {row.number for row in queries.list_cases(actor=office.sato, filters=CaseFilters(**filters)).rows}


def test_lists_are_narrowed_to_what_is_late_due_this_week_or_waits(office: Office) -> None:
    monday = datetime(2026, 12, 7, 9, tzinfo=TOKYO)
    with clock.standing_at(monday):
        late, week, later, unpaid, asked = desk.pile(office, 5, status="reviewing")
        today = clock.today()
        changes: dict[Any, dict[str, Any]] = {
            late.pk: {"due_on": today - timedelta(days=1)},
            week.pk: {"due_on": today + timedelta(days=6)},
            later.pk: {"due_on": today + timedelta(days=7)},
            unpaid.pk: {"due_on": today - timedelta(days=9), "payment": "due", "payment_since": today},
            asked.pk: {"status": "correction", "correction_due_on": today, "due_on": today},
        }
        with unit(desk.SYSTEM):
            for pk, change in changes.items():
                Case.objects.filter(pk=pk).update(**change)
        assert listed(office, overdue=True) == {late.number}
        assert listed(office, this_week=True) == {week.number}
        assert listed(office, waiting="payment") == {unpaid.number}
        assert listed(office, waiting="applicant") == {asked.number}
        assert listed(office, waiting="route") == listed(office, waiting="second_person") == set()
    page = desk.browser(office.sato).get("/staff/cases/?scope=payment").content.decode()
    assert "支払待ち" in page
    assert unpaid.number[:4] in page


def test_reminders_come_once(office: Office) -> None:
    late, asked = desk.apply(office, HANA), desk.apply(office, SAKURA)
    with unit(desk.SYSTEM):
        Case.objects.filter(pk=late.pk).update(due_on=clock.today() - timedelta(days=1))
    actions.take_case(actor=office.sato, case_id=asked.pk, expected_version=1)
    actions.request_correction(
        actor=office.sato, case_id=asked.pk, points=[{"field": "phone", "sentence": "番号"}],
        due_on=clock.today() + timedelta(days=3), expected_version=2,
    )  # fmt: skip
    for _ in range(2):
        assert actions.remind(actor=desk.SYSTEM) == 2
    assert open_items(late, "late:%") == 1
    assert open_items(asked, "correction-soon:%") == 1
    with unit(desk.SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM eng_messages_message WHERE about = %s AND template = 'case.correction_soon'",
            (asked.number,),
        )
        assert cursor.fetchone()[0] == 1


# -- money ----------------------------------------------------------------------------------------


def charge(office: Office, case: Case, yen: int = 300) -> Any:
    applicant = office.residents[HANA]
    with unit(desk.SYSTEM):
        charge_id = payments.open_charge(
            actor=desk.SYSTEM, subject=rules.subject_key(case.pk), account_id=applicant.account_id, payer_no=HANA,
            division_id=office.youth, title={"ja": "手数料"}, lines=[ChargeLine("fee", {"ja": "手数料"}, yen, 1)],
            due_on=None, about=case.number, dedupe_key=f"fee:{case.pk}",
        )  # fmt: skip
        actions.mark_payment_due(actor=desk.SYSTEM, case_id=case.pk)
        actions.mark_payment_due(actor=desk.SYSTEM, case_id=case.pk)
    return charge_id


def settle(case: Case, charge_id: Any) -> None:
    with unit(desk.SYSTEM):
        announce(ChargeSettled(subject=rules.subject_key(case.pk), charge_id=charge_id, amount_yen=300))


def taken(office: Office) -> Case:
    case = desk.apply(office)
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    return desk.case(case.pk)


def refused(case: Case, code: str, press: Callable[[], object]) -> None:
    before = (kinds(case), desk.case(case.pk).version)
    with pytest.raises(Conflict) as caught:
        press()
    assert (caught.value.code, (kinds(case), desk.case(case.pk).version)) == (code, before)


def decide(office: Office, case: Case, outcome: Any, reason: str = "") -> None:
    version = desk.case(case.pk).version
    actions.decide_case(actor=office.sato, case_id=case.pk, outcome=outcome, reason=reason, expected_version=version)


def test_nothing_is_granted_before_it_is_paid_and_the_clock_stands_till_then(office: Office) -> None:
    with clock.standing_at(datetime(2026, 12, 7, 9, tzinfo=TOKYO)):
        case = taken(office)
        charge_id = charge(office, case)
        refused(case, "case.unpaid", lambda: decide(office, case, "approved"))
    due = case.due_on
    with clock.standing_at(datetime(2026, 12, 10, 9, tzinfo=TOKYO)):
        settle(case, charge_id)
        settle(case, charge_id)
        now = desk.case(case.pk)
        assert (now.payment, now.due_on) == ("paid", add_open_days(due, 3))
        decide(office, case, "approved")
    assert kinds(case).count("paid") == 1


def test_a_refusal_takes_back_what_was_asked_for(office: Office) -> None:
    case = taken(office)
    charge(office, case)
    decide(office, case, "refused", "資格がないためです。")
    assert (desk.case(case.pk).status, desk.case(case.pk).payment) == ("refused", "none")
    assert states(case) == ["cancelled"]


def states(case: Case) -> list[str]:
    with unit(desk.SYSTEM):
        return [one.state for one in charges.charges_of(rules.subject_key(case.pk))]


def test_withdrawing_gives_back_what_was_paid(office: Office) -> None:
    case = taken(office)
    charge_id = charge(office, case)
    settle(case, charge_id)
    actions.withdraw_case(actor=office.residents[HANA], case_id=case.pk)
    assert desk.case(case.pk).payment in {"refunding", "none"}
    with unit(desk.SYSTEM):
        announce(ChargeRefunded(subject=rules.subject_key(case.pk), charge_id=charge_id, amount_yen=300))
        announce(ChargeRefunded(subject=rules.subject_key(case.pk), charge_id=charge_id, amount_yen=300))
    assert desk.case(case.pk).payment == "refunded"
    assert kinds(case).count("refunded") == 1


def test_the_money_of_other_rooms_is_none_of_ours(office: Office) -> None:
    case = desk.apply(office)
    for subject in ("eng_booking:hall:1", "eng_cases:case:nonsense"):
        with unit(desk.SYSTEM):
            announce(ChargeSettled(subject=subject, charge_id=case.pk, amount_yen=1))
    assert desk.case(case.pk).payment == "none"


# -- the register ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "words"), [("moved_out", "転出しました"), ("deceased", "亡くなりました")])
def test_who_leaves_while_a_case_runs_is_looked_at(office: Office, state: str, words: str) -> None:
    case, closed = desk.apply(office, HANA), desk.apply(office, SAKURA)
    actions.withdraw_case(actor=office.residents[SAKURA], case_id=closed.pk)
    event = ResidentsLeft(
        load_id=1, people=tuple(Departure(addressee_no=n, state=state, on=None) for n in (HANA, SAKURA))
    )
    for _ in range(2):
        with unit(desk.SYSTEM):
            announce(event)
    checks = [check for check in desk.case(case.pk).checks if check["id"] == f"register_subject_{state}"]
    assert [(check["outcome"], words in check["reason"]["ja"]) for check in checks] == [("look", True)]
    assert kinds(case).count("register_changed") == 1
    assert open_items(case, "register_%") == 1
    assert "register_changed" not in kinds(closed)
    page = desk.browser(office.sato).get(f"/staff/cases/{case.number}/").content.decode()
    assert words in page
    assert "住民記録が変わりました" in page


# -- acting for somebody --------------------------------------------------------------------------


def test_who_lost_the_mandate_does_nothing_more_on_the_case(office: Office) -> None:
    """What was sent stays; only acting ends. The office, and people who act for themselves, are not concerned."""
    case, hana = desk.pile(office, 1)[0], office.residents[HANA]
    with unit(desk.SYSTEM):
        Case.objects.filter(pk=case.pk).update(submission=sent_by_guardian(case.submission_id))
    before = (kinds(case), desk.case(case.pk).version)
    acts: tuple[Callable[[], object], ...] = (
        lambda: actions.withdraw_case(actor=hana, case_id=case.pk),
        lambda: actions.send_message(actor=hana, case_id=case.pk, text="x", dedupe_key="k"),
    )
    for act in acts:
        with pytest.raises(Forbidden) as refused_:
            act()
        assert refused_.value.code == "case.mandate_ended"
    assert (kinds(case), desk.case(case.pk).version) == before
    actions.take_case(actor=office.sato, case_id=case.pk, expected_version=1)
    own = desk.pile(office, 1)[0]
    actions.withdraw_case(actor=hana, case_id=own.pk)
    assert desk.case(own.pk).status == "withdrawn"
