"""Checkers of tables: audit triggers, personal data, row security, grants. They read PostgreSQL's own catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psycopg

AUDIT_TABLE = "eng_audit_auditevent"
APP = "jichi_app"
MY_NUMBER = re.compile(r"my_?number|individual_?number|kojin_?bangou?|個人番号|マイナンバー", re.IGNORECASE)
PERSONAL_COLUMNS = re.compile(
    r"^(name|full_name|kana|roman_name|alias|e?mail|phone|tel|postcode|address|birth.*|sex|addressee_no|account_id|"
    r"household_no|nationality|answers?|body|to_address|recipient|filename|subject_account_id|owner_id|applicant.*)$"
)


@dataclass(frozen=True)
class Table:
    """What the database says of one table."""

    name: str
    columns: tuple[str, ...]
    triggers: frozenset[str] = frozenset()
    row_security: bool = False
    policies: int = 0
    owner: str = "jichi_owner"


TABLES = """
SELECT c.relname,
       array(SELECT a.attname::text FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
       array(SELECT p.proname::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
             WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')),
       c.relrowsecurity, (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid), pg_get_userbyid(c.relowner)
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
"""


def read_tables(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, Table]:
    """Every table of the schema."""
    return {
        str(row[0]): Table(str(row[0]), tuple(row[1]), frozenset(row[2]), bool(row[3]), int(row[4]), str(row[5]))  # type: ignore[arg-type, call-overload] # rows of a fixed query
        for row in connection.execute(TABLES)
    }


def untracked(tables: Iterable[Table], allowed: Mapping[str, str]) -> list[str]:
    """Tables whose changes leave no trace, and exceptions that are none."""
    tables = tuple(tables)
    found = [
        f"{table.name} has no audit trigger"
        for table in tables
        if "audit_row" not in table.triggers and table.name not in allowed
    ]
    tracked = {table.name for table in tables if "audit_row" in table.triggers}
    known = {table.name for table in tables}
    return found + [
        f"{name} is an exception but is tracked or gone" for name in allowed if name in tracked or name not in known
    ]


def undeclared(tables: Iterable[Table], declared: Iterable[str], not_personal: Mapping[str, str]) -> list[str]:
    """Tables with columns that look personal and no declaration; declarations of tables that are not there."""
    tables = tuple(tables)
    declared = set(declared)
    found = []
    for table in tables:
        columns = [column for column in table.columns if PERSONAL_COLUMNS.match(column)]
        if columns and table.name not in declared and table.name not in not_personal:
            found.append(f"{table.name} holds {', '.join(columns)} and is not declared in its manifest")
    return found + [
        f"{name} is declared but there is no such table" for name in sorted(declared - {t.name for t in tables})
    ]


def forbidden_columns(tables: Iterable[Table]) -> list[str]:
    """My Number (個人番号) is never stored."""
    return [f"{t.name}.{column}" for t in tables for column in t.columns if MY_NUMBER.search(column)]


def row_security(tables: Iterable[Table], promised: Mapping[str, str]) -> list[str]:
    """Row security where it is promised, with a policy; promised where it is on."""
    tables = tuple(tables)
    on = {table.name for table in tables if table.row_security}
    found = [f"{name} has row security that reviewed.py does not explain" for name in sorted(on - set(promised))]
    found += [f"{name} is promised row security and has none" for name in sorted(set(promised) - on)]
    return found + [f"{t.name} has row security and no policy" for t in tables if t.row_security and not t.policies]


OWNED = """
SELECT 'relation ' || relname FROM pg_class WHERE relowner = 'jichi_app'::regrole
UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE proowner = 'jichi_app'::regrole
UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspowner = 'jichi_app'::regrole
UNION ALL SELECT 'database ' || datname FROM pg_database WHERE datdba = 'jichi_app'::regrole
UNION ALL SELECT 'attribute of the role' FROM pg_roles
    WHERE rolname = 'jichi_app' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
UNION ALL SELECT 'membership in ' || roleid::regrole FROM pg_auth_members WHERE member = 'jichi_app'::regrole
UNION ALL SELECT 'may truncate ' || relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND has_table_privilege('jichi_app', oid, 'TRUNCATE')
UNION ALL SELECT 'may add triggers to ' || relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND has_table_privilege('jichi_app', oid, 'TRIGGER')
UNION ALL SELECT 'may create in public' WHERE has_schema_privilege('jichi_app', 'public', 'CREATE')
UNION ALL SELECT 'may ' || p || ' the audit trail' FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p
    WHERE has_table_privilege('jichi_app', 'eng_audit_auditevent', p)
UNION ALL SELECT 'definer function without search_path: ' || p.proname FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND p.proowner = 'jichi_owner'::regrole
      AND NOT coalesce(array_to_string(p.proconfig, ',') LIKE '%search_path=%', false)
"""


def too_powerful(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """Whatever the application's role owns or may do beyond reading and writing rows."""
    return sorted(str(row[0]) for row in connection.execute(OWNED))
