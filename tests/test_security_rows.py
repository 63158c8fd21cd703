"""What the database refuses by itself: raw SQL as the application's role, with forged or missing settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from conftest import TestDatabase
from jichi.engines.accounts import queries as accounts

from .intruder import official

PUBLIC_ROWS = {"eng_inbox_searchentry"}
"""Procedures and pages in the residents' search: for everybody, and there without anybody signed in."""
TAMPER_PROOF = ("eng_audit_auditevent", "eng_cases_caseevent", "eng_cases_decision", "eng_forms_submission")


class Wire:
    """A connection as the application has it, and what it is told about who acts."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)

    def told(self, **values: object) -> Wire:
        """A new transaction with these `jichi.*` settings only."""
        self.connection.rollback()
        for name, value in values.items():
            self.connection.execute("SELECT set_config(%s, %s, true)", (f"jichi.{name}", str(value)))
        return self

    def count(self, table: str, where: str = "true", *arguments: object) -> int:
        """Rows of a table that are there for this connection."""
        statement = sql.SQL("SELECT count(*) FROM {} WHERE " + where).format(sql.Identifier(table))  # type: ignore[arg-type] # test's own words
        found = self.connection.execute(statement, arguments).fetchone()
        assert found is not None
        return int(found[0])

    def one(self, statement: str, *arguments: object) -> Any:
        """The first value of the first row."""
        found = self.connection.execute(statement, arguments).fetchone()  # type: ignore[arg-type] # test's own words
        return found[0] if found else None


@pytest.fixture
def app(ward_db: TestDatabase) -> Iterator[Wire]:
    wire = Wire(ward_db.app_url)
    yield wire
    wire.connection.close()


@pytest.fixture
def everything(ward_db: TestDatabase) -> Iterator[Wire]:
    """Past row security, to compare with."""
    wire = Wire(ward_db.super_url)
    yield wire
    wire.connection.close()


@pytest.fixture
def closed_tables(everything: Wire) -> list[str]:
    rows = everything.connection.execute(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r' ORDER BY 1"
    ).fetchall()
    found = [str(row[0]) for row in rows]
    assert {"eng_cases_case", "eng_forms_draft", "eng_forms_submission", "eng_inbox_workitem", "eng_messages_message",
            "eng_registry_resident", "eng_registry_address"} <= set(found)  # fmt: skip
    return found


def as_resident(account_id: UUID) -> dict[str, object]:
    return {"actor_kind": "resident", "actor_id": account_id}


def as_official(login: str) -> dict[str, object]:
    found = accounts.signed_in(account_id=official(login))
    assert found is not None
    actor = found.actor("", "")
    return {
        "actor_kind": "staff", "actor_id": actor.account_id, "permissions": json.dumps(sorted(actor.permissions)),
        "divisions": "{" + ",".join(map(str, sorted(actor.divisions))) + "}",
    }  # fmt: skip


NOBODY: list[dict[str, object]] = [
    {}, {"actor_kind": ""}, {"actor_kind": "anonymous"}, {"actor_kind": "resident"}, {"actor_kind": "staff"},
    {"actor_kind": "resident", "actor_id": uuid4()}, {"actor_kind": "staff", "actor_id": uuid4(), "divisions": "{}"},
    {"actor_kind": "SYSTEM"}, {"actor_kind": "system "}, {"actor_kind": "partner", "actor_id": uuid4()},
    {"divisions": "{1,2,3,4}", "permissions": '["eng_cases.case.view"]'},
    {"actor_kind": "resident", "actor_id": uuid4(), "divisions": "{1,2,3,4}", "permissions": '["eng_cases.case.view"]'},
    {"actor_kind": "anonymous", "permissions": '["eng_registry.resident.search", "eng_registry.protected.view"]'},
]  # fmt: skip


def test_who_is_nobody_sees_no_row(app: Wire, everything: Wire, closed_tables: list[str]) -> None:
    filled = [table for table in closed_tables if everything.count(table)]
    assert len(filled) > 8
    seen = {}
    for settings in NOBODY:
        for table in closed_tables:
            if settings.get("actor_kind") == "staff" and table in {
                "eng_registry_resident",
                "eng_registry_household",
                "eng_registry_address",
            }:
                continue  # the register is open to every official, and each look is logged
            where = "account_id IS NOT NULL OR audience <> 'resident'" if table in PUBLIC_ROWS else "true"
            if count := app.told(**settings).count(table, where):
                seen[table, str(settings)] = count
    assert seen == {}


@pytest.mark.parametrize(
    "told",
    [{"actor_kind": "resident", "actor_id": "' OR 1=1"}, {"actor_kind": "staff", "divisions": "{1,2"},
     {"actor_kind": "staff", "divisions": "{1}", "permissions": "[not json"}],
)  # fmt: skip
def test_settings_that_cannot_be_read_show_nothing(app: Wire, told: dict[str, object]) -> None:
    with suppress(psycopg.DataError):  # an error is as good as no row
        assert app.told(**told).count("eng_cases_case") == 0


def test_the_settings_end_with_the_transaction(app: Wire) -> None:
    assert app.told(actor_kind="system").count("eng_cases_case") > 0
    app.connection.commit()
    assert app.count("eng_cases_case") == 0


def test_a_resident_sees_their_own_and_nothing_else(app: Wire, everything: Wire) -> None:
    owner = everything.one("SELECT account_id FROM eng_cases_case WHERE account_id IS NOT NULL LIMIT 1")
    app.told(**as_resident(owner))
    for table in ("eng_cases_case", "eng_forms_draft", "eng_forms_submission", "eng_messages_message"):
        assert app.count(table, "account_id IS DISTINCT FROM %s", owner) == 0, table
        assert app.count(table) == everything.count(table, "account_id = %s", owner), table
    assert app.count("eng_inbox_workitem", "account_id IS DISTINCT FROM %s", owner) == 0
    household = everything.one(
        "SELECT count(*) FROM eng_registry_resident r WHERE is_current AND household_no = (SELECT household_no FROM "
        "eng_registry_resident o JOIN eng_accounts_personlink l USING (addressee_no) WHERE l.account_id = %s "
        "AND o.is_current)", owner,
    )  # fmt: skip
    assert 0 < app.count("eng_registry_resident", "is_current") <= household


@pytest.mark.parametrize(("login", "sees"), [("sato", True), ("takagi", False), ("mori", False), ("admin", False)])
def test_a_division_sees_its_own_cases(app: Wire, everything: Wire, login: str, sees: bool) -> None:
    youth = everything.one("SELECT id FROM eng_accounts_division WHERE code = 'youth'")
    assert everything.count("eng_cases_case", "division_id = %s", youth) > 0
    app.told(**as_official(login))
    for table in ("eng_cases_case", "eng_forms_submission"):
        assert bool(app.count(table, "division_id = %s", youth)) is sees, table
    assert app.count("eng_forms_draft") == 0  # what is not sent is the resident's alone


def test_addresses_of_the_protected_are_rows_that_are_not_there(app: Wire, everything: Wire) -> None:
    protected = everything.one(
        "SELECT array_agg(DISTINCT pp.addressee_no) FROM eng_registry_protectedperson pp "
        "JOIN eng_registry_protection p ON p.id = pp.protection_id WHERE p.lifted_on IS NULL"
    )
    where = "addressee_no = ANY (%s)"
    assert everything.count("eng_registry_address", where, protected) > 0
    for login, sees in (("sato", False), ("suzuki", False), ("takagi", False), ("admin", False), ("mori", True)):
        app.told(**as_official(login))
        assert bool(app.count("eng_registry_address", where, protected)) is sees, login
        assert bool(app.count("eng_registry_protection")) is sees, login


def test_nobody_writes_where_only_a_function_or_a_load_may(app: Wire, everything: Wire) -> None:
    owner = everything.one("SELECT account_id FROM eng_cases_case WHERE account_id IS NOT NULL LIMIT 1")
    stranger = everything.one("SELECT id FROM eng_accounts_account WHERE kind = 'resident' AND id <> %s", owner)
    for statement in (
        "UPDATE eng_registry_resident SET name = 'x'",
        "DELETE FROM eng_registry_address",
        "UPDATE eng_cases_case SET status = 'approved'",
        "UPDATE eng_forms_draft SET answers = '{}'",
        "DELETE FROM eng_forms_draft",
    ):
        app.told(**as_resident(stranger))
        changed = app.connection.execute(statement)  # type: ignore[arg-type] # one of these
        assert changed.rowcount == everything.count("eng_cases_case", "account_id = %s", stranger) * (
            "eng_cases_case" in statement
        ) + everything.count("eng_forms_draft", "account_id = %s AND submitted_at IS NULL", stranger) * (
            "eng_forms_draft" in statement
        ), statement
    for statement in (
        "UPDATE eng_inbox_workitem SET url_path = '//evil'",
        "INSERT INTO eng_inbox_workitem (kind, title) VALUES ('todo', '{}')",
        "INSERT INTO eng_messages_message (id, dedupe_key) VALUES (gen_random_uuid(), 'x')",
        "UPDATE eng_forms_submission SET answers = '{}'",
        "INSERT INTO eng_registry_resident (addressee_no) VALUES ('x')",
    ):
        app.told(**as_resident(stranger))
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.NotNullViolation)):
            app.connection.execute(statement)  # type: ignore[arg-type] # one of these


def test_a_case_cannot_be_given_to_another_account_or_division(app: Wire, everything: Wire) -> None:
    owner = everything.one("SELECT account_id FROM eng_cases_case WHERE account_id IS NOT NULL LIMIT 1")
    for column, value in (("account_id", uuid4()), ("division_id", 999)):
        app.told(**as_resident(owner))
        statement = sql.SQL("UPDATE eng_cases_case SET {} = %s").format(sql.Identifier(column))
        with suppress(psycopg.Error):
            app.connection.execute(statement, (value,))
            app.connection.commit()
        assert everything.count("eng_cases_case", "account_id = %s AND division_id <> 999", owner) > 0, column
        everything.connection.rollback()


# -- the trail -----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TAMPER_PROOF)
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_was_written_once_stays(app: Wire, everything: Wire, table: str, verb: str) -> None:
    before = everything.count(table)
    assert before > 0
    statement = sql.SQL(verb).format(sql.Identifier(table))  # type: ignore[arg-type] # one of three
    everything.connection.rollback()
    with pytest.raises(psycopg.Error) as refused:
        app.told(actor_kind="system").connection.execute(statement)
    assert refused.value.sqlstate in {"42501", "23000"}
    assert everything.count(table) == before


def test_the_application_cannot_write_into_the_trail_by_itself(app: Wire) -> None:
    for statement in (
        "INSERT INTO eng_audit_auditevent (at, actor_kind, action) VALUES (now(), 'staff', 'look')",
        "ALTER TABLE eng_audit_auditevent DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_append_only ON eng_audit_auditevent",
        "ALTER TABLE eng_cases_case DISABLE ROW LEVEL SECURITY",
        "CREATE POLICY all_of_it ON eng_cases_case USING (true)",
        "SET session_replication_role = replica",
        "SET ROLE jichi_owner",
        "SET SESSION AUTHORIZATION jichi_owner",
        "CREATE FUNCTION public.jichi_setting(text, text) RETURNS text LANGUAGE sql AS 'SELECT 1::text'",
        "CREATE OR REPLACE FUNCTION jichi_setting(name text) RETURNS text LANGUAGE sql AS 'SELECT ''system'''",
        "CREATE SCHEMA mine",
        "CREATE EXTENSION dblink",
        "COPY eng_accounts_account TO PROGRAM 'cat'",
        "COPY (SELECT 1) TO '/tmp/x'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')",
        "ALTER SYSTEM SET log_statement = 'all'",
        "TRUNCATE eng_accounts_account CASCADE",
    ):
        app.told(actor_kind="system")
        with pytest.raises(psycopg.Error) as refused:
            app.connection.execute(statement)  # type: ignore[arg-type] # one of these
        assert refused.value.sqlstate in {"42501", "0A000", "22023", "25001"}, statement


def test_a_temporary_table_does_not_stand_in_for_a_real_one(app: Wire, everything: Wire) -> None:
    """SECURITY DEFINER functions look into `public` first, whatever the caller made for them."""
    owner = everything.one("SELECT account_id FROM eng_accounts_personlink WHERE state = 'active' LIMIT 1")
    other = everything.one(
        "SELECT addressee_no FROM eng_registry_resident WHERE is_current AND state = 'resident' AND household_no <> "
        "(SELECT household_no FROM eng_registry_resident JOIN eng_accounts_personlink USING (addressee_no) "
        "WHERE account_id = %s AND is_current) LIMIT 1", owner,
    )  # fmt: skip
    app.told(**as_resident(owner))
    try:
        app.connection.execute(
            "CREATE TEMP TABLE eng_accounts_personlink AS SELECT %s::uuid AS account_id, %s::text AS addressee_no, "
            "'active'::text AS state", (owner, other),
        )  # fmt: skip
    except psycopg.errors.InsufficientPrivilege:
        app.told(**as_resident(owner))
    assert app.one("SELECT registry_is_own(%s, '')", other) is False
    assert app.count("eng_registry_resident", "addressee_no = %s", other) == 0


# -- functions -----------------------------------------------------------------------------------


def test_functions_that_look_past_row_security_are_pinned_and_closed_to_the_public(everything: Wire) -> None:
    rows = everything.connection.execute(
        "SELECT p.oid::regprocedure::text, p.prosecdef, coalesce(p.proconfig, '{}'), "
        "has_function_privilege('public', p.oid, 'EXECUTE'), has_function_privilege('jichi_app', p.oid, 'EXECUTE') "
        "FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = 'jichi_owner'::regrole"
    ).fetchall()
    assert len([row for row in rows if row[1]]) > 10
    assert [row[0] for row in rows if row[1] and "search_path=public, pg_temp" not in row[2]] == []
    assert [row[0] for row in rows if row[3]] == []
    assert [row[0] for row in rows if not row[4]] == []


def test_the_applications_role_owns_and_bypasses_nothing(everything: Wire) -> None:
    role = everything.connection.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles "
        "WHERE rolname = 'jichi_app'"
    ).fetchone()
    assert role == (False, False, False, False, False)
    assert everything.one("SELECT count(*) FROM pg_class WHERE relowner = 'jichi_app'::regrole") == 0
    assert everything.one("SELECT count(*) FROM pg_auth_members WHERE member = 'jichi_app'::regrole") == 0
    assert everything.one("SELECT has_schema_privilege('jichi_app', 'public', 'CREATE')") is False


def test_every_table_with_an_account_or_division_is_closed_or_known_to_be_open(
    everything: Wire, closed_tables: list[str]
) -> None:
    """A new table that holds somebody's rows needs row security, or a line here that says why not."""
    open_ones = {
        "eng_accounts_linkrequest", "eng_accounts_personlink", "eng_accounts_post", "eng_accounts_postholding",
        "eng_accounts_recoverycode", "eng_accounts_invitation", "eng_accounts_session", "eng_accounts_identityflow",
        "eng_api_apiclient",  # read before anybody is known
        "eng_forms_procedure", "front_inventory_listedprocedure",  # public; no persons
        "eng_cases_numberseries", "eng_cases_seriesrule",  # a counter and how it writes its numbers
        "eng_routes_routepost",  # the rank of a post, no persons
        "eng_registry_organization",  # companies, no persons
        "eng_booking_offering", "eng_booking_room",  # what is offered, public
        "eng_surveys_survey",  # what is asked, no persons
        "eng_collection_levykind",  # kinds of levies, no persons
        "front_cashless_desk", "front_cashless_firm",  # counters and card firms, no persons
        "family_nursery_round",  # dates of a round of admission, public; no persons
        "family_nursery_certificatesheet",  # what employers are asked, public; no persons
        "family_nursery_facilityage",  # from which day of life nurseries take children, public; no persons
        "family_nursery_remedytext",  # the wording of notices, public; no persons
        "front_events_event",  # what is on, public once published; no persons
        "welfare_digital_inclusion_desk",  # help desks and where they are, public; no persons
        "welfare_digital_inclusion_course",  # classes, public once published; no persons
        "front_retreats_house",  # houses, public once published; no persons
    }  # fmt: skip
    rows = everything.connection.execute(
        "SELECT DISTINCT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "WHERE a.attname IN ('account_id', 'division_id', 'case_id', 'draft_id', 'submission_id', 'addressee_no') "
        "AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
    ).fetchall()
    assert {str(row[0]) for row in rows} - set(closed_tables) - open_ones == set()
