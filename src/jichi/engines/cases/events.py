"""Facts this room announces, in the transaction in which they become true."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """An application arrived and has a number."""

    case_id: UUID
    procedure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDecided:
    """An official decided; `outcome` is "approved" or "refused"."""

    case_id: UUID
    procedure: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWithdrawn:
    """The applicant took the application back."""

    case_id: UUID
    procedure: str
