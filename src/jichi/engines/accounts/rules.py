"""Sign-in decisions without a database: codes and their normal form, waiting times."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias
from uuid import UUID

CODE_DIGITS: Final = 6
CODE_MINUTES: Final = 10
CLOCK_SLACK: Final = timedelta(minutes=1)
"""Clocks of two machines may differ by so much; what lies further ahead is of a clock that was set back since."""
CODE_TRIES: Final = 5
RECOVERY_CODES: Final = 8
RECOVERY_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

Level: TypeAlias = Literal["", "none", "email", "account", "card"]
LEVELS: Final[tuple[Level, ...]] = ("", "none", "email", "account", "card")
"""How surely a session knows the person, weakest first: nothing said, nothing proved (who applies without a login),
mail address, an outside login, the card."""
ROLES: Final = {
    "administrator": "管理者", "caseworker": "担当", "section_chief": "係長", "case_reader": "案件の閲覧",
    "division_manager": "課の管理", "register_clerk": "住民記録担当", "procedure_designer": "手続の設計",
    "decider": "決裁者", "dx_office": "DX推進", "treasurer": "会計",
    "nursery_clerk": "入園選考の担当", "digital_supporter": "スマホの講師・相談員",
    "house_desk": "施設・宿の受付", "nursery_desk": "園の受付",
}  # fmt: skip
"""Role → Japanese; a role of another room shows its own key."""
GUEST_LINK_DAYS: Final = 30
GUEST_LINK_TRIES: Final = 5

_EMAIL = re.compile(
    r"^[^@\s,;<>()\[\]\\\"]{1,64}@(?=.{4,190}$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,24}$"
)


def session_is_over(seen: int, began: int, now: int, *, idle: int, absolute: int) -> bool:
    """Unused for `idle` or begun `absolute` seconds ago; or used or begun in a time that has yet to come."""
    ahead = max(seen, began) - now > CLOCK_SLACK.total_seconds()
    return ahead or now - seen > idle or now - began > absolute


def normal_email(text: str) -> str | None:
    """The address in one form (NFKC, domain in lower case); None when it is none."""
    address = unicodedata.normalize("NFKC", text).strip()
    if not _EMAIL.match(address) or ".." in address or not address.isascii():
        return None
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def normal_code(text: str) -> str:
    """Digits as typed, pasted with spaces, or in full width."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()


def new_sign_in_code() -> str:
    """Six random digits (認証コード)."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def new_paper_code(groups: int = 3, size: int = 4) -> str:
    """A code to be read from paper: no 0, 1, I, O, L, U; such as 7K3M-9QXZ-2BHD."""
    return "-".join("".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(size)) for _ in range(groups))


def reaches(level: str, wanted: str) -> bool:
    """Is this level at least the wanted one? A level nobody knows reaches nothing."""
    if wanted not in LEVELS or level not in LEVELS:
        return False
    return LEVELS.index(level) >= LEVELS.index(wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionRow:
    """A division, active or abolished."""

    id: int
    code: str
    name: str
    phone: str = ""
    email: str = ""
    document_prefix: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An official. `may_sign_in`: has set a password."""

    id: UUID
    login: str
    name: str
    kana: str = ""
    email: str = ""
    is_active: bool = True
    may_sign_in: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Who holds which post, both days included; `until` None: open-ended."""

    id: int
    post_id: int
    login: str
    division: str
    """Code of the division."""
    title: str
    roles: tuple[str, ...]
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Is the post held on this day?"""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Organisation:
    """Divisions by code, officials by login name, holdings that are not over (or all)."""

    divisions: Mapping[str, DivisionRow] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    holdings: tuple[Holding, ...] = ()
