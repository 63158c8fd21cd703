"""Messages on a case, and what hangs at it beside the application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..models import CaseFile, CaseMessage


@dataclass(frozen=True, slots=True)
class Attached:
    """A file by its id and name."""

    id: UUID
    filename: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message. `author` is the account; applicants are not shown officials' names."""

    side: str
    author: UUID
    text: str
    language: str
    at: datetime
    read_at: datetime | None
    files: tuple[Attached, ...]


def messages_of(case_id: UUID) -> tuple[Said, ...]:
    """The thread, oldest first. Two statements."""
    rows = CaseMessage.objects.filter(case_id=case_id).order_by("at", "id").prefetch_related("files__file")
    return tuple(
        Said(
            side=row.side, author=row.author_id, text=row.text, language=row.language, at=row.at, read_at=row.read_at,
            files=tuple(Attached(f.file_id, f.file.filename) for f in row.files.all()),
        )
        for row in rows
    )  # fmt: skip


def unread_messages(case_id: UUID, *, reader: str) -> int:
    """How many messages of the other side this side ("resident" or "staff") has not opened. One statement."""
    other = "staff" if reader == "resident" else "resident"
    return CaseMessage.objects.filter(case_id=case_id, side=other, read_at=None).count()


def scans_of(case_id: UUID) -> tuple[Attached, ...]:
    """Scanned papers of an application that an official entered. One statement."""
    rows = CaseFile.objects.filter(case_id=case_id, message=None).order_by("added_at").select_related("file")
    return tuple(Attached(row.file_id, row.file.filename) for row in rows)


def hangs_at(case_id: UUID, file_id: UUID) -> bool:
    """Does this file hang at the case, as the actor of the unit sees it? One statement."""
    return CaseFile.objects.filter(case_id=case_id, file_id=file_id).exists()
