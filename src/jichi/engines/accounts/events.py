"""Facts this room announces."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInCodeIssued:
    """A code must reach this address now; it is in nobody's log."""

    code_id: UUID
    email: str
    language: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLinked:
    """A login now stands for a person of the register."""

    account_id: UUID
    addressee_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorReset:
    """An administrator took the authenticator off an account."""

    account_id: UUID
    by: UUID | None
