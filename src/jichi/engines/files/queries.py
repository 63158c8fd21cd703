"""Reads: what a file is, its content, its renditions. One SQL statement each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from jichi.kernel.errors import NotFound

from . import storage
from .errors import FileLost, FileRefused, FileWaiting
from .models import Rendition, StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInfo:
    """What other rooms know of a file. `size` in bytes; `state` is "ready", "waiting" or "refused"."""

    id: UUID
    sha256: str
    media_type: str
    size: int
    filename: str
    created_at: datetime
    purpose: str = ""
    state: str = "ready"
    created_by: UUID | None = None


def file_info(file: StoredFile) -> FileInfo:
    """The row as other rooms see it."""
    return FileInfo(
        id=file.id,
        sha256=file.blob_id,
        media_type=file.media_type,
        size=file.blob.size,
        filename=file.filename,
        created_at=file.created_at,
        purpose=file.purpose,
        state=file.state,
        created_by=file.created_by,
    )


def get_file(id: UUID) -> FileInfo:
    """The file of this id, in whatever state; NotFound if there is none."""
    try:
        return file_info(StoredFile.objects.select_related("blob").get(pk=id))
    except StoredFile.DoesNotExist:
        raise NotFound("file.not_found") from None


def get_files(ids: list[UUID]) -> dict[UUID, FileInfo]:
    """Several at once, by id; ids that are unknown are left out."""
    return {f.id: file_info(f) for f in StoredFile.objects.select_related("blob").filter(pk__in=ids)}


def open_file(id: UUID) -> BinaryIO:
    """The content for reading. FileWaiting, FileRefused, FileLost or NotFound where it can't be had."""
    return open_content(get_file(id))


def open_content(info: FileInfo) -> BinaryIO:
    """The content of a file or rendition already looked up; no SQL. Errors as `open_file`."""
    require_ready(info)
    try:
        return storage.open_blob(info.sha256)
    except FileNotFoundError:
        raise FileLost(filename=info.filename, name=info.filename, sha256=info.sha256) from None


def require_ready(info: FileInfo) -> None:
    """Refuse what the scanner has not passed."""
    if info.state == StoredFile.State.WAITING:
        raise FileWaiting(filename=info.filename, name=info.filename)
    if info.state != StoredFile.State.READY:
        raise FileRefused("file.refused", filename=info.filename)


def get_rendition(id: UUID, kind: str = "thumbnail") -> FileInfo | None:
    """A derived file as a FileInfo (name and state of its source); None if there is none of this kind."""
    found = Rendition.objects.select_related("blob", "file").filter(file_id=id, kind=kind).first()
    if found is None:
        return None
    source = found.file
    return FileInfo(
        id=source.id,
        sha256=found.blob_id,
        media_type=found.media_type,
        size=found.blob.size,
        filename=source.filename,
        created_at=source.created_at,
        purpose=source.purpose,
        state=source.state,
        created_by=source.created_by,
    )
