"""Use cases of clients and keys: letting a program in, changing its key, stopping it."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import connection

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from . import rules
from .models import ApiClient, ApiKey
from .permissions import require_manager
from .scopes import offered_permissions
from .webhooks import publish_event

__all__ = [
    "NewKey",
    "create_client",
    "make_key",
    "publish_event",
    "revoke_key",
    "stop_client",
]  # what other modules of this room offer through this door
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as it is handed over: `written` is never to be had again."""

    id: UUID
    written: str


def create_client(
    *, actor: Actor, title: str, contact: str, division_code: str, permissions: Collection[str], ends_on: date,
    per_minute: int = rules.PER_MINUTE,
) -> UUID:  # fmt: skip
    """Let a program in: for one division, with these permissions, until this day.

    Raises:
        Forbidden. Invalid: `fields` says what is wrong.
    """
    require_manager(actor)
    today = clock.today()
    division = accounts.division(division_code)
    wanted = sorted(set(permissions))
    wrong = _wrong(title, contact, wanted, ends_on, today)
    if division is None:
        wrong["division"] = FieldError("api.no_division")
    if wrong or division is None:
        raise Invalid(fields=wrong)
    with unit(actor):
        with connection.cursor() as cursor:
            cursor.execute("SELECT api_open_account(%s, %s)", (title.strip(), clock.now()))
            account_id = cursor.fetchone()[0]
        row = ApiClient.objects.create(
            account_id=account_id, title=title.strip(), contact=contact.strip(), division_id=division.id,
            permissions=wanted, per_minute=per_minute, created_on=today, ends_on=ends_on,
            created_by_id=actor.account_id,
        )  # fmt: skip
        return row.pk


def _wrong(title: str, contact: str, wanted: list[str], ends_on: date, today: date) -> dict[str, FieldError]:
    wrong: dict[str, FieldError] = {}
    for name, text in (("title", title), ("contact", contact)):
        if not text.strip():
            wrong[name] = FieldError("field.required")
        elif len(text) > 100:
            wrong[name] = FieldError("field.too_long", {"max": 100, "now": len(text)})
    if not wanted or not set(wanted) <= offered_permissions():
        wrong["permissions"] = FieldError("api.scopes")
    if not rules.fitting_end(ends_on, today):
        wrong["ends_on"] = FieldError("api.ends_on")
    return wrong


def _locked(client_id: UUID) -> ApiClient:
    row = ApiClient.objects.select_for_update().filter(pk=client_id).first()
    if row is None:
        raise NotFound
    return row


def make_key(*, actor: Actor, client_id: UUID) -> NewKey:
    """Make a key; two may count at once, so that a program can change from the old to the new without a gap.

    Raises:
        Forbidden. NotFound. Conflict: "api.too_many_keys", "api.client_over".
    """
    require_manager(actor)
    with unit(actor):
        client = _locked(client_id)
        if client.stopped_at is not None or client.ends_on < clock.today():
            raise Conflict("api.client_over")
        taken = set(ApiKey.objects.filter(client=client, revoked_at=None).values_list("slot", flat=True))
        free = next((slot for slot in (1, 2) if slot not in taken), None)
        if free is None:
            raise Conflict("api.too_many_keys")
        prefix = "".join(secrets.choice(_ALPHABET) for _ in range(rules.PREFIX_LENGTH))
        secret = secrets.token_urlsafe(32)
        row = ApiKey.objects.create(
            client=client, prefix=prefix, secret_hash=rules.key_hash(secret, settings.SECRET_KEY), slot=free,
            created_at=clock.now(), created_by_id=actor.account_id,
        )  # fmt: skip
        return NewKey(row.pk, rules.written_key(prefix, secret))


def revoke_key(*, actor: Actor, key_id: UUID) -> None:
    """The key counts no more, from the next call on. Revoked again it changes nothing.

    Raises:
        Forbidden. NotFound.
    """
    require_manager(actor)
    with unit(actor):
        row = ApiKey.objects.select_for_update().filter(pk=key_id).first()
        if row is None:
            raise NotFound
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by_id = clock.now(), actor.account_id
            row.save(update_fields=["revoked_at", "revoked_by_id"])


def stop_client(*, actor: Actor, client_id: UUID) -> None:
    """None of its keys counts any more, and nothing is sent to it. Stopped again it changes nothing.

    Raises:
        Forbidden. NotFound.
    """
    require_manager(actor)
    with unit(actor):
        client = _locked(client_id)
        if client.stopped_at is None:
            client.stopped_at = clock.now()
            client.save(update_fields=["stopped_at"])
