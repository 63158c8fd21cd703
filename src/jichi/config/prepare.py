"""Brings database and static files to the state of this program; does nothing when they are there.

`python -m jichi.config.prepare` runs with the owner's address and is over before web and worker start.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

MIGRATION_LOCK: Final = 0x4A494348
"""Advisory lock: two hosts that start together migrate one after the other."""


def pending_migrations() -> list[str]:
    """Names of the migrations that the database lacks, in the order they would run."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


class UnpreparedError(Exception):
    """The database lacks what only its operator can give; the message names it and the statements that give it."""


def require_groundwork(cursor: object) -> None:
    """See that an operator's own database has the roles, rights and extensions that migrations build on.

    Raises:
        UnpreparedError: something is missing.
    """
    run = cursor.execute  # type: ignore[attr-defined]  # Django's cursor wrapper has no public type
    missing = []
    for needed, statement in _GROUNDWORK:
        run(needed)
        if not cursor.fetchone()[0]:  # type: ignore[attr-defined]  # as above
            missing.append(statement)
    if missing:
        lines = "\n".join(f"    {line}" for line in missing)
        raise UnpreparedError(
            f"this database is not prepared for Jichi; as its superuser, in this database:\n{lines}\n{_PAPER}"
        )


_PAPER: Final = 'docs/operations.md has the whole list, under "An external database"'
_GROUNDWORK: Final = (
    (
        "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'jichi_app')",
        "CREATE ROLE jichi_app LOGIN PASSWORD '…';",
    ),
    (
        "SELECT current_user = 'jichi_owner'",
        "-- JICHI_OWNER_DATABASE_URL must connect as jichi_owner, who owns the tables",
    ),
    ("SELECT current_setting('server_version_num')::int >= 150000", "-- PostgreSQL 15 or newer is needed"),
    (
        "SELECT current_setting('server_encoding') = 'UTF8'",
        "-- make the database with ENCODING 'UTF8' TEMPLATE template0",
    ),
    ("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'btree_gist')", "CREATE EXTENSION btree_gist;"),
    ("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')", "CREATE EXTENSION pg_trgm;"),
    (
        "SELECT has_schema_privilege('public', 'CREATE')",
        "GRANT ALL ON SCHEMA public TO jichi_owner;",
    ),
    (
        "SELECT (SELECT has_schema_privilege(oid, 'public', 'USAGE') FROM pg_roles WHERE rolname = 'jichi_app')",
        "GRANT USAGE ON SCHEMA public TO jichi_app;",
    ),
)
"""Question → what the operator does when the answer is no (or nothing)."""


def migrate() -> int:
    """Apply what is pending; returns how many.

    Raises:
        UnpreparedError: the database lacks what only its operator can give.
    """
    from django.core.management import call_command
    from django.db import OperationalError, connection

    from .light_states import light_states

    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise UnpreparedError(f"the database does not let us in: {str(error).strip()}\n{_PAPER}") from error
    with connection.cursor() as cursor:
        # Index builds and data moves may take longer than a page may.
        cursor.execute("SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '60s', false)")
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            require_groundwork(cursor)
            pending = pending_migrations()
            if pending:
                say(f"applying {len(pending)} database migrations")
                with light_states():
                    call_command("migrate", interactive=False, verbosity=0)
            grant_to_application(cursor)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    return len(pending)


def grant_to_application(cursor: object) -> None:
    """What later tables give to `jichi_app` by themselves; needed where the operator made the database."""
    from jichi.config.postgres import CLOSE_FUNCTIONS, DEFAULT_GRANTS

    for statement in (*DEFAULT_GRANTS, CLOSE_FUNCTIONS):
        cursor.execute(statement)  # type: ignore[attr-defined]  # Django's cursor wrapper has no public type


def collect_static(folder: Path, stamp: Path) -> bool:
    """Collect, hash and compress the static files when any of them changed; whether it did."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256(str(folder).encode())
    number = 0
    for finder in get_finders():
        for name, storage in finder.list([]):
            with storage.open(name) as file:
                digest.update(name.encode() + b"\0" + hashlib.sha256(file.read()).digest())
            number += 1
    state = digest.hexdigest()
    manifest = folder / "staticfiles.json"
    if manifest.exists() and stamp.exists() and stamp.read_text() == state:
        return False
    say(f"collecting {number} static files")
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state)
    return True


def say(text: str) -> None:
    """One line of progress."""
    sys.stdout.write(f"jichi: {text}\n")
    sys.stdout.flush()


def main(argv: Sequence[str] | None = None) -> int:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m jichi.config.prepare")
    parser.add_argument("--migrate", action="store_true")
    parser.add_argument("--check-migrations", action="store_true", help="status 3 when some are pending")
    parser.add_argument("--static", action="store_true")
    given = parser.parse_args(argv)

    import django
    from django.conf import settings

    from jichi.config.upgrade import record_version

    began = time.monotonic()
    django.setup()
    try:
        if given.migrate and migrate():
            record_version(version("jichi"))
            say(f"database ready after {time.monotonic() - began:.0f} s")
    except UnpreparedError as error:
        sys.stderr.write(f"jichi: {error}\n")
        return 1
    if given.check_migrations and (pending := pending_migrations()):
        say(f"{len(pending)} migrations are pending, the first: {pending[0]}")
        return 3
    if given.static and settings.STATIC_ROOT:
        from jichi.config.environment import environment

        collect_static(Path(settings.STATIC_ROOT), environment().home / "run" / "static.stamp")
    return 0


if __name__ == "__main__":
    sys.exit(main())
