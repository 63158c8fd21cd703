"""Migration operations that put a table under audit or row security."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from django.db.migrations.operations import RunSQL

APP_ROLE = "jichi_app"


def track(table: str, *, subject: str = "", leave_out: Sequence[str] = ()) -> RunSQL:
    """Record every insert, update and delete of `table` in the audit trail.

    Args:
        table: the database table.
        subject: column that names the person concerned (宛名番号 or account id); "" for none.
        leave_out: columns never copied into the trail (secrets, search vectors).
    """
    arguments = ", ".join("'" + a.replace("'", "''") + "'" for a in (subject, *leave_out))
    return RunSQL(
        f'CREATE TRIGGER audit_{table} AFTER INSERT OR UPDATE OR DELETE ON "{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION audit_row({arguments})",
        f'DROP TRIGGER IF EXISTS audit_{table} ON "{table}"',
    )


_IS_SYSTEM = """CREATE FUNCTION {name}() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN jichi_setting('actor_kind') = 'system';
"""
_ACCOUNT = """CREATE FUNCTION {name}() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN jichi_setting('actor_kind') = 'resident' THEN nullif(jichi_setting('actor_id'), '')::uuid END;
"""
_DIVISIONS = """CREATE FUNCTION {name}() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN jichi_setting('actor_kind') = 'staff'
        AND coalesce(nullif(jichi_setting('permissions'), ''), '[]')::jsonb ? '{permission}'
        THEN coalesce(nullif(jichi_setting('divisions'), ''), '{{}}')::bigint[] END;
"""


def who_acts(*, system: str = "", account: str = "", divisions: tuple[str, str] = ("", "")) -> RunSQL:
    """Functions that tell a room's policies who acts, each under the room's own name; "" makes none.

    Args:
        system: is it the platform itself?
        account: a resident's account; NULL for others.
        divisions: the function, and the permission an official must hold: their divisions; NULL for others.
    """
    name, permission = divisions
    made = [_IS_SYSTEM.format(name=system)] if system else []
    made += [_ACCOUNT.format(name=account)] if account else []
    made += [_DIVISIONS.format(name=name, permission=permission)] if name else []
    return RunSQL("".join(made), RunSQL.noop)


def run_sql_file(path: Path) -> RunSQL:
    """The statements of a `.sql` file of this room, as one forward-only operation."""
    return RunSQL(path.read_text(encoding="utf-8"), RunSQL.noop)


def run_sql_functions(path: Path, *names: str) -> RunSQL:
    """These functions of a `.sql` file, made anew: a function has one text, also where it came later or changed.

    Raises:
        ValueError: the file makes no such function with CREATE OR REPLACE.
    """
    text, found = path.read_text(encoding="utf-8"), []
    for name in names:
        match = re.search(rf"^CREATE OR REPLACE FUNCTION {name}\(.*?\$\$;$", text, re.MULTILINE | re.DOTALL)
        if match is None:
            raise ValueError(f"{path.name} makes no {name}")
        found.append(match[0])
    return RunSQL("\n".join(found), RunSQL.noop)
