"""Use cases of accounts: making them, linking them, giving them posts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from jichi.kernel.localized import LANGUAGES

from .events import PersonLinked, PostHoldingsChanged
from .guards import MANAGE, administrator_roles, refuse_raising, require_administrator
from .models import Account, Division, PersonLink, Post, PostHolding, Session
from .representation import (
    accept_mandate,
    end_mandate,
    end_representations_of,
    grant_mandate,
    refuse_mandate,
    register_representation,
)
from .rules import normal_email
from .signing import request_signature

__all__ = [
    "MANAGE",
    "accept_mandate",
    "end_mandate",
    "end_representations_of",
    "grant_mandate",
    "refuse_mandate",
    "register_representation",
    "request_signature",
]  # what other modules of this room offer through this door


def _require(actor: Actor, permission: str) -> None:
    if actor.kind != "system" and not actor.may(permission):
        raise Forbidden("forbidden", permission=permission)


def create_division(
    *,
    actor: Actor,
    code: str,
    names: Mapping[str, str],
    phone: str = "",
    email: str = "",
    counter: Mapping[str, str] | None = None,
    document_prefix: str = "",
) -> Division:
    """Make a division (課), or bring the one with this code up to date."""
    _require(actor, MANAGE)
    with unit(actor):
        row, _ = Division.objects.update_or_create(
            code=code,
            defaults={
                "names": dict(names), "phone": phone, "email": email, "counter": dict(counter or {}),
                "document_prefix": document_prefix, "is_active": True,
            },
        )  # fmt: skip
        return row


def create_resident_account(*, actor: Actor, email: str, name: str = "", language: str = "ja") -> Account:
    """Make the account of an e-mail address, or give the one it has.

    Raises:
        Invalid: not an e-mail address ("field.email").
    """
    address = normal_email(email)
    if address is None:
        raise Invalid(fields={"email": FieldError("field.email")})
    if language not in LANGUAGES:
        language = "ja"
    with unit(actor):
        found = Account.objects.filter(kind="resident", email__iexact=address).first()
        if found:
            return found
        try:
            with transaction.atomic():
                return Account.objects.create(
                    kind="resident",
                    email=address,
                    name=name,
                    language=language,
                    created_at=clock.now(),
                    password="!",  # noqa: S106 - no password opens it
                )
        except IntegrityError:  # two tabs of the same new person
            return Account.objects.get(kind="resident", email__iexact=address)


def create_staff_account(
    *,
    actor: Actor,
    login: str,
    name: str,
    password: str,
    roles: tuple[str, ...],
    division_codes: tuple[str, ...],
    title: str = "主事",
    email: str = "",
    starts_on: date | None = None,
) -> Account:
    """Make an official with a post in each division named.

    Raises:
        Invalid: the password is too weak ("password.weak"), or the login name is taken ("login.taken").
        NotFound: no such division.
    """
    _require(actor, MANAGE)
    try:
        validate_password(password)
    except ValidationError as error:
        raise Invalid("password.weak", reasons=error.messages) from error
    with unit(actor):
        if Account.objects.filter(login=login).exists():
            raise Invalid("login.taken", login=login)
        account = Account.objects.create(
            kind="staff",
            login=login,
            name=name,
            email=email,
            created_at=clock.now(),
            password=make_password(password),
        )
        for code in division_codes:
            give_post(
                actor=actor,
                account_id=account.pk,
                division_code=code,
                title=title,
                roles=roles,
                starts_on=starts_on,
            )
        return account


def give_post(
    *,
    actor: Actor,
    account_id: UUID,
    division_code: str,
    title: str,
    roles: tuple[str, ...],
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> PostHolding:
    """Appoint (発令): the account holds the post from `starts_on` to the end of `ends_on`.

    Raises:
        Forbidden; NotFound: no such division. Conflict: "rights.own", "rights.second".
    """
    _require(actor, MANAGE)
    refuse_raising(actor, account_id, roles)
    with unit(actor):
        division = Division.objects.filter(code=division_code).first()
        if division is None:
            raise NotFound("division.unknown", division=division_code)
        post, _ = Post.objects.get_or_create(division=division, title=title, roles=sorted(roles))
        upper = None if ends_on is None else ends_on
        during = DateRange(starts_on or clock.today(), upper, "[]" if upper else "[)")
        held = PostHolding.objects.create(post=post, account_id=account_id, during=during)
        announce(PostHoldingsChanged(account_id=account_id, post_id=post.pk, division_id=division.pk))
        return held


def end_post(*, actor: Actor, account_id: UUID, division_code: str, title: str, ends_on: date) -> int:
    """End an appointment (退任・異動): the account holds the post to the end of `ends_on`; history stays.

    Returns:
        How many holdings end by it. The same again changes nothing.

    Raises:
        Forbidden: without "eng_accounts.manage". NotFound: the account did not hold such a post by then.
        Conflict: the last administrator's ("rights.last").
    """
    _require(actor, MANAGE)
    with unit(actor):
        held = PostHolding.objects.select_related("post").select_for_update(of=("self",)).filter(
            account_id=account_id, post__division__code=division_code, post__title=title, during__endswith__isnull=True
        )  # fmt: skip
        found = list(held)
        if not found:
            ended = Q(account_id=account_id, post__division__code=division_code, post__title=title)
            if not PostHolding.objects.filter(ended).exists():
                raise NotFound
        for row in found:
            if row.during.lower > ends_on:
                raise NotFound
            row.during = DateRange(row.during.lower, ends_on, "[]")
            row.save(update_fields=["during"])
            post = row.post
            announce(PostHoldingsChanged(account_id=account_id, post_id=post.pk, division_id=post.division_id))
        if any(administrator_roles() & set(row.post.roles) for row in found):
            require_administrator(ends_on + timedelta(days=1))
        return len(found)


def link_person(*, actor: Actor, account_id: UUID, addressee_no: str, how: str) -> PersonLink:
    """Let a login stand for a person of the register.

    Args:
        how: on what ground ("letter", "counter", "card", "sample").

    Raises:
        Conflict: the account or the person is linked otherwise already ("link.taken").
    """
    with unit(actor):
        same = PersonLink.objects.filter(account_id=account_id, addressee_no=addressee_no, state="active").first()
        if same:
            return same
        try:
            with transaction.atomic():
                link = PersonLink.objects.create(
                    account_id=account_id, addressee_no=addressee_no, how=how, linked_at=clock.now()
                )
        except IntegrityError as error:
            raise Conflict("link.taken") from error
        announce(PersonLinked(account_id=account_id, addressee_no=addressee_no))
        return link


def end_link(*, actor: Actor, account_id: UUID) -> None:
    """End the link of a login; history stays."""
    with unit(actor):
        PersonLink.objects.filter(account_id=account_id, state="active").update(state="ended", ended_at=clock.now())


def end_sessions(*, actor: Actor, account_id: UUID) -> None:
    """Sign the account out everywhere."""
    with unit(actor):
        account = Account.objects.select_for_update().get(pk=account_id)
        account.session_generation += 1
        account.save(update_fields=["session_generation"])
        Session.objects.filter(account_id=account_id).delete()


def set_language(*, actor: Actor, account_id: UUID, language: str) -> None:
    """Remember the language for pages and messages."""
    if language not in LANGUAGES:
        raise Invalid("language.unknown")
    if actor.kind != "system" and actor.account_id != account_id:
        raise Forbidden
    with unit(actor):
        Account.objects.filter(pk=account_id).update(language=language)
