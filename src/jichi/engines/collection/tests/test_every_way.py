"""Store files, callbacks, counter, account transfer, refunds and cancellations: any order and repetition, one end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries as logins
from jichi.engines.audit.context import Actor, unit
from jichi.engines.bankfiles import actions as bankfiles
from jichi.engines.bankfiles import rules, transfers
from jichi.engines.bankfiles.tests import desk as bank
from jichi.engines.bankfiles.tests.desk import Desk, asked
from jichi.engines.bankfiles.tests.made import DEBIT, HEADER, barcode, report, reports
from jichi.engines.collection import actions, online, queries
from jichi.engines.collection.actions import NewAssessment, NewReceipt
from jichi.engines.collection.models import Instalment, Receipt
from jichi.engines.files import queries as files
from jichi.engines.ledger import queries as ledger
from jichi.engines.payments import actions as payments
from jichi.engines.payments import queries as charges
from jichi.engines.payments.rules import Notice
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Invalid

from .town import SYSTEM

pytestmark = pytest.mark.django_db
PAYER = "900000000000041"
NOW = datetime(2026, 11, 21, 12, tzinfo=clock.TOKYO)
DEBITED = date(2026, 11, 30)
END = date(2028, 1, 1)


@dataclass(frozen=True)
class World:
    """Who takes files in; the payer's login; keys of the bills of 5,000 and 8,000 yen; what was begun for them."""

    bank: Desk
    payer: Actor
    keys: tuple[str, str]
    charge: UUID
    result: bytes


def build() -> World:
    """Two bills; the first is being paid online, the second is asked for at a bank."""
    with clock.standing_at(NOW):
        desk = bank.build()
        terms = {name: value for name, value in HEADER.items() if name != "mmdd"}
        bankfiles.set_partner(
            actor=SYSTEM, code="bank", kind="bank", title="銀行", terms={**terms, "layout": "zengin-91"}
        )
        division = accounts.create_division(actor=SYSTEM, code="EVERY", names={"ja": "課"}).pk
        actions.set_levy_kind(actor=SYSTEM, code="fee", title="料", division_id=division, nature="fee",
                              is_charged_late=False, takes_unknown=True)  # fmt: skip
        actions.open_assessments(actor=SYSTEM, assessments=[NewAssessment(
            dedupe_key="every", kind="fee", levy_year=2026, fiscal_year=2026, assessed_on=date(2026, 11, 1),
            decision_ref="1", lines=(("fee", "料", 13_000),), payer_no=PAYER, term="1",
            instalments=((DEBITED, 5_000), (DEBITED, 8_000)),
        )])  # fmt: skip
        login = accounts.create_resident_account(actor=SYSTEM, email="every@example.jp", name="花子")
        accounts.link_person(actor=SYSTEM, account_id=login.pk, addressee_no=PAYER, how="sample")
        signed = logins.signed_in(account_id=login.pk)
        assert signed is not None
        with unit(SYSTEM):
            first, second = Instalment.objects.order_by("number").values_list("key", flat=True)
        payer = signed.actor("", "test")
        return World(desk, payer, (first, second), online.begin(payer, PAYER, [first]), _result(desk, second))


def _result(desk: Desk, key: str) -> bytes:
    """The bank's answer to a request for the second bill."""
    payee = rules.Payer(customer_no=key.rjust(20, "0"), bank="0001", branch="001", type="1", account="0000001",
                        holder="ミホン", amount=8_000)  # fmt: skip
    request = transfers.make_request(actor=desk.clerk, partner="bank", run="r", day=DEBITED, payers=[payee])
    ((stored,),) = asked("SELECT stored_id FROM eng_bankfiles_transferrequest WHERE id = %s", request)
    with unit(SYSTEM), files.open_file(stored) as found:
        rows = rules.read_file(found.read(), DEBIT).data.tuples()
    return rules.write_file(DEBIT, {**HEADER, "mmdd": f"{DEBITED:%m%d}"}, rows, results=True).data


world = shared_world(build)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with clock.standing_at(NOW):
        yield


def _store(kind: str, at: int, *, shop: str = "0110002", day: str = "20261118") -> Callable[[World], object]:
    """A report of one kind about a slip of the first or second bill (2: nobody's)."""

    def take(world: World) -> object:
        code = barcode(4711, 500) if at == 2 else barcode(int(world.keys[at] + "00"), (5_000, 8_000)[at])
        return world.bank.take(reports(report(kind, code, shop=shop, day=day)))

    return take


def _counter(name: str, at: int, day: date) -> Callable[[World], object]:
    """Money at the counter for the first or second bill."""

    def record(world: World) -> object:
        return actions.record_receipts(actor=SYSTEM, receipts=[NewReceipt(
            dedupe_key=name, channel="counter", key=world.keys[at], paid_on=day, amount_yen=5_000, purse="cash",
        )])  # fmt: skip

    return record


def _callback(world: World) -> object:
    return payments.take_notice(actor=Actor(), raw="{}", notice=Notice(
        event_id="e1", kind="session.paid", session_ref=f"cs-{world.charge}", reference=world.charge,
        amount_yen=5_000, payment_ref="p1", method="card", accepted_at=datetime(2026, 11, 20, 9, tzinfo=clock.TOKYO),
    ))  # fmt: skip


def _refund(world: World) -> object:
    """What was paid online goes back, as soon as it is left over."""
    receipt = Receipt.objects.filter(channel="online").first()
    if receipt is None:
        raise Conflict("not.yet")
    return actions.decide_refund(
        actor=SYSTEM, receipt_id=receipt.pk, amount_yen=5_000, reason="mistaken", decided_on=date(2026, 11, 21),
        decision_ref="1", dedupe_key="refund",
    )  # fmt: skip


def _reverse(world: World) -> object:
    """What was recorded at the counter by mistake is taken back."""
    receipt = Receipt.objects.filter(dedupe_key="m").first()
    if receipt is None:
        raise Conflict("not.yet")
    return actions.reverse_receipt(actor=SYSTEM, receipt_id=receipt.pk, reason="誤り", decision_ref="1")


STEPS: dict[str, Callable[[World], object]] = {
    "notice": _store("01", 0), "store": _store("02", 0), "second shop": _store("02", 1, shop="0220003"),
    "second shop again": _store("02", 1, shop="0330004", day="20261119"), "cancelled": _store("03", 0),
    "unknown": _store("02", 2), "counter": _counter("c", 0, date(2026, 11, 19)),
    "mistaken": _counter("m", 1, date(2026, 11, 17)), "callback": _callback,
    "give up": lambda world: payments.give_up(actor=world.payer, charge_id=world.charge),
    "result": lambda world: world.bank.take(world.result, "bank", "results"), "refund": _refund, "reverse": _reverse,
}  # fmt: skip


def done(world: World, order: list[str]) -> None:
    """Each step in this order; what is refused for now is tried again when the others are through."""
    waiting = order
    for _ in range(3):
        refused = []
        for name in waiting:
            try:
                with unit(SYSTEM):
                    STEPS[name](world)
            except (Conflict, Invalid):
                refused.append(name)
            with unit(SYSTEM):
                assert sum(ledger.balances(on=END).values()) == 0, name
        waiting = refused


def end(world: World) -> tuple[object, ...]:
    """Balances by account and by bill, what is left over of which payment, the work list."""
    assert (queries.wrong(), ledger.wrong(), charges.books().wrong) == ((), (), ())
    with unit(SYSTEM):
        names = {row.pk: (row.channel, row.paid_on) for row in Receipt.objects.all()}
        left = sorted((names[row.receipt_id], row.left_yen) for row in queries.unallocated())
        totals = {account: yen for account, yen in ledger.balances(on=END).items() if yen}
        return totals, ledger.item_balances(items=world.keys), left, world.bank.entries()


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(STEPS)), min_size=3, max_size=9, unique=True), st.data())
def test_every_way_to_pay_ends_alike(db: None, world: World, steps: list[str], data: st.DataObject) -> None:
    found = []
    for order in (data.draw(st.permutations(steps)), data.draw(st.permutations([*steps, *steps]))):
        with transaction.atomic():
            done(world, order)
            found.append(end(world))
            transaction.set_rollback(True)
    assert found[0] == found[1]
