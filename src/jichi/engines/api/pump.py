"""The pump of webhooks: claims what is due, sends it signed, says what became of it. Any number may run."""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from jichi.engines.accounts.sealing import unseal
from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from . import outgoing, rules
from .events import SubscriptionFailed
from .models import Delivery, Subscription

logger = logging.getLogger("jichi.api")
ACTOR: Final = system_actor("api.webhooks")
BATCH: Final = 20
LEASE: Final = timedelta(minutes=6)
"""Longer than a whole batch of receivers that do not answer."""
KEPT_TRIES: Final = 20
_CLAIM: Final = "SELECT * FROM api_claim_deliveries(%s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this pump holds."""

    id: int
    key: UUID
    claim: UUID
    subscription_id: UUID
    url: str
    secret: bytes
    secret_before: bytes | None
    body: str
    failed: int
    since: datetime


def deliver(*, limit: int = BATCH) -> int:
    """One round; answers how many were tried."""
    now = clock.now()
    with unit(ACTOR), connection.cursor() as cursor:
        cursor.execute(_CLAIM, (now, now + LEASE, limit))
        held = [Claimed(*row) for row in cursor.fetchall()]
    for one in held:
        _settle(one, _send(one))
    return len(held)


def round_of_worker() -> bool:
    """One round of the worker's loop; true when there may be more."""
    return deliver() == BATCH


def _send(one: Claimed) -> outgoing.Answer:
    body, at = one.body.encode(), int(clock.now().timestamp())
    held = [one.secret, *([one.secret_before] if one.secret_before else [])]
    signatures = [rules.sign(unseal(s), message_id=str(one.key), timestamp=at, body=body) for s in held]
    headers = {
        "Content-Type": "application/json", "Webhook-Id": str(one.key), "Webhook-Timestamp": str(at),
        "Webhook-Signature": " ".join(signatures),
    }  # fmt: skip
    try:
        return outgoing.post(one.url, body, headers)
    except outgoing.Refused as refused:
        return outgoing.Answer(0, f"refused: {refused}", 0)


def _settle(one: Claimed, answer: outgoing.Answer) -> None:
    """Write what became of it, unless another pump took it over meanwhile."""
    now = clock.now()
    with unit(ACTOR):
        row = Delivery.objects.select_for_update().filter(pk=one.id, claim=one.claim).first()
        if row is None:
            return
        told: dict[str, Any] = {"at": now.isoformat(), "status": answer.status, "ms": answer.milliseconds}
        row.tries = [*row.tries, {**told, "text": answer.text}][-KEPT_TRIES:]
        row.claim = row.lease_until = None
        subscription = Subscription.objects.select_for_update().get(pk=one.subscription_id)
        if answer.taken:
            row.state, row.done_at, subscription.failing_since = "done", now, None
        else:
            _failed(row, subscription, now)
        row.save(update_fields=["tries", "claim", "lease_until", "state", "done_at", "failed", "next_at"])
        subscription.save(update_fields=["failing_since", "state"])


def _failed(row: Delivery, subscription: Subscription, now: datetime) -> None:
    """Try again later, give the delivery up after days, and the address with it."""
    row.failed += 1
    edge = now - timedelta(days=rules.GIVE_UP_DAYS)
    subscription.failing_since = subscription.failing_since or now
    row.next_at = now + timedelta(seconds=rules.next_delay(row.failed, random.random()))  # noqa: S311 - spreads tries, keeps no secret
    if row.since <= edge:
        row.state = "failed"
    if subscription.failing_since <= edge and subscription.state == "active":
        subscription.state = "failed"
        logger.error("webhook subscription %s is switched off: no answer for days", subscription.pk)
        client = subscription.client
        announce(
            SubscriptionFailed(
                subscription_id=subscription.pk, client_id=client.pk, client=client.title,
                let_in_by=client.created_by_id,
            )
        )  # fmt: skip
