"""The sample ward's desks are alive: copies in every state of their money, subsidies at several posts."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg
from psycopg import sql

from conftest import TestDatabase
from jichi.engines.accounts.queries import signed_in, staff_account_id
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.cases import queries as cases
from jichi.engines.cases.queries import CaseFilters
from jichi.engines.payments import queries as payments
from jichi.engines.payments.queries import ChargeFilters
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year
from jichi.services.family.nursery import queries as nursery


def official(login: str) -> Actor:
    account_id = staff_account_id(login)
    found = signed_in(account_id=account_id) if account_id else None
    assert found is not None
    return found.actor("", "test")


def test_officials_of_the_demo_find_work_of_every_kind(ward_db: TestDatabase) -> None:
    ito, okada = official("ito"), official("okada")
    with unit(ito):
        charges = payments.list_charges(actor=ito, filters=ChargeFilters(), limit=50).rows
        copies = cases.list_cases(actor=ito, filters=CaseFilters()).rows
        overdue = payments.count_charges(actor=ito, filters=ChargeFilters(overdue=True))
    assert sorted({one.state for one in charges}) == ["due", "paid", "refunding"]
    assert {row.status.value for row in copies} == {"received", "reviewing", "approved", "refused"}
    assert overdue == 1
    with unit(okada):
        subsidies = cases.list_cases(actor=okada, filters=CaseFilters()).rows
    stages = sorted((row.status.value, row.stage) for row in subsidies)
    assert stages == [("approved", ""), ("received", ""), ("reviewing", "on_route"), ("reviewing", "on_route")]
    with unit(system_actor("test")):
        granted = next(row.id for row in subsidies if row.status.value == "approved")
        assert [due.is_open for due in cases.follow_ups_of(granted)] == [True]
        assert payments.books_balance()


def test_the_head_of_a_nursery_is_asked_and_a_child_is_expected(ward_db: TestDatabase) -> None:
    ono, sato = official("ono"), official("sato")
    with unit(ono):
        assert {one.code for one in nursery.own_asks(ono.divisions) if one.is_open} == {"N01"}
    with unit(sato):
        coming = [one for one in nursery.rounds(sato.divisions) if one.published_run is None]
        expected = [one for one in coming if nursery.applications(one.id, state="unborn").total]
        april = date(fiscal_year(clock.today()) + 1, 4, 1)
        assert len(expected) == (clock.today() + timedelta(days=40) < april)
        tables = {one.state: [case.case.name for case in one.tried if case.wrong] for one in nursery.tables()}
    assert tables == {"approved": [], "draft": []}


TO_COME = {
    "closes_at", "code_until", "confirm_until", "draw_at", "ends_at", "expires_at", "opens_at", "pay_until",
    "starts_at", "until", "withdraw_until",
}  # fmt: skip
"""Names of moments that may lie ahead: all others tell of something that happened."""


def test_nothing_that_happened_in_the_sample_ward_lies_ahead(ward_db: TestDatabase) -> None:
    """Made in the morning, it once told of entries at noon: what counts from now on counted them too."""
    moments = """SELECT table_name, column_name FROM information_schema.columns
        JOIN information_schema.tables USING (table_schema, table_name)
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type LIKE 'timestamp%'"""
    with psycopg.connect(ward_db.super_url) as there:
        found = [one for one in there.execute(moments).fetchall() if one[1] not in TO_COME]
        ahead = "SELECT count(*) FROM {} WHERE {} > clock_timestamp()"
        counts = {
            (table, column): there.execute(
                sql.SQL(ahead).format(sql.Identifier(table), sql.Identifier(column))
            ).fetchone()
            for table, column in found
        }
    assert len(found) > 200
    assert {one: count for one, count in counts.items() if count != (0,)} == {}
