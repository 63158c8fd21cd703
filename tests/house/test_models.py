"""What every table keeps: the audit trail, declared personal data, row security, no rights beyond rows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from django.apps import apps
from django.conf import settings

from jichi.kernel.manifest import load_manifests

from . import reviewed, tables
from .tables import Table
from .tree import ROOT, report, room_of

MANIFESTS = load_manifests(tuple(settings.JICHI_ROOMS))


@pytest.fixture(scope="module")
def connection(django_db_setup: object) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The shared test database, past row security, changes rolled back."""
    with psycopg.connect(django_db_setup.super_url) as opened:  # type: ignore[attr-defined] # conftest's TestDatabase
        yield opened
        opened.rollback()


@pytest.fixture(scope="module")
def ours(connection: psycopg.Connection[tuple[object, ...]]) -> list[Table]:
    """The tables of our rooms."""
    labels = tuple(f"{manifest.label}_" for manifest in MANIFESTS)
    found = [table for name, table in sorted(tables.read_tables(connection).items()) if name.startswith(labels)]
    assert tables.AUDIT_TABLE in {table.name for table in found}
    return found


def test_every_table_carries_the_name_of_its_room() -> None:
    found = []
    for model in apps.get_models(include_auto_created=True):
        room = room_of(model.__module__)
        if room and not model._meta.db_table.startswith(f"{model._meta.app_label}_"):
            found.append(f"{model.__name__}: table {model._meta.db_table}")
    assert not found, report(found)


def test_migrations_say_what_the_models_say() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "makemigrations", "--check", "--dry-run"],
        env={**os.environ, "JICHI_DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_table_is_under_audit(ours: list[Table]) -> None:
    found = tables.untracked(ours, reviewed.UNTRACKED_TABLES)
    assert not found, report(found)


def test_personal_data_is_declared(ours: list[Table]) -> None:
    declared = [entry.table for manifest in MANIFESTS for entry in manifest.personal_data]
    found = tables.undeclared(ours, declared, reviewed.NOT_PERSONAL)
    assert not found, report(found)


def test_declarations_of_personal_data_say_why_and_how_long() -> None:
    found = [
        f"{manifest.label}: {entry.table}"
        for manifest in MANIFESTS
        for entry in manifest.personal_data
        if not (entry.holds and entry.purpose and entry.retention) or not entry.table.startswith(f"{manifest.label}_")
    ]
    assert not found, report(found)


def test_no_table_holds_my_number(ours: list[Table]) -> None:
    found = tables.forbidden_columns(ours)
    assert not found, report(found)


def test_row_security_is_where_it_is_promised(ours: list[Table]) -> None:
    found = tables.row_security(ours, reviewed.ROW_SECURITY)
    assert not found, report(found)


def test_our_tables_belong_to_the_owner(ours: list[Table]) -> None:
    assert {table.owner for table in ours} == {"jichi_owner"}


def test_the_application_owns_nothing(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    found = tables.too_powerful(connection)
    assert not found, report(found)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE eng_audit_auditevent SET purpose = ''",
        "DELETE FROM eng_audit_auditevent",
        "TRUNCATE eng_audit_auditevent",
        "INSERT INTO eng_audit_auditevent (at) VALUES (now())",
        "ALTER TABLE eng_accounts_account DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_append_only ON eng_audit_auditevent",
        "SET session_replication_role = replica",
        "SET ROLE jichi_owner",
        "CREATE TABLE mine (id int)",
        "CREATE OR REPLACE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    ],
)
def test_the_application_is_refused(django_db_setup: object, statement: str) -> None:
    with (
        psycopg.connect(django_db_setup.app_url) as as_app,  # type: ignore[attr-defined] # conftest's TestDatabase
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        as_app.execute(statement)


# -- good and bad examples -----------------------------------------------------------------------

TRACKED = Table("eng_cases_case", ("id", "number"), frozenset({"audit_row"}))
BARE = Table("eng_cases_case", ("id", "number"))


def test_audit_examples() -> None:
    assert tables.untracked([TRACKED], {}) == []
    assert tables.untracked([BARE], {}) == ["eng_cases_case has no audit trigger"]
    assert tables.untracked([BARE], {"eng_cases_case": "counter"}) == []
    assert len(tables.untracked([TRACKED], {"eng_cases_case": "counter"})) == 1
    assert len(tables.untracked([TRACKED], {"gone": "why"})) == 1


@pytest.mark.parametrize("column", ["addressee_no", "account_id", "email", "birth_date", "kana"])
def test_personal_data_examples(column: str) -> None:
    table = Table("eng_cases_case", ("id", column))
    assert len(tables.undeclared([table], [], {})) == 1
    assert tables.undeclared([table], ["eng_cases_case"], {}) == []
    assert tables.undeclared([table], [], {"eng_cases_case": "names of tables only"}) == []


def test_personal_data_of_a_table_that_is_gone_is_found() -> None:
    assert tables.undeclared([BARE], [], {}) == []
    assert tables.undeclared([BARE], ["gone"], {}) == ["gone is declared but there is no such table"]


@pytest.mark.parametrize(
    ("column", "count"), [("number", 0), ("my_number", 1), ("mynumber_hash", 1), ("個人番号", 1), ("addressee_no", 0)]
)
def test_my_number_examples(column: str, count: int) -> None:
    assert len(tables.forbidden_columns([Table("eng_cases_case", (column,))])) == count


def test_row_security_examples() -> None:
    guarded = Table("eng_cases_case", ("id",), row_security=True, policies=1)
    assert tables.row_security([guarded], {"eng_cases_case": "by division"}) == []
    assert len(tables.row_security([guarded], {})) == 1
    assert len(tables.row_security([BARE], {"eng_cases_case": "by division"})) == 1
    empty = Table("eng_cases_case", ("id",), row_security=True)
    assert tables.row_security([empty], {"eng_cases_case": "by division"}) == [
        "eng_cases_case has row security and no policy"
    ]


@pytest.mark.parametrize(
    ("statements", "finding"),
    [
        ("CREATE TABLE mine (id int); ALTER TABLE mine OWNER TO jichi_app", "relation mine"),
        ("GRANT UPDATE ON eng_audit_auditevent TO jichi_app", "may UPDATE the audit trail"),
        ("GRANT TRUNCATE ON eng_accounts_account TO jichi_app", "may truncate eng_accounts_account"),
        ("GRANT CREATE ON SCHEMA public TO jichi_app", "may create in public"),
        ("GRANT jichi_owner TO jichi_app", "membership in jichi_owner"),
        ("ALTER ROLE jichi_app BYPASSRLS", "attribute of the role"),
        (
            "SET ROLE jichi_owner; CREATE FUNCTION loose() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
            "definer function without search_path: loose",
        ),
    ],
)
def test_power_of_the_application_examples(
    connection: psycopg.Connection[tuple[object, ...]], statements: str, finding: str
) -> None:
    """Each power is granted inside a transaction that is rolled back, and found."""
    with connection.transaction(force_rollback=True):
        connection.execute(statements)
        connection.execute("RESET ROLE")
        assert finding in tables.too_powerful(connection)
    assert finding not in tables.too_powerful(connection)


def test_a_disabled_trigger_counts_as_none(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    with connection.transaction(force_rollback=True):
        connection.execute("ALTER TABLE eng_accounts_account DISABLE TRIGGER audit_eng_accounts_account")
        account = tables.read_tables(connection)["eng_accounts_account"]
        assert tables.untracked([account], {}) == ["eng_accounts_account has no audit trigger"]
