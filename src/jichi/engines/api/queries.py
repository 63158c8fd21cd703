"""Reads of clients, keys and calls for administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jichi.engines.audit.context import Actor
from jichi.kernel import clock
from jichi.kernel.errors import NotFound

from .models import ApiCall, ApiClient, ApiKey
from .permissions import require_manager


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """A key as pages show it; never its secret."""

    id: UUID
    client_id: UUID
    prefix: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientView:
    """A client as pages show it. `state`: "active", "over" (its last day has passed) or "stopped"."""

    id: UUID
    account_id: UUID
    title: str
    contact: str
    division_id: int
    division: str
    permissions: tuple[str, ...]
    per_minute: int
    ends_on: date
    state: str
    keys: tuple[KeyView, ...]

    @property
    def valid_keys(self) -> tuple[KeyView, ...]:
        """Keys that count."""
        return tuple(key for key in self.keys if key.revoked_at is None)


@dataclass(frozen=True, slots=True)
class CallView:
    """One call of a client."""

    at: datetime
    method: str
    path: str
    status: int
    code: str
    milliseconds: int
    key_prefix: str
    request_id: str


def _key(row: ApiKey) -> KeyView:
    return KeyView(
        id=row.pk, client_id=row.client_id, prefix=row.prefix, created_at=row.created_at,
        last_used_at=row.last_used_at, revoked_at=row.revoked_at,
    )  # fmt: skip


def _client(row: ApiClient) -> ClientView:
    over = row.ends_on < clock.today()
    return ClientView(
        id=row.pk, account_id=row.account_id, title=row.title, contact=row.contact, division_id=row.division_id,
        division=row.division.names["ja"], permissions=tuple(row.permissions), per_minute=row.per_minute,
        ends_on=row.ends_on, state="stopped" if row.stopped_at else "over" if over else "active",
        keys=tuple(_key(key) for key in sorted(row.keys.all(), key=lambda key: key.created_at, reverse=True)),
    )  # fmt: skip


def clients(*, actor: Actor) -> tuple[ClientView, ...]:
    """All clients by name. Two statements."""
    require_manager(actor)
    found = ApiClient.objects.select_related("division").prefetch_related("keys").order_by("title", "id")
    return tuple(_client(row) for row in found)


def client(*, actor: Actor, client_id: UUID) -> ClientView:
    """One client. Two statements. Raises NotFound."""
    require_manager(actor)
    row = ApiClient.objects.select_related("division").prefetch_related("keys").filter(pk=client_id).first()
    if row is None:
        raise NotFound
    return _client(row)


def key(*, actor: Actor, key_id: UUID) -> KeyView:
    """One key. One statement. Raises NotFound."""
    require_manager(actor)
    row = ApiKey.objects.filter(pk=key_id).first()
    if row is None:
        raise NotFound
    return _key(row)


@dataclass(frozen=True, slots=True)
class CallPage:
    """Calls, newest first; `next_after` continues, "" at the end."""

    rows: tuple[CallView, ...]
    next_after: str


def calls(*, actor: Actor, client_id: UUID, after: str = "", failed: bool = False, limit: int = 30) -> CallPage:
    """What a client called. One statement; deep pages cost as much as the first.

    Args:
        failed: only what was refused or failed.
    """
    require_manager(actor)
    found = ApiCall.objects.filter(client_id=client_id).order_by("-id")
    if after.isdecimal() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    if failed:
        found = found.filter(status__gte=400)
    rows = list(found[: limit + 1])
    more = len(rows) > limit
    shown = tuple(
        CallView(r.at, r.method, r.path, r.status, r.code, r.milliseconds, r.key_prefix, r.request_id)
        for r in rows[:limit]
    )
    return CallPage(shown, str(rows[limit - 1].pk) if more else "")
