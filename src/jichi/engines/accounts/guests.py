"""Applying without a login: an account of one application that nobody can sign in to, and the links that open it.

A door of this room like `actions`, apart from it for its length. The browser's session is all a guest has; with a mail
address, links that work once. What was the guest's goes over to the account that signs in in the same session.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from jichi.engines.audit import actions as audit
from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from jichi.kernel.localized import LANGUAGES

from . import queries, rules
from .events import GuestHandedOver
from .limits import limit
from .middleware import GUEST, mark_signed_in
from .models import Account, GuestLink, Session

__all__ = ["limit"]  # what other modules of this room offer through this door

PLATFORM: Final = system_actor("guests", purpose="guest")
BEGUN_AN_HOUR: Final = 30
"""So many applications without a login from one network address within an hour; as many links asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A mailed link as the page behind it needs it."""

    id: UUID
    account_id: UUID
    email: str
    target: str
    is_open: bool
    """Unused, in time, fewer than five wrong answers."""
    guest_is_there: bool
    """False: the application has gone over to a login, or is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Pages of the room that shows guests their applications, without language: of a link, and to ask for one."""

    link: Callable[[str], str]
    ask: Callable[[], str]


_doors: list[Door] = []


def tell_door(door: Door) -> None:
    """Tell this room, which stands below them, where guests come in (called from an `apps.ready`)."""
    _doors[:] = [door]


def door() -> Door | None:
    """Where guests come in; None in a house without such a room."""
    return _doors[0] if _doors else None


def client_of(request: HttpRequest) -> str:
    """Network address of the visitor, for limits."""
    return str(request.META.get("REMOTE_ADDR") or "local")


def begin_guest(*, actor: Actor, language: str, client: str) -> queries.SignedIn:
    """Make the account of one application without a login.

    Args:
        actor: whoever opened the page; nobody, or a guest who begins another application.
        client: network address of the visitor, for the limit.

    Raises:
        Forbidden: somebody with a login. TooManyTries: over 30 for the client within an hour.
    """
    if actor.account_id is not None and actor.level != "none":
        raise Forbidden
    with unit(PLATFORM):
        limit(f"guest-client:{client}", tries=BEGUN_AN_HOUR, seconds=3600)
        made = Account.objects.create(
            kind="guest", language=language if language in LANGUAGES else "ja", created_at=clock.now(),
            password="!",  # noqa: S106 - no password opens it
        )  # fmt: skip
        found = queries.signed_in(account_id=made.pk)
    if found is None:  # made two lines above
        raise NotFound
    return found


def bind(request: HttpRequest, guest_id: UUID) -> None:
    """This browser's session is the guest's from now on; what it was before ends."""
    account = Account.objects.get(pk=guest_id, kind="guest", is_active=True)
    request.session.flush()
    request.session[SESSION_KEY], request.session[GUEST] = str(account.pk), True
    rotate_token(request)
    mark_signed_in(request, generation=account.session_generation, second_factor=False)


def watch(*, actor: Actor, account_id: UUID, email: str) -> str:
    """News of a guest's application goes to this address from now on; the address in its normal form.

    Raises:
        Invalid: not an e-mail address. Forbidden: somebody else's, or not a guest's.
    """
    address = rules.normal_email(email)
    if address is None:
        raise Invalid(fields={"email": FieldError("field.email" if email.strip() else "field.required")})
    if actor.kind != "system" and (actor.account_id != account_id or actor.level != "none"):
        raise Forbidden
    with unit(PLATFORM):
        Account.objects.filter(pk=account_id, kind="guest", is_active=True).update(email=address)
    return address


def of_address(email: str, most: int = 3) -> tuple[UUID, ...]:
    """The newest applications without a login whose news go to this address. One statement."""
    address = rules.normal_email(email)
    if address is None:
        return ()
    found = Account.objects.alias(folded=Lower("email")).filter(kind="guest", is_active=True, folded=address.lower())
    return tuple(found.order_by("-created_at").values_list("pk", flat=True)[:most])


# -- links -----------------------------------------------------------------------------------------


def token_hash(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def way_in(account_id: UUID, email: str, path: str) -> str:
    """The path to write into a mail to a guest instead of `path`: a fresh link that leads there. Once per mail."""
    found = door()
    if found is None:
        return path
    token, now = secrets.token_urlsafe(24), clock.now()
    with unit(PLATFORM):
        GuestLink.objects.create(
            account_id=account_id, email=email, token_hash=token_hash(token), target=path, created_at=now,
            expires_at=now + timedelta(days=rules.GUEST_LINK_DAYS),
        )  # fmt: skip
    return found.link(token)


def _is_open(row: GuestLink, now: datetime) -> bool:
    return row.used_at is None and row.expires_at > now and row.tries < rules.GUEST_LINK_TRIES


def link(token: str) -> Link:
    """What is behind a link, open or not; read by the platform. One statement.

    Raises:
        NotFound: no such link, or none any more.
    """
    with unit(PLATFORM):
        row = GuestLink.objects.select_related("account").filter(token_hash=token_hash(token)).first()
    if row is None:
        raise NotFound
    return Link(
        id=row.pk, account_id=row.account_id, email=row.email, target=row.target, is_open=_is_open(row, clock.now()),
        guest_is_there=row.account.is_active,
    )  # fmt: skip


def open_link(*, link_id: UUID, right: bool) -> bool:
    """Use a link up with the right answer: True, once. Each wrong answer counts; after five it is closed."""
    with unit(PLATFORM):
        row = GuestLink.objects.select_for_update().filter(pk=link_id).first()
        if row is None or not _is_open(row, clock.now()):
            return False
        if right:
            row.used_at = clock.now()
        else:
            row.tries += 1
        row.save(update_fields=["used_at", "tries"])
        audit.record(
            actor=PLATFORM, action="sign_in" if right else "guest_answer_wrong", table="eng_accounts_guestlink",
            object_id=str(row.pk), subject=str(row.account_id),
        )  # fmt: skip
        return right


def may_renew(*, link_id: UUID) -> bool:
    """May a new link be mailed in place of this one, which works no more? True once."""
    with unit(PLATFORM):
        row = GuestLink.objects.select_for_update().select_related("account").filter(pk=link_id).first()
        if row is None or _is_open(row, clock.now()) or row.renewed_at or not row.account.is_active:
            return False
        row.renewed_at = clock.now()
        row.save(update_fields=["renewed_at"])
        return True


# -- the end of a guest ----------------------------------------------------------------------------


def hand_over(*, guest_id: UUID, account_id: UUID) -> bool:
    """What a guest began and sent is the account's from now on, all of it or nothing; the guest ends.

    The caller has seen both: the guest's session, or its link with the right answer, and the account signed in.
    Rooms above move what is theirs on GuestHandedOver. False: there is no such guest (any more).
    """
    with unit(PLATFORM):
        guest = Account.objects.select_for_update().filter(pk=guest_id, kind="guest", is_active=True).first()
        if guest is None or not Account.objects.filter(pk=account_id, kind="resident", is_active=True).exists():
            return False
        announce(GuestHandedOver(guest_id=guest_id, account_id=account_id))
        audit.record(
            actor=PLATFORM, action="guest_handed_over", table="eng_accounts_account", object_id=str(guest_id),
            subject=str(account_id),
        )  # fmt: skip
        _end(guest)
        return True


def forget_guest(*, guest_id: UUID) -> None:
    """Nothing is left of what a guest began: the account ends, and goes as soon as nothing names it."""
    with unit(PLATFORM):
        guest = Account.objects.select_for_update().filter(pk=guest_id, kind="guest").first()
        if guest is not None:
            _end(guest)
            _delete(guest.pk)


def _end(guest: Account) -> None:
    guest.is_active, guest.email = False, ""
    guest.session_generation += 1
    guest.save(update_fields=["is_active", "email", "session_generation"])
    Session.objects.filter(account_id=guest.pk).delete()


def _delete(guest_id: UUID) -> None:
    try:
        with transaction.atomic():
            Account.objects.filter(pk=guest_id, kind="guest", is_active=False).delete()
    except (ProtectedError, IntegrityError):
        return  # a mail that was sent still names it; the nightly sweep tries again
