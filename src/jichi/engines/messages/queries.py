"""How deliveries stand: for a case's timeline, for the delivery board, for `jichi doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Finding

from .backends.mail import probe
from .catalogue import topics
from .models import ContactPreference, Delivery


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """One delivery as pages show it; `error` is a code for the catalogue, such as "mail.address_refused:550"."""

    id: int
    message_id: UUID
    template: str
    about: str
    account_id: UUID | None
    division_id: int | None
    channel: str
    state: str
    attempts: int
    error: str
    created_at: datetime
    changed_at: datetime
    sent_at: datetime | None
    next_attempt_at: datetime | None


def _state(d: Delivery) -> DeliveryState:
    m = d.message
    return DeliveryState(
        d.pk, m.pk, m.template, m.about, m.account_id, m.division_id, d.channel, d.state, d.attempts, d.last_error,
        m.created_at, d.changed_at, d.sent_at, d.next_attempt_at,
    )  # fmt: skip


def deliveries_about(about: str) -> tuple[DeliveryState, ...]:
    """Every message sent about one 受付番号 (without hyphen), newest first; only what the actor may see."""
    found = (
        Delivery.objects.select_related("message").filter(message__about=about).order_by("-message__created_at", "-id")
    )
    return tuple(_state(d) for d in found[:100])


def board(
    actor: Actor, *, states: Sequence[str] = ("failed", "uncertain"), after: int | None = None, limit: int = 20
) -> tuple[DeliveryState, ...]:
    """The delivery board: newest first, from below the delivery `after`; one statement.

    Officials see their divisions' messages, with "messages.board" all.
    """
    if actor.kind not in ("staff", "system"):
        return ()
    found = Delivery.objects.select_related("message").filter(state__in=list(states)).order_by("-id")
    if after is not None:
        found = found.filter(pk__lt=after)
    return tuple(_state(d) for d in found[:limit])


@dataclass(frozen=True, slots=True)
class Preference:
    """What a person wants of a topic; `refusable` false: it is always sent."""

    topic: str
    channel: str
    wanted: bool
    refusable: bool


def preferences(account_id: UUID) -> tuple[Preference, ...]:
    """All topics with the person's choice; without one a topic is wanted."""
    chosen = dict(
        ContactPreference.objects.filter(account_id=account_id, channel="mail").values_list("topic", "wanted")
    )
    return tuple(
        Preference(topic, "mail", chosen.get(topic, True) or not refusable, refusable)
        for topic, refusable in sorted(topics().items())
    )


@dataclass(frozen=True, slots=True)
class OutboxHealth:
    """`oldest_wait`: how long the oldest due delivery has waited since it was due."""

    waiting: int
    uncertain: int
    failed: int
    oldest_wait: timedelta


_HEALTH = (
    "SELECT count(*) FILTER (WHERE state IN ('pending', 'sending')), count(*) FILTER (WHERE state = 'uncertain'), "
    "count(*) FILTER (WHERE state = 'failed'), min(next_attempt_at) FILTER (WHERE next_attempt_at <= %s) "
    "FROM eng_messages_delivery WHERE state IN ('pending', 'sending', 'uncertain', 'failed')"
)


def health() -> OutboxHealth:
    """The outbox in figures, as far as the actor of the unit sees it; one statement."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_HEALTH, (now,))
        waiting, uncertain, failed, oldest = cursor.fetchone()
    return OutboxHealth(waiting, uncertain, failed, now - oldest if oldest else timedelta())


def findings() -> list[Finding]:
    """For `jichi doctor`: is there a mail server, does it answer, does mail flow?"""
    smtp = settings.JICHI_SMTP
    if not smtp["host"]:
        return [
            Finding("mail server", "missing", "mail waits in the outbox", "set JICHI_SMTP_HOST and JICHI_SMTP_PORT")
        ]
    trouble = probe(smtp)
    where = f"{smtp['host']}:{smtp['port']}"
    found = [
        Finding("mail server", "wrong", f"{where}: {trouble}", "check JICHI_SMTP_*; mail waits and is sent later")
        if trouble
        else Finding("mail server", "ok", where)
    ]
    with unit(system_actor("doctor")):
        now = health()
    if now.oldest_wait > timedelta(minutes=10):
        found.append(Finding("outbox", "wrong", f"{now.waiting} wait", "keep a worker running: jichi worker"))
    else:
        found.append(Finding("outbox", "ok", f"{now.waiting} wait, {now.uncertain} uncertain"))
    if now.failed:
        found.append(Finding("failed mail", "wrong", f"{now.failed} could not be delivered", "see the delivery board"))
    return found
