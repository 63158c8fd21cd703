"""A part goes back, a payment is taken back the same day, people are reminded; charges lead to what they are about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.engines.payments import actions, booking, queries, rules
from jichi.engines.payments.events import ChargePartRefunded, ChargeRefunded, ChargeReopened
from jichi.engines.payments.queries import SubjectPages
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, JichiError, NotFound

from . import till as desk
from .till import FEE, POSTAGE, SYSTEM, Till

pytestmark = pytest.mark.django_db


AGAIN = (
    "INSERT INTO eng_payments_refund SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), "
    "'cause', 'x', 'is_part', true, 'amount_yen', 421))).* FROM eng_payments_refund r WHERE is_part"
)
"""One yen more than is left of the payment."""


_till = shared_world(desk.build)


@pytest.fixture
def till(db: None, _till: Till) -> Till:
    return _till


@pytest.fixture
def facts(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was announced."""
    found: list[object] = []
    monkeypatch.setattr(booking, "announce", found.append)
    return found


def items(kind: str) -> list[tuple[str, str]]:
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT title ->> 'ja', state FROM eng_inbox_workitem WHERE kind = %s ORDER BY id", (kind,))
        return [(str(title), str(state)) for title, state in cursor.fetchall()]


@given(st.lists(st.integers(1, 900), min_size=1, max_size=5), st.data())
def test_shares_come_to_the_amount_and_take_the_first_whole_before_the_next(left: list[int], data: Any) -> None:
    amount = data.draw(st.integers(1, sum(left)))
    found = rules.shares(amount, left)
    assert sum(found) == amount
    assert all(0 <= share <= most for share, most in zip(found, left, strict=True))
    touched = [place for place, share in enumerate(found) if share]
    assert touched == list(range(len(touched)))
    assert all(found[place] == left[place] for place in touched[:-1])
    for wrong in (0, sum(left) + 1):
        with pytest.raises(ValueError):
            rules.shares(wrong, left)


# -- a part goes back ---------------------------------------------------------------------------------


def part(till: Till, amount: int, key: str = "k1", subject: str = "case:1") -> None:
    actions.refund_part(actor=till.clerk, subject=subject, amount_yen=amount, reason="通数が減った", dedupe_key=key)


def test_a_part_goes_back_once_and_the_rest_stays_paid_until_it_goes_too(till: Till, facts: list[object]) -> None:
    charge_id = desk.open_one(till, subject="case:1")
    desk.take(desk.paid(charge_id))
    for _ in range(2):
        part(till, 110)
    found = desk.record(charge_id)
    assert (found.view.state, found.view.returned_yen, found.view.kept_yen) == ("paid", 110, 600)
    assert ("支払ったお金の一部をお返しします", "open") in items("notice")
    (first,) = found.payments[0].refunds
    assert (first.amount_yen, first.is_part) == (110, True)
    assert queries.books() == queries.Books({"claims": 0, "revenue": -600, "agents": 710, "refunds_due": -110}, ())
    actions.cancel_charge(actor=till.clerk, subject="case:1", reason="取下げ")
    whole = desk.record(charge_id).payments[0].refund
    assert whole is not None
    assert (whole.amount_yen, whole.is_part, desk.view(charge_id).state) == (600, False, "refunding")
    desk.take(desk.given_back(whole.id, charge_id, 600))
    assert desk.view(charge_id).state == "refunding"  # the part is still on its way
    desk.take(desk.given_back(first.id, charge_id, 110))
    assert desk.view(charge_id).state == "refunded"
    assert facts[1:] == [
        ChargePartRefunded(subject="case:1", charge_id=charge_id, amount_yen=110),
        ChargeRefunded(subject="case:1", charge_id=charge_id, amount_yen=600),
    ]
    assert queries.books() == queries.Books({"claims": 0, "revenue": 0, "agents": 0, "refunds_due": 0}, ())


def test_of_several_payments_the_newest_goes_back_first_and_never_more_than_was_paid(till: Till) -> None:
    first, second = (desk.open_one(till, subject="case:1", key=key) for key in ("a", "b"))
    for charge_id in (first, second):
        desk.take(desk.paid(charge_id, session=f"cs_{charge_id}"))
    before = desk.snapshot()
    with pytest.raises(ValueError):
        part(till, 1421)
    assert desk.snapshot() == before
    part(till, 1000)
    part(till, 1000)
    assert [(desk.view(one).state, desk.view(one).kept_yen) for one in (second, first)] == [
        ("refunding", 0), ("paid", 420),
    ]  # fmt: skip
    assert queries.books_balance()
    for statement in (
        "UPDATE eng_payments_refund SET is_part = NOT is_part",
        AGAIN,
    ):
        with pytest.raises(IntegrityError), unit(SYSTEM), connection.cursor() as cursor:
            cursor.execute(statement)


# -- 当日取消 -----------------------------------------------------------------------------------------


def counter(till: Till, charge_id: UUID, slip: str = "R-1") -> None:
    actions.record_counter_payment(actor=till.clerk, charge_id=charge_id, method="cash", slip=slip)


def test_a_mistake_at_the_counter_is_taken_back_the_same_day(till: Till, facts: list[object]) -> None:
    charge_id = desk.open_one(till, subject="case:1")
    counter(till, charge_id)
    number = desk.view(charge_id).receipt_number
    for _ in range(2):
        actions.void_counter_payment(actor=till.clerk, charge_id=charge_id, reason="別の人の分")
    found = desk.record(charge_id)
    assert (found.view.state, found.view.paid_yen, found.view.receipt_number) == ("due", 0, "")
    assert (found.payments[0].void_reason, found.settling) == ("別の人の分", None)
    assert facts[1:] == [ChargeReopened(subject="case:1", charge_id=charge_id, amount_yen=710)]
    assert queries.books() == queries.Books({"claims": 710, "revenue": -710, "cash": 0}, ())
    with pytest.raises(NotFound):
        actions.note_printing(actor=till.clerk, charge_id=charge_id)
    assert desk.take(desk.paid(charge_id)) == "settled"
    assert desk.view(charge_id).receipt_number == f"{number[:-1]}2"  # the voided number stays in the book
    assert queries.books_balance()
    assert [state for _, state in items("todo")] == ["done", "done"]


def test_what_is_not_the_counters_of_today_is_not_taken_back(till: Till) -> None:
    online, old, unpaid = (desk.open_one(till, key=key) for key in ("a", "b", "c"))
    desk.take(desk.paid(online))
    with clock.standing_at(clock.now() - timedelta(days=1)):
        counter(till, old)
    before = desk.snapshot()
    refused: list[tuple[UUID, str, type[JichiError], str]] = [
        (online, "誤り", Conflict, "payment.not_counter"), (old, "誤り", Conflict, "payment.not_today"),
        (unpaid, "誤り", Conflict, "payment.not_paid"), (old, " ", Invalid, "invalid"),
    ]  # fmt: skip
    for charge_id, reason, kind, code in refused:
        with pytest.raises(kind) as problem:
            actions.void_counter_payment(actor=till.clerk, charge_id=charge_id, reason=reason)
        assert problem.value.code == code
    for who, other in ((till.reader, Forbidden), (till.stranger, NotFound), (till.payer, NotFound)):
        with pytest.raises(other):
            actions.void_counter_payment(actor=who, charge_id=old, reason="誤り")
    assert desk.snapshot() == before
    for charge_id in (online, old):
        with pytest.raises(IntegrityError), unit(SYSTEM), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE eng_payments_payment SET voided_at = now(), voided_by_id = %s, void_reason = 'x' "
                "WHERE charge_id = %s", (till.clerk.account_id, charge_id),
            )  # fmt: skip


# -- before and after the day -------------------------------------------------------------------------


def test_payers_are_reminded_before_the_day_and_the_division_told_after_it_once_each(till: Till) -> None:
    morning = datetime(2026, 12, 7, 7, tzinfo=clock.TOKYO)
    with clock.standing_at(morning):
        today = clock.today()
        soon, later, late = (desk.open_one(till, due_on=today + timedelta(days=days)) for days in (3, 4, -1))
        with override_settings(JICHI_PAY_REMIND_DAYS=0):
            assert actions.remind(actor=SYSTEM) == 1
        for _ in range(2):
            assert actions.remind(actor=SYSTEM) == 2
        assert [title for title, _ in items("todo")].count("支払いの期限が近づいています") == 1
        assert items("check") == [("納期限を過ぎても支払われていません", "open")]
        person, official = browser_of(till.payer), browser_of(till.clerk, staff=True)
        assert "期限を1日過ぎています" in person.get(f"/pay/{late}/").content.decode()
        assert "支払いの期限を過ぎました" in person.get(f"/pay/{late}/").content.decode()
        assert "期限を過ぎ" not in person.get(f"/pay/{later}/").content.decode()
        assert "納期限を過ぎています" in official.get(f"/staff/payments/{late}/").content.decode()
        for charge_id in (soon, late):
            counter(till, charge_id, slip=str(charge_id)[:8])
        assert items("check") == [("納期限を過ぎても支払われていません", "done")]
        assert actions.remind(actor=SYSTEM) == 0


def browser_of(actor: Any, *, staff: bool = False) -> Any:
    return browser(actor.account_id, second_factor=staff)


# -- pages --------------------------------------------------------------------------------------------


def test_an_official_takes_back_todays_cash_and_pages_lead_to_what_the_charge_is_about(till: Till) -> None:
    queries.link_subjects("till-test:", SubjectPages(resident="/x/{number}/", staff="/staff/x/{number}/",
                                                     label={"ja": "もとの申請を見る", "en": "See it"}))  # fmt: skip
    charge_id = desk.open_one(till, FEE, POSTAGE, subject="till-test:1")
    counter(till, charge_id)
    person, official = browser_of(till.payer), browser_of(till.clerk, staff=True)
    page = official.get(f"/staff/payments/{charge_id}/").content.decode()
    assert 'href="/staff/x/K7M4-2QF9/">もとの申請を見る' in page
    assert "今日の収納を取り消す" in page
    assert 'href="/en/x/K7M4-2QF9/">See it' in person.get(f"/en/pay/{charge_id}/").content.decode()
    path = f"/staff/payments/{charge_id}/void/"
    assert "R-1" in official.get(path).content.decode()
    assert official.post(path, {"reason": ""}).status_code == 422
    assert official.post(path, {"reason": "打ち間違い"}).status_code == 302
    assert "打ち間違い" in official.get(f"/staff/payments/{charge_id}/").content.decode()
    assert official.get(path).status_code == 409
    counter(till, charge_id)
    part(till, 110, subject="till-test:1")
    page = official.get(f"/staff/payments/{charge_id}/").content.decode()
    assert ("還付(一部)" in page, "窓口で受け取ったお金を返してください" in str(items("check"))) == (True, True)
    assert "お返しする金額" in person.get(f"/pay/{charge_id}/").content.decode()
