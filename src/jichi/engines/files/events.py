"""Facts this room announces. Handlers run in the same transaction (manifests' `handlers`)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCleared:
    """A file that waited for the scanner may now be opened."""

    file_id: UUID
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCondemned:
    """Malware was found in a file taken in while the scanner was away. Its content is gone; whoever
    brought it must be asked for another.
    """

    file_id: UUID
    purpose: str
    created_by: UUID | None
