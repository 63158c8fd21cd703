"""`jichi restore`: puts a backup back, beside the living data first, then in their place."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg

from jichi.kernel import clock

from ..cli import complain, say
from ..environment import environment
from ..instance import Instance, InstanceBusyError
from ..postgres import Cluster
from . import catalog, restoring, sealing, shape
from .commands import opened
from .server import Server
from .shape import BackupError


def restore(argv: Sequence[str]) -> int:
    """`jichi restore FOLDER [--replace WARD]`."""
    parser = argparse.ArgumentParser(
        prog="jichi restore",
        description="Puts a backup back: checks its sums, restores beside the living data, proves the copy equal, "
        "brings an older schema forward, and only then lets it take the place. Jichi must not run meanwhile.",
    )
    parser.add_argument("folder", type=Path, nargs="?", help="a folder that `jichi backup --list` shows")
    parser.add_argument(
        "--replace", metavar="WARD", help="the ward's name, typed: its living data make room (and are kept)"
    )
    parser.add_argument("--without-keys", action="store_true", help="accept that encrypted columns can't be read")
    parser.add_argument("--drop-old", action="store_true", help="delete the databases that earlier restores kept")
    given = parser.parse_args(list(argv))
    try:
        if given.drop_old:
            return _drop_old()
        if given.folder is None:
            parser.error("which backup? `jichi backup --list` shows them")
        manifest = restoring.require_sound(given.folder)
        ahead = restoring.require_fitting(manifest, known_migrations())
        if ahead:
            say(f"the backup is of an older schema: {len(ahead)} migrations will follow")
        told = environment()
        if told.database_url or told.owner_url:
            return _into_given(given, manifest)
        return _into_own(given, manifest)
    except InstanceBusyError:
        complain("Jichi runs; stop it first (Ctrl-C there, or your init system), then restore")
        return 1
    except BackupError as error:
        complain(str(error))
        return 1


def known_migrations() -> list[str]:
    """All migrations of this program, "app.name". No database is asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jichi.config.settings")
    import django
    from django.db.migrations.loader import MigrationLoader

    django.setup()
    loader = MigrationLoader(None)
    return sorted(f"{app}.{name}" for app, name in loader.disk_migrations)


def _drop_old() -> int:
    told = environment()
    instance, cluster = Instance(told.home), Cluster(told.home)
    with instance.locked():
        cluster.start()
        try:
            names = restoring.drop_aside(cluster)
        finally:
            cluster.stop()
    say(f"deleted {', '.join(names)}" if names else "nothing was kept")
    return 0


def _require_keys(given: argparse.Namespace, manifest: shape.Manifest) -> None:
    """The keys the backup's columns are encrypted with, from its sealed secrets or from this instance."""
    home = environment().home
    passphrase = os.environ.get("JICHI_BACKUP_PASSPHRASE", "")
    if manifest.with_secrets and passphrase:
        held = sealing.unseal((given.folder / shape.SECRETS).read_bytes(), passphrase)
        _put_secrets_back(home / "secrets", held)
        environment.cache_clear()
    have = {sealing.fingerprint(key) for key in environment().field_keys}
    if set(manifest.keys) - have and not given.without_keys:
        how = "set JICHI_BACKUP_PASSPHRASE: they are in it, sealed" if manifest.with_secrets else (
            "put the ward's JICHI_HOME/secrets/field-keys there first, or set JICHI_FIELD_KEYS"
        )  # fmt: skip
        raise BackupError(
            f"the field keys of this backup are not here, so encrypted columns could not be read; {how} "
            "(or --without-keys: officials then enrol their authenticators again)"
        )


def _put_secrets_back(folder: Path, held: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in held.items():
        path = folder / Path(name).name
        mine = path.read_bytes().strip().split(b",") if path.exists() else []
        if mine and name != "field-keys":
            continue
        added = [key for key in content.strip().split(b",") if key not in mine] if mine else [content]
        partial = path.with_name(path.name + ".new")
        partial.touch(mode=0o600)
        partial.write_bytes(b",".join([*mine, *added]))
        partial.replace(path)


def _into_own(given: argparse.Namespace, manifest: shape.Manifest) -> int:
    """The embedded server: beside the living database, then in its place."""
    told = environment()
    instance = Instance(told.home)
    with instance.locked():
        instance.clear_leftovers()
        _require_keys(given, manifest)
        cluster = Cluster(told.home)
        cluster.start()
        try:
            alive = restoring.lived_in(cluster)
            if alive and (given.replace or _asked(told.ward)) != told.ward:
                raise BackupError(
                    f"{told.home} holds living data; to put them aside give its name: --replace {told.ward}"
                )
            restoring.begin(cluster)
            server = Server(
                cluster.url("owner", restoring.BUILDING), cluster.source.folder, min(4, os.cpu_count() or 1)
            )
            _fill_and_prove(server, given.folder, manifest, instance.run / "restore.list", whole=False)
            aside = f"jichi_before_{clock.now():%Y%m%d_%H%M%S}"
            files = restoring.put_files_back(given.folder, manifest, told.home / "files")
            restoring.change_places(cluster, aside)
            restoring.tidy(cluster)
            if not alive:
                restoring.drop(cluster, aside)
        finally:
            cluster.stop()
    say(f"restored {manifest.made_at}: {manifest.rows:,} rows equal, {files:,} files put back")
    if alive:
        say(f"what was there before is kept as database {aside}; `jichi restore --drop-old` deletes it")
    return 0


def _asked(ward: str) -> str:
    if not sys.stdin.isatty():
        return ""
    return input(f"This will take the place of living data. Type the ward's name ({ward}) to go on: ").strip()


def _into_given(given: argparse.Namespace, manifest: shape.Manifest) -> int:
    """An operator's own database: only an empty one, in one transaction."""
    _require_keys(given, manifest)
    with opened() as server:
        with psycopg.connect(server.url) as connection:
            if catalog.has_tables(connection):
                raise BackupError(
                    "this database is not empty; make a new one (docs/operations.md) and point "
                    "JICHI_OWNER_DATABASE_URL and JICHI_DATABASE_URL there"
                )
        scratch = environment().home / "run" / "restore.list"
        scratch.parent.mkdir(parents=True, exist_ok=True)
        _fill_and_prove(server, given.folder, manifest, scratch, whole=True)
        files = restoring.put_files_back(given.folder, manifest, environment().home / "files")
    say(f"restored {manifest.made_at}: {manifest.rows:,} rows equal, {files:,} files put back")
    return 0


def _fill_and_prove(server: Server, folder: Path, manifest: shape.Manifest, scratch: Path, *, whole: bool) -> None:
    say(f"restoring {manifest.rows:,} rows of {manifest.made_at}")
    restoring.fill(server, folder, manifest, scratch, whole=whole)
    say("comparing every table with the backup")
    found = restoring.differences(server, manifest)
    if found:
        raise BackupError(f"the restored copy is not equal: {'; '.join(found[:5])}. Nothing was replaced")
    migrate_forward(server.url)


def migrate_forward(url: str) -> None:
    """Bring a database to this program's schema.

    Raises:
        BackupError: a migration failed.
    """
    environ = {**os.environ, "JICHI_DATABASE_URL": url, "JICHI_DB_POOL_MAX": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "jichi.config.prepare", "--migrate"], env=environ, check=False, capture_output=True
    )
    if done.returncode:
        raise BackupError(f"bringing the schema forward failed: {done.stderr.decode(errors='replace')[-600:]}")
