"""Use cases for officials' accounts: who there is, whether they may sign in, the first password by an invitation.

A door of this room like `actions`, apart from it for its length.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from jichi.engines.audit import actions as audit
from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound

from . import rules
from .actions import MANAGE, end_sessions
from .events import PostHoldingsChanged
from .guards import administrator_roles, refuse_raising, require_administrator
from .limits import limit
from .models import Account, Division, Invitation, PostHolding
from .sign_in import reset_second_factor

INVITATION_DAYS: Final = 14
NO_PASSWORD: Final = "!"  # noqa: S105 - no password opens it


@dataclass(frozen=True, slots=True)
class Invited:
    """What is handed over in person: where to set the password, and the code for the authenticator. Shown once."""

    login: str
    name: str
    url_path: str
    code: str


def _require(actor: Actor) -> None:
    if actor.kind != "system" and not actor.may(MANAGE):
        raise Forbidden("forbidden", permission=MANAGE)


def save_official(*, actor: Actor, login: str, name: str, kana: str = "", email: str = "") -> UUID:
    """Make an official without a password, or bring name, reading and address of the one with this login up to date.

    Raises:
        Forbidden. Invalid: no name, no login name, or an address that is none.
    """
    _require(actor)
    wrong: dict[str, FieldError] = {}
    if not login.strip():
        wrong["login"] = FieldError("field.required")
    if not name.strip():
        wrong["name"] = FieldError("field.required")
    if email and rules.normal_email(email) is None:
        wrong["email"] = FieldError("field.email")
    if wrong:
        raise Invalid(fields=wrong)
    with unit(actor):
        found = Account.objects.select_for_update().filter(login=login, kind="staff").first()
        if found is None:
            found = Account.objects.create(
                kind="staff", login=login, name=name, kana=kana, email=email, created_at=clock.now(),
                password=NO_PASSWORD,
            )  # fmt: skip
            return found.pk
        if (found.name, found.kana, found.email) != (name, kana, email):
            found.name, found.kana, found.email = name, kana, email
            found.save(update_fields=["name", "kana", "email"])
        return found.pk


def set_official_active(*, actor: Actor, account_id: UUID, is_active: bool) -> None:
    """Let an official sign in again, or no longer (退職・休職): all sessions end at once. The same again is no change.

    Raises:
        Forbidden; NotFound. Conflict: one's own account ("rights.own"), the last administrator ("rights.last").
    """
    _require(actor)
    with unit(actor):
        account = Account.objects.select_for_update().filter(pk=account_id, kind="staff").first()
        if account is None:
            raise NotFound
        if actor.account_id == account_id:
            raise Conflict("rights.own")
        if account.is_active == is_active:
            return
        account.is_active = is_active
        account.save(update_fields=["is_active"])
        if not is_active:
            end_sessions(actor=actor, account_id=account_id)
            held = PostHolding.objects.filter(account=account, post__roles__overlap=sorted(administrator_roles()))
            if held.filter(during__contains=clock.today()).exists():
                require_administrator(clock.today())


def change_holding(*, actor: Actor, holding_id: int, roles: tuple[str, ...], during: DateRange) -> None:
    """Move the days of an appointment (発令の期間). History stays in the trail.

    Raises:
        Forbidden; NotFound. Conflict: "rights.own", "rights.second", "rights.last".
    """
    _require(actor)
    with unit(actor):
        row = PostHolding.objects.select_related("post").select_for_update(of=("self",)).filter(pk=holding_id).first()
        if row is None or tuple(row.post.roles) != tuple(sorted(roles)):
            raise NotFound
        refuse_raising(actor, row.account_id, row.post.roles)
        row.during = during
        row.save(update_fields=["during"])
        if administrator_roles() & set(row.post.roles) and during.upper:
            require_administrator(max(during.upper, clock.today()))
        post = row.post
        announce(PostHoldingsChanged(account_id=row.account_id, post_id=post.pk, division_id=post.division_id))


def change_division(*, actor: Actor, code: str, names: Mapping[str, str] | None = None, is_active: bool = True) -> None:
    """Rename a division, abolish it, or open it again. Cases, posts and numbers stay under its code.

    Raises:
        Forbidden; NotFound.
    """
    _require(actor)
    with unit(actor):
        row = Division.objects.select_for_update().filter(code=code).first()
        if row is None:
            raise NotFound("division.unknown", division=code)
        changed = {**row.names, **(names or {})}
        if (changed, is_active) != (row.names, row.is_active):
            row.names, row.is_active = changed, is_active
            row.save(update_fields=["names", "is_active"])


def invite(*, actor: Actor, account_id: UUID, reason: str) -> Invited:
    """Make the link with which an official sets a password, once within 14 days, and the code for the authenticator.

    Both are handed over in person. An earlier link, authenticator and all sessions end.

    Raises:
        Forbidden: no right, or one's own account. NotFound. Conflict: the account is stopped ("official.stopped").
    """
    _require(actor)
    if actor.account_id == account_id:
        raise Forbidden
    with unit(actor):
        account = Account.objects.filter(pk=account_id, kind="staff").first()
        if account is None:
            raise NotFound
        if not account.is_active:
            raise Conflict("official.stopped")
        code = reset_second_factor(actor=actor, account_id=account_id, reason=reason)
        token, now = secrets.token_urlsafe(24), clock.now()
        Account.objects.filter(pk=account_id).update(password=NO_PASSWORD)
        Invitation.objects.update_or_create(
            account_id=account_id,
            defaults={
                "token_hash": _hash(token), "created_at": now, "used_at": None,
                "expires_at": now + timedelta(days=INVITATION_DAYS),
            },
        )  # fmt: skip
        return Invited(account.login or "", account.name, f"/staff/sign-in/invited/{token}/", code)


def _hash(token: str) -> str:
    return hashlib.sha256(f"jichi.invitation.{token}".encode()).hexdigest()


def invited(token: str) -> str | None:
    """The login name behind an invitation that still works; None if it is none, used or too old. One statement."""
    row = Invitation.objects.filter(token_hash=_hash(token), used_at=None, expires_at__gt=clock.now())
    return row.filter(account__is_active=True).values_list("account__login", flat=True).first()


def accept_invitation(*, token: str, password: str, client: str) -> bool:
    """Set the first password. False: the link is none, was used, or is too old.

    Raises:
        Invalid: the password is too weak. TooManyTries: over 30 tries from one client within an hour.
    """
    platform = system_actor("sign-in", purpose="invitation")
    with unit(platform):
        limit(f"invitation-client:{client}", tries=30, seconds=3600)
    try:
        validate_password(password)
    except ValidationError as error:
        raise Invalid(fields={"password": FieldError("password.weak")}) from error
    with unit(platform):
        found = Invitation.objects.select_for_update(of=("self",)).select_related("account")
        row = found.filter(token_hash=_hash(token), used_at=None, expires_at__gt=clock.now()).first()
        if row is None or not row.account.is_active:
            return False
        row.used_at = clock.now()
        row.save(update_fields=["used_at"])
        Account.objects.filter(pk=row.account_id).update(password=make_password(password))
        key = str(row.account_id)
        audit.record(actor=platform, action="password_set", table="eng_accounts_account", object_id=key, subject=key)
        return True


def end_holding(*, actor: Actor, holding_id: int, ends_on: date) -> None:
    """End one appointment with the end of a day; one that had not begun by then is taken back whole.

    Whether an administrator is left, the caller sees to, after all its changes (`guards.require_administrator`).

    Raises:
        Forbidden: not the platform.
    """
    if actor.kind != "system":
        raise Forbidden
    with unit(actor):
        row = PostHolding.objects.select_related("post").select_for_update(of=("self",)).filter(pk=holding_id).first()
        if row is None:
            return
        post, account_id = row.post, row.account_id
        if row.during.lower > ends_on:
            row.delete()
        else:
            row.during = DateRange(row.during.lower, ends_on, "[]")
            row.save(update_fields=["during"])
        announce(PostHoldingsChanged(account_id=account_id, post_id=post.pk, division_id=post.division_id))
