"""Many at once, on real commits: a callback counts once, receipts have no gaps; without the guards neither holds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection

from conftest import TestDatabase
from jichi.engines.audit.context import unit
from jichi.engines.payments import actions, booking, queries, taking
from jichi.engines.payments.models import Charge, Payment, PaymentEvent, Receipt

from . import till as desk
from .till import SYSTEM, Till


def at_once(*presses: Callable[[], object]) -> list[object]:
    """All begin together, each on a connection of its own; what each answered or raised, in order."""
    gate = threading.Barrier(len(presses))
    found: list[object] = [None] * len(presses)

    def run(place: int, press: Callable[[], object]) -> None:
        gate.wait()
        try:
            found[place] = press()
        except BaseException as error:  # handed to the test
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i, press)) for i, press in enumerate(presses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def counted(model: Any) -> int:
    with unit(SYSTEM):
        return int(model.objects.count())


def test_the_same_callback_many_times_at_once_counts_once(real_till: Till) -> None:
    charge_id = desk.open_one(real_till)
    notice = desk.paid(charge_id)
    found = at_once(*[lambda: desk.take(notice)] * 8)
    assert sorted(map(str, found)) == ["repeat"] * 7 + ["settled"]
    assert (counted(Payment), counted(PaymentEvent), counted(Receipt)) == (1, 1, 1)
    assert queries.books_balance()


def test_without_lock_and_keys_the_same_callback_is_booked_twice(
    real_till: Till, own_db: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the guards are for: both read the same state before either writes."""
    charge_id = desk.open_one(real_till)
    with psycopg.connect(own_db.super_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE eng_payments_paymentevent DROP CONSTRAINT paymentevent_once")
        owner.execute("DROP INDEX payment_settles_once, payment_provider_once")
    both_have_judged = threading.Barrier(2)
    judge = taking._judge

    def unlocked(notice: Any) -> tuple[None, Charge | None]:
        return None, Charge.objects.filter(pk=notice.reference).first()

    def waits(*given: Any) -> Any:
        found = judge(*given)
        both_have_judged.wait(20)
        return found

    monkeypatch.setattr(taking, "_concerned", unlocked)
    monkeypatch.setattr(taking, "_judge", waits)
    notice = desk.paid(charge_id)
    found = at_once(lambda: desk.take(notice), lambda: desk.take(notice))
    assert found == ["settled", "settled"]
    assert (counted(Payment), counted(PaymentEvent), counted(Receipt)) == (2, 2, 2)
    assert not queries.books_balance()


def test_old_books_move_onto_the_ledger_once(real_till: Till, own_db: TestDatabase) -> None:
    """A charge as it stood before: its entries in the old table alone, brought over with their keys."""
    charge_id = desk.open_one(real_till)
    desk.take(desk.paid(charge_id))
    (payment,) = desk.record(charge_id).payments
    with psycopg.connect(own_db.super_url, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("DELETE FROM eng_ledger_entry")
        owner.execute("DELETE FROM eng_ledger_posting")
        owner.execute("DELETE FROM eng_ledger_daysum")
        owner.execute("SET session_replication_role = origin")
        owner.execute(
            "INSERT INTO eng_payments_ledgerentry (posting, charge_id, account, amount_yen, booked_on, booked_at) "
            "SELECT p, %s, a, y, (now() AT TIME ZONE 'Asia/Tokyo')::date, now() FROM (VALUES "
            "('charge:' || %s || ':opened', 'claims', 710), ('charge:' || %s || ':opened', 'revenue', -710), "
            "('payment:' || %s, 'firm', 710), ('payment:' || %s, 'claims', -710)) old(p, a, y)",
            (charge_id, str(charge_id), str(charge_id), str(payment.id), str(payment.id)),
        )
        assert not queries.books_balance()
        assert [owner.execute("SELECT payments_move_books(now())").fetchone() for _ in range(2)] == [(2,), (0,)]
    assert queries.books() == queries.Books({"claims": 0, "revenue": -710, "agents": 710}, ())
    moved = sorted(one.account for one in desk.record(charge_id).entries)
    assert moved == ["収納受託者への未収", "未収金", "未収金", "歳入"]


def test_without_the_lock_the_keys_alone_keep_the_second_out(real_till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    charge_id = desk.open_one(real_till)
    both_have_judged = threading.Barrier(2)
    judge = taking._judge

    def waits(*given: Any) -> Any:
        found = judge(*given)
        both_have_judged.wait(20)
        return found

    monkeypatch.setattr(taking, "_concerned", lambda n: (None, Charge.objects.filter(pk=n.reference).first()))
    monkeypatch.setattr(taking, "_judge", waits)
    notice = desk.paid(charge_id)
    found = at_once(lambda: desk.take(notice), lambda: desk.take(notice))
    assert sorted(map(str, found)) == ["repeat", "settled"]
    assert (counted(Payment), counted(PaymentEvent)) == (1, 1)
    assert queries.books_balance()


def test_fifty_payments_at_once_get_receipts_without_a_gap(real_till: Till) -> None:
    charges = [desk.open_one(real_till) for _ in range(50)]
    notices = [desk.paid(one, session=f"cs_{place}") for place, one in enumerate(charges)]
    found = at_once(*[lambda n=notice: desk.take(n) for notice in notices])
    assert found == ["settled"] * 50
    with unit(SYSTEM):
        assert sorted(Receipt.objects.values_list("serial", flat=True)) == list(range(1, 51))
    assert queries.books_balance()


def test_a_payment_that_fails_takes_no_receipt_number(real_till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = desk.open_one(real_till), desk.open_one(real_till)
    with monkeypatch.context() as broken:
        broken.setattr(booking, "tell_payer", lambda *_a, **_k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            desk.take(desk.paid(first))
    assert (desk.view(first).state, counted(PaymentEvent)) == ("due", 0)
    desk.take(desk.paid(second))
    assert desk.view(second).receipt_number.endswith("-000001")


def test_cancelling_and_paying_at_once_leaves_one_truth(real_till: Till) -> None:
    for _ in range(5):
        charge_id = desk.open_one(real_till)
        subject = desk.view(charge_id).subject
        notice = desk.paid(charge_id)
        found = at_once(
            lambda n=notice: desk.take(n),  # type: ignore[misc] # bound by default
            lambda s=subject: actions.cancel_charge(actor=real_till.payer, subject=s, reason="取下げ"),  # type: ignore[misc] # bound by default
        )
        assert found[0] in ("settled", "late")
        assert desk.view(charge_id).state == "refunding"
    assert queries.books_balance()


def test_a_callback_gives_way_to_a_room_that_holds_the_charge(real_till: Till) -> None:
    """A room above locks its own row, then the charge; a callback locks the charge, then waits for that row."""
    charge_id = desk.open_one(real_till)
    held, done = threading.Event(), threading.Event()

    def holds() -> object:
        with unit(SYSTEM):
            booking.lock_charge(charge_id)
            held.set()
            done.wait(1.2)
        return "held"

    def calls() -> object:
        held.wait(10)
        return desk.take(desk.paid(charge_id))

    assert at_once(holds, calls) == ["held", "settled"]
    assert queries.books_balance()
