"""With the stand-in payment firm over real HTTP: callbacks in every order, lost, forged; the firm away for a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from jichi.engines.audit.context import unit
from jichi.engines.payments import actions, asking, backends, queries
from jichi.engines.payments.models import Checkout, Refund
from jichi.engines.payments.pump import pump
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Unavailable

from . import till as desk
from .firm import Address, FirmProcess, until
from .till import Till


def opened(till: Till) -> tuple[UUID, str]:
    """A charge and the page on which it can be paid."""
    charge_id = desk.open_one(till)
    return charge_id, actions.start_checkout(actor=till.payer, charge_id=charge_id, language="ja").url


def is_paid(charge_id: UUID) -> bool:
    return desk.view(charge_id).state == "paid"


def outcomes() -> list[str]:
    return [outcome for _kind, outcome in desk.events()]


def test_a_payment_from_the_page_to_the_refund(real_till: Till, firm: FirmProcess, address: Address) -> None:
    charge_id, url = opened(real_till)
    assert actions.start_checkout(actor=real_till.payer, charge_id=charge_id, language="ja").url == url
    session = firm.state()["sessions"][0]
    assert (session["amount"], session["title"], session["reference"]) == (710, desk.TITLE["ja"], str(charge_id))
    assert session["return_url"] == f"{address.origin}/pay/{charge_id}/return/"
    firm.act(url, "pay", "code")
    until(lambda: is_paid(charge_id), "the callback did not settle it")
    found = desk.record(charge_id)
    assert found.settling is not None
    assert (found.settling.method, found.checkouts[0].state) == ("code", "paid")
    with pytest.raises(Conflict):
        actions.start_checkout(actor=real_till.payer, charge_id=charge_id, language="ja")
    actions.refund_charge(actor=real_till.clerk, charge_id=charge_id, reason="誤り")
    assert pump() == 1
    assert desk.view(charge_id).state == "refunded"
    assert [r["status"] for r in firm.state()["refunds"]] == ["done"]
    # The callback about the refund comes as well and finds it done.
    until(lambda: len(outcomes()) == 2 and not firm.state()["callbacks"], "the refund's callback did not come")
    assert outcomes() == ["settled", "repeat"]
    assert queries.books_balance()


@pytest.mark.parametrize(
    ("fault", "told"),
    [("", ["settled"]), ("twice", ["settled"]), ("before", ["settled"]), ("late", ["settled"])],
)
@pytest.mark.usefixtures("address")
def test_callbacks_late_twice_and_before_the_redirect(
    real_till: Till, firm: FirmProcess, fault: str, told: list[str]
) -> None:
    charge_id, url = opened(real_till)
    firm.fault(fault, seconds=1)
    firm.act(url, "pay")
    if fault == "before":
        assert is_paid(charge_id)  # it was there before the page answered
    until(lambda: is_paid(charge_id) and not firm.state()["callbacks"], "the callback did not settle it")
    assert outcomes() == told
    assert queries.books_balance()


@pytest.mark.usefixtures("address")
def test_a_lost_callback_is_found_by_asking(real_till: Till, firm: FirmProcess) -> None:
    charge_id, url = opened(real_till)
    firm.fault("lost")
    firm.act(url, "pay")
    assert asking.sweep() == 0  # not yet: the callback has its half minute
    actions.note_return(actor=real_till.payer, charge_id=charge_id)
    assert asking.sweep() == 1
    assert is_paid(charge_id)
    assert asking.sweep() == 0
    assert outcomes() == ["settled"]


@pytest.mark.usefixtures("address")
def test_answers_and_callbacks_about_the_same_payment_count_once(real_till: Till, firm: FirmProcess) -> None:
    charge_id, url = opened(real_till)
    firm.fault("late", seconds=2)
    firm.act(url, "pay")
    actions.note_return(actor=real_till.payer, charge_id=charge_id)
    asking.sweep()
    assert is_paid(charge_id)
    until(lambda: not firm.state()["callbacks"], "the late callback did not come")
    assert outcomes() == ["settled", "repeat"]
    assert len(desk.record(charge_id).payments) == 1


@pytest.mark.usefixtures("address")
def test_a_forged_callback_changes_nothing(real_till: Till, firm: FirmProcess) -> None:
    charge_id, url = opened(real_till)
    before = desk.snapshot()
    firm.fault("forged")
    firm.act(url, "pay")
    until(lambda: not firm.state()["callbacks"], "the forged callback was not sent")
    assert desk.snapshot() == before
    actions.note_return(actor=real_till.payer, charge_id=charge_id)
    asking.sweep()
    assert is_paid(charge_id)


@pytest.mark.usefixtures("address")
def test_another_amount_settles_nothing_and_lets_nobody_pay_twice(real_till: Till, firm: FirmProcess) -> None:
    charge_id, url = opened(real_till)
    firm.fault("amount")
    firm.act(url, "pay")
    until(lambda: outcomes() == ["other_amount"], "the callback did not come")
    assert desk.view(charge_id).state == "due"
    with pytest.raises(Conflict) as refused:
        actions.start_checkout(actor=real_till.payer, charge_id=charge_id, language="ja")
    assert refused.value.code == "payment.checking"
    event = desk.record(charge_id).events[0]
    actions.settle_event(actor=real_till.clerk, event_id=event.event_id, note="会社が取り消した")
    firm.fault("")
    again = actions.start_checkout(actor=real_till.payer, charge_id=charge_id, language="ja").url
    assert again != url
    firm.act(again, "pay")
    until(lambda: is_paid(charge_id), "the second try did not settle it")


@pytest.mark.usefixtures("address")
def test_money_after_withdrawal_goes_back_by_itself(real_till: Till, firm: FirmProcess) -> None:
    charge_id, url = opened(real_till)
    firm.act(url, "pay")
    actions.cancel_charge(actor=real_till.payer, subject=desk.view(charge_id).subject, reason="取下げ")
    until(lambda: desk.view(charge_id).state == "refunding", "the late payment did not come or was not returned")
    assert pump() == 1
    assert desk.view(charge_id).state == "refunded"
    assert queries.books_balance()


@pytest.mark.usefixtures("address")
def test_the_page_of_a_cancelled_charge_is_closed(real_till: Till, firm: FirmProcess) -> None:
    charge_id, url = opened(real_till)
    actions.cancel_charge(actor=real_till.payer, subject=desk.view(charge_id).subject, reason="取下げ")
    assert asking.sweep() == 1
    assert firm.state()["sessions"][0]["status"] == "expired"
    firm.act(url, "pay")  # too late: the page says that it is over
    assert desk.record(charge_id).checkouts[0].state == "expired"


@pytest.mark.usefixtures("address")
def test_refund_told_before_the_payment(real_till: Till, firm: FirmProcess) -> None:
    """The paid callback is held back; we learn by asking, give the money back, and it comes last."""
    charge_id, url = opened(real_till)
    firm.fault("order", times=1)
    firm.act(url, "pay")
    actions.note_return(actor=real_till.payer, charge_id=charge_id)
    asking.sweep()
    actions.refund_charge(actor=real_till.clerk, charge_id=charge_id, reason="誤り")
    firm.fault("refund_drop", times=1)
    pump()
    refund = desk.record(charge_id).payments[0].refund
    assert refund is not None
    until(lambda: not firm.state()["callbacks"], "callbacks wait")
    # What the broken line left doubtful the callback made certain; the late "paid" changed nothing.
    assert desk.view(charge_id).state == "refunded"
    assert outcomes() == ["settled", "refund_done", "repeat"]
    assert queries.books_balance()


@pytest.mark.usefixtures("address")
def test_a_failed_or_cancelled_try_can_be_followed_by_another(real_till: Till, firm: FirmProcess) -> None:
    charge_id, first = opened(real_till)
    firm.act(first, "fail")
    until(lambda: outcomes() == ["ended"], "no callback")
    second = actions.start_checkout(actor=real_till.payer, charge_id=charge_id, language="en").url
    firm.fault("lost")
    firm.act(second, "cancel")
    actions.note_return(actor=real_till.payer, charge_id=charge_id)
    third = actions.start_checkout(actor=real_till.payer, charge_id=charge_id, language="en").url
    assert len({first, second, third}) == 3
    assert [one.state for one in desk.record(charge_id).checkouts] == ["open", "cancelled", "failed"]
    assert firm.state()["sessions"][0]["title"] == desk.TITLE["en"]


def test_the_page_of_a_try_that_was_never_written_down_is_used_or_replaced(
    real_till: Till, firm: FirmProcess, address: Address
) -> None:
    """A process died between the firm's answer and our row: the key finds the page again, or a new one."""
    charge_id, soon_over = desk.open_one(real_till), desk.open_one(real_till)

    def died(charge: UUID, lives: timedelta) -> str:
        return backends.firm().open_session(
            key=f"{charge}:1", charge_id=charge, amount_yen=710, title="x", language="ja", return_url=address.origin,
            callback_url=f"{address.origin}/api/pay/callback/", expires_at=clock.now() + lives,
        ).url  # fmt: skip

    alive, over = died(charge_id, timedelta(minutes=30)), died(soon_over, timedelta(seconds=-1))
    assert actions.start_checkout(actor=real_till.payer, charge_id=charge_id, language="ja").url == alive
    fresh = actions.start_checkout(actor=real_till.payer, charge_id=soon_over, language="ja").url
    assert fresh != over
    assert [one.state for one in desk.record(soon_over).checkouts] == ["open", "expired"]
    assert actions.start_checkout(actor=real_till.payer, charge_id=soon_over, language="ja").url == fresh
    firm.act(fresh, "pay")
    until(lambda: is_paid(soon_over), "no callback")


@pytest.mark.usefixtures("address")
def test_paying_at_a_store_later(real_till: Till, firm: FirmProcess) -> None:
    charge_id, url = opened(real_till)
    assert firm.act(url, "pay", "store")["status"] == "pending"
    actions.note_return(actor=real_till.payer, charge_id=charge_id)
    assert actions.start_checkout(actor=real_till.payer, charge_id=charge_id, language="ja").url == url
    assert "コンビニで支払ったことにする" in firm.ask("GET", f"/pay/{firm.session(url)}")[1]
    firm.act(url, "store_paid")
    until(lambda: is_paid(charge_id), "no callback")
    found = desk.record(charge_id).settling
    assert found is not None
    assert found.method == "store"


@pytest.mark.usefixtures("address")
def test_the_firm_down_for_a_day(real_till: Till, firm: FirmProcess) -> None:
    charge_id, url = opened(real_till)
    paid_id, paid_url = opened(real_till)
    firm.act(paid_url, "pay")
    until(lambda: is_paid(paid_id), "no callback")
    firm.fault("down")
    actions.refund_charge(actor=real_till.clerk, charge_id=paid_id, reason="誤り")
    actions.note_return(actor=real_till.payer, charge_id=charge_id)
    began = clock.now()
    for hours in range(25):
        with clock.standing_at(began + timedelta(hours=hours)):
            pump()
            asking.sweep()
    with pytest.raises(Conflict):  # nobody pays twice while the result is not known
        actions.start_checkout(actor=real_till.payer, charge_id=charge_id, language="ja")
    with pytest.raises(Unavailable) as refused:
        actions.start_checkout(actor=real_till.payer, charge_id=desk.open_one(real_till), language="ja")
    assert refused.value.code == "payment.away"
    refund = desk.record(paid_id).payments[0].refund
    assert refund is not None
    assert (refund.state, desk.view(charge_id).state) == ("requested", "due")
    firm.stop(kill=True)  # its memory is on disk
    firm.start()
    firm.fault("")
    due_now()  # it would be tomorrow; the firm's clock is not ours to set
    assert pump() == 1
    assert desk.view(paid_id).state == "refunded"
    asking.sweep()
    assert actions.start_checkout(actor=real_till.payer, charge_id=charge_id, language="ja").url == url
    assert queries.books_balance()


def due_now() -> None:
    """What waits for its next try is tried now."""
    with unit(desk.SYSTEM):
        Refund.objects.exclude(next_attempt_at=None).update(next_attempt_at=clock.now())
        Checkout.objects.exclude(next_look_at=None).update(next_look_at=clock.now())


@pytest.mark.django_db
def test_without_a_firm_nobody_pays_online_and_it_is_said(settings: Any) -> None:
    settings.JICHI_PEERS = {}
    till = desk.build()
    charge_id = desk.open_one(till)
    before = desk.snapshot()
    with pytest.raises(Unavailable) as refused:
        actions.start_checkout(actor=till.payer, charge_id=charge_id, language="ja")
    assert refused.value.code == "payment.off"
    assert desk.snapshot() == before
    assert asking.sweep() == 0
    found = {finding.what: finding for finding in queries.findings()}
    assert found["payment firm"].state == "missing"
    assert "secrets/peers.json" in found["payment firm"].mend
    assert found["payment books"].state == "ok"


@pytest.mark.django_db
def test_doctor_says_how_the_firm_answers(firm: FirmProcess, settings: Any) -> None:
    def said() -> str:
        return next(one.state for one in queries.findings() if one.what == "payment firm")

    assert said() == "ok"
    settings.JICHI_PEERS = {"payments": {**firm.peer, "secret": "another"}}
    assert said() == "wrong"
    firm.stop()
    assert said() == "wrong"
