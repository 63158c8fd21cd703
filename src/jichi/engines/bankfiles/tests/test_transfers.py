"""Account transfers: requests judged before a file is made, results booked only where they answer line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from conftest import shared_world
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import unit
from jichi.engines.files import queries as files
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid

from .. import actions, rules, transfers
from ..rules import Payer
from ..transfers import RequestRefused
from . import desk as office
from .desk import SYSTEM, Desk, asked, to_book
from .made import DEBIT, HEADER

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 30)
TERMS = {**HEADER, "layout": "zengin-91"}
TERMS.pop("mmdd")
PAYERS = [
    Payer(customer_no=str(n), bank="0001", branch="001", type="1", account=f"{n:07}", holder=name, amount=1000 * n)
    for n, name in ((1, "みどり　花子".replace("花子", "ハナコ")), (2, "ヤマダ タロウ"), (3, "ｽｽﾞｷ"))
]


def build() -> Desk:
    """The desk, and a bank."""
    found = office.build()
    actions.set_partner(actor=SYSTEM, code="bank", kind="bank", title="みずほ銀行", terms=TERMS)
    return found


desk = shared_world(build)


@pytest.fixture(autouse=True)
def november() -> Any:
    with clock.standing_at(datetime(2026, 11, 21, 12, tzinfo=clock.TOKYO)):
        yield


def request(desk: Desk, payers: list[Payer] = PAYERS, day: date = DAY, run: str = "run-1") -> UUID:
    return transfers.make_request(actor=desk.clerk, partner="bank", run=run, day=day, payers=payers)


def content(id: UUID) -> bytes:
    ((stored,),) = asked("SELECT stored_id FROM eng_bankfiles_transferrequest WHERE id = %s", id)
    with unit(SYSTEM), files.open_file(stored) as found:
        return found.read()


def answer(id: UUID, results: dict[int, str], **header: str) -> bytes:
    """What the bank sends back: our lines with results."""
    rows = [(*row[:-1], results.get(int(row[9]), "0")) for row in rules.read_file(content(id), DEBIT).data.tuples()]
    made = rules.write_file(DEBIT, {**HEADER, "mmdd": "1130", **header}, rows, results=True)
    assert made.errors == ()
    return made.data


def test_a_request_is_written_numbered_and_kept_once(desk: Desk) -> None:
    id = request(desk)
    found = rules.read_file(content(id), DEBIT)
    assert (found.errors, found.total) == ([], 6000)
    assert found.data.texts("holder") == ["ﾐﾄﾞﾘ ﾊﾅｺ", "ﾔﾏﾀﾞ ﾀﾛｳ", "ｽｽﾞｷ"]
    assert found.groups[0].header["mmdd"] == "1130"
    assert request(desk) == id
    assert asked("SELECT number, count, amount_yen FROM eng_bankfiles_transferrequest") == [(1, 3, 6000)]


def test_a_result_is_booked_on_the_transfer_day(desk: Desk) -> None:
    id = request(desk)
    file = desk.take(answer(id, {2: "1"}), "bank", "results")
    assert to_book(file) == [
        ("bank", f"{1:020}", 0, DAY, 1000, "final"), ("bank", f"{3:020}", 0, DAY, 3000, "final"),
    ]  # fmt: skip
    assert desk.file(file).outcome == {"result_0": 2, "result_1": 1, "final": 2, "final_yen": 4000}
    assert asked("SELECT result FROM eng_bankfiles_transferline ORDER BY customer_no") == [("0",), ("1",), ("0",)]


def test_the_same_result_again_changes_nothing(desk: Desk) -> None:
    id = request(desk)
    data = answer(id, {})
    file = desk.take(data, "bank", "results")
    assert desk.read(data, "bank", "results") == (file, False)
    other, _ = desk.read(data + b"\x1a", "bank", "results")
    assert [one[3] for one in desk.file(other).problems if one[0] == "error"] == ["bankfile.no_request"]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda rows: rows[1:], ["bankfile.answer_missing"]),
        (lambda rows: [*rows, rows[0]], ["bankfile.answer_twice"]),
        (lambda rows: [*rows, (*rows[0][:9], f"{9:020}", "0")], ["bankfile.answer_unasked"]),
        (lambda rows: [(*rows[0][:7], 999, *rows[0][8:]), *rows[1:]], ["bankfile.answer_amount"]),
    ],
)
def test_a_result_that_does_not_answer_books_nothing(desk: Desk, change: Any, codes: list[str]) -> None:
    id = request(desk)
    rows = change(list(rules.read_file(content(id), DEBIT).data.tuples()))
    data = rules.write_file(DEBIT, {**HEADER, "mmdd": "1130"}, rows, results=True).data
    file, _ = desk.read(data, "bank", "results")
    found = desk.file(file)
    assert (found.state, [one[3] for one in found.problems]) == ("refused", codes)
    assert asked("SELECT count(*) FROM eng_bankfiles_transferline WHERE result <> ''") == [(0,)]


@pytest.mark.parametrize("header", [{"client_code": "9999999999"}, {"mmdd": "1129"}])
def test_a_result_of_another_client_or_day_finds_no_request(desk: Desk, header: dict[str, str]) -> None:
    file, _ = desk.read(answer(request(desk), {}, **header), "bank", "results")
    assert [one[3] for one in desk.file(file).problems] == ["bankfile.no_request"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bank": "9999"}, "bankfile.no_branch"),
        ({"branch": "000"}, "bankfile.no_branch"),
        ({"account": "123"}, "bankfile.account"),
        ({"amount": 0}, "bankfile.amount_range"),
        ({"amount": 10**10}, "bankfile.amount_range"),
        ({"holder": "山田"}, "bankfile.kana"),
        ({"holder": " "}, "bankfile.holder_missing"),
        ({"customer_no": "A"}, "bankfile.customer_no"),
        ({"customer_no": "2"}, "bankfile.customer_twice"),
    ],
)
def test_one_line_that_cannot_be_asked_for_stops_the_file(desk: Desk, change: dict[str, Any], code: str) -> None:
    with pytest.raises(RequestRefused) as refused:
        request(desk, [*PAYERS[1:], replace(PAYERS[0], **change)])
    assert [one.code for one in refused.value.wrong] == [code]
    assert asked("SELECT count(*) FROM eng_bankfiles_transferrequest") == [(0,)]


def test_a_name_that_is_cut_is_shown(desk: Desk) -> None:
    request(desk, [replace(PAYERS[0], holder="ア" * 29 + "ダイ")])
    assert asked("SELECT cuts FROM eng_bankfiles_transferrequest")[0][0] in (
        [["1", "ｱ" * 29, "ﾀﾞｲ"]], '[["1", "' + "ｱ" * 29 + '", "ﾀﾞｲ"]]',
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 11, 28), "bankfile.closed_day"),
        (date(2026, 11, 23), "bankfile.closed_day"),
        (date(2026, 12, 31), "bankfile.closed_day"),
        (date(2026, 11, 20), "bankfile.past_day"),
    ],
)
def test_banks_are_asked_for_days_on_which_they_work(desk: Desk, day: date, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        request(desk, day=day)
    assert refused.value.fields["day"].code == code


def test_banks_work_on_days_on_which_the_hall_is_closed() -> None:
    assert rules.is_bank_day(date(2026, 12, 29))


def test_the_page_of_a_request_shows_cuts_and_results_and_hands_out_the_file(desk: Desk) -> None:
    id = request(desk, [*PAYERS[1:], replace(PAYERS[0], holder="ア" * 29 + "ダイ")])
    desk.take(answer(id, {2: "1"}), "bank", "results")
    assert desk.clerk.account_id is not None
    client = browser(desk.clerk.account_id)
    assert "6,000" in client.get(reverse("eng_bankfiles:requests")).content.decode()
    page = client.get(reverse("eng_bankfiles:request", args=[id])).content.decode()
    for words in ("ﾀﾞｲ", "資金不足", "再振替の日があればその日に", "振替済"):
        assert words in page
    assert b"".join(client.get(reverse("eng_bankfiles:request_file", args=[id]))) == content(id)
    trail = audit.events_of(table="eng_bankfiles_transferrequest", object_id=str(id))
    assert "export" in {one.action for one in trail}


def test_what_was_asked_for_stays_and_strangers_see_nothing(desk: Desk) -> None:
    id = request(desk)
    with pytest.raises(IntegrityError), unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("UPDATE eng_bankfiles_transferline SET amount_yen = 1")
    with pytest.raises(Forbidden):
        request(Desk(desk.stranger, desk.stranger, desk.administrator), run="run-2")
    with unit(desk.stranger), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM eng_bankfiles_transferline WHERE request_id = %s", [id])
        assert cursor.fetchone() == (0,)


def test_a_file_of_the_wrong_kind_of_partner_is_refused(desk: Desk) -> None:
    for partner, purpose in (("bank", "receipts"), ("agent", "results"), ("agent", "poems")):
        with pytest.raises(Invalid):
            desk.read(b"x", partner, purpose)


def test_a_result_whose_request_was_answered_meanwhile_is_not_applied(desk: Desk) -> None:
    id = request(desk)
    first, _ = desk.read(answer(id, {}), "bank", "results")
    second, _ = desk.read(answer(id, {2: "1"}), "bank", "results")
    actions.apply_file(actor=desk.clerk, id=first)
    with pytest.raises(Conflict):
        actions.apply_file(actor=desk.clerk, id=second)
