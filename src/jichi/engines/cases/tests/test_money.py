"""What is owed follows what was sent: corrections before and after paying, money back, mistakes at the counter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.engines.cases import actions, rules
from jichi.engines.cases.models import CaseEvent
from jichi.engines.cases.rules.money import DIFFERENCE
from jichi.engines.cases.tests import copies, desk
from jichi.engines.cases.tests.desk import HANA, SAKURA, Office
from jichi.engines.payments import actions as payments
from jichi.engines.payments import queries as charges
from jichi.engines.payments.rules import ChargeLine
from jichi.kernel import clock
from jichi.kernel.business_days import add_open_days
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict
from jichi.kernel.receipt_number import format_number

TITLE = {"ja": "写し"}


class Charge:
    """As much of a charge as the plan looks at."""

    def __init__(self, state: str, lines: tuple[ChargeLine, ...], kept: int | None = None) -> None:
        self.state, self.lines = state, lines
        self.kept_yen = sum(line.amount_yen for line in lines) if kept is None else kept


def copy(count: int, yen: int = 300) -> ChargeLine:
    return ChargeLine("copy", TITLE, yen, count)


REST = ChargeLine("difference", DIFFERENCE, 600, 1)
POST = ChargeLine("postage", {"ja": "郵送料"}, 110, 1)


@pytest.mark.parametrize(
    ("wanted", "before", "plan"),
    [
        ((copy(1),), [], (False, (copy(1),), 0)),
        ((), [], (False, (), 0)),
        ((copy(2), POST), [Charge("due", (POST, copy(2)))], (False, (), 0)),
        ((copy(3),), [Charge("due", (copy(2), POST))], (True, (copy(3),), 0)),
        ((), [Charge("due", (copy(2),))], (True, (), 0)),
        ((copy(1, 0),), [Charge("due", (copy(1),))], (True, (copy(1, 0),), 0)),
        ((copy(1),), [Charge("zero", (copy(1, 0),))], (True, (copy(1),), 0)),
        ((copy(1),), [Charge("paid", (copy(1),))], (False, (), 0)),
        ((copy(3),), [Charge("paid", (copy(1),))], (False, (copy(2),), 0)),
        ((copy(2),), [Charge("paid", (copy(1), POST))],
         (False, (copy(1), ChargeLine("postage", POST.title, -110, 1)), 0)),
        ((copy(1),), [Charge("paid", (copy(2),))], (False, (), 300)),
        ((), [Charge("paid", (copy(2),))], (False, (), 600)),
        # A difference is due already: the same once more keeps it, another replaces it, none cancels it.
        ((copy(3),), [Charge("paid", (copy(1),)), Charge("due", (copy(2),))], (False, (), 0)),
        ((copy(4),), [Charge("paid", (copy(1),)), Charge("due", (copy(2),))], (True, (copy(3),), 0)),
        ((copy(1),), [Charge("paid", (copy(1),)), Charge("due", (copy(2),))], (True, (), 0)),
        # A part went back before: the items don't add up to what was kept.
        ((copy(3),), [Charge("paid", (copy(2),), 300)], (False, (REST,), 0)),
        ((copy(1),), [Charge("cancelled", (copy(2),), 0), Charge("refunded", (copy(2),), 0)], (False, (copy(1),), 0)),
    ],
)  # fmt: skip
def test_the_plan_for_the_money(wanted: Any, before: Any, plan: Any) -> None:
    found = rules.fee_plan(wanted, before)
    assert (found.cancels, found.opens, found.gives_back_yen) == plan
    assert found.changes == (plan != (False, (), 0))


@given(
    st.lists(st.tuples(st.sampled_from(["due", "paid", "cancelled", "refunded"]), st.integers(1, 5)), max_size=4),
    st.integers(0, 6),
)  # fmt: skip
def test_after_the_plan_what_is_owed_or_paid_is_what_it_costs(before: list[tuple[str, int]], count: int) -> None:
    standing = [Charge(state, (copy(n),), None if state in {"due", "paid"} else 0) for state, n in before]
    wanted = (copy(count),) if count else ()
    plan = rules.fee_plan(wanted, standing)
    kept = sum(one.kept_yen for one in standing if one.state == "paid" or (one.state == "due" and not plan.cancels))
    assert kept + sum(line.amount_yen for line in plan.opens) - plan.gives_back_yen == 300 * count
    assert plan.after_yen == 300 * count


# -- a correction changes what is paid ------------------------------------------------------------


_office = shared_world(copies.office)


@pytest.fixture
def office(db: None, _office: Office) -> Office:
    return _office


def notices(case: Any) -> list[str]:
    with unit(desk.SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT title ->> 'ja' FROM eng_inbox_workitem WHERE subject_key = %s AND dedupe_key LIKE 'fee-changed%%' "
            "ORDER BY id",
            (rules.subject_key(case.pk),),
        )
        return [str(row[0]) for row in cursor.fetchall()]


def sums(case: Any) -> list[tuple[str, int]]:
    return [(one.state, one.total_yen) for one in copies.money(case)]


def page(office: Office, case: Any, step: str = "", language: str = "") -> str:
    account = office.residents[HANA].account_id
    assert account is not None
    found = browser(account).get(f"{language}/items/{format_number(case.number)}/{step}")
    assert found.status_code == 200
    return found.content.decode()


def test_an_unpaid_fee_is_replaced_by_the_new_one_in_one_act(office: Office) -> None:
    case = copies.apply(office)
    assert (sums(case), case.payment) == ([("due", 410)], "due")
    copies.ask(office, case, "copies")
    draft_id, revision = copies.put_right(office, case, {"purpose": {"purpose": ["work"], "copies": ["3"]}})
    account = office.residents[HANA].account_id
    assert account is not None
    told = browser(account).get(f"/items/correction/{draft_id}/").content.decode()
    case = copies.send(office, case, draft_id, revision)
    assert sums(case) == [("cancelled", 410), ("due", 1010)]
    assert (case.payment, notices(case)) == ("due", ["「住民票の写しの交付」の手数料が410円から1,010円に変わりました"])
    assert "<p>送ると、手数料が410円から1,010円に変わります。</p><p>1,010円を支払っていただきます。</p>" in told
    assert "410円 → 1,010円" in page(office, case)
    assert str(copies.money(case)[1].id) in page(office, case)
    assert charges.books_balance()
    copies.pay(office, case)
    assert desk.case(case.pk).payment == "paid"


def test_what_was_paid_is_charged_up_or_goes_back_in_part(office: Office) -> None:
    case = copies.apply(office)
    copies.pay(office, case)
    case = copies.correct(office, case, {"purpose": {"purpose": ["work"], "copies": ["2"]}})
    assert (sums(case), case.payment) == ([("paid", 410), ("due", 300)], "due")
    with pytest.raises(Conflict, match=r"case\.unpaid"):
        actions.decide_case(actor=office.sato, case_id=case.pk, outcome="approved", expected_version=case.version)
    copies.pay(office, case)
    case = copies.correct(office, desk.case(case.pk), {"receiving": {"receive": ["counter"], "phone": ["0312345678"]}})
    assert (sums(case), case.payment) == ([("paid", 410), ("paid", 300)], "paid")
    assert [one.returned_yen for one in copies.money(case)] == [0, 110]
    staff = desk.browser(office.sato).get(f"/staff/cases/{format_number(case.number)}/").content.decode()
    assert "300円</a>(支払済、うち110円を還付)" in staff
    assert "710円 → 600円" in staff
    assert "110円" in page(office, case, language="/en") or "110 yen" in page(office, case, language="/en")
    # A disaster frees the copies: everything that is left goes back, the application goes on without a fee.
    case = copies.correct(office, case, {"purpose": {"purpose": ["disaster"], "copies": ["2"]}})
    assert [state for state, _ in sums(case)] == ["refunding", "refunding"]
    assert case.payment == "refunding"
    assert len(notices(case)) == 3
    assert charges.books_balance()
    with unit(desk.SYSTEM):
        lines = [e.detail for e in CaseEvent.objects.filter(case=case.pk, kind="fee_changed").order_by("id")]
    assert [(d["before_yen"], d["after_yen"]) for d in lines] == [(410, 710), (710, 600), (600, 0)]


def test_a_correction_that_costs_the_same_leaves_the_money_alone(office: Office) -> None:
    case = copies.apply(office)
    before = copies.money(case)
    case = copies.correct(office, case, {"purpose": {"purpose": ["licence"], "copies": ["1"]}})
    assert copies.money(case) == before
    assert notices(case) == []


def test_days_that_stand_for_money_and_correction_count_once(office: Office) -> None:
    with clock.standing_at(datetime(2026, 12, 7, 9, tzinfo=TOKYO)):
        case = copies.apply(office)
        promised = case.due_on
    with clock.standing_at(datetime(2026, 12, 8, 9, tzinfo=TOKYO)):
        copies.ask(office, case, "copies")
        draft = copies.put_right(office, case, {"purpose": {"purpose": ["work"], "copies": ["2"]}})
    with clock.standing_at(datetime(2026, 12, 10, 9, tzinfo=TOKYO)):
        actions.answer_correction(
            actor=office.residents[HANA], case_id=case.pk, draft_id=draft[0], revision=draft[1], language="ja",
            applicant_no=HANA,
        )  # fmt: skip
        assert desk.case(case.pk).due_on == add_open_days(promised, 3)
    with clock.standing_at(datetime(2026, 12, 11, 9, tzinfo=TOKYO)):
        copies.pay(office, case)
        assert desk.case(case.pk).due_on == add_open_days(promised, 4)
    with clock.standing_at(datetime(2026, 12, 7, 9, tzinfo=TOKYO)):
        case = copies.apply(office, number=SAKURA)
    with clock.standing_at(datetime(2026, 12, 8, 9, tzinfo=TOKYO)):
        copies.ask(office, case, "copies")
    with clock.standing_at(datetime(2026, 12, 9, 9, tzinfo=TOKYO)):
        copies.pay(office, case)
    with clock.standing_at(datetime(2026, 12, 10, 9, tzinfo=TOKYO)):
        actions.cancel_correction(actor=office.sato, case_id=case.pk, expected_version=desk.case(case.pk).version)
    assert desk.case(case.pk).due_on == add_open_days(promised, 3)


# -- mistakes at the counter ----------------------------------------------------------------------


def test_taken_back_at_the_counter_the_case_waits_again_unless_it_was_decided_on_it(office: Office) -> None:
    case, other = copies.apply(office), copies.apply(office, number=SAKURA)
    for one in (case, other):
        copies.pay(office, one)
    charge = copies.money(case)[0]
    payments.void_counter_payment(actor=office.suzuki, charge_id=charge.id, reason="別の人の分")
    now = desk.case(case.pk)
    assert (now.payment, now.payment_since) == ("due", clock.today())
    copies.pay(office, case)
    assert desk.case(case.pk).payment == "paid"
    actions.take_case(actor=office.sato, case_id=other.pk, expected_version=desk.case(other.pk).version)
    actions.decide_case(
        actor=office.sato, case_id=other.pk, outcome="approved", dispatch="post",
        expected_version=desk.case(other.pk).version,
    )  # fmt: skip
    before = copies.money(other)
    with pytest.raises(Conflict, match=r"case\.decided_paid"):
        payments.void_counter_payment(actor=office.suzuki, charge_id=before[0].id, reason="別の人の分")
    assert copies.money(other) == before
    assert charges.books_balance()
