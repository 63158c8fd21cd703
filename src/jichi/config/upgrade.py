"""`jichi upgrade`: looks first, saves, migrates, verifies; called again it completes what was interrupted."""

from __future__ import annotations

import argparse
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import psycopg

from jichi.kernel import clock

from .backup import catalog, commands, looking
from .backup.server import Server
from .backup.shape import BackupError, readable
from .cli import complain, say
from .environment import environment
from .instance import Instance
from .versions import refusal

ROOM_LEAST: Final = 1024**3
LONG: Final = 60.0
"""Seconds a transaction may have lasted without holding a migration up."""
SCAN_PER_SECOND: Final = 400_000
"""Rows a second that building an index or checking a constraint reads, on a small machine."""
_SCANS: Final = frozenset({"AddIndex", "AddConstraint", "AlterField", "AlterUniqueTogether"})


@dataclass(frozen=True, slots=True)
class Remark:
    """What a look before the upgrade found; `stops`: it must be mended first."""

    text: str
    stops: bool = False


def main(argv: Sequence[str]) -> int:
    """`jichi upgrade [--check] [--without-backup]`."""
    parser = argparse.ArgumentParser(
        prog="jichi upgrade",
        description="Brings this ward's database to this program's version: checks, backup, migrations, verification. "
        "Interrupted, it is completed by calling it again.",
    )
    parser.add_argument("--check", action="store_true", help="only look; status 3 when there is something to do")
    parser.add_argument("--without-backup", action="store_true", help="you have saved it in another way")
    given = parser.parse_args(list(argv))
    told = environment()
    instance = Instance(told.home)
    if not given.check and not (told.database_url or told.owner_url) and instance.is_held():
        complain("Jichi runs; stop it first, then upgrade (`jichi upgrade --check` may be asked while it runs)")
        return 1
    try:
        with commands.opened() as server:
            return _upgrade(server, instance, check=given.check, save=not given.without_backup)
    except BackupError as error:
        complain(str(error))
        return 1


def _upgrade(server: Server, instance: Instance, *, check: bool, save: bool) -> int:
    after = version("jichi")
    with psycopg.connect(server.url) as connection:
        before = recorded_version(connection)
        applied = catalog.migrations(connection)
        if not applied:
            say("this database holds no Jichi yet; `jichi up` or `jichi migrate` makes it")
            return 0
        pending = _pending(server.url)
        remarks = list(look(connection, applied, before=before, after=after))
        plan = list(_plan(connection, pending))
    begun = _begun(instance)
    say(f"from Jichi {before or 'an unknown version'} to {after}: {len(pending)} migrations")
    if begun:
        say(f"an upgrade of {begun['at']} was interrupted; it is completed now (backup: {begun['backup'] or 'none'})")
    for line in plan:
        say(f"  {line}")
    for remark in remarks:
        say(f"  {'STOP' if remark.stops else 'note'}: {remark.text}")
    if any(remark.stops for remark in remarks):
        return 1
    if check:
        return 3 if pending or before != after else 0
    if pending and save and not begun:
        _note(instance, before, _saved())
    elif pending and not begun:
        _note(instance, before, "")
    return _bring_forward(server, instance, after)


def _saved() -> str:
    kept = commands.make(commands.folder_of_backups(environment()))
    say(f"saved: {kept.folder}")
    return str(kept.folder)


def _bring_forward(server: Server, instance: Instance, after: str) -> int:
    from . import prepare

    begun = _begun(instance)
    _django(server.url)
    try:
        count = prepare.migrate()
    except Exception as error:  # whatever a migration met, the way back is told
        complain(f"a migration failed and was taken back: {type(error).__name__}: {error}")
        complain("mend the cause and call `jichi upgrade` again, or go back:")
        complain(_way_back(begun))
        return 1
    left = prepare.pending_migrations()
    if left:
        complain(f"{len(left)} migrations are still pending, the first: {left[0]}; call `jichi upgrade` again")
        return 1
    record_version(after)
    (instance.run / "upgrade.json").unlink(missing_ok=True)
    say(f"{count} migrations applied; the database is of Jichi {after}")
    if begun and begun["backup"]:
        say(f"to go back: {_way_back(begun)}")
    return 0


def _way_back(begun: dict[str, str] | None) -> str:
    if not begun or not begun["backup"]:
        return "restore your own backup with the Jichi it was made by"
    before = begun["from"] or "the one before"
    return f"install Jichi {before}, then `jichi restore {begun['backup']} --replace {environment().ward}`"


# -- looking first ---------------------------------------------------------------------------


def look(
    connection: psycopg.Connection[Any], applied: Sequence[str], *, before: str, after: str
) -> Iterator[Remark]:  # fmt: skip
    """Everything that could go wrong, before anything is touched."""
    from .backup.restore_command import known_migrations

    words = refusal(before, after)
    if words:
        yield Remark(words, stops=True)
    strange = [name for name in applied if name not in set(known_migrations())]
    if strange:
        yield Remark(f"a later Jichi changed this database ({strange[0]}); install that one", stops=True)
    told = environment()
    free = shutil.disk_usage(told.home if told.home.exists() else Path("/")).free
    if free < ROOM_LEAST:
        yield Remark(f"only {readable(free)} free under {told.home}; free a gigabyte first", stops=True)
    held = looking.whole_backups(commands.folder_of_backups(told))
    if held:
        age = (clock.now() - held[-1].manifest.moment).total_seconds()
        yield Remark(f"the last backup is {age / 3600:.0f} hours old; another is taken before the first migration")
    else:
        yield Remark("there is no backup yet; one is taken before the first migration")
    yield from _of_the_server(connection)


def _of_the_server(connection: psycopg.Connection[Any]) -> Iterator[Remark]:
    row = connection.execute(
        "SELECT count(*), coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8 "
        "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND xact_start < clock_timestamp() - make_interval(secs => %s)",
        (LONG,),
    ).fetchone()
    if row and row[0]:
        yield Remark(
            f"{row[0]} transactions have been open for up to {row[1]:.0f} s and would hold migrations up; "
            "end them first (jichi psql, pg_stat_activity)", stops=True,
        )  # fmt: skip
    from jichi.engines.jobs.tasks import known

    rows = connection.execute(
        "SELECT DISTINCT task_name FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    ).fetchall()
    # Periodic jobs are known by their manifest's name and made anew by the worker.
    old = sorted(str(r[0]) for r in rows if r[0] not in known and not str(r[0]).startswith("periodic:"))
    if old:
        yield Remark(f"jobs wait that this version does not know: {', '.join(old[:5])}; let the old worker finish them")


def _pending(url: str) -> list[str]:
    _django(url)
    from . import prepare

    return prepare.pending_migrations()


def _plan(connection: psycopg.Connection[Any], pending: Sequence[str]) -> Iterator[str]:
    """Each pending migration with what it locks, as far as its operations tell."""
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    rows = dict(connection.execute("SELECT relname, greatest(reltuples, 0)::bigint FROM pg_class").fetchall())
    for name in pending:
        app, _, short = name.partition(".")
        seconds, unsure = 0.0, False
        for operation in loader.disk_migrations[app, short].operations:
            kind = type(operation).__name__
            unsure |= kind in {"RunSQL", "RunPython"}
            model = getattr(operation, "model_name", "")
            if kind in _SCANS and model:
                try:
                    table = apps.get_model(app, model)._meta.db_table
                except LookupError:
                    continue  # a later migration takes the table away
                seconds += rows.get(table, 0) / SCAN_PER_SECOND
        lock = f"locks for about {seconds:.0f} s" if seconds >= 1 else "locks for moments"
        yield f"{name}: {lock}{'; its own SQL, not estimated' if unsure else ''}"


# -- remembering -----------------------------------------------------------------------------


def recorded_version(connection: psycopg.Connection[Any]) -> str:
    """The Jichi that last brought this database up to date; empty before versions were noted."""
    row = connection.execute("SELECT to_regclass('public.office_operations_observation') IS NOT NULL").fetchone()
    if not row or not row[0]:
        return ""
    row = connection.execute(
        "SELECT facts ->> 'version' FROM office_operations_observation WHERE key = 'version'"
    ).fetchone()
    return str(row[0]) if row else ""


def record_version(number: str) -> None:
    """Note which Jichi the database is of. Django is set up."""
    from jichi.engines.audit.context import system_actor
    from jichi.services.office.operations import actions

    actions.observe(actor=system_actor("upgrade"), key="version", facts={"version": number})


def _begun(instance: Instance) -> dict[str, str] | None:
    try:
        found: dict[str, str] = json.loads((instance.run / "upgrade.json").read_text())
    except (OSError, ValueError):
        return None
    return found


def _note(instance: Instance, before: str, backup: str) -> None:
    instance.run.mkdir(parents=True, exist_ok=True)
    partial = instance.run / "upgrade.new"
    partial.write_text(json.dumps({"from": before, "backup": backup, "at": clock.now().isoformat(timespec="seconds")}))
    partial.replace(instance.run / "upgrade.json")


def _django(url: str) -> None:
    from .database import use

    use(url)
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    os.environ.setdefault("JICHI_DB_POOL_MAX", "0")
