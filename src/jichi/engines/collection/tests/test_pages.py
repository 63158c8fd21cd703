"""Officials' pages: an account as of a day, every act after a second look, lists; figures equal the ledger."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries as people
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.collection import actions, queries
from jichi.engines.collection.actions import NewReceipt
from jichi.engines.collection.queries import Bill
from jichi.engines.ledger import queries as ledger
from jichi.kernel import clock

from .town import PAYER, SYSTEM, assessment

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Desk:
    """Officials: who handles, who only reads, one of another division, the treasurer."""

    clerk: Actor
    reader: Actor
    stranger: Actor
    treasurer: Actor


def build() -> Desk:
    """Two divisions, a kind of levy of the first."""

    def official(login: str, division: str, role: str) -> Actor:
        account = accounts.create_staff_account(
            actor=SYSTEM, login=login, name=f"係 {login}", password="many plain words 1", roles=(role,),
            division_codes=(division,),
        )  # fmt: skip
        found = people.signed_in(account_id=account.pk)
        assert found is not None
        return found.actor("", "test")

    division = accounts.create_division(actor=SYSTEM, code="DESK-A", names={"ja": "学童課"}).pk
    accounts.create_division(actor=SYSTEM, code="DESK-B", names={"ja": "別の課"})
    actions.set_levy_kind(
        actor=SYSTEM, code="resident-tax", title="見本税", division_id=division, nature="tax", takes_unknown=True
    )
    return Desk(
        official("desk-clerk", "DESK-A", "caseworker"), official("desk-reader", "DESK-A", "case_reader"),
        official("desk-other", "DESK-B", "caseworker"), official("desk-till", "DESK-B", "treasurer"),
    )  # fmt: skip


desk = shared_world(build)


def seen_by(actor: Actor) -> Client:
    assert actor.account_id is not None
    return browser(actor.account_id)


def text(answer: Any) -> str:
    return re.sub(r"<[^>]+>", "", answer.content.decode())


def levied(*parts: int) -> list[Bill]:
    actions.open_assessments(actor=SYSTEM, assessments=[assessment("page", *parts)])
    return bills()


def bills() -> list[Bill]:
    with unit(SYSTEM):
        return queries.bills_of_payer(payer_no=PAYER, today=clock.today())


def fresh(client: Client, url: str) -> str:
    """The one-time token of a form."""
    found = re.search(r'name="token" value="([^"]+)"', client.get(url).content.decode())
    assert found
    return found[1]


def right() -> None:
    assert queries.wrong() == ()
    assert ledger.wrong() == ()


def test_an_account_is_found_and_opened_for_a_purpose(desk: Desk) -> None:
    first, second = levied(33_400, 30_000)
    client = seen_by(desk.reader)
    assert PAYER in text(client.get("/staff/collection/", {"q": PAYER}))
    assert client.get("/staff/collection/", {"q": first.view.key}).headers["Location"].endswith(f"{first.view.key}/")
    asked = client.get(f"/staff/collection/payers/{PAYER}/")
    assert "何のために見ますか" in text(asked)
    assert not audit.looks_at(subject=PAYER).exists()
    page = text(client.get(f"/staff/collection/payers/{PAYER}/", {"purpose": "collection", "on": "R8.6.30"}))
    for part in ("63,400円", first.view.key, second.view.key, "2026年6月30日"):
        assert part in page
    (look,) = audit.looks_at(subject=PAYER)
    assert look.purpose == "collection"
    stranger = seen_by(desk.stranger)
    assert stranger.get(f"/staff/collection/payers/{PAYER}/").status_code == 404
    assert stranger.get(f"/staff/collection/bills/{first.view.key}/").status_code == 404
    assert f"payers/{PAYER}/" not in stranger.get("/staff/collection/", {"q": PAYER}).content.decode()


def test_a_reduction_is_shown_before_and_done_once(desk: Desk) -> None:
    (first,) = levied(33_400)
    client, url = seen_by(desk.clerk), f"/staff/collection/bills/{first.view.key}/change/"
    given = {
        "token": fresh(client, url), "kind": "reduced", "yen": "13,400", "day": "2026-06-01", "reason": "所得の更正",
        "decision_ref": "8納税第2号",
    }  # fmt: skip
    shown = text(client.post(url, {**given, "act": "check"}))
    assert "33,400円 → 20,000円" in shown
    assert bills()[0].view.tax == 33_400
    for _ in range(2):
        assert client.post(url, {**given, "act": "do"}).status_code == 302
    assert bills()[0].view.tax == 20_000
    wrong = client.post(url, {**given, "yen": "20,001", "reason": "", "act": "check"})
    assert wrong.status_code == 422
    assert "1円から20,000円まで" in text(wrong)
    assert seen_by(desk.reader).get(url).status_code == 404
    right()


def test_paid_twice_goes_to_another_bill_and_back(desk: Desk) -> None:
    first, second = levied(10_000, 4_000)
    day = date(2026, 6, 15)
    actions.record_receipts(actor=SYSTEM, receipts=[
        NewReceipt(dedupe_key=name, channel="store", key=first.view.key, paid_on=day, amount_yen=10_000)
        for name in ("one", "two")
    ])  # fmt: skip
    with unit(SYSTEM):
        (left,) = queries.unallocated()
    client, at = seen_by(desk.clerk), f"/staff/collection/left/{left.receipt_id}/"
    assert "10,000円" in text(client.get("/staff/collection/left/"))
    given = {
        "token": fresh(client, f"{at}apply/"), "key": second.view.key, "yen": "4000", "day": "2026-06-20",
        "decision_ref": "8納税第3号",
    }  # fmt: skip
    assert "10,000円 → 6,000円" in text(client.post(f"{at}apply/", {**given, "act": "check"}))
    assert client.post(f"{at}apply/", {**given, "act": "do"}).status_code == 302
    assert bills()[1].view.state == "paid"
    back = {
        "token": fresh(client, f"{at}refund/"), "reason": "mistaken", "yen": "6000", "day": "2026-07-01",
        "decision_ref": "8納税第4号",
    }  # fmt: skip
    assert "6,000円" in text(client.post(f"{at}refund/", {**back, "act": "check"}))
    for _ in range(2):
        assert client.post(f"{at}refund/", {**back, "act": "do"}).status_code in (302, 422)
    with unit(SYSTEM):
        (refund,) = queries.refunds_waiting()
        assert queries.unallocated() == []
    paid = client.post(f"/staff/collection/refunds/{refund.id}/paid/", {"day": "2026-07-10", "slip": "1"})
    assert paid.status_code == 302
    with unit(SYSTEM):
        assert queries.refunds_waiting() == []
    page = text(client.get(f"/staff/collection/payers/{PAYER}/?purpose=collection"))
    for part in ("還付の支払い", "充当による収納", "収納 10,000円"):
        assert part in page
    right()


def test_money_over_the_counter_and_lists(desk: Desk) -> None:
    (first,) = levied(5_000)
    client, url = seen_by(desk.clerk), f"/staff/collection/bills/{first.view.key}/collect/"
    assert first.view.key in text(client.get("/staff/collection/unpaid/"))
    given = {"token": fresh(client, url), "yen": "6,000", "day": "2026-06-15"}
    assert "1,000円が未充当になります" in text(client.post(url, {**given, "act": "check"}))
    assert client.post(url, {**given, "act": "do"}).status_code == 302
    tomorrow = clock.today() + timedelta(days=1)
    assert client.post(url, {**given, "day": tomorrow.isoformat(), "act": "check"}).status_code == 422
    assert bills()[0].view.state == "paid"
    assert first.view.key not in text(client.get("/staff/collection/unpaid/"))
    assert client.get("/staff/collection/unpaid/export/").content.decode().count("\n") == 1
    assert "帳簿と合いません" not in text(client.get(f"/staff/collection/bills/{first.view.key}/"))
    right()


def test_the_treasurer_sees_all_books_and_closes_days(desk: Desk) -> None:
    levied(7_000)
    treasurer, clerk = seen_by(desk.treasurer), seen_by(desk.clerk)
    assert "7,000" in text(treasurer.get("/staff/ledger/"))
    assert "7,000" in text(clerk.get("/staff/ledger/"))
    assert "7,000" not in text(seen_by(desk.stranger).get("/staff/ledger/"))
    assert "7,000" in text(treasurer.get("/staff/ledger/accounts/claims/", {"from": "R8.6.1"}))
    assert clerk.get("/staff/ledger/closing/").status_code == 404
    shown = text(treasurer.post("/staff/ledger/closing/", {"through": "R8.6.30", "act": "check"}))
    assert "2026年6月30日(火)まで" in shown
    with unit(SYSTEM):
        assert ledger.closed_through() is None
    assert treasurer.post("/staff/ledger/closing/", {"through": "2026-06-30", "act": "close"}).status_code == 302
    with unit(SYSTEM):
        assert ledger.closed_through() == date(2026, 6, 30)
    assert treasurer.post("/staff/ledger/closing/", {"through": "2099-01-01", "act": "close"}).status_code == 422
