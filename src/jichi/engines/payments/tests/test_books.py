"""Any sequence of acts and callbacks: the books balance after each, and a charge is paid at most once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.payments import actions, booking, queries
from jichi.engines.payments.models import Charge, ChargeLine, Payment, PaymentEvent, Receipt, Refund
from jichi.engines.payments.rules import Notice
from jichi.kernel import clock
from jichi.kernel.errors import Conflict

from . import till as desk
from .till import SYSTEM, Till

pytestmark = pytest.mark.django_db

STEPS = st.sampled_from(
    [
        "paid A", "paid B", "paid A again", "other amount", "cancelled", "expired", "failed", "cancel", "refund",
        "counter", "refund done", "refund failed", "refund of nothing", "retry", "by hand", "all again",
        "part", "void",
    ]
)  # fmt: skip


_till = shared_world(desk.build)


@pytest.fixture
def till(db: None, _till: Till) -> Till:
    return _till


def notice_for(step: str, charge_id: UUID, refunds: list[UUID]) -> Notice | None:
    """The firm's word of this step; A and B are two payments of the same charge."""
    fixed: dict[str, Notice] = {
        "paid A": desk.paid(charge_id, payment=f"pay_A{charge_id}", session="cs_A"),
        "paid B": desk.paid(charge_id, payment=f"pay_B{charge_id}", session="cs_B"),
        "paid A again": desk.paid(charge_id, payment=f"pay_A{charge_id}", session="cs_A", event=f"evt_A{charge_id}"),
        "other amount": desk.paid(charge_id, 1, session="cs_C"),
        "cancelled": desk.ended(charge_id, session="cs_A"),
        "expired": desk.ended(charge_id, "session.expired", session="cs_B"),
        "failed": desk.ended(charge_id, "session.failed", session="cs_C"),
        "refund of nothing": desk.given_back(None, charge_id),
    }
    if step in ("refund done", "refund failed") and refunds:
        return desk.given_back(refunds[-1], charge_id, kind=step.replace(" ", "."))
    return fixed.get(step)


def act(step: str, till: Till, charge_id: UUID, refunds: list[UUID]) -> None:
    """What people do in this step; what the state does not allow is refused."""
    subject = f"case:{charge_id}"
    acts: dict[str, Callable[[], None]] = {
        "cancel": lambda: actions.cancel_charge(actor=till.clerk, subject=subject, reason="取下げ"),
        "refund": lambda: actions.refund_charge(actor=till.clerk, charge_id=charge_id, reason="誤り"),
        "counter": lambda: actions.record_counter_payment(
            actor=till.clerk, charge_id=charge_id, method="cash", slip="R-1"
        ),
        "part": lambda: actions.refund_part(
            actor=till.clerk, subject=subject, amount_yen=300, reason="1通減", dedupe_key=f"part {len(refunds)}"
        ),
        "void": lambda: actions.void_counter_payment(actor=till.clerk, charge_id=charge_id, reason="誤り"),
        "retry": lambda: actions.retry_refund(actor=till.clerk, charge_id=charge_id, refund_id=refunds[-1]),
        "by hand": lambda: actions.record_refund_by_hand(
            actor=till.clerk, charge_id=charge_id, refund_id=refunds[0], slip=""
        ),
    }
    needs_refund = step in ("retry", "by hand")
    if step in acts and (refunds or not needs_refund):
        try:
            acts[step]()
        except (Conflict, ValueError):
            return


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, max_size=14))
def test_books_balance_after_any_sequence(till: Till, steps: list[str]) -> None:
    with transaction.atomic():
        first = desk.open_one(till)
        charge_id = actions.open_charge(
            actor=SYSTEM, subject=f"case:{first}", account_id=till.payer.account_id, payer_no="", title=desk.TITLE,
            division_id=till.division, lines=[desk.FEE, desk.POSTAGE], due_on=None, about="", dedupe_key=f"m:{first}",
        )  # fmt: skip
        said: list[Notice] = []
        for step in steps:
            with unit(SYSTEM):
                refunds = list(Refund.objects.filter(payment__charge_id=charge_id).order_by("requested_at", "id")
                               .values_list("pk", flat=True))  # fmt: skip
            notices = list(said) if step == "all again" else [notice_for(step, charge_id, refunds)]
            for notice in notices:
                if notice is not None:
                    desk.take(notice)
                    said.append(notice)
            act(step, till, charge_id, refunds)
            state = queries.books()
            assert state.balance, (step, state)
        with unit(SYSTEM):
            counting = Payment.objects.filter(charge_id=charge_id, voided_at=None)
            assert counting.exclude(kind="surplus").count() <= 1
            assert Receipt.objects.filter(payment__in=counting).count() <= 1
            assert PaymentEvent.objects.values("event_id").distinct().count() == PaymentEvent.objects.count()
        transaction.set_rollback(True)


# -- what the database refuses, whatever the code does ------------------------------------------------


def refused(statement: str) -> None:
    """The statement, as the platform itself, fails."""
    with pytest.raises(IntegrityError), unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_keeps_what_was_written(till: Till) -> None:
    charge_id = desk.open_one(till)
    desk.take(desk.paid(charge_id))
    desk.take(desk.paid(charge_id, 1))
    for statement in (
        "UPDATE eng_payments_payment SET amount_yen = 1",
        "DELETE FROM eng_payments_payment",
        "UPDATE eng_payments_chargeline SET unit_yen = 1",
        "UPDATE eng_payments_charge SET total_yen = 1",
        "UPDATE eng_payments_charge SET subject = 'case:2'",
        "UPDATE eng_payments_charge SET state = 'due', paid_yen = 0, paid_at = NULL",
        "UPDATE eng_payments_charge SET state = 'refunded'",
        "UPDATE eng_payments_charge SET paid_yen = 711",
        "DELETE FROM eng_payments_charge",
        "UPDATE eng_payments_receipt SET number = '2026-999999'",
        "UPDATE eng_payments_receipt SET prints = -1",
        "DELETE FROM eng_payments_receipt",
        "UPDATE eng_payments_paymentevent SET outcome = 'settled'",
        "UPDATE eng_payments_paymentevent SET raw = ''",
        "DELETE FROM eng_payments_paymentevent",
    ):
        refused(statement)
    assert desk.view(charge_id).state == "paid"


def test_a_fact_is_posted_once_and_names_its_charge(till: Till) -> None:
    row = desk.charge_row(desk.open_one(till))
    with unit(SYSTEM):
        booking.post(row, f"charge:{row.pk}:opened", "opened", 710, day=clock.today())
    assert [(one.account, one.amount_yen) for one in desk.record(row.pk).entries] == [("未収金", 710), ("歳入", -710)]
    with pytest.raises(Conflict) as refused_, unit(SYSTEM):
        booking.post(row, f"charge:{row.pk}:opened", "opened", 711, day=clock.today())
    assert refused_.value.code == "ledger.other_repeat"


def test_a_total_that_is_not_the_sum_of_its_lines_is_refused(till: Till) -> None:
    with transaction.atomic():
        with unit(SYSTEM):
            row = Charge.objects.create(
                dedupe_key="x", subject="x", division_id=till.division, title={"ja": "x"}, total_yen=100, state="due",
                opened_at=clock.now(),
            )  # fmt: skip
            ChargeLine.objects.create(charge=row, position=1, code="x", title={"ja": "x"}, unit_yen=99, count=1)
        with connection.cursor() as cursor, pytest.raises(IntegrityError, match="not the sum"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_a_hole_in_the_books_is_found(till: Till) -> None:
    """What no code of ours can do: somebody with the owner's rights makes a payment without an entry."""
    charge_id = desk.open_one(till)
    with unit(SYSTEM):
        Payment.objects.create(
            charge_id=charge_id, kind="surplus", method="card", amount_yen=5, accepted_on=clock.today(),
            recorded_at=clock.now(),
        )  # fmt: skip
    found = queries.books()
    assert found.wrong == ("money taken less money returned is not what the books say (1)",)
    assert not queries.books_balance()
    assert [f.state for f in queries.findings() if f.what == "payment books"] == ["wrong"]
