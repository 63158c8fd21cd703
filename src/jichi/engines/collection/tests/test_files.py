"""Files of money: the same balances as receipt by receipt, whatever is repeated; what is provisional books nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.engines.collection import actions, queries
from jichi.engines.collection.actions.booking_files import Money
from jichi.engines.collection.models import LevyKind, Receipt
from jichi.engines.ledger import queries as ledger
from jichi.kernel.errors import Conflict, Forbidden, Invalid

from . import town as desk
from .town import SYSTEM, Town, levy, money

pytestmark = pytest.mark.django_db

town = shared_world(desk.build)
DAY = date(2026, 6, 20)
LATE = date(2026, 11, 20)


def line(source: str, key: str, yen: int, day: date = DAY, kind: str = "final") -> Money:
    return Money(source=source, channel="store", key=key, paid_on=day, amount_yen=yen, kind=kind)  # type: ignore[arg-type] # the three kinds


def books() -> dict[tuple[str, str], int]:
    """Balances by account, by thing, and what is left over by the channel's name."""
    with unit(SYSTEM):
        names = {row.pk: row.dedupe_key for row in Receipt.objects.all()}
        left = {("left", names[row.receipt_id]): row.left_yen for row in queries.unallocated()}
        totals = {("all", account): yen for account, yen in ledger.balances(on=date(2028, 1, 1)).items() if yen}
    return {**left, **totals}


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([20_000, 45_900, 700, 60_000]), st.integers(0, 90)),
                min_size=1, max_size=8))  # fmt: skip
def test_a_file_books_as_its_receipts_one_by_one(db: None, town: Town, drawn: list[tuple[int, int, int]]) -> None:
    found = []
    for way in ("file", "one by one"):
        with transaction.atomic():
            parts = [*levy(45_900, 20_000), *levy(45_900, key="b")]
            keys = [*(part.key for part in parts), "77"]
            if way == "file":
                lines = [
                    line(f"r{n}", keys[at].ljust(21, "0"), yen, DAY + timedelta(days=days))
                    for n, (at, yen, days) in enumerate(drawn)
                ]
                actions.take_money(actor=SYSTEM, money=[*lines, *lines])
                actions.take_money(actor=SYSTEM, money=lines)
            else:
                for n, (at, yen, days) in enumerate(drawn):
                    receipt = money(f"r{n}", keys[at], yen, DAY + timedelta(days=days))
                    actions.record_receipts(actor=SYSTEM, receipts=[receipt])
            assert queries.wrong() == ()
            assert ledger.wrong() == ()
            found.append(books())
            transaction.set_rollback(True)
    assert found[0] == found[1]


def test_first_money_in_time_needs_no_second_look(db: None, town: Town) -> None:
    first, second = levy(10_000, 8_000)
    file = [line("a", first.key.ljust(21, "0"), 10_000), line("b", second.key.rjust(20, "0"), 9_000)]
    assert actions.take_money(actor=town.clerk, money=file) == 0
    assert books() == {
        ("left", "b"): 1_000, ("all", "agents"): 19_000, ("all", "revenue"): -18_000, ("all", "unallocated"): -1_000,
    }  # fmt: skip
    assert actions.take_money(actor=town.clerk, money=[line("c", first.key, 10_000, LATE)]) == 0
    assert books()[("left", "c")] == 10_000
    assert (queries.wrong(), ledger.wrong()) == ((), ())


def test_a_notice_before_the_money_is_shown_and_books_nothing(db: None, town: Town) -> None:
    first, second = levy(10_000, 8_000)
    actions.take_money(actor=SYSTEM, money=[
        line("a", first.key, 10_000, kind="provisional"), line("b", second.key, 8_000, kind="provisional"),
    ])  # fmt: skip

    def announced() -> list[int]:
        with unit(SYSTEM):
            return [view.announced for view in queries.standings(ids=[first.pk, second.pk], today=DAY)]

    assert announced() == [10_000, 8_000]
    assert books() == {("all", "claims"): 18_000, ("all", "revenue"): -18_000}
    actions.take_money(
        actor=SYSTEM, money=[line("a", first.key, 10_000), line("b", second.key, 8_000, kind="cancelled")]
    )
    assert announced() == [0, 0]
    assert books() == {("all", "agents"): 10_000, ("all", "claims"): 8_000, ("all", "revenue"): -18_000}


def test_a_file_that_can_not_be_booked_changes_nothing(db: None, town: Town) -> None:
    """A late payment in a year without rates; a key nobody knows where nobody takes such money; who may not."""
    first, second = levy(65_000, 8_000)
    before = books()
    file = [line("a", second.key, 8_000), line("b", first.key, 65_000, date(2027, 1, 10))]
    with pytest.raises(Invalid) as refused, unit(SYSTEM):
        actions.take_money(actor=SYSTEM, money=file)
    assert refused.value.code == "collection.rate_missing"
    with unit(SYSTEM):
        LevyKind.objects.update(takes_unknown=False)
    with pytest.raises(Conflict) as nobody, unit(SYSTEM):
        actions.take_money(actor=SYSTEM, money=[line("a", second.key, 8_000), line("b", "0", 5)])
    assert nobody.value.code == "collection.nobody_takes"
    with pytest.raises(Forbidden):
        actions.take_money(actor=town.reader, money=file)
    assert books() == before


def test_what_a_day_brought_is_one_posting(db: None, town: Town) -> None:
    first, second = levy(10_000, 8_000)
    actions.take_money(actor=SYSTEM, money=[
        line("a", first.key, 10_000), line("b", second.key, 9_000), line("c", "77", 500, DAY + timedelta(days=1)),
    ])  # fmt: skip
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.belongs_on, e.account, e.item LIKE 'r%', e.amount_yen FROM eng_ledger_posting p "
            "JOIN eng_ledger_entry e ON e.posting_id = p.id WHERE p.kind = 'received' ORDER BY 1, 2, 4"
        )
        rows = cursor.fetchall()
    assert rows == [
        (DAY, "agents", False, 19_000), (DAY, "claims", False, -10_000), (DAY, "claims", False, -8_000),
        (DAY, "unallocated", True, -1_000), (DAY + timedelta(days=1), "agents", False, 500),
        (DAY + timedelta(days=1), "unallocated", True, -500),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        # a receipt that counts for another's instalment, or nobody's; one taken from a receipt that is not there
        (
            "INSERT INTO eng_collection_allocation (instalment_id, receipt_id, step, principal_yen, late_yen, "
            "recorded_at) SELECT i.id, r.id, 9, 1, 0, now() FROM eng_collection_receipt r "
            "JOIN eng_collection_instalment i "
            "ON i.id <> r.instalment_id"
        ),
        (
            "INSERT INTO eng_collection_allocation (instalment_id, receipt_id, step, principal_yen, late_yen, "
            "recorded_at) SELECT 0, r.id, 9, 1, 0, now() FROM eng_collection_receipt r"
        ),
        (
            "INSERT INTO eng_collection_receipt (dedupe_key, channel, purse, key, instalment_id, source_id, "
            "division_id, fiscal_year, paid_on, amount_yen, decision_ref, recorded_at) "
            "SELECT 'x', 'applied', 'source', key, "
            "instalment_id, 0, division_id, fiscal_year, paid_on, 1, '1', now() FROM eng_collection_receipt"
        ),
    ],
)
def test_the_database_refuses_money_that_names_nothing(db: None, town: Town, statement: str) -> None:
    first, _ = levy(10_000, 8_000)
    actions.take_money(actor=SYSTEM, money=[line("a", first.key, 10_000)])
    with pytest.raises(IntegrityError), unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (queries.wrong(), ledger.wrong()) == ((), ())
