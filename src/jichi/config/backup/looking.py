"""Which backups there are, and whether they are still what they were."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from . import shape
from .shape import BackupError, Kept

CHUNK: Final = 1 << 20


def whole_backups(target: Path) -> list[Kept]:
    """All whole backups below a folder, oldest first; half ones and other folders are left out."""
    found = []
    for folder in sorted(target.glob(shape.PREFIX + "*")):
        if folder.suffix == shape.PART or not folder.is_dir():
            continue
        try:
            found.append(Kept(folder, shape.read_manifest(folder)))
        except BackupError:
            continue
    return sorted(found, key=lambda one: one.manifest.moment)


def problems(folder: Path) -> list[str]:
    """What is wrong with a backup: every part and every stored file is read and added up. Empty: nothing.

    Raises:
        BackupError: no backup at all.
    """
    manifest = shape.read_manifest(folder)
    found = []
    for name, part in manifest.parts.items():
        path = folder / name
        if not path.is_file():
            found.append(f"{name} is missing")
        elif path.stat().st_size != part.bytes or digest_of(path) != part.sha256:
            found.append(f"{name} has been changed or damaged")
    extra = {f"{shape.DATABASE}/{path.name}" for path in (folder / shape.DATABASE).glob("*")} - set(manifest.parts)
    found += [f"{name} does not belong there" for name in sorted(extra)]
    for sha256 in manifest.files:
        path = folder / shape.FILES / sha256[:2] / sha256[2:4] / sha256
        if not path.is_file():
            found.append(f"stored file {sha256[:12]}… is missing")
        elif digest_of(path) != sha256:
            found.append(f"stored file {sha256[:12]}… has been changed or damaged")
    return found


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
