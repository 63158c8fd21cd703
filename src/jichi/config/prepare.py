"""Brings database and static files to the state of this program; does nothing when they are there.

`python -m jichi.config.prepare` runs with the owner's address and is over before web and worker start.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections.abc import Sequence
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


def migrate() -> int:
    """Apply what is pending; returns how many."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        # Index builds and data moves may take longer than a page may.
        cursor.execute("SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '60s', false)")
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            pending = pending_migrations()
            if pending:
                say(f"applying {len(pending)} database migrations")
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

    began = time.monotonic()
    django.setup()
    if given.migrate and migrate():
        say(f"database ready after {time.monotonic() - began:.0f} s")
    if given.check_migrations and (pending := pending_migrations()):
        say(f"{len(pending)} migrations are pending, the first: {pending[0]}")
        return 3
    if given.static and settings.STATIC_ROOT:
        from jichi.config.environment import environment

        collect_static(Path(settings.STATIC_ROOT), environment().home / "run" / "static.stamp")
    return 0


if __name__ == "__main__":
    sys.exit(main())
