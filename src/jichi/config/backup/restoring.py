"""Puts a backup back into a database of its own, proves it equal, and only then lets it take the old one's place."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from ..postgres import Cluster
from . import catalog, looking, shape
from .server import Server, without_groundwork
from .shape import BackupError, Manifest
from .taking import place_of

BUILDING: Final = "jichi_restoring"
"""The database a restore works in; one that an interrupted restore left is dropped by the next."""
LIVING: Final = "jichi"
_DEFAULT: Final = "ALTER DEFAULT PRIVILEGES FOR ROLE jichi_owner IN SCHEMA public"
_BARE: Final = (
    "ALTER DEFAULT PRIVILEGES FOR ROLE jichi_owner GRANT EXECUTE ON FUNCTIONS TO PUBLIC",
    f"{_DEFAULT} REVOKE EXECUTE ON FUNCTIONS FROM jichi_app",
    f"{_DEFAULT} REVOKE ALL ON TABLES FROM jichi_app",
    f"{_DEFAULT} REVOKE ALL ON SEQUENCES FROM jichi_app",
)
"""A dump says of each table what was granted beyond PostgreSQL's own default. Under our wider one, tables that the
application may not write to would come back writable. The dump sets ours again behind the last table."""


def require_fitting(manifest: Manifest, known: Sequence[str]) -> list[str]:
    """The migrations this program will add behind a restore: empty when the backup is of the same schema.

    Raises:
        BackupError: the backup is of a later Jichi.
    """
    strange = [name for name in manifest.migrations if name not in set(known) and not name.startswith("auth.")]
    if strange:
        raise BackupError(
            f"this backup was made by a later Jichi ({manifest.version}); it has changes this one "
            f"does not know, the first: {strange[0]}. Install Jichi {manifest.version} or later and restore with that"
        )
    return [name for name in known if name not in set(manifest.migrations)]


def require_sound(folder: Path) -> Manifest:
    """The manifest of a backup whose every part adds up.

    Raises:
        BackupError: it does not; the message names what is wrong.
    """
    wrong = looking.problems(folder)
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise BackupError(f"{folder} is damaged: {'; '.join(wrong[:3])}{more}. Use another backup")
    return shape.read_manifest(folder)


def fill(server: Server, folder: Path, manifest: Manifest, scratch: Path, *, whole: bool) -> None:
    """Put the rows back into a prepared, empty database."""
    contents = without_groundwork(server.listing(folder / shape.DATABASE))
    with psycopg.connect(server.url) as connection:
        for statement in _BARE:
            connection.execute(statement)
    scratch.write_text("\n".join(contents) + "\n")
    try:
        server.run(server.restore_command(folder / shape.DATABASE, scratch, whole=whole))
    finally:
        scratch.unlink(missing_ok=True)


def differences(server: Server, manifest: Manifest) -> list[str]:
    """How a database differs from what a backup says of it: structure, rows and sums of each table, sequences."""
    with psycopg.connect(server.url, options="-c statement_timeout=0") as connection:
        here = catalog.structure(connection)
        found = [f"{kind} differ" for kind, digest in manifest.structure.items() if here.get(kind) != digest]
        columns = catalog.columns(connection)
        stands = catalog.sequences(connection)
    found += [f"sequence {n} differs" for n, value in manifest.sequences.items() if stands.get(n) != value]
    found += [f"table {name} is new" for name in sorted(set(columns) - set(manifest.tables))]
    found += [f"table {name} is missing" for name in sorted(set(manifest.tables) - set(columns))]
    both = [name for name in manifest.tables if name in columns]
    both.sort(key=lambda name: -manifest.parts[manifest.tables[name].part].bytes)
    with ThreadPoolExecutor(max_workers=max(2, server.jobs)) as pool:
        for name, (rows, sha256) in zip(both, pool.map(lambda n: server.table_digest(*columns[n]), both), strict=True):
            table = manifest.tables[name]
            if rows != table.rows:
                found.append(f"table {name} has {rows} rows and had {table.rows}")
            elif sha256 != table.sha256:
                found.append(f"rows of table {name} differ")
    return found


def put_files_back(folder: Path, manifest: Manifest, root: Path) -> int:
    """Copy stored files that are not there; how many. Whole or not at all, so it may be repeated."""
    owner = root.stat() if root.exists() else None
    count = 0
    for sha256 in manifest.files:
        target = place_of(root, sha256)
        source = place_of(folder / shape.FILES, sha256)
        if target.is_file() and target.stat().st_size == source.stat().st_size:
            continue
        for place in (target.parent.parent, target.parent):
            if not place.exists():
                place.mkdir(parents=True, mode=0o700)
                _give(place, owner)
        partial = target.with_name(f"{sha256}.restoring")
        shutil.copyfile(source, partial)
        partial.chmod(0o400)
        _give(partial, owner)
        partial.replace(target)
        count += 1
    return count


def _give(path: Path, owner: os.stat_result | None) -> None:
    if owner is not None and os.geteuid() == 0:
        os.chown(path, owner.st_uid, owner.st_gid)


# -- the embedded server ---------------------------------------------------------------------


def lived_in(cluster: Cluster) -> bool:
    """Whether the living database holds anybody."""
    with psycopg.connect(cluster.url("owner", LIVING)) as connection:
        return catalog.is_lived_in(connection)


def begin(cluster: Cluster) -> None:
    """An empty, prepared database to restore into; what an interrupted restore left is gone."""
    drop(cluster, BUILDING)
    cluster.create_database(BUILDING)


def change_places(cluster: Cluster, aside: str) -> None:
    """The restored database becomes the living one; that one is kept as `aside`. Both or neither."""
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with psycopg.connect(cluster.url("super", "postgres")) as connection:
        connection.execute(rename.format(sql.Identifier(LIVING), sql.Identifier(aside)))
        connection.execute(rename.format(sql.Identifier(BUILDING), sql.Identifier(LIVING)))


def set_aside(cluster: Cluster) -> list[str]:
    """Databases that restores and upgrades kept."""
    with psycopg.connect(cluster.url("super", "postgres")) as connection:
        found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'jichi\\_before\\_%' ORDER BY 1")
        return [row[0] for row in found]


def drop_aside(cluster: Cluster) -> list[str]:
    """Drop them; their names."""
    names = set_aside(cluster)
    for name in names:
        drop(cluster, name)
    return names


def drop(cluster: Cluster, name: str) -> None:
    """Drop one database."""
    with psycopg.connect(cluster.url("super", "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def tidy(cluster: Cluster) -> None:
    """Statistics for the planner: pg_restore carries none on older servers."""
    with (
        contextlib.suppress(psycopg.Error),
        psycopg.connect(cluster.url("owner", LIVING), autocommit=True, options="-c statement_timeout=0") as connection,
    ):
        connection.execute("ANALYZE")
