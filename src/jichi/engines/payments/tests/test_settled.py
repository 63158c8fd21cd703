"""What the firm settles and the bank credits: each payment's way, the books whole, what waits for a person."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from django.db import connection
from django.urls import reverse

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import queries as account_queries
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import Actor, unit
from jichi.engines.bankfiles import actions as bankfiles
from jichi.engines.bankfiles import queries as bankfile_queries
from jichi.engines.bankfiles import rules as bankfile_rules
from jichi.engines.ledger import actions as ledger_actions
from jichi.engines.ledger import queries as ledger
from jichi.kernel import clock

from .. import actions, queries
from ..rules import MoneyState
from ..sandbox_settling import settle, settled_file
from ..sandbox_store import Store
from . import till as desk
from .till import SYSTEM, Till

pytestmark = pytest.mark.django_db
till = shared_world(desk.build)
HEAD: Final = "決済番号,区分,売上日,売上金額,手数料,振込金額,振込日\n"
BANK: Final = {
    "client_code": "1234567890", "client_name": "ﾐﾄﾞﾘｸ", "bank": "0001", "branch": "001", "type": "1",
    "account": "1234567",
}  # fmt: skip
TERMS: Final = {
    "division": "TILL-B", "fees": [{"from": "2026-01-01", "percent": "2.0"}], "payers": ["レイノケツサイ"],
}  # fmt: skip


def firm() -> None:
    """The acquirer and the bank."""
    bankfiles.set_partner(actor=SYSTEM, code="acquirer", kind="acquirer", title="例の決済", terms=TERMS)
    bankfiles.set_partner(actor=SYSTEM, code="bank", kind="bank", title="例の銀行", terms=BANK)


def pay(till: Till, ref: str, ago: int = 5) -> UUID:
    """A charge of 710 yen that the firm took so many days ago."""
    charge_id = desk.open_one(till)
    assert desk.take(desk.paid(charge_id, payment=ref, at=clock.now() - timedelta(days=ago))) == "settled"
    return charge_id


def day(ago: int) -> date:
    """So many days ago."""
    return clock.today() - timedelta(days=ago)


def row(ref: str, gross: int = 710, fee: int = 14, *, kind: str = "売上", ago: int = 5, remit: int = 2) -> str:
    """A line of the firm's file."""
    return f"{ref},{kind},{day(ago)},{gross},{fee},{gross - fee},{day(remit)}\n"


def take(*rows: str, partner: str = "acquirer", purpose: str = "settlement", head: str = HEAD) -> UUID:
    """Take a file in."""
    id, _ = bankfiles.read_file(
        actor=SYSTEM, partner=partner, purpose=purpose, filename="a.csv", data=(head + "".join(rows)).encode()
    )
    bankfiles.apply_file(actor=SYSTEM, id=id)
    return id


def credit(yen: int, ago: int = 1) -> UUID:
    """The bank's list says that so much came."""
    return take(
        f"{day(ago)},{yen},レイノケツサイ(カ\n", partner="bank", purpose="credits", head="勘定日,金額,振込依頼人名\n"
    )


def balances() -> dict[str, int]:
    """All accounts of all divisions that are not 0; together they are."""
    with unit(SYSTEM):
        found = ledger.balances(on=clock.today() + timedelta(days=9))
    assert sum(found.values()) == 0
    return {account: yen for account, yen in found.items() if yen}


def entries() -> list[tuple[str, str]]:
    """The open work list: kind, the firm's reference."""
    with unit(SYSTEM):
        return sorted((one.kind, one.detail.get("reference", "")) for one in bankfile_queries.differences().rows)


def states(ago: int = 5) -> list[tuple[str, str]]:
    """Payments of a day with their state."""
    return sorted((one.reference, one.state.value) for one in queries.money_of_day(day(ago)))


def test_taken_settled_credited(till: Till) -> None:
    firm()
    pay(till, "pay_1")
    pay(till, "pay_2")
    assert balances() == {"agents": 1_420, "revenue": -1_420}
    id = take(row("pay_1"), row("pay_2", remit=3))
    assert balances() == {"remittances": 1_392, "collection_fees": 28, "revenue": -1_420}
    assert states() == [("pay_1", "settled"), ("pay_2", "settled")]
    assert queries.books().balance
    credit(1_392)
    assert balances() == {"cash": 1_392, "collection_fees": 28, "revenue": -1_420}
    assert states() == [("pay_1", "credited"), ("pay_2", "credited")]
    (found,) = queries.money_by_day(since=day(30))
    assert (found.count, found.yen, found.settled_yen, found.fee_yen, found.net_yen, found.credited_yen) == (
        2, 1_420, 1_420, 28, 1_392, 1_392,
    )  # fmt: skip
    assert found.state is MoneyState.CREDITED
    assert entries() == []
    before = desk.snapshot(), balances()
    assert bankfiles.apply_file(actor=SYSTEM, id=id)["settled"] == 2  # pressed twice
    assert (desk.snapshot(), balances()) == before
    assert queries.books_balance()


def test_what_does_not_fit_is_booked_whole_and_put_aside(till: Till) -> None:
    firm()
    for ref in ("pay_1", "pay_2", "pay_3"):
        pay(till, ref)
    take(row("pay_1", 709), row("pay_2", fee=30), row("pay_x", 500, 10), row("pay_2"))
    assert entries() == [
        ("settled_amount", "pay_1"), ("settled_fee", "pay_2"), ("settled_missing", "pay_3"),
        ("settled_twice", "pay_2"), ("settled_unknown", "pay_x"),
    ]  # fmt: skip
    assert balances() == {
        "agents": 711, "unallocated": -1_210, "remittances": 2_561, "collection_fees": 68, "revenue": -2_130,
    }  # fmt: skip
    assert queries.books_balance()
    credit(2_561)
    assert balances()["cash"] == 2_561
    take(row("pay_3", remit=0))  # what was missing comes with a later file
    assert ("settled_missing", "pay_3") not in entries()
    assert states() == [("pay_1", "credited"), ("pay_2", "credited"), ("pay_3", "settled")]


def test_what_goes_back_is_settled_too(till: Till) -> None:
    firm()
    charge_id = pay(till, "pay_1")
    actions.refund_charge(actor=till.clerk, charge_id=charge_id, reason="取り違え")
    refund = desk.record(charge_id).payments[0].refunds[0]
    desk.take(desk.given_back(refund.id, charge_id))
    assert balances() == {}
    take(row("pay_1"), row("re_1", -710, -14, kind="返金"))
    assert balances() == {}
    assert entries() == []
    assert queries.books_balance()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("pay_1,売上,2026-06-01,710,14,695,2026-06-05", (2, "bankfile.net")),
        ("pay_1,売上,2026-06-01,-710,14,-724,2026-06-05", (2, "bankfile.sign")),
        ("pay_1,取消,2026-06-01,710,14,696,2026-06-05", (2, "bankfile.kind")),
        ("pay_1,売上,2025-12-31,710,14,696,2026-06-05", (2, "bankfile.no_rate")),
        (",売上,2026-06-01,710,14,696,2026-06-05", (2, "field.required")),
        ("pay_1,売上,2026-06-31,710,14,696,2026-06-05", (2, "bankfile.day")),
    ],
)
def test_a_wrong_line_keeps_the_whole_file_out(till: Till, line: str, told: tuple[int, str]) -> None:
    firm()
    id, _ = bankfiles.read_file(
        actor=SYSTEM, partner="acquirer", purpose="settlement", filename="a.csv", data=f"{HEAD}{line}\n".encode()
    )
    with unit(SYSTEM):
        found = bankfile_queries.taken_file(id)
    assert found is not None
    assert found.state == "refused"
    assert [(n, code) for level, n, _place, code, _params in found.problems if level == "error"] == [told]
    assert balances() == {}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_of_files_ends_in_equal_balances(till: Till, order: tuple[int, ...]) -> None:
    firm()
    pay(till, "pay_1")
    pay(till, "pay_2")
    steps = [lambda: take(row("pay_1")), lambda: take(row("pay_2"), row("pay_x", 100, 2)), lambda: credit(1_490)]
    for n in order:
        steps[n]()
    assert balances() == {"cash": 1_490, "collection_fees": 30, "unallocated": -100, "revenue": -1_420}
    assert entries() == [("settled_unknown", "pay_x")]


def test_money_of_a_closed_day_or_year_is_booked_on_the_first_open_day_and_says_so(till: Till) -> None:
    with clock.standing_at(datetime(2026, 3, 31, 12, tzinfo=clock.TOKYO)):
        charge_id = desk.open_one(till)
    with clock.standing_at(datetime(2026, 6, 10, 9, tzinfo=clock.TOKYO)):
        ledger_actions.close_days(actor=SYSTEM, through=date(2026, 5, 30))
        ledger_actions.close_year(actor=SYSTEM, fiscal_year=2025)
        ledger_actions.close_days(actor=SYSTEM, through=date(2026, 6, 9))
        notice = desk.paid(charge_id, payment="pay_1", at=datetime(2026, 3, 31, 23, tzinfo=clock.TOKYO))
        assert [desk.take(notice), desk.take(notice)] == ["settled", "repeat"]
        with unit(SYSTEM):
            (late,) = {one.key: one for one in ledger.late_postings()}.values()
        assert (late.key, late.belongs_on, late.booked_on) == (
            f"payment:{desk.record(charge_id).payments[0].id}", date(2026, 3, 31), date(2026, 6, 10),
        )  # fmt: skip
        assert queries.books_balance()


@pytest.mark.parametrize(
    ("fault", "gross"),
    [("", [700, 300, -200]), ("amount", [699, 300, -200]), ("lost", [300, -200]), ("twice", [700, 300, -200, 700]),
     ("unknown", [700, 300, -200, 500]), ("fee", [700, 300, -200])],
)  # fmt: skip
def test_the_stand_in_settles_what_it_took_once(tmp_path: Path, fault: str, gross: list[int]) -> None:
    store = Store(tmp_path)
    paid: dict[str, Any] | None = None
    for n, yen in enumerate((700, 300)):
        asked = {"reference": str(n), "amount": yen, "callback_url": "", "currency": "JPY"}
        with clock.standing_at(clock.now() - timedelta(hours=2 - n)):
            one = store.open_session(str(n), {**asked, "expires_at": "2999-01-01T00:00:00+00:00"}, "http://firm.test")
            paid = store.end(one["id"], "paid", "card")
    assert paid is not None
    assert store.refund("a-b", {"payment": paid["payment"]["id"], "amount": 200, "reference": "a-b"}, "done")
    name = settle(store, fault)
    terms = bankfile_rules.acquirer_terms({"division": "x", "fees": [{"from": "2026-01-01", "percent": "2"}]})
    data = settled_file(store, name)
    assert data is not None
    read = bankfile_rules.read_settlement(data, terms)
    assert read.errors == ()
    assert [one.gross for one in read.lines] == gross
    assert next(one.fee_is_off for one in read.lines) == (fault == "fee")
    assert settle(store, "") == ""
    assert settled_file(store, "../x") is None


def _official(login: str, *roles: str) -> Actor:
    account = accounts.create_staff_account(
        actor=SYSTEM, login=login, name=login, password="many plain words 1", roles=roles, division_codes=("TILL-B",),
    )  # fmt: skip
    found = account_queries.signed_in(account_id=account.pk)
    assert found is not None
    return found.actor("", "test")


def test_pages_show_how_far_the_money_has_come(till: Till) -> None:
    firm()
    charge_id = pay(till, "pay_1")
    pay(till, "pay_2")
    take(row("pay_1"))
    credit(500)
    treasurer = _official("till-treasurer", "treasurer").account_id
    assert treasurer
    assert till.clerk.account_id
    client = browser(treasurer, second_factor=True)
    page = client.get(reverse("eng_payments_staff:settled")).content.decode()
    assert f"/staff/payments/settled/{day(5)}/" in page
    one = client.get(reverse("eng_payments_staff:settled_day", args=[f"{day(5)}"])).content.decode()
    assert all(words in one for words in ("pay_1", "精算された", "pay_2", "収納した"))
    assert client.get(reverse("eng_payments_staff:settled_day", args=["2026-13-01"])).status_code == 404
    there = reverse("eng_bankfiles:credits")
    with unit(SYSTEM):
        due, came = bankfile_queries.promises(is_open=True), bankfile_queries.credits(is_open=True)
    chosen = {"promises": str(due[0].id), "credits": str(came[0].id)}
    assert client.post(there, chosen).status_code == 422
    assert client.post(there, {**chosen, "reason": "振込手数料"}).status_code == 302
    assert "入金済み" in client.get(there).content.decode()
    mine = browser(till.clerk.account_id, second_factor=True)
    assert "入金済み(" in mine.get(reverse("eng_payments_staff:charge", args=[charge_id])).content.decode()
    assert mine.get(reverse("eng_payments_staff:settled")).status_code == 404
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM eng_bankfiles_difference WHERE closed_at IS NULL AND kind LIKE 'credit%'")
        assert cursor.fetchone() == (0,)
