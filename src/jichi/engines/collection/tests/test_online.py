"""Bills paid online: chosen together, carried by one charge, booked once, whatever comes in which order."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries as logins
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.bankfiles import actions as bankfiles
from jichi.engines.collection import actions, online, queries
from jichi.engines.collection.actions import ChosenBill, NewAssessment, NewReceipt
from jichi.engines.collection.models import LevyKind, OnlinePart, Receipt
from jichi.engines.ledger import queries as ledger
from jichi.engines.payments import actions as payments
from jichi.engines.payments import queries as charges
from jichi.engines.payments.rules import Notice
from jichi.engines.registry.tests.people import address_line, fill, measure, resident_line
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, NotFound

from .town import SYSTEM

pytestmark = pytest.mark.django_db
HANA, TARO = "900000000000031", "900000000000032"


@dataclass(frozen=True)
class Home:
    """Logins of the payer and of a neighbour."""

    payer: UUID
    neighbour: UUID


def build() -> Home:
    """Two divisions that levy; the payer owes 5,000 and 6,000 yen to one, 7,000 to the other."""
    today = clock.today()
    for code, kind in (("ON-A", "on-fee"), ("ON-B", "on-other")):
        division = accounts.create_division(actor=SYSTEM, code=code, names={"ja": f"課{code}", "en": code}).pk
        actions.set_levy_kind(
            actor=SYSTEM, code=kind, title=f"見本料{code}", division_id=division, nature="fee", is_charged_late=False,
            takes_unknown=code == "ON-A", titles={"en": "Sample fee"},
        )  # fmt: skip
    for name, kind, parts in (("a", "on-fee", (5_000, 6_000)), ("b", "on-other", (7_000,))):
        actions.open_assessments(actor=SYSTEM, assessments=[NewAssessment(
            dedupe_key=f"on-{name}", kind=kind, levy_year=2026, fiscal_year=2026, assessed_on=today, decision_ref="1",
            lines=(("fee", "料", sum(parts)),), payer_no=HANA, term=f"{name}期",
            instalments=tuple((today + timedelta(days=10 + at), yen) for at, yen in enumerate(parts)),
        )])  # fmt: skip
    ids = []
    for number in (HANA, TARO):
        login = accounts.create_resident_account(actor=SYSTEM, email=f"{number}@example.jp", name=number)
        accounts.link_person(actor=SYSTEM, account_id=login.pk, addressee_no=number, how="sample")
        ids.append(login.pk)
    return Home(*ids)


home = shared_world(build)


def actor(login: UUID) -> Actor:
    found = logins.signed_in(account_id=login)
    assert found is not None
    return found.actor("", "test")


def bills() -> list[queries.Bill]:
    with unit(SYSTEM):
        return queries.bills_of_payer(payer_no=HANA, today=clock.today())


def keys(*yen: int) -> list[str]:
    return [bill.view.key for bill in bills() if bill.view.tax in yen]


def paid(charge_id: UUID, amount: int, *, payment: str = "", at: datetime | None = None) -> str:
    """The firm says that money came."""
    name = payment or uuid.uuid4().hex
    return payments.take_notice(actor=Actor(), raw="{}", notice=Notice(
        event_id=uuid.uuid4().hex, kind="session.paid", session_ref=f"cs-{charge_id}", reference=charge_id,
        amount_yen=amount, payment_ref=name, method="card", accepted_at=at or clock.now(),
    ))  # fmt: skip


def owed() -> dict[int, int]:
    """Tax of each bill → what is still owed of it."""
    return {bill.view.tax: bill.view.owed for bill in bills()}


def left() -> list[int]:
    with unit(SYSTEM):
        return sorted(one.left_yen for one in queries.unallocated())


def books_agree() -> None:
    assert queries.wrong() == ()
    assert ledger.wrong() == ()
    assert charges.books().wrong == ()
    with unit(SYSTEM):
        assert sum(ledger.balances(on=date(2030, 1, 1)).values()) == 0


def test_several_are_paid_with_one_charge_and_counted_each(home: Home) -> None:
    payer = actor(home.payer)
    charge_id = online.begin(payer, HANA, keys(5_000, 6_000))
    assert online.begin(payer, HANA, keys(5_000, 6_000)) == charge_id
    with unit(SYSTEM):
        found = charges.charge(charge_id)
    assert (found.total_yen, found.is_carried, len(found.lines)) == (11_000, True, 2)
    day = clock.now() - timedelta(days=1)
    assert paid(charge_id, 11_000, payment="p", at=day) == "settled"
    assert paid(charge_id, 11_000, payment="p") == "repeat"
    assert owed() == {5_000: 0, 6_000: 0, 7_000: 7_000}
    with unit(SYSTEM):
        rows = list(Receipt.objects.order_by("amount_yen").values_list("amount_yen", "channel", "purse", "paid_on"))
        assert charges.charge(charge_id).receipt_number != ""
        balances = ledger.balances(on=date(2030, 1, 1))
    on = day.astimezone(clock.TOKYO).date()
    assert rows == [(5_000, "online", "agents", on), (6_000, "online", "agents", on)]
    assert {name: balances.get(name, 0) for name in ("agents", "claims", "unallocated")} == {
        "agents": 11_000, "claims": 7_000, "unallocated": 0,
    }  # fmt: skip
    books_agree()


def test_while_it_is_paid_no_second_try_is_begun(home: Home) -> None:
    payer = actor(home.payer)
    charge_id = online.begin(payer, HANA, keys(5_000))
    with pytest.raises(Conflict) as refused:
        online.begin(payer, HANA, keys(5_000, 6_000))
    assert refused.value.code == "collection.being_paid"
    with unit(SYSTEM):
        assert OnlinePart.objects.filter(is_open=True).count() == 1
    assert payments.give_up(actor=payer, charge_id=charge_id)
    again = online.begin(payer, HANA, keys(5_000, 6_000))
    assert again != charge_id
    # Paid all the same on the page that was given up: it counts, and what is paid with the second is left over.
    assert paid(charge_id, 5_000) == "settled"
    assert owed()[5_000] == 0
    assert paid(again, 11_000) == "settled"
    assert left() == [5_000]
    books_agree()


@pytest.mark.parametrize(
    ("yen", "outcome", "open_yen"), [(4_999, "other_amount", 5_000), (5_001, "other_amount", 5_000)]
)
def test_another_amount_is_kept_aside(home: Home, yen: int, outcome: str, open_yen: int) -> None:
    charge_id = online.begin(actor(home.payer), HANA, keys(5_000))
    assert paid(charge_id, yen) == outcome
    assert owed()[5_000] == open_yen
    assert left() == []
    books_agree()


def test_paid_at_a_store_meanwhile_it_is_left_over_and_given_back(home: Home) -> None:
    charge_id = online.begin(actor(home.payer), HANA, keys(5_000))
    actions.record_receipts(actor=SYSTEM, receipts=[NewReceipt(
        dedupe_key="store", channel="store", key=keys(5_000)[0], paid_on=clock.today() - timedelta(days=1),
        amount_yen=5_000,
    )])  # fmt: skip
    assert paid(charge_id, 5_000) == "settled"
    assert (owed()[5_000], left()) == (0, [5_000])
    with unit(SYSTEM):
        (over,) = queries.unallocated()
    actions.decide_refund(
        actor=SYSTEM, receipt_id=over.receipt_id, amount_yen=5_000, reason="mistaken", decided_on=clock.today(),
        decision_ref="1", dedupe_key="back",
    )  # fmt: skip
    books_agree()


def test_what_is_not_ones_own_or_changed_meanwhile_is_refused(home: Home) -> None:
    payer, neighbour = actor(home.payer), actor(home.neighbour)
    with pytest.raises(NotFound):
        online.begin(neighbour, TARO, keys(5_000))
    with pytest.raises(Conflict) as several:
        online.begin(payer, HANA, keys(5_000, 7_000))
    assert several.value.code == "collection.other_office"
    view = next(bill.view for bill in bills() if bill.view.tax == 5_000)
    with pytest.raises(Conflict) as changed:
        actions.begin_online(actor=payer, payer_no=HANA, bills=[ChosenBill(view.id, {"ja": "料"}, 4_000)])
    assert changed.value.code == "collection.changed"
    with pytest.raises(Forbidden):
        actions.begin_online(actor=SYSTEM, payer_no=HANA, bills=[ChosenBill(view.id, {"ja": "料"}, 5_000)])
    with unit(SYSTEM):
        assert OnlinePart.objects.count() == 0


def test_the_pages_lead_from_the_bill_to_the_charge(home: Home) -> None:
    payer, neighbour = browser(home.payer), browser(home.neighbour)
    assert "/bills/pay/" in payer.get("/pay/").content.decode()
    page = payer.get("/bills/pay/").content.decode()
    assert page.count('name="bills-') == 3
    assert "&lt;span" not in page
    assert "別々に" in page
    assert keys(5_000)[0] not in neighbour.get("/bills/pay/").content.decode()
    office = str(bills()[0].division_id)
    assert payer.post("/bills/pay/", {"office": office}).status_code == 422
    assert neighbour.post("/bills/pay/", {"office": office, f"bills-{office}": keys(5_000)}).status_code == 404
    answer = payer.post("/bills/pay/", {"office": office, f"bills-{office}": keys(5_000)})
    assert answer.status_code == 302
    charge = payer.get(answer["Location"]).content.decode()
    for part in ("5,000円", keys(5_000)[0], "この支払いをやめる"):
        assert part in charge
    assert answer["Location"] in payer.get(f"/bills/{keys(5_000)[0]}/").content.decode()
    given_up = payer.post(f"{answer['Location']}give-up/")
    assert (given_up.status_code, given_up["Location"]) == (302, "/pay/")
    assert page.count('name="bills-') == payer.get("/bills/pay/").content.decode().count('name="bills-')


def test_others_of_the_household_pay_where_the_kind_allows_it(home: Home) -> None:
    lines = [resident_line(number, household_no="H1") for number in (HANA, TARO)]
    fill(lines, [address_line(number, household_no="H1") for number in (HANA, TARO)])
    neighbour = actor(home.neighbour)
    assert online.payable(neighbour, TARO) == []
    with unit(SYSTEM):
        LevyKind.objects.filter(code="on-fee").update(household_pays=True)
    assert [(one.bill.view.tax, one.of_other) for one in online.payable(neighbour, TARO)] == [
        (5_000, True), (6_000, True),
    ]  # fmt: skip
    looks = [event for event in audit.events_about(subject=HANA) if event.action == "look"]
    assert len(looks) == 1
    assert paid(online.begin(neighbour, TARO, keys(5_000)), 5_000) == "settled"
    assert owed()[5_000] == 0
    fill(lines, [address_line(number, household_no="H1") for number in (HANA, TARO)], measure(HANA))
    assert online.payable(neighbour, TARO) == []


STEPS = st.lists(
    st.sampled_from(["first", "first", "second", "store", "end", "give up", "choose"]), min_size=2, max_size=7
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_order_loses_or_makes_money(db: None, home: Home, steps: list[str]) -> None:
    """Callbacks once and again, an end, a store between them: what came is what counts and what is left over."""
    with transaction.atomic():
        payer, key = actor(home.payer), keys(5_000)[0]
        charge_id = online.begin(payer, HANA, [key])
        came = 0
        for step in steps:
            if step == "first":
                came += 5_000 * (paid(charge_id, 5_000, payment="p1") in ("settled", "again"))
            elif step == "second":
                came += 5_000 * (paid(charge_id, 5_000, payment="p2") in ("settled", "again"))
            elif step == "store":
                came += 5_000 * actions.record_receipts(actor=SYSTEM, receipts=[NewReceipt(
                    dedupe_key="s", channel="store", key=key, paid_on=clock.today(), amount_yen=5_000,
                )])  # fmt: skip
            elif step == "give up":
                with unit(SYSTEM):
                    is_due = charges.charge(charge_id).state == "due"
                assert payments.give_up(actor=payer, charge_id=charge_id) is is_due or not is_due
            elif step == "choose" and owed()[5_000]:
                online.begin(payer, HANA, [key])
        assert owed()[5_000] == (0 if came else 5_000)
        assert sum(left()) == max(0, came - 5_000)
        books_agree()
        transaction.set_rollback(True)


def test_a_settlement_clears_online_money_bill_by_bill_in_its_year(home: Home) -> None:
    """Bills of two fiscal years paid with one charge: the firm's one line clears each in its own books."""
    actions.open_assessments(actor=SYSTEM, assessments=[NewAssessment(
        dedupe_key="on-next", kind="on-fee", levy_year=2027, fiscal_year=2027, assessed_on=clock.today(),
        decision_ref="1", lines=(("fee", "料", 900),), payer_no=HANA, term="翌年度",
        instalments=((clock.today(), 900),),
    )])  # fmt: skip
    charge_id = online.begin(actor(home.payer), HANA, keys(5_000, 900))
    day = clock.now() - timedelta(days=3)
    assert paid(charge_id, 5_900, payment="p", at=day) == "settled"

    def agents() -> dict[int, int]:
        with unit(SYSTEM):
            return {
                year: ledger.balance(account="agents", on=date(2030, 1, 1), fiscal_year=year) for year in (2026, 2027)
            }

    assert agents() == {2026: 5_000, 2027: 900}
    bankfiles.set_partner(actor=SYSTEM, code="firm", kind="acquirer", title="例の決済", terms={"division": "ON-A"})
    today = clock.today()
    row = f"p,売上,{day.astimezone(clock.TOKYO).date()},5900,118,5782,{today}\n"
    head = "決済番号,区分,売上日,売上金額,手数料,振込金額,振込日\n"
    id, _ = bankfiles.read_file(
        actor=SYSTEM, partner="firm", purpose="settlement", filename="a.csv", data=(head + row).encode()
    )
    bankfiles.apply_file(actor=SYSTEM, id=id)
    assert agents() == {2026: 0, 2027: 0}
    with unit(SYSTEM):
        found = ledger.balances(on=date(2030, 1, 1))
    assert {name: found.get(name, 0) for name in ("agents", "remittances", "collection_fees")} == {
        "agents": 0, "remittances": 5_782, "collection_fees": 118,
    }  # fmt: skip
    books_agree()
