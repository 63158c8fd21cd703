"""Takes a backup while people work: everything as one moment's snapshot saw it, and a folder only when it is whole."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg

from . import catalog, shape
from .looking import whole_backups
from .server import CHUNK, Server, data_parts
from .shape import BackupError, Kept, Manifest, Part, Table

RESERVE: Final = 256 * 1024**2
_TAIL: Final = b"\\.\n\n\n"
"""What pg_dump writes behind the rows of a table."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is saved: a database, the folder of stored files, settings, perhaps sealed secrets."""

    server: Server
    files: Path
    ward: str
    origin: str
    settings: bytes
    keys: Sequence[str] = ()
    secrets: bytes | None = None


@contextlib.contextmanager
def only_one(target: Path) -> Iterator[None]:
    """Hold a folder of backups.

    Raises:
        BackupError: another backup or rotation works there.
    """
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (target / ".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"another backup is being written to {target}") from None
        yield


def take(source: Source, target: Path, *, now: datetime, say: Say = lambda _text: None, level: int = 1) -> Kept:
    """Save everything into a new dated folder below `target`.

    Whatever interrupts it leaves only a folder ending in `.part`, which the next run removes.

    Args:
        now: names the folder. level: of compression, 0 to 9.

    Raises:
        BackupError: no room, no database, another backup at work; nothing is left behind.
    """
    with only_one(target):
        for half in target.glob(f"{shape.PREFIX}*{shape.PART}"):
            shutil.rmtree(half)
        before = whole_backups(target)
        name = shape.PREFIX + now.astimezone(ZoneInfo("Asia/Tokyo")).strftime(shape.STAMP)
        folder, half = target / name, target / (name + shape.PART)
        if folder.exists():
            raise BackupError(f"{folder} exists already; wait a second")
        half.mkdir(mode=0o700)
        try:
            manifest = _fill(source, half, before[-1] if before else None, now, say, level)
            shape.write_manifest(half, manifest)
            _sync(half)
            half.rename(folder)
            _sync_folder(target)
        except BaseException as error:
            shutil.rmtree(half, ignore_errors=True)
            if isinstance(error, OSError):
                raise BackupError(f"the backup could not be written: {error.strerror or error}") from error
            raise
    return Kept(folder, manifest)


def _fill(source: Source, half: Path, before: Kept | None, now: datetime, say: Say, level: int) -> Manifest:
    began = time.monotonic()
    server = source.server
    with _connected(server) as connection, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = _one(cursor, "SELECT pg_export_snapshot()")
        if not catalog.has_tables(connection):
            raise BackupError("this database holds no Jichi yet; there is nothing to save")
        _require_room(half, int(_one(cursor, "SELECT pg_database_size(current_database())")), before)
        cursor.execute("SELECT sha256 FROM eng_files_blob ORDER BY sha256")
        files = tuple(row[0] for row in cursor.fetchall())
        process = server.start(server.dump_command(half / shape.DATABASE, snapshot, level=level))
        try:
            missing = _copy_files(source.files, half / shape.FILES, files, before)
            structure, applied = catalog.structure(connection), catalog.migrations(connection)
            _, words = process.communicate()
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()
        if process.returncode:
            raise BackupError(f"pg_dump failed: {words.decode(errors='replace').strip()[-600:]}")
        postgres = str(_one(cursor, "SHOW server_version"))
    say(f"saved the database; adding up {shape.readable(_size(half / shape.DATABASE))}")
    contents = server.listing(half / shape.DATABASE)
    tables, parts = _sums(half, data_parts(contents))
    (half / shape.SETTINGS).write_bytes(source.settings)
    if source.secrets is not None:
        (half / shape.SECRETS).write_bytes(source.secrets)
    small = [shape.SETTINGS, *([shape.SECRETS] if source.secrets is not None else [])]
    parts |= {name: _part(half / name) for name in small}
    return Manifest(
        made_at=now.isoformat(timespec="seconds"), version=version("jichi"), postgres=postgres, ward=source.ward,
        origin=source.origin, migrations=applied, tables=tables, structure=structure, parts=parts,
        sequences=server.sequences(half / shape.DATABASE, contents, half / "sequences.list"),
        files=tuple(one for one in files if one not in missing), missing=missing, keys=tuple(source.keys),
        with_secrets=source.secrets is not None, seconds=round(time.monotonic() - began, 1),
    )  # fmt: skip


def _connected(server: Server) -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(server.url, connect_timeout=10, options="-c idle_in_transaction_session_timeout=0")
    except psycopg.OperationalError as error:
        raise BackupError(f"the database does not answer: {str(error).strip()}") from None


def _one(cursor: psycopg.Cursor[Any], statement: str) -> Any:
    cursor.execute(statement)
    row = cursor.fetchone()
    return row[0] if row else None


def _require_room(half: Path, database: int, before: Kept | None) -> None:
    """A dump takes a fifth of its database, or what the last one took."""
    needed = (int(before.manifest.size * 1.25) if before else database * 2 // 5) + RESERVE
    free = shutil.disk_usage(half).free
    if free < needed:
        raise BackupError(
            f"not enough room in {half.parent}: about {shape.readable(needed)} needed, {shape.readable(free)} free; "
            "choose a larger disk with --to or JICHI_BACKUP_DIR, or remove old backups"
        )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


# -- stored files ----------------------------------------------------------------------------


def place_of(root: Path, sha256: str) -> Path:
    """Where content lies below a folder of stored files."""
    return root / sha256[:2] / sha256[2:4] / sha256


def _copy_files(source: Path, target: Path, digests: Sequence[str], before: Kept | None) -> tuple[str, ...]:
    """Copy what is new; what the last backup holds is linked from there. Digests that were not there any more."""
    missing = []
    for sha256 in digests:
        place = place_of(target, sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        if before is not None:
            with contextlib.suppress(OSError):  # not there, or a disk without links: copied
                os.link(place_of(before.folder / shape.FILES, sha256), place)
                continue
        try:
            shutil.copyfile(place_of(source, sha256), place)
        except FileNotFoundError:
            missing.append(sha256)
    return tuple(missing)


# -- sums ------------------------------------------------------------------------------------


def _sums(half: Path, names: dict[str, str]) -> tuple[dict[str, Table], dict[str, Part]]:
    """Every part of the dump read once: its own sum, and the sum over the rows inside."""
    paths = sorted((half / shape.DATABASE).iterdir(), key=lambda path: -path.stat().st_size)
    tables: dict[str, Table] = {}
    parts: dict[str, Part] = {}
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        for path, (part, rows, inner) in zip(paths, pool.map(_dump_sums, paths), strict=True):
            label = f"{shape.DATABASE}/{path.name}"
            parts[label] = part
            table = names.get(path.name.partition(".")[0])
            if table is not None:
                tables[table] = Table(rows, inner, label)
    if len(tables) != len(names):
        lost = sorted(set(names.values()) - set(tables))
        raise BackupError(f"the dump holds no rows of {', '.join(lost[:5])}; report this")
    return dict(sorted(tables.items())), parts


def _dump_sums(path: Path) -> tuple[Part, int, str]:
    outer, inner = hashlib.sha256(), hashlib.sha256()
    unpack = zlib.decompressobj(31) if path.suffix == ".gz" else None
    size = rows = 0
    tail = b""
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            outer.update(chunk)
            size += len(chunk)
            text = tail + (unpack.decompress(chunk) if unpack else chunk)
            tail = text[-len(_TAIL) :]
            inner.update(memoryview(text)[: len(text) - len(tail)])
            rows += text.count(b"\n", 0, len(text) - len(tail))
    rest = tail + (unpack.flush() if unpack else b"")
    if rest.endswith(_TAIL):
        rest = rest[: -len(_TAIL)]
    inner.update(rest)
    return Part(size, outer.hexdigest()), rows + rest.count(b"\n"), inner.hexdigest()


def _part(path: Path) -> Part:
    data = path.read_bytes()
    return Part(len(data), hashlib.sha256(data).hexdigest())


def _sync(folder: Path) -> None:
    """What is in a folder, on the disk; pg_dump has done so for its own part."""
    for path in folder.rglob("*"):
        if path.parent.name == shape.DATABASE:
            continue
        if path.is_dir():
            _sync_folder(path)
        elif path.stat().st_nlink == 1:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# -- rotation --------------------------------------------------------------------------------


def rotate(target: Path, *, daily: int, weekly: int) -> list[Path]:
    """Remove what is older than the plan; the removed folders."""
    with only_one(target):
        held = whole_backups(target)
        stay = shape.rotated((one.manifest.moment for one in held), daily=daily, weekly=weekly)
        gone = [one.folder for one in held if one.manifest.moment not in stay]
        for folder in gone:
            doomed = folder.with_name(folder.name + shape.PART)
            folder.rename(doomed)  # whatever interrupts the removal, nobody takes the rest for a backup
            shutil.rmtree(doomed)
    return gone
