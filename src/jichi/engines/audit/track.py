"""Migration operations that put a table under audit or row security."""

from __future__ import annotations

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


def run_sql_file(path: Path) -> RunSQL:
    """The statements of a `.sql` file of this room, as one forward-only operation."""
    return RunSQL(path.read_text(encoding="utf-8"), RunSQL.noop)
