"""Facts this room announces."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PostHoldingsChanged:
    """発令・退任: an account holds a post from some day on, or to some day only."""

    account_id: UUID
    post_id: int
    division_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedClaims:
    """What a provider said of the person, for one comparison with the register; nobody keeps it. "" is not told."""

    name: str = field(default="", repr=False)
    kana: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    address: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    organisation_no: str = field(default="", repr=False)
    """法人番号, from providers for organisations."""
    organisation_name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProved:
    """A login is now connected with an outside identity. Announced once, when the two are connected."""

    account_id: UUID
    provider: str
    level: str
    claims: ProvedClaims


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentationBegan:
    """Somebody may act for somebody else from now on (or from the first day agreed)."""

    representation_id: UUID
    kind: str
    principal_no: str
    principal_account_id: UUID | None
    agent_account_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentationEnded:
    """A representation that was active is over, or one that was asked for was refused or taken back."""

    representation_id: UUID
    kind: str
    principal_no: str
    principal_account_id: UUID | None
    agent_account_id: UUID | None
    state: str
    """"ended" or "refused"."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentationsSeen:
    """A person looked at whom they may act for and who may act for them."""

    account_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityEnded:
    """An outside identity was taken off an account."""

    account_id: UUID
    provider: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSigned:
    """A person signed a content and the certificate was good at that time."""

    account_id: UUID
    content_hash: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestHandedOver:
    """Who had applied without a login has signed in: what was the guest's is the account's from now on."""

    guest_id: UUID
    account_id: UUID
