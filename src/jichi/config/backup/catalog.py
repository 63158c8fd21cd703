"""Looks at a database: its structure as sums, its columns, its migrations. Plain SQL, PostgreSQL 15 and newer."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import psycopg

STRUCTURE: Final[dict[str, str]] = {
    "columns": """
        SELECT c.relname, c.relkind::text, pg_get_userbyid(c.relowner), a.attname, format_type(a.atttypid, a.atttypmod),
               a.attnotnull::text, a.attgenerated::text, a.attidentity::text, pg_get_expr(e.adbin, e.adrelid)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef e ON e.adrelid = c.oid AND e.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')""",
    "constraints": """
        SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid), c.convalidated::text
        FROM pg_constraint c WHERE c.connamespace = 'public'::regnamespace AND c.contype <> 'n'""",
    "indexes": """
        SELECT pg_get_indexdef(i.indexrelid), i.indisvalid::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE c.relnamespace = 'public'::regnamespace""",
    "triggers": """
        SELECT pg_get_triggerdef(t.oid), t.tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal""",
    "functions": """
        SELECT pg_get_functiondef(p.oid), pg_get_userbyid(p.proowner) FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p') AND NOT EXISTS (
            SELECT 1 FROM pg_depend d WHERE d.deptype = 'e' AND d.objid = p.oid)""",
    "views": """
        SELECT c.relname, pg_get_viewdef(c.oid) FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm')""",
    "row security": """
        SELECT c.relname, c.relrowsecurity::text, c.relforcerowsecurity::text, p.polname, p.polcmd::text,
               p.polpermissive::text, (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r) END, ',')
               FROM unnest(p.polroles) AS r), pg_get_expr(p.polqual, p.polrelid),
               pg_get_expr(p.polwithcheck, p.polrelid)
        FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')""",
    "default rights": """
        SELECT pg_get_userbyid(d.defaclrole), coalesce(n.nspname, ''), d.defaclobjtype::text,
               coalesce(r.rolname, 'public'), g.privilege_type
        FROM pg_default_acl d CROSS JOIN aclexplode(d.defaclacl) AS g
        LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
        LEFT JOIN pg_roles r ON r.oid = g.grantee WHERE d.defaclrole = 'jichi_owner'::regrole""",
    "grants": """
        SELECT c.relname, coalesce(r.rolname, 'public'), g.privilege_type, g.is_grantable::text, ''
        FROM pg_class c, aclexplode(coalesce(c.relacl, acldefault((CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)
             ::"char", c.relowner))) AS g LEFT JOIN pg_roles r ON r.oid = g.grantee
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
        UNION ALL
        SELECT c.relname, coalesce(r.rolname, 'public'), g.privilege_type, g.is_grantable::text, a.attname
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) AS g
        LEFT JOIN pg_roles r ON r.oid = g.grantee WHERE c.relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT p.oid::regprocedure::text, coalesce(r.rolname, 'public'), g.privilege_type, g.is_grantable::text, ''
        FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS g
        LEFT JOIN pg_roles r ON r.oid = g.grantee
        WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT 1 FROM pg_depend d WHERE d.deptype = 'e' AND d.objid = p.oid)""",
}
"""Kind → a statement whose rows, sorted, are that kind's definitions."""

_COLUMNS: Final = """
    SELECT format('%I.%I', 'public', c.relname), 'public.' || c.relname,
           array_agg(quote_ident(a.attname) ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         AND a.attgenerated = ''
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p'
    GROUP BY c.oid, c.relname"""


def structure(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """One SHA-256 for each kind of object: tables, functions, triggers, row security, grants."""
    found = {}
    for kind, statement in STRUCTURE.items():
        rows = sorted(
            "\x1f".join("" if cell is None else str(cell) for cell in row) for row in _rows(connection, statement)
        )
        found[kind] = hashlib.sha256("\x1e".join(rows).encode()).hexdigest()
    return found


def columns(connection: psycopg.Connection[Any]) -> dict[str, tuple[str, list[str]]]:
    """Table, "schema.name" → its quoted name and quoted columns, generated ones left out, as pg_dump copies them."""
    return {plain: (quoted, list(names)) for quoted, plain, names in _rows(connection, _COLUMNS)}


def migrations(connection: psycopg.Connection[Any]) -> tuple[str, ...]:
    """All applied migrations, "app.name", in the order in which they were."""
    if not has_tables(connection):
        return ()
    rows = _rows(connection, "SELECT app || '.' || name FROM django_migrations ORDER BY id")
    return tuple(row[0] for row in rows)


def has_tables(connection: psycopg.Connection[Any]) -> bool:
    """Whether a Jichi was ever migrated here."""
    return bool(_rows(connection, "SELECT to_regclass('public.django_migrations') IS NOT NULL")[0][0])


def is_lived_in(connection: psycopg.Connection[Any]) -> bool:
    """Whether anybody has an account here: such data is not overwritten unasked."""
    if not _rows(connection, "SELECT to_regclass('public.eng_accounts_account') IS NOT NULL")[0][0]:
        return False
    return bool(_rows(connection, "SELECT EXISTS (SELECT FROM eng_accounts_account)")[0][0])


def sequences(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Where each sequence stands, as `Server.sequences` tells it of a dump."""
    names = _rows(
        connection,
        "SELECT c.relname, format('public.%I', c.relname) FROM pg_class c "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'",
    )
    found = {}
    for _, quoted in names:
        value, called = _rows(connection, f"SELECT last_value, is_called FROM {quoted}")[0]  # noqa: S608 - quoted above
        found[quoted] = f"{value},{str(called).lower()}"
    return found


def _rows(connection: psycopg.Connection[Any], statement: str) -> list[tuple[Any, ...]]:
    return connection.execute(statement).fetchall()
