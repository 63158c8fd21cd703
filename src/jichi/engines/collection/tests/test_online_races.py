"""Two devices pay a bill at the same moment, on real commits: once with guards, twice without them, never lost."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connection

from conftest import TestDatabase, own_world
from jichi.engines.audit.context import unit
from jichi.engines.collection import actions, online, queries
from jichi.engines.collection.actions import NewReceipt
from jichi.engines.collection.actions import online as beginning
from jichi.engines.collection.models import OnlinePayment, Receipt
from jichi.engines.ledger import queries as ledger
from jichi.engines.payments import actions as payments
from jichi.kernel import clock
from jichi.kernel.errors import Conflict

from ..standing import known
from .test_online import HANA, Home, actor, books_agree, build, keys, left, owed, paid
from .town import SYSTEM

home = own_world(build)


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

    threads = [threading.Thread(target=run, args=(place, press)) for place, press in enumerate(presses)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return found


def counted() -> tuple[int, int]:
    """(tries to pay online, receipts)."""
    with unit(SYSTEM):
        return OnlinePayment.objects.count(), Receipt.objects.count()


def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both devices look whether the bill is being paid before either says that it is."""
    both = threading.Barrier(2)
    going = beginning._going

    def waits(*given: Any) -> UUID | None:
        found = going(*given)
        both.wait(20)
        return found

    monkeypatch.setattr(beginning, "known", lambda ids, **_given: known(ids))
    monkeypatch.setattr(beginning, "_going", waits)


def test_two_devices_choose_a_bill_at_once_and_it_is_one_try(home: Home) -> None:
    payer, bill = actor(home.payer), keys(5_000)
    found = at_once(*[lambda: online.begin(payer, HANA, bill)] * 4)
    assert len({str(one) for one in found}) == 1
    assert counted() == (1, 0)
    charge = UUID(str(found[0]))
    took = at_once(*[lambda: paid(charge, 5_000, payment="p1")] * 3)  # both devices press at the firm's one page
    assert sorted(map(str, took)) == ["repeat", "repeat", "settled"]
    assert (owed()[5_000], left(), counted()) == (0, [], (1, 1))
    books_agree()


def test_two_devices_choose_different_bills_at_once_and_share_one(home: Home) -> None:
    payer = actor(home.payer)
    found = at_once(
        lambda: online.begin(payer, HANA, keys(5_000)), lambda: online.begin(payer, HANA, keys(5_000, 6_000))
    )
    refused = [one for one in found if isinstance(one, Conflict)]
    assert [one.code for one in refused] == ["collection.being_paid"]
    assert counted() == (1, 0)


def test_without_lock_and_index_one_bill_is_paid_twice_and_the_second_waits_to_go_back(
    home: Home, own_db: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the guards are for. Even so nothing is lost: what is over is on the list of 未充当の収納 and goes back."""
    with psycopg.connect(own_db.super_url, autocommit=True) as owner:
        owner.execute("DROP INDEX collection_online_one_open")
    unlocked(monkeypatch)
    payer, bill = actor(home.payer), keys(5_000)
    first, second = (UUID(str(one)) for one in at_once(*[lambda: online.begin(payer, HANA, bill)] * 2))
    assert first != second
    assert at_once(lambda: paid(first, 5_000), lambda: paid(second, 5_000)) == ["settled", "settled"]
    assert (owed()[5_000], left(), counted()) == (0, [5_000], (2, 2))
    with unit(SYSTEM):
        assert ledger.balance(account="agents", on=date(2030, 1, 1)) == 10_000
    books_agree()


def test_without_the_lock_the_index_alone_keeps_the_second_out(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    unlocked(monkeypatch)
    payer, bill = actor(home.payer), keys(5_000)
    found = at_once(*[lambda: online.begin(payer, HANA, bill)] * 2)
    assert [type(one) for one in found if not isinstance(one, UUID)] == [IntegrityError]
    assert counted() == (1, 0)


@pytest.mark.parametrize("other", ["a page that was given up", "a store"])
def test_money_that_comes_twice_at_once_counts_once_and_the_other_goes_back(home: Home, other: str) -> None:
    """A page that was given up stays open at the firm on the other device; or somebody is at a till with the slip."""
    payer, bill = actor(home.payer), keys(5_000)
    charge = online.begin(payer, HANA, bill)
    if other == "a store":
        receipt = NewReceipt(
            dedupe_key="till", channel="store", key=bill[0], paid_on=clock.today(), amount_yen=5_000
        )  # fmt: skip
        found = at_once(lambda: paid(charge, 5_000), lambda: actions.record_receipts(actor=SYSTEM, receipts=[receipt]))
        assert found == ["settled", 1]
    else:
        assert payments.give_up(actor=payer, charge_id=charge)
        again = online.begin(payer, HANA, bill)
        assert at_once(lambda: paid(charge, 5_000), lambda: paid(again, 5_000)) == ["settled", "settled"]
    assert (owed()[5_000], left()) == (0, [5_000])
    with unit(SYSTEM):
        (over,) = queries.unallocated()
    name = uuid.uuid4().hex
    back = at_once(*[
        lambda: actions.decide_refund(
            actor=SYSTEM, receipt_id=over.receipt_id, amount_yen=5_000, decided_on=clock.today(), reason="mistaken",
            decision_ref="1", dedupe_key=name,
        )
    ] * 2)  # fmt: skip
    assert len(set(map(str, back))) == 1
    assert left() == []
    with unit(SYSTEM):
        assert [one.amount_yen for one in queries.refunds_waiting()] == [5_000]
        assert ledger.balance(account="refunds_due", on=clock.today() + timedelta(days=9)) == -5_000
    books_agree()
