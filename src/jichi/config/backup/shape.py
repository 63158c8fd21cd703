"""What a backup folder holds and says of itself (`manifest.json`), and which folders rotation keeps. No database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "database"
FILES: Final = "files"
SETTINGS: Final = "settings.json"
SECRETS: Final = "secrets.sealed"
PART: Final = ".part"
"""A folder that ends so is half a backup: never listed, removed by the next run."""
PREFIX: Final = "jichi-"
STAMP: Final = "%Y%m%d-%H%M%S"


class BackupError(Exception):
    """A backup can't be made, read or put back; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table's rows: how many, and the SHA-256 of its rows as COPY writes them, in their order."""

    rows: int
    sha256: str
    part: str


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the folder."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything a restore needs to know before it begins."""

    made_at: str
    """ISO 8601 with offset."""
    version: str
    postgres: str
    ward: str
    origin: str
    migrations: tuple[str, ...]
    """All that were applied: "app.name", in their order."""
    tables: Mapping[str, Table]
    sequences: Mapping[str, str]
    structure: Mapping[str, str]
    """Kind of object → SHA-256 over the definitions of all of that kind."""
    parts: Mapping[str, Part]
    files: tuple[str, ...]
    """SHA-256 of the stored files that rows speak of."""
    missing: tuple[str, ...] = ()
    """Files that rows speak of and that were not there any more when they were to be copied."""
    keys: tuple[str, ...] = ()
    """Fingerprints of the field keys, newest first: which keys are needed to read encrypted columns."""
    with_secrets: bool = False
    seconds: float = 0.0
    format: int = FORMAT

    @property
    def moment(self) -> datetime:
        """When its snapshot was taken."""
        return datetime.fromisoformat(self.made_at)

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables.values())

    @property
    def size(self) -> int:
        """Bytes of all parts without stored files."""
        return sum(part.bytes for part in self.parts.values())


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole backup on the disk."""

    folder: Path
    manifest: Manifest = field(repr=False)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """The last thing that is written into a folder."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """What a folder says of itself.

    Raises:
        BackupError: no backup of ours, or of a later Jichi.
    """
    try:
        found: Any = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise BackupError(f"{folder} is no backup: it has no readable {MANIFEST}") from None
    if not isinstance(found, dict) or not isinstance(found.get("format"), int):
        raise BackupError(f"{folder} is no backup: its {MANIFEST} says nothing of a format")
    if found["format"] > FORMAT:
        raise BackupError(f"{folder} was written by a later Jichi ({found.get('version', 'unknown')}); use that one")
    try:
        tables = {name: Table(**table) for name, table in found.pop("tables").items()}
        parts = {name: Part(**part) for name, part in found.pop("parts").items()}
        for name in ("migrations", "files", "missing", "keys"):
            found[name] = tuple(found[name])
        return Manifest(tables=tables, parts=parts, **found)
    except (KeyError, TypeError, AttributeError):
        raise BackupError(f"{folder} is no backup that we can read: its {MANIFEST} lacks what it must say") from None


def rotated(moments: Iterable[datetime], *, daily: int, weekly: int) -> frozenset[datetime]:
    """Which backups stay: the last of each of the last `daily` days and of the last `weekly` weeks that have any.

    The latest stays whatever the numbers say.
    """
    ordered = sorted(moments, reverse=True)
    days: dict[object, datetime] = {}
    weeks: dict[object, datetime] = {}
    for moment in ordered:
        days.setdefault(moment.date(), moment)
        weeks.setdefault(moment.isocalendar()[:2], moment)
    return frozenset([*ordered[:1], *list(days.values())[:daily], *list(weeks.values())[:weekly]])


def parse_keep(text: str) -> tuple[int, int]:
    """ "7,5" → seven daily and five weekly backups.

    Raises:
        BackupError: anything else.
    """
    daily, _, weekly = text.partition(",")
    if not (daily.strip().isdecimal() and weekly.strip().isdecimal()):
        raise BackupError(f"JICHI_BACKUP_KEEP={text!r} must be two numbers, days and weeks, as 7,5")
    return int(daily), int(weekly)


def readable(size: float) -> str:
    """Bytes for people."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"
