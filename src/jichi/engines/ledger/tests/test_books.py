"""Postings are written once and balance; sums by day are those of the entries; closed periods stay as they are."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import shared_world
from jichi.engines.audit import queries as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.ledger import actions, queries
from jichi.engines.ledger.actions import Posted
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid

from . import hall as desk
from .hall import SYSTEM, Hall, post, posting
from .test_rules import PLACES

pytestmark = pytest.mark.django_db

hall = shared_world(desk.build)
JUNE = date(2026, 6, 10)


def counts() -> tuple[int, int, int]:
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM eng_ledger_posting), (SELECT count(*) FROM eng_ledger_entry), "
            "(SELECT coalesce(sum(entries), 0) FROM eng_ledger_daysum)"
        )
        first, second, third = cursor.fetchone()
        return int(first), int(second), int(third)


def sums(on: date, *, division_id: int | None = None, fiscal_year: int | None = None) -> dict[str, int]:
    with unit(SYSTEM):
        return queries.balances(on=on, division_id=division_id, fiscal_year=fiscal_year)


def test_a_fact_changes_two_accounts(db: None, hall: Hall) -> None:
    made = post(posting("a", hall.first, JUNE, ("claims", 500, "i1"), ("revenue", -500)))
    assert made == Posted(1, 0, 0)
    assert sums(JUNE) == {"claims": 500, "revenue": -500}
    assert sums(JUNE - timedelta(days=1)) == {}
    with unit(SYSTEM):
        assert queries.item_balances(items={"i1", "i2"}) == {("i1", "claims"): 500}
        assert [(line.account, line.yen, line.is_late) for line in queries.lines_of_item(item="i1")] == [
            ("claims", 500, False)
        ]
    assert queries.wrong() == ()


def test_the_same_again_changes_nothing_and_something_else_is_refused(db: None, hall: Hall) -> None:
    one = posting("a", hall.first, JUNE, ("claims", 500, "i1"), ("revenue", -500))
    split = posting("a", hall.first, JUNE, ("claims", 200, "i1"), ("claims", 300, "i1"), ("revenue", -500))
    post(one)
    assert post(one, posting("b", hall.first, JUNE, ("cash", 1), ("claims", -1))) == Posted(1, 1, 0)
    assert post(split) == Posted(0, 1, 0)
    before = counts()
    for other in (
        posting("a", hall.first, JUNE, ("claims", 501, "i1"), ("revenue", -501)),
        posting("a", hall.first, JUNE, ("claims", 500, "i2"), ("revenue", -500)),
        posting("a", hall.second, JUNE, ("claims", 500, "i1"), ("revenue", -500)),
        posting("a", hall.first, JUNE + timedelta(days=1), ("claims", 500, "i1"), ("revenue", -500)),
    ):
        with pytest.raises(Conflict) as refused, unit(SYSTEM):
            post(posting("c", hall.first, JUNE, ("cash", 9), ("claims", -9)), other)
        assert (refused.value.code, refused.value.params) == ("ledger.other_repeat", {"key": "a"})
    assert counts() == before == (2, 4, 4)


def test_an_unknown_account_is_refused_until_it_is_opened(db: None, hall: Hall) -> None:
    wanted = posting("a", hall.first, JUNE, ("firm", 5), ("claims", -5))
    with pytest.raises(Invalid) as refused, unit(SYSTEM):
        post(wanted)
    assert (refused.value.code, refused.value.params) == ("ledger.unknown_account", {"account": "firm"})
    assert counts() == (0, 0, 0)
    with pytest.raises(Forbidden):
        actions.open_account(actor=hall.official, code="firm", title="指定納付受託者", kind="asset")
    actions.open_account(actor=hall.treasurer, code="firm", title="指定納付受託者", kind="asset")
    assert post(wanted) == Posted(1, 0, 0)
    assert "firm" in {account.code for account in queries.accounts()}


def test_nothing_of_0_yen_is_written(db: None, hall: Hall) -> None:
    assert post(posting("a", hall.first, JUNE, ("claims", 0), ("revenue", 0))) == Posted(0, 0, 0)
    assert post(posting("b", hall.first, JUNE, ("claims", 5), ("claims", -5))) == Posted(0, 0, 0)
    assert counts() == (0, 0, 0)


# -- what the database refuses, whatever the code does ------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE eng_ledger_entry SET amount_yen = 1",
        "DELETE FROM eng_ledger_entry",
        "UPDATE eng_ledger_posting SET booked_on = '2020-01-01'",
        "DELETE FROM eng_ledger_posting",
        "UPDATE eng_ledger_daysum SET amount_yen = 1",
        "DELETE FROM eng_ledger_daysum",
        "DELETE FROM eng_ledger_close",
        "DELETE FROM eng_ledger_account",
        "INSERT INTO eng_ledger_close (kind, through_on, sums, closed_at) VALUES ('days', '2026-01-01', '{}', now())",
        "INSERT INTO eng_ledger_posting DEFAULT VALUES",
        "INSERT INTO eng_ledger_entry DEFAULT VALUES",
    ],
)
def test_the_application_writes_only_through_the_functions(db: None, hall: Hall, statement: str) -> None:
    post(posting("a", hall.first, JUNE, ("claims", 5), ("revenue", -5)))
    with pytest.raises(ProgrammingError, match="permission denied"), unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("lines", "constraint"),
    [
        ("('x','t',{d},2026,'2026-06-01','claims','',5)", "ledger_even"),
        ("('x','t',{d},2026,'2026-06-01','claims','',5),('x','t',{d},2026,'2026-06-01','revenue','',-4)",
         "ledger_even"),
        ("('x','t',{d},2026,'2026-06-01','claims','',5),('x','t',{d},2026,'2026-06-01','nowhere','',-5)",
         "ledger_unknown_account"),
    ],
)  # fmt: skip
def test_the_database_refuses_what_does_not_balance(db: None, hall: Hall, lines: str, constraint: str) -> None:
    values = lines.replace("{d}", str(hall.first))
    with pytest.raises(IntegrityError) as refused, unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ledger_post((SELECT array_agg(v::ledger_line) FROM (VALUES {values}) v), now())")
    diagnosis = getattr(refused.value.__cause__, "diag", None)
    assert getattr(diagnosis, "constraint_name", "") == constraint
    assert counts() == (0, 0, 0)


# -- sums by day ------------------------------------------------------------------------------------

ACCOUNTS = st.sampled_from(["cash", "claims", "revenue", "unallocated"])
FACTS = st.lists(
    st.tuples(ACCOUNTS, ACCOUNTS, st.integers(1, 10**9), st.integers(0, 60), st.booleans()), min_size=1, max_size=20
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FACTS, st.booleans())
def test_balances_are_those_of_the_entries(db: None, hall: Hall, facts: list[tuple[str, str, int, int, bool]],
                                           folds: bool) -> None:  # fmt: skip
    with transaction.atomic():
        expected: dict[str, int] = {}
        for number, (debit, credit, yen, after, is_first) in enumerate(facts):
            division = hall.first if is_first else hall.second
            post(posting(str(number), division, JUNE + timedelta(days=after), (debit, yen), (credit, -yen)))
            if after <= 30 and debit != credit:
                expected[debit] = expected.get(debit, 0) + yen
                expected[credit] = expected.get(credit, 0) - yen
        if folds:
            actions.fold_sums(actor=SYSTEM)
        found = sums(JUNE + timedelta(days=30))
        assert {account: yen for account, yen in found.items() if yen} == {a: y for a, y in expected.items() if y}
        assert sum(found.values()) == 0
        by_division = [sums(date(2030, 1, 1), division_id=d).get("cash", 0) for d in (hall.first, hall.second)]
        assert sum(by_division) == sums(date(2030, 1, 1)).get("cash", 0)
        assert queries.wrong() == ()
        transaction.set_rollback(True)


def test_folding_joins_the_sums_of_a_day(db: None, hall: Hall) -> None:
    for key in "abc":
        post(posting(key, hall.first, JUNE, ("cash", 5), ("claims", -5)))
    assert actions.fold_sums(actor=SYSTEM) == 4
    assert actions.fold_sums(actor=SYSTEM) == 0
    assert sums(JUNE) == {"cash": 15, "claims": -15}
    assert queries.wrong() == ()


# -- who sees what ----------------------------------------------------------------------------------


def test_officials_see_the_books_of_their_division(db: None, hall: Hall) -> None:
    post(posting("a", hall.first, JUNE, ("cash", 5, "i"), ("claims", -5)))
    post(posting("b", hall.second, JUNE, ("cash", 7, "i"), ("claims", -7)))
    for actor, cash in ((hall.official, 5), (hall.treasurer, 12), (SYSTEM, 12), (Actor(kind="resident"), 0)):
        with unit(actor):
            assert queries.balance(account="cash", on=JUNE) == cash
            assert sum(line.yen for line in queries.lines_of_item(item="i")) == cash


# -- closing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("belongs", "year", "through", "closed", "day", "booked"), PLACES)
def test_the_database_places_by_the_same_rule(
    db: None, belongs: date, year: int, through: date | None, closed: tuple[int, ...], day: date, booked: int
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_place_day(%s, %s, %s)", (belongs, year, through or date(1, 1, 1)))
        (found,) = cursor.fetchone()
        cursor.execute("SELECT ledger_place_year(%s, %s, %s::int[])", (found, year, list(closed)))
        assert (found, cursor.fetchone()[0]) == (day, booked)
        cursor.execute("SELECT ledger_newest_over('2027-05-31'), ledger_newest_over('2027-05-30')")
        assert cursor.fetchone() == (2026, 2025)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 18, tzinfo=clock.TOKYO)


def test_a_closed_day_is_never_written_to(db: None, hall: Hall) -> None:
    fact = posting("a", hall.first, JUNE, ("cash", 5), ("claims", -5))
    with clock.standing_at(at(JUNE)):
        with pytest.raises(Forbidden):
            actions.close_days(actor=hall.official, through=JUNE)
        with pytest.raises(Invalid) as refused:
            actions.close_days(actor=hall.treasurer, through=JUNE + timedelta(days=1))
        assert refused.value.code == "ledger.close_future"
        assert queries.closed_through() is None
        post(fact)
        assert actions.close_days(actor=hall.treasurer, through=JUNE)
        assert not actions.close_days(actor=hall.treasurer, through=JUNE)
        assert not actions.close_days(actor=hall.treasurer, through=JUNE - timedelta(days=3))
    assert post(fact) == Posted(0, 1, 0)
    assert post(posting("b", hall.first, JUNE - timedelta(days=2), ("cash", 7), ("claims", -7))) == Posted(1, 0, 1)
    assert (sums(JUNE)["cash"], sums(JUNE + timedelta(days=1))["cash"]) == (5, 12)
    with unit(SYSTEM):
        (late, _) = queries.late_postings()
    assert (late.key, late.booked_on, late.belongs_on) == ("b", date(2026, 6, 11), date(2026, 6, 8))
    assert late.is_late
    assert [event.action for event in audit.events_of(table="eng_ledger_close", object_id="2026-06-10")] == [
        "close_days"
    ]
    assert queries.wrong() == ()


def test_a_year_closes_with_its_last_day_and_carries_over(db: None, hall: Hall) -> None:
    march, may, june = date(2027, 3, 20), date(2027, 5, 20), date(2027, 6, 3)
    post(posting("a", hall.first, march, ("claims", 500, "i1"), ("revenue", -500)))
    post(posting("b", hall.first, may, ("cash", 200), ("claims", -200, "i1")))
    post(posting("c", hall.second, may, ("claims", 70), ("revenue", -70), year=2027))
    with clock.standing_at(at(june)):
        with pytest.raises(Conflict) as refused:
            actions.close_days(actor=hall.treasurer, through=date(2027, 5, 31))
        assert (refused.value.code, refused.value.params["year"]) == ("ledger.close_year_first", "2026")
        assert actions.close_days(actor=hall.treasurer, through=date(2027, 5, 30))
        with pytest.raises(Invalid) as early:
            actions.close_year(actor=hall.treasurer, fiscal_year=2027)
        assert early.value.code == "ledger.year_not_over"
        before = sums(june)
        assert actions.close_year(actor=hall.treasurer, fiscal_year=2026)
        assert not actions.close_year(actor=hall.treasurer, fiscal_year=2026)
    assert sums(june, fiscal_year=2026) == {"claims": 0, "cash": 0, "revenue": -500, "carried": 500}
    assert sums(june, fiscal_year=2027, division_id=hall.first) == {"claims": 300, "cash": 200, "carried": -500}
    assert {account: yen for account, yen in sums(june).items() if yen} == before
    assert post(posting("d", hall.first, may, ("cash", 300), ("claims", -300, "i1"))) == Posted(1, 0, 1)
    with unit(SYSTEM):
        late = queries.late_postings()[0]
        assert (late.booked_on, late.fiscal_year, late.belongs_year) == (date(2027, 6, 1), 2027, 2026)
        assert queries.item_balances(items={"i1"}) == {}
    with clock.standing_at(at(june)):
        assert actions.close_days(actor=hall.treasurer, through=june)
    assert queries.wrong() == ()


def test_years_close_in_their_order(db: None, hall: Hall) -> None:
    post(posting("a", hall.first, date(2025, 5, 1), ("claims", 5), ("revenue", -5), year=2024))
    with clock.standing_at(at(date(2026, 6, 2))), pytest.raises(Conflict) as refused:
        actions.close_year(actor=hall.treasurer, fiscal_year=2025)
    assert (refused.value.code, refused.value.params["year"]) == ("ledger.earlier_year_open", "2024")
    assert queries.closes() == []


def test_doctor_finds_the_books_in_order(db: None, hall: Hall) -> None:
    post(posting("a", hall.first, JUNE, ("claims", 5), ("revenue", -5)))
    assert [finding.state for finding in queries.findings()] == ["ok"]
