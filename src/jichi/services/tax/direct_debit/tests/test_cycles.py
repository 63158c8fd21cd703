"""振替の回: what is asked of banks, and what follows from their results; officials' pages and files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import unit
from jichi.engines.bankfiles import actions as bankfiles
from jichi.engines.bankfiles import rules as bank_rules
from jichi.engines.bankfiles.tests.made import DEBIT, HEADER
from jichi.engines.collection import queries as collection
from jichi.engines.collection.tests.town import PAYER
from jichi.engines.files import queries as files
from jichi.engines.mandates import actions as mandate_acts
from jichi.engines.mandates import queries as mandates
from jichi.engines.mandates.actions import NewMandate
from jichi.engines.mandates.rules import checked_account
from jichi.engines.mandates.tests.keys import sealing_key
from jichi.engines.registry.tests import people as registry_people
from jichi.engines.slips import actions as slip_acts
from jichi.engines.slips import queries as slips
from jichi.kernel import clock
from jichi.kernel.errors import Forbidden, Invalid
from jichi.kernel.tables import read_table

from .. import actions
from ..models import Entry
from ..pages.terms import PAYER_COLUMNS
from ..rules.cycling import Policy, after, is_asked
from . import desk as desks
from .desk import KIND, SYSTEM, Desk

JUNE, JULY = date(2026, 6, 30), date(2026, 7, 31)
ONCE = Policy(1, 3)


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with sealing_key(), clock.standing_at(datetime(2026, 6, 22, 12, tzinfo=clock.TOKYO)):
        found = desks.build()
        terms = {name: value for name, value in HEADER.items() if name != "mmdd"}
        bankfiles.set_partner(actor=SYSTEM, code="bank-a", kind="bank", title="みどり銀行", terms=terms)
        account = checked_account(bank="0001", branch="001", type="1", number="1234567", holder="ノウゼイ ハナコ")
        mandate_acts.open_mandate(actor=SYSTEM, new=NewMandate(
            dedupe_key="a", payer_no=PAYER, kind=KIND, account=account, source="paper", since=date(2026, 6, 1),
        ))  # fmt: skip
        yield found


def answered(request: UUID, day: date, result: str) -> None:
    """The bank's file with this result for every line, taken in as officials do."""
    with connection.cursor() as cursor, unit(SYSTEM):
        cursor.execute("SELECT stored_id FROM eng_bankfiles_transferrequest WHERE id = %s", (request,))
        with files.open_file(cursor.fetchone()[0]) as found:
            asked = bank_rules.read_file(found.read(), DEBIT).data.tuples()
    rows = [(*row[:-1], result) for row in asked]
    data = bank_rules.write_file(DEBIT, {**HEADER, "mmdd": f"{day:%m%d}"}, rows, results=True).data
    file, _ = bankfiles.read_file(actor=SYSTEM, partner="bank-a", purpose="results", filename="x.txt", data=data)
    bankfiles.apply_file(actor=SYSTEM, id=file)


def state() -> tuple[str, list[str]]:
    """How the mandate stands, and what is on the work list."""
    with unit(SYSTEM):
        return mandates.of_payer(PAYER)[0].state, sorted(Entry.objects.values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("due", "since", "results", "asked"),
    [
        (JUNE, date(2026, 6, 1), (), True), (JUNE, date(2026, 7, 1), (), False), (JUNE, JUNE, ("1",), True),
        (JUNE, JUNE, ("1", "1"), False), (JUNE, JUNE, ("",), False), (JUNE, JUNE, ("2",), False),
        (JULY, JUNE, (), False), (date(2026, 4, 28), date(2026, 4, 1), (), False),
    ],
)  # fmt: skip
def test_what_is_asked_for_on_a_day(due: date, since: date, results: tuple[str, ...], asked: bool) -> None:
    assert is_asked(due_on=due, day=JUNE, since=since, results=results, policy=ONCE) is asked


@pytest.mark.parametrize(
    ("result", "tries", "failures", "what"),
    [
        ("0", 1, 0, "taken"), ("1", 1, 1, "again"), ("1", 2, 2, "slip"), ("1", 1, 3, "slip"), ("2", 1, 0, "hold"),
        ("3", 1, 0, "hold"), ("4", 1, 0, "look"), ("8", 1, 0, "nothing"), ("9", 1, 0, "look"), ("N", 1, 0, "look"),
    ],
)  # fmt: skip
def test_what_follows_from_a_result(result: str, tries: int, failures: int, what: str) -> None:
    assert after(result, tries=tries, failures=failures, policy=ONCE) == what


def test_what_is_taken_is_booked_and_asked_for_once(desk: Desk) -> None:
    made = actions.run_cycle(actor=desk.clerk, kind=KIND, day=JUNE)
    assert (len(made.requests), made.count, made.yen) == (1, 1, 10_000)
    answered(made.requests[0], JUNE, "0")
    with unit(SYSTEM):
        bills = collection.bills_of_payer(payer_no=PAYER, today=JUNE)
    assert [(bill.view.paid, bill.view.owed) for bill in bills] == [(10_000, 0), (0, 20_000)]
    with pytest.raises(Invalid):
        actions.run_cycle(actor=desk.clerk, kind=KIND, day=JULY)
    assert state() == ("live", [])


def test_too_little_money_is_asked_for_once_more_and_then_paid_by_slip(desk: Desk) -> None:
    first = actions.run_cycle(actor=desk.clerk, kind=KIND, day=JUNE)
    answered(first.requests[0], JUNE, "1")
    assert state() == ("live", [])
    second = actions.run_cycle(actor=desk.clerk, kind=KIND, day=JULY)
    assert second.yen == 10_000
    answered(second.requests[0], JULY, "1")
    assert state() == ("live", ["slip"])
    with pytest.raises(Invalid):
        actions.run_cycle(actor=desk.clerk, kind=KIND, day=date(2026, 8, 28))
    found = actions.run_cycle(actor=desk.clerk, kind=KIND, day=date(2026, 8, 31))
    assert (found.count, found.yen) == (1, 20_000)
    answered(found.requests[0], date(2026, 8, 31), "1")
    assert state() == ("ended", ["slip", "slip"])


def test_what_no_account_paid_gets_its_slip_by_itself_and_once(desk: Desk) -> None:
    registry_people.fill([registry_people.resident_line(PAYER)], [registry_people.address_line(PAYER)])
    made = actions.run_cycle(actor=desk.clerk, kind=KIND, day=JUNE)
    answered(made.requests[0], JUNE, "2")
    assert actions.send_slips(actor=SYSTEM) == 0, "no terms of slips yet: the work waits"
    assert state()[1] == ["result", "slip"]
    slip_acts.set_terms(actor=SYSTEM, valid_from=JUNE.replace(day=1), issuer="999999", places="見本", limit_yen=300_000)
    assert (actions.send_slips(actor=SYSTEM), actions.send_slips(actor=SYSTEM)) == (1, 0)
    with unit(SYSTEM):
        entry = Entry.objects.get(kind="slip")
        (slip,) = slips.slips_named(str(entry.detail["key"]))
        assert (slip.amount, entry.closed_at is not None, entry.detail["slip_run"]) == (10_000, True, str(slip.run_id))


def test_who_is_protected_gets_no_slip_by_itself(desk: Desk) -> None:
    made = actions.run_cycle(actor=desk.clerk, kind=KIND, day=JUNE)
    answered(made.requests[0], JUNE, "2")
    slip_acts.set_terms(actor=SYSTEM, valid_from=JUNE.replace(day=1), issuer="999999", places="見本", limit_yen=300_000)
    assert actions.send_slips(actor=SYSTEM) == 0, "nobody's address is known"
    with unit(SYSTEM):
        entry = Entry.objects.get(kind="slip")
        assert (entry.closed_at, entry.detail["by_hand"]) == (None, True)


def test_an_account_that_is_gone_is_held_and_somebody_looks(desk: Desk) -> None:
    made = actions.run_cycle(actor=desk.clerk, kind=KIND, day=JUNE)
    answered(made.requests[0], JUNE, "2")
    assert state() == ("held", ["result", "slip"])


def test_another_division_asks_nothing_of_banks(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        actions.run_cycle(actor=desk.stranger, kind=KIND, day=JUNE)
    with pytest.raises(Invalid) as refused:
        actions.run_cycle(actor=desk.clerk, kind=KIND, day=date(2026, 7, 4))
    assert refused.value.fields["day"].code == "bankfile.closed_day"
    with connection.cursor() as cursor, unit(SYSTEM):
        cursor.execute("SELECT count(*) FROM eng_bankfiles_transferrequest")
        assert cursor.fetchone()[0] == 0


def test_a_file_of_payers_is_told_line_by_line_and_taken_wholly_or_not(desk: Desk) -> None:
    heads = ",".join(names[0] for names in PAYER_COLUMNS.values())
    text = f"{heads}\n1,{KIND},0001,001,1,1,ミドリ,R8.7.1\n2,no,9999,001,4,x,緑,x\n"
    table = read_table(text.encode(), PAYER_COLUMNS, tuple(PAYER_COLUMNS), most=60_000)
    taken, errors = actions.take_payers(actor=desk.clerk, table=table)
    assert taken.new == 0
    assert sorted((one.line, one.error.code) for one in errors) == [
        (2, "debit.no_payer"), (3, "debit.no_bank"), (3, "debit.no_kind"), (3, "debit.no_payer"),
        (3, "field.unreadable_date"), (3, "mandate.account"), (3, "mandate.holder"),
    ]  # fmt: skip


def test_many_at_once_are_taken_once_and_another_account_takes_none(desk: Desk) -> None:
    def news(number: str) -> list[NewMandate]:
        account = checked_account(bank="0001", branch="001", type="1", number=number, holder="ミホン")
        return [
            NewMandate(dedupe_key=f"f:{place}:{number}", payer_no=f"8{place:014}", kind=KIND, account=account,
                       source="import", since=JUNE)
            for place in range(30)
        ]  # fmt: skip

    assert mandate_acts.open_mandates(actor=desk.clerk, news=news("1"))[:2] == (30, 0)
    assert mandate_acts.open_mandates(actor=desk.clerk, news=news("1"))[:2] == (0, 30)
    new, there, others = mandate_acts.open_mandates(actor=desk.clerk, news=news("2"))
    assert (new, there, len(others)) == (0, 0, 30)
    with pytest.raises(Forbidden):
        mandate_acts.open_mandates(actor=desk.stranger, news=news("1"))


def test_officials_pages_show_what_is_there(desk: Desk) -> None:
    made = actions.run_cycle(actor=desk.clerk, kind=KIND, day=JUNE)
    answered(made.requests[0], JUNE, "2")
    official = accounts.create_staff_account(
        actor=SYSTEM, login="debit-clerk", name="納税 職員", password="many plain words 1",
        roles=("caseworker",), division_codes=("COLLECT-A",),
    )  # fmt: skip
    visitor: Any = browser(official.pk)
    with unit(SYSTEM):
        one, entry = mandates.of_payer(PAYER)[0], Entry.objects.get(kind="result")
    pages = {
        "": "****567", f"{one.id}/": "金融機関の結果", "export/": PAYER, "paper/": "口座名義", "payers/": "宛名番号",
        "work/": "引き落とせない口座", f"work/{entry.pk}/": "結果コード", "cycles/": "10,000", "uptake/": "100.0",
        "uptake/export/": "100.0",
    }  # fmt: skip
    for path, words in pages.items():
        answer = visitor.get(f"/staff/debit/{path}")
        assert answer.status_code == 200, path
        assert words in answer.content.decode(), path
        assert "1234567" not in answer.content.decode()
    wrong = visitor.post("/staff/debit/paper/", {"payer_no": "1"})
    assert (wrong.status_code, "この宛名番号の人は見つかりません" in wrong.content.decode()) == (422, True)
    visitor.post(f"/staff/debit/{one.id}/", {"act": "free"})
    visitor.post(f"/staff/debit/{one.id}/", {"act": "end"})
    assert state()[0] == "ended"
