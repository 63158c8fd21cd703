"""Charges from opening to refund: what settles, what is kept aside, what is refused and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection

from conftest import shared_world
from jichi.engines.audit import announce as announcing
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.payments import actions, queries
from jichi.engines.payments.events import ChargeRefunded, ChargeSettled
from jichi.engines.payments.models import Charge, Receipt, Refund
from jichi.engines.payments.rules import ChargeLine
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, JichiError, NotFound

from . import till as desk
from .till import FEE, SYSTEM, Till

pytestmark = pytest.mark.django_db


_till = shared_world(desk.build)


@pytest.fixture
def till(db: None, _till: Till) -> Till:
    return _till


@pytest.fixture
def facts(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was announced."""
    found: list[object] = []
    real = announcing.announce

    def keep(event: object) -> None:
        found.append(event)
        real(event)

    for module in ("booking", "actions.opening"):
        monkeypatch.setattr(f"jichi.engines.payments.{module}.announce", keep)
    return found


def items(kind: str) -> list[tuple[str, str]]:
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT title ->> 'ja', state FROM eng_inbox_workitem WHERE kind = %s ORDER BY id", (kind,))
        return [(str(title), str(state)) for title, state in cursor.fetchall()]


def mails() -> list[str]:
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT template FROM eng_messages_message ORDER BY created_at")
        return [str(template) for (template,) in cursor.fetchall()]


# -- opening ---------------------------------------------------------------------------------------


def test_a_charge_is_opened_once_and_waits_in_the_payers_inbox(till: Till) -> None:
    due = clock.today() + timedelta(days=14)
    first = desk.open_one(till, key="k1", due_on=due)
    assert desk.open_one(till, key="k1", due_on=due) == first
    found = desk.view(first)
    assert (found.state, found.total_yen, found.paid_yen, found.due_on) == ("due", 710, 0, due)
    assert [(line.code, line.amount_yen) for line in found.lines] == [("copy", 600), ("postage", 110)]
    assert (found.url_path, found.receipt_number, found.title["en"]) == (f"/pay/{first}/", "", desk.TITLE["en"])
    assert items("todo") == [("支払いをしてください", "open")]
    assert queries.books() == queries.Books({"claims": 710, "revenue": -710}, ())


def test_a_charge_of_nothing_is_settled_at_once(till: Till, facts: list[object]) -> None:
    charge_id = desk.open_one(till, FEE, ChargeLine("exempt", {"ja": "免除"}, -600, 1), subject="case:1", key="zero")
    assert desk.view(charge_id).state == "zero"
    assert desk.open_one(till, FEE, ChargeLine("exempt", {"ja": "免除"}, -600, 1), key="zero") == charge_id
    assert facts == [ChargeSettled(subject="case:1", charge_id=charge_id, amount_yen=0)]
    assert items("todo") == []
    assert queries.books() == queries.Books({}, ())


@pytest.mark.parametrize(
    "lines",
    [
        (ChargeLine("x", {"ja": "x"}, -1, 1),),
        (ChargeLine("x", {"ja": "x"}, 1, 0),),
        (ChargeLine("x", {"en": "x"}, 1, 1),),
        (ChargeLine("x", {"ja": "x"}, 1_000_000_000, 1),),
    ],
)
def test_a_charge_that_is_none_is_not_opened(till: Till, lines: tuple[ChargeLine, ...]) -> None:
    before = desk.snapshot()
    with pytest.raises(ValueError):
        desk.open_one(till, *lines)
    assert desk.snapshot() == before


# -- paying ----------------------------------------------------------------------------------------


def test_money_settles_the_charge_with_receipt_notice_mail_and_fact(till: Till, facts: list[object]) -> None:
    charge_id = desk.open_one(till, subject="case:1")
    accepted = datetime(2026, 3, 31, 23, 59, tzinfo=clock.TOKYO)
    with clock.standing_at(datetime(2026, 4, 1, 0, 1, tzinfo=clock.TOKYO)):
        assert desk.take(desk.paid(charge_id, at=accepted)) == "settled"
    found = desk.record(charge_id)
    assert (found.view.state, found.view.paid_yen, found.view.paid_at) == ("paid", 710, accepted)
    assert found.view.receipt_number == "2026-000001"
    payment = found.settling
    assert payment is not None
    # 指定納付受託者: paid on the day the firm accepted, the receipt is of the day we learnt it.
    assert (payment.accepted_on.isoformat(), payment.method) == ("2026-03-31", "card")
    assert items("todo") == [("支払いをしてください", "done")]
    assert items("notice") == [("支払いを確認しました", "open")]
    assert mails() == ["payment.paid"]
    assert facts == [ChargeSettled(subject="case:1", charge_id=charge_id, amount_yen=710)]
    assert queries.books() == queries.Books({"claims": 0, "revenue": -710, "agents": 710}, ())


def test_the_same_callback_twice_counts_once(till: Till) -> None:
    charge_id = desk.open_one(till)
    notice = desk.paid(charge_id)
    assert desk.take(notice) == "settled"
    before = desk.snapshot()
    assert desk.take(notice) == "repeat"
    assert desk.snapshot() == before


def test_the_same_payment_told_by_another_callback_is_kept_and_changes_nothing_else(till: Till) -> None:
    charge_id = desk.open_one(till)
    desk.take(desk.paid(charge_id, payment="pay_1"))
    assert desk.take(desk.paid(charge_id, payment="pay_1")) == "repeat"
    assert desk.events() == [("session.paid", "settled"), ("session.paid", "repeat")]
    assert len(desk.record(charge_id).payments) == 1


def test_a_second_payment_goes_back_by_itself(till: Till) -> None:
    charge_id = desk.open_one(till)
    desk.take(desk.paid(charge_id))
    assert desk.take(desk.paid(charge_id, session="cs_2")) == "surplus"
    found = desk.record(charge_id)
    assert found.view.state == "paid"
    assert [(p.kind, p.refund.state if p.refund else "") for p in found.payments] == [
        ("settles", ""), ("surplus", "requested"),
    ]  # fmt: skip
    assert ("2回支払われました(2回目の還付を始めました)", "open") in items("check")
    assert queries.books() == queries.Books({"claims": 0, "revenue": -710, "agents": 1420, "refunds_due": -710}, ())
    surplus = found.payments[1].refund
    assert surplus is not None
    assert desk.take(desk.given_back(surplus.id, charge_id)) == "refund_done"
    assert desk.view(charge_id).state == "paid"
    assert queries.books() == queries.Books({"claims": 0, "revenue": -710, "agents": 710, "refunds_due": 0}, ())


def test_another_amount_is_kept_aside_and_told(till: Till) -> None:
    charge_id = desk.open_one(till)
    before = queries.books()
    assert desk.take(desk.paid(charge_id, 71)) == "other_amount"
    found = desk.record(charge_id)
    assert (found.view.state, found.payments) == ("due", ())
    assert items("check") == [("金額の違う入金の知らせがあります", "open")]
    assert queries.books() == before
    event = found.events[0]
    assert event.is_open
    actions.settle_event(actor=till.clerk, event_id=event.event_id, note="会社に確認し、取消しを受けた")
    assert items("check") == [("金額の違う入金の知らせがあります", "done")]
    assert not desk.record(charge_id).events[0].is_open


def test_money_for_nothing_we_know_is_kept_for_whoever_watches(till: Till) -> None:
    import uuid

    assert desk.take(desk.paid(uuid.uuid4())) == "unknown"
    assert queries.books() == queries.Books({}, ())
    with unit(till.clerk):
        assert queries.troubles(actor=till.clerk) == ()
    with unit(till.administrator):
        watcher = Actor(
            kind="staff", account_id=till.administrator.account_id, divisions=till.administrator.divisions,
            permissions=till.administrator.permissions | {"eng_payments.view"},
        )  # fmt: skip
    with unit(watcher):
        assert [t.event.outcome for t in queries.troubles(actor=watcher) if t.event] == ["unknown"]


def test_a_try_that_ended_lets_another_begin_and_paid_wins_over_cancelled(till: Till) -> None:
    charge_id = desk.open_one(till)
    assert desk.take(desk.ended(charge_id)) == "kept"
    assert desk.take(desk.paid(charge_id)) == "settled"
    assert desk.take(desk.ended(charge_id, "session.expired")) == "kept"
    assert desk.view(charge_id).state == "paid"


# -- cancelling ------------------------------------------------------------------------------------


def test_cancelling_what_is_unpaid_takes_it_out_of_books_and_inbox(till: Till, facts: list[object]) -> None:
    charge_id = desk.open_one(till, subject="case:1")
    actions.cancel_charge(actor=till.payer, subject="case:1", reason="取下げ")
    assert (desk.view(charge_id).state, desk.view(charge_id).reason) == ("cancelled", "取下げ")
    assert items("todo") == [("支払いをしてください", "done")]
    assert queries.books() == queries.Books({"claims": 0, "revenue": 0}, ())
    before = desk.snapshot()
    actions.cancel_charge(actor=till.payer, subject="case:1", reason="取下げ")
    assert desk.snapshot() == before
    assert facts == []
    trail = audit.events_of(table="eng_payments_charge", object_id=str(charge_id))
    assert [e.action for e in trail if e.action == "cancel"] == ["cancel"]


def test_cancelling_what_is_paid_begins_the_refund_once(till: Till, facts: list[object]) -> None:
    charge_id = desk.open_one(till, subject="case:1")
    desk.take(desk.paid(charge_id))
    for _ in range(2):
        actions.cancel_charge(actor=till.clerk, subject="case:1", reason="不承認")
    found = desk.record(charge_id)
    refund = found.payments[0].refund
    assert refund is not None
    assert (found.view.state, refund.state, refund.amount_yen) == ("refunding", "requested", 710)
    assert queries.books() == queries.Books({"claims": 0, "revenue": 0, "agents": 710, "refunds_due": -710}, ())
    assert desk.take(desk.given_back(refund.id, charge_id)) == "refund_done"
    assert desk.take(desk.given_back(refund.id, charge_id)) == "repeat"
    assert desk.view(charge_id).state == "refunded"
    assert facts[-1] == ChargeRefunded(subject="case:1", charge_id=charge_id, amount_yen=710)
    assert len(facts) == 2
    assert queries.books() == queries.Books({"claims": 0, "revenue": 0, "agents": 0, "refunds_due": 0}, ())
    assert mails() == ["payment.paid", "payment.refunding", "payment.refunded"]


def test_money_after_cancelling_goes_back_by_itself_and_the_office_is_told(till: Till, facts: list[object]) -> None:
    charge_id = desk.open_one(till, subject="case:1")
    actions.cancel_charge(actor=till.payer, subject="case:1", reason="取下げ")
    assert desk.take(desk.paid(charge_id)) == "late"
    found = desk.record(charge_id)
    assert (found.view.state, found.view.receipt_number) == ("refunding", "")
    assert items("check") == [("取り消した納付が支払われました(還付を始めました)", "open")]
    assert facts == []
    assert queries.books() == queries.Books({"claims": 0, "revenue": 0, "agents": 710, "refunds_due": -710}, ())
    refund = found.payments[0].refund
    assert refund is not None
    desk.take(desk.given_back(refund.id, charge_id))
    assert facts == [ChargeRefunded(subject="case:1", charge_id=charge_id, amount_yen=710)]
    assert queries.books_balance()


def test_a_refund_told_before_the_payment_is_kept_aside_and_the_payment_still_settles(till: Till) -> None:
    charge_id = desk.open_one(till)
    assert desk.take(desk.given_back(None, charge_id)) == "unknown"
    assert desk.view(charge_id).state == "due"
    assert items("check") == [("覚えのない還付の知らせがあります", "open")]
    assert desk.take(desk.paid(charge_id)) == "settled"
    assert queries.books_balance()


def test_a_refund_of_another_amount_is_kept_aside(till: Till) -> None:
    charge_id = desk.open_one(till)
    desk.take(desk.paid(charge_id))
    actions.refund_charge(actor=till.clerk, charge_id=charge_id, reason="誤り")
    refund = desk.record(charge_id).payments[0].refund
    assert refund is not None
    assert desk.take(desk.given_back(refund.id, charge_id, 700)) == "other_amount"
    assert desk.view(charge_id).state == "refunding"
    assert queries.books_balance()


def test_a_refund_that_fails_is_told_and_can_be_tried_again_or_paid_by_hand(till: Till) -> None:
    charge_id = desk.open_one(till)
    desk.take(desk.paid(charge_id))
    actions.refund_charge(actor=till.clerk, charge_id=charge_id, reason="誤り")
    refund = desk.record(charge_id).payments[0].refund
    assert refund is not None
    with pytest.raises(Conflict):
        actions.record_refund_by_hand(actor=till.clerk, charge_id=charge_id, refund_id=refund.id, slip="")
    assert desk.take(desk.given_back(refund.id, charge_id, kind="refund.failed")) == "refund_failed"
    assert items("check") == [("還付ができませんでした", "open")]
    actions.retry_refund(actor=till.clerk, charge_id=charge_id, refund_id=refund.id)
    with pytest.raises(Conflict):
        actions.retry_refund(actor=till.clerk, charge_id=charge_id, refund_id=refund.id)
    desk.take(desk.given_back(refund.id, charge_id, kind="refund.failed"))
    actions.record_refund_by_hand(actor=till.clerk, charge_id=charge_id, refund_id=refund.id, slip="戸-12")
    assert desk.view(charge_id).state == "refunded"
    assert items("check") == [("還付ができませんでした", "done")]
    assert queries.books_balance()


def test_the_firm_has_no_word_about_cash_that_goes_back_by_hand(till: Till) -> None:
    charge_id = desk.open_one(till)
    actions.record_counter_payment(actor=till.clerk, charge_id=charge_id, method="cash", slip="R-17")
    actions.refund_charge(actor=till.clerk, charge_id=charge_id, reason="誤り")
    refund = desk.record(charge_id).payments[0].refund
    assert refund is not None
    for kind in ("refund.done", "refund.failed"):
        assert desk.take(desk.given_back(refund.id, charge_id, kind=kind)) == "unknown"
    assert desk.record(charge_id).payments[0].refund == refund
    assert items("check").count(("覚えのない還付の知らせがあります", "open")) == 2


# -- counter ---------------------------------------------------------------------------------------


def test_cash_over_the_counter_settles_once_and_goes_back_by_hand(till: Till) -> None:
    charge_id = desk.open_one(till)
    for _ in range(2):
        actions.record_counter_payment(actor=till.clerk, charge_id=charge_id, method="cash", slip="R-17")
    assert desk.view(charge_id).state == "paid"
    assert queries.books() == queries.Books({"claims": 0, "revenue": -710, "cash": 710}, ())
    with pytest.raises(Conflict):
        actions.record_counter_payment(actor=till.clerk, charge_id=charge_id, method="cash", slip="R-18")
    actions.refund_charge(actor=till.clerk, charge_id=charge_id, reason="誤り")
    refund = desk.record(charge_id).payments[0].refund
    assert refund is not None
    assert (refund.by_firm, refund.state) == (False, "requested")
    assert items("check") == [("窓口で受け取ったお金を返してください", "open")]
    actions.record_refund_by_hand(actor=till.clerk, charge_id=charge_id, refund_id=refund.id, slip="")
    assert queries.books() == queries.Books({"claims": 0, "revenue": 0, "cash": 0, "refunds_due": 0}, ())


@pytest.mark.parametrize(
    ("who", "act", "refusal"),
    [
        ("reader", "collect", Forbidden), ("stranger", "collect", NotFound), ("payer", "collect", NotFound),
        ("administrator", "collect", NotFound), ("reader", "refund", Forbidden), ("stranger", "refund", NotFound),
        ("payer", "refund", NotFound), ("neighbour", "refund", NotFound), ("clerk", "unpaid refund", Conflict),
        ("clerk", "no reason", Invalid), ("clerk", "no slip", Invalid), ("clerk", "no method", Invalid),
        ("reader", "settle", NotFound), ("neighbour", "start", NotFound), ("stranger", "start", NotFound),
    ],
)  # fmt: skip
def test_what_is_refused_changes_nothing(till: Till, who: str, act: str, refusal: type[JichiError]) -> None:
    charge_id = desk.open_one(till)
    paid_id = desk.open_one(till)
    desk.take(desk.paid(paid_id))
    actor: Actor = getattr(till, who)
    before = desk.snapshot()
    acts: dict[str, Callable[[], object]] = {
        "collect": lambda: actions.record_counter_payment(actor=actor, charge_id=charge_id, method="cash", slip="1"),
        "refund": lambda: actions.refund_charge(actor=actor, charge_id=paid_id, reason="誤り"),
        "unpaid refund": lambda: actions.refund_charge(actor=actor, charge_id=charge_id, reason="誤り"),
        "no reason": lambda: actions.refund_charge(actor=actor, charge_id=paid_id, reason=" "),
        "no slip": lambda: actions.record_counter_payment(actor=actor, charge_id=charge_id, method="cash", slip=""),
        "no method": lambda: actions.record_counter_payment(
            actor=actor, charge_id=charge_id, method="gold", slip="1"  # type: ignore[arg-type] # the bad example
        ),
        "settle": lambda: actions.settle_event(actor=actor, event_id="evt_none", note="x"),
        "start": lambda: actions.start_checkout(actor=actor, charge_id=charge_id, language="ja"),
    }  # fmt: skip
    with pytest.raises(refusal):
        acts[act]()
    assert desk.snapshot() == before


# -- receipts and what the database keeps ----------------------------------------------------------


def test_receipts_are_counted_and_belong_to_the_payer(till: Till) -> None:
    charge_id = desk.open_one(till)
    with pytest.raises(NotFound):
        actions.note_printing(actor=till.payer, charge_id=charge_id)
    desk.take(desk.paid(charge_id))
    assert [actions.note_printing(actor=till.payer, charge_id=charge_id) for _ in range(3)] == [1, 2, 3]
    assert actions.note_printing(actor=till.reader, charge_id=charge_id) == 4
    for actor in (till.neighbour, till.stranger):
        with pytest.raises(NotFound):
            actions.note_printing(actor=actor, charge_id=charge_id)
    with unit(SYSTEM):
        assert Receipt.objects.get().prints == 4


def test_row_security_shows_a_charge_to_its_payer_and_its_division_alone(till: Till) -> None:
    charge_id = desk.open_one(till)
    seen = {}
    for name in ("payer", "neighbour", "clerk", "reader", "stranger", "administrator"):
        with unit(getattr(till, name)):
            seen[name] = Charge.objects.filter(pk=charge_id).exists()
            assert Charge.objects.update(reason="x") == 0
    assert seen == {
        "payer": True, "neighbour": False, "clerk": True, "reader": True, "stranger": False, "administrator": False,
    }  # fmt: skip
    with unit(SYSTEM):
        assert Refund.objects.count() == 0
