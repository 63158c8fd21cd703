"""Reads of accounts, divisions and links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from jichi.design import parts
from jichi.engines.audit.context import Actor
from jichi.kernel import clock
from jichi.kernel.localized import pick
from jichi.kernel.manifest import Permission, load_manifests, permissions_of

from . import rules
from .mandates import (
    Mandate,
    Representation,
    mandate,
    mandates_given,
    mandates_held,
    mandates_of,
    procedure_names,
    representation_for,
    representations,
    tell_procedures,
)
from .models import Account, Division, LinkRequest, PersonLink, PostHolding
from .organisation import organisation
from .signing import SignatureEvidence, signature

__all__ = [
    "Mandate",
    "Representation",
    "SignatureEvidence",
    "mandate",
    "mandates_given",
    "mandates_held",
    "mandates_of",
    "organisation",
    "procedure_names",
    "representation_for",
    "representations",
    "signature",
    "tell_procedures",
]  # what other modules of this room offer through this door


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """What every request needs to know of the account behind its session, in one row."""

    account_id: UUID
    kind: str
    name: str
    email: str
    language: str
    session_generation: int
    totp_confirmed: bool
    addressee_no: str
    divisions: frozenset[int]
    roles: frozenset[str]
    posts: tuple[str, ...] = ()
    """Titles of the posts held today (係長), for the name in the header."""
    level: rules.Level = ""
    """What this session has proved: "email", "account" or "card"; "none" for guests, "" for officials."""
    level_at: int = 0
    """When it was proved, in seconds since 1970."""

    def actor(self, request_id: str, purpose: str) -> Actor:
        """This account as the actor of a unit of work."""
        return Actor(
            kind="staff" if self.kind == "staff" else "partner" if self.kind == "partner" else "resident",
            account_id=self.account_id,
            name=self.name,
            divisions=self.divisions,
            permissions=permissions_for(self.roles),
            purpose=purpose,
            request_id=request_id,
            level=self.level,
        )


_SIGNED_IN = """
SELECT a.kind, a.name, a.email, a.language, a.session_generation, a.totp_confirmed_at IS NOT NULL,
       coalesce((SELECT l.addressee_no FROM eng_accounts_personlink l
           WHERE l.account_id = a.id AND l.state = 'active'), ''),
       p.divisions, p.roles, p.posts
FROM eng_accounts_account a
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT p.division_id) AS divisions, array_agg(DISTINCT r.role) AS roles,
        array_agg(DISTINCT p.title) AS posts
    FROM eng_accounts_postholding h JOIN eng_accounts_post p ON p.id = h.post_id, unnest(p.roles) AS r(role)
    WHERE a.kind = 'staff' AND h.account_id = a.id AND h.during @> %s::date
) p ON true
WHERE a.id = %s AND a.is_active
"""


def signed_in(
    *, account_id: UUID, today: date | None = None, level: rules.Level = "", level_at: int = 0
) -> SignedIn | None:
    """The active account with its link, posts and roles of today; one statement.

    Args:
        level, level_at: what the session says was proved, and when; residents have proved their mail address at least.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SIGNED_IN, (today or clock.today(), account_id))
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        return None
    return SignedIn(
        account_id=account_id, kind=row[0], name=row[1], email=row[2], language=row[3], session_generation=row[4],
        totp_confirmed=row[5], addressee_no=row[6], divisions=frozenset(row[7] or ()), roles=frozenset(row[8] or ()),
        posts=tuple(sorted(row[9] or ())), level=_level(row[0], level), level_at=level_at,
    )  # fmt: skip


def _level(kind: str, told: rules.Level) -> rules.Level:
    """A guest has proved nothing, whatever a session says; a resident at least the mail address."""
    if kind == "guest":
        return "none"
    return told or ("email" if kind == "resident" else "")


@lru_cache(maxsize=1)
def all_permissions() -> dict[str, Permission]:
    """Every permission that a manifest of this house declares, by key."""
    return permissions_of(load_manifests(tuple(settings.JICHI_ROOMS)))


@lru_cache(maxsize=256)
def permissions_for(roles: frozenset[str]) -> frozenset[str]:
    """The permission keys that the roles hold together."""
    return frozenset(key for key, permission in all_permissions().items() if permission.roles & roles)


def role_matrix() -> dict[str, frozenset[str]]:
    """Role → permission keys, for the page that shows what a role may do."""
    roles = {role for permission in all_permissions().values() for role in permission.roles}
    return {role: permissions_for(frozenset({role})) for role in sorted(roles)}


def linked_person(account_id: UUID) -> str | None:
    """The 宛名番号 this login stands for; None when it is not linked."""
    return (
        PersonLink.objects.filter(account_id=account_id, state="active").values_list("addressee_no", flat=True).first()
    )


def account_of_person(addressee_no: str) -> UUID | None:
    """The login linked with this 宛名番号."""
    return (
        PersonLink.objects.filter(addressee_no=addressee_no, state="active")
        .values_list("account_id", flat=True)
        .first()
    )


def staff_account_id(login: str) -> UUID | None:
    """The active official with this login name."""
    return Account.objects.filter(kind="staff", login=login, is_active=True).values_list("pk", flat=True).first()


@dataclass(frozen=True, slots=True)
class Contact:
    """Where and in which language to reach an account."""

    email: str
    language: str
    name: str
    kind: str


def contact_of(account_id: UUID) -> Contact | None:
    """E-mail address and language of an active account."""
    row = Account.objects.filter(pk=account_id, is_active=True).values_list("email", "language", "name", "kind").first()
    return Contact(*row) if row else None


def account_names(ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names for timelines and lists, one statement."""
    return dict(Account.objects.filter(pk__in=ids).values_list("pk", "name"))


def divisions_of_accounts(ids: Sequence[UUID], today: date | None = None) -> dict[UUID, dict[str, str]]:
    """The names of the division each official serves today; one statement."""
    held = PostHolding.objects.filter(account_id__in=set(ids), during__contains=today or clock.today())
    return dict(held.values_list("account_id", "post__division__names"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionInfo:
    """A division as pages show it."""

    id: int
    code: str
    names: dict[str, str]
    phone: str
    email: str
    counter: dict[str, str]
    document_prefix: str


def _division_info(row: Division) -> DivisionInfo:
    return DivisionInfo(
        id=row.pk, code=row.code, names=row.names, phone=row.phone, email=row.email, counter=row.counter,
        document_prefix=row.document_prefix,
    )  # fmt: skip


def division(code: str) -> DivisionInfo | None:
    """The division with this code."""
    row = Division.objects.filter(code=code, is_active=True).first()
    return _division_info(row) if row else None


def divisions(ids: Sequence[int] | None = None) -> tuple[DivisionInfo, ...]:
    """Active divisions, all or those named."""
    found = Division.objects.filter(is_active=True).order_by("code")
    if ids is not None:
        found = found.filter(pk__in=ids)
    return tuple(_division_info(row) for row in found)


def office_contact(division_id: int, language: str) -> parts.Contact | None:
    """Whom to ask (困ったとき): name, telephone and counter of a division, in a language. One statement."""
    found = divisions([division_id])
    if not found:
        return None
    place = pick(found[0].counter, language).text if found[0].counter else ""
    return parts.Contact(name=pick(found[0].names, language).text, phone=found[0].phone, place=place)


def open_link_request(account_id: UUID) -> LinkRequest | None:
    """The resident's request to be linked that still waits, if any."""
    return LinkRequest.objects.filter(account_id=account_id, state__in=("letter", "review")).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """An official as administrators see one. `factor`: "confirmed", "handed" (code given, not yet used) or "none"."""

    id: UUID
    login: str
    name: str
    is_active: bool
    factor: str
    posts: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OfficialPage:
    """Some officials by login name; `next_after` continues the list, "" at its end."""

    rows: tuple[Official, ...]
    next_after: str


_OFFICIALS = """
SELECT a.id, a.login, a.name, a.is_active,
    CASE WHEN a.totp_confirmed_at IS NOT NULL THEN 'confirmed' WHEN a.enrolment_code <> '' THEN 'handed'
        ELSE 'none' END,
    coalesce(p.posts, '{}'), coalesce(p.roles, '{}')
FROM eng_accounts_account a
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT (d.names ->> 'ja') || ' ' || p.title) AS posts,
        (SELECT array_agg(DISTINCT role ORDER BY role) FROM eng_accounts_postholding g
            JOIN eng_accounts_post q ON q.id = g.post_id, unnest(q.roles) role
            WHERE g.account_id = a.id AND g.during @> %(today)s::date) AS roles
    FROM eng_accounts_postholding h JOIN eng_accounts_post p ON p.id = h.post_id
    JOIN eng_accounts_division d ON d.id = p.division_id
    WHERE h.account_id = a.id AND h.during @> %(today)s::date
) p ON true
WHERE a.kind = 'staff' AND (%(id)s::uuid IS NULL OR a.id = %(id)s::uuid) AND a.login > %(after)s
    AND (%(q)s = '' OR position(%(q)s IN lower(replace(replace(a.name || ' ' || a.login, ' ', ''), '　', ''))) > 0)
    AND (%(role)s = '' OR %(role)s = ANY (coalesce(p.roles, '{}')))
ORDER BY a.login LIMIT %(limit)s
"""


def _officials(**given: object) -> tuple[Official, ...]:
    values: dict[str, Any] = {
        "today": clock.today(), "id": None, "after": "", "q": "", "role": "", "limit": 1, **given,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_OFFICIALS, values)
        rows = cursor.fetchall()
    return tuple(
        Official(
            id=r[0], login=r[1], name=r[2], is_active=r[3], factor=r[4], posts=tuple(r[5]), roles=tuple(r[6]),
        )
        for r in rows
    )  # fmt: skip


def officials(*, q: str = "", role: str = "", after: str = "", limit: int = 20) -> OfficialPage:
    """Officials with their posts and roles of today, by login name. One statement.

    Args:
        q: part of the name or login name, with or without blanks.
    """
    words = "".join(q.lower().split())
    rows = _officials(q=words, role=role, after=after, limit=limit + 1)
    return OfficialPage(rows[:limit], rows[limit - 1].login if len(rows) > limit else "")


def official(account_id: UUID) -> Official | None:
    """One official; None if there is none. One statement."""
    return next(iter(_officials(id=account_id)), None)
