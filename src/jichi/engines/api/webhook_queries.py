"""Reads of webhooks for administrators: where events go, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import NotFound

from .models import Delivery, Subscription
from .permissions import require_manager


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionView:
    """Where a client is told. `state`: "active", "failed" (switched off after days without an answer) or "off"."""

    id: UUID
    client_id: UUID
    url: str
    kinds: tuple[str, ...]
    state: str
    created_at: datetime
    failing_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """One event on its way. `tries`: when, status, milliseconds and the beginning of the answer."""

    key: UUID
    kind: str
    subject: str
    body: str
    created_at: datetime
    state: str
    next_at: datetime
    tries: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Deliveries, newest first; `next_after` continues, "" at the end."""

    rows: tuple[DeliveryView, ...]
    next_after: str


def _view(row: Subscription) -> SubscriptionView:
    return SubscriptionView(
        id=row.pk, client_id=row.client_id, url=row.url, kinds=tuple(row.kinds), state=row.state,
        created_at=row.created_at, failing_since=row.failing_since,
    )  # fmt: skip


def subscriptions(*, actor: Actor, client_id: UUID) -> tuple[SubscriptionView, ...]:
    """Where a client is told, newest first. One statement."""
    require_manager(actor)
    return tuple(_view(row) for row in Subscription.objects.filter(client_id=client_id).order_by("-created_at"))


def subscription(*, actor: Actor, subscription_id: UUID) -> SubscriptionView:
    """One of them. One statement. Raises NotFound."""
    require_manager(actor)
    row = Subscription.objects.filter(pk=subscription_id).first()
    if row is None:
        raise NotFound
    return _view(row)


def deliveries(
    *, actor: Actor, subscription_id: UUID, after: str = "", state: str = "", limit: int = 20
) -> DeliveryPage:
    """What was and will be told. One statement; deep pages cost as much as the first.

    Args:
        state: only "pending", "done" or "failed".
    """
    require_manager(actor)
    found = Delivery.objects.filter(subscription_id=subscription_id).order_by("-id")
    if state:
        found = found.filter(state=state)
    if after.isdecimal() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    rows = list(found[: limit + 1])
    shown = tuple(
        DeliveryView(
            key=r.key, kind=r.kind, subject=r.subject, body=r.body, created_at=r.created_at, state=r.state,
            next_at=r.next_at, tries=tuple(r.tries),
        )
        for r in rows[:limit]
    )  # fmt: skip
    return DeliveryPage(shown, str(rows[limit - 1].pk) if len(rows) > limit else "")
