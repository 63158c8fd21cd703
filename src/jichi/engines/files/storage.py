"""Content on disk under its SHA-256: `aa/bb/<sha256>`. Knows nothing of the database.

A file appears under its name only when it is whole and on the disk (temporary file, fsync, rename,
fsync of the folder), so a process killed at any moment leaves either nothing or the whole content.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

TEMPORARY = "incoming"
CHUNK = 1 << 20


def root() -> Path:
    """The folder that holds all content."""
    return Path(settings.JICHI_FILES_ROOT)


def digest_of(data: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def path_of(sha256: str) -> Path:
    """Where content of this digest lies, whether or not it does."""
    return root() / sha256[:2] / sha256[2:4] / sha256


def put(sha256: str, data: bytes) -> Path:
    """Write the content unless it is there already. Two writers at once are both right."""
    target = path_of(sha256)
    if target.is_file() and target.stat().st_size == len(data):
        return target
    incoming = root() / TEMPORARY
    incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=incoming)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(name).chmod(0o400)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    for folder in (target.parent, target.parent.parent, root()):
        _sync_folder(folder)
    return target


def open_blob(sha256: str) -> BinaryIO:
    """The content, for reading; FileNotFoundError where it is missing."""
    return path_of(sha256).open("rb")


def remove(sha256: str) -> None:
    """Delete the content if it is there."""
    path_of(sha256).unlink(missing_ok=True)


def recompute(sha256: str) -> str | None:
    """The digest of what lies there now; None if nothing does."""
    digest = hashlib.sha256()
    try:
        with open_blob(sha256) as content:
            while chunk := content.read(CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return None
    return digest.hexdigest()


def stored(*, older_than_s: float = 0) -> Iterator[str]:
    """The digests of all content on disk that was written at least so many seconds ago."""
    limit = time.time() - older_than_s
    for path in root().glob("??/??/*"):
        try:
            if path.stat().st_mtime <= limit:
                yield path.name
        except FileNotFoundError:  # somebody else swept it
            continue


def sweep_incoming(*, older_than_s: float) -> int:
    """Remove what killed writers left half-written; returns how many."""
    limit = time.time() - older_than_s
    count = 0
    for path in (root() / TEMPORARY).glob("*"):
        if path.stat().st_mtime <= limit:
            path.unlink(missing_ok=True)
            count += 1
    return count


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
