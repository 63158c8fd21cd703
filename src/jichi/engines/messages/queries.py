"""How deliveries stand: for a case's timeline, for the delivery board, for `jichi doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Finding

from .backends import line_backend, sms_backend
from .backends.mail import probe
from .catalogue import templates, topics
from .models import ContactPoint, ContactPreference, Delivery
from .routing import ways
from .rules import CHANNELS, ChannelName, shown_phone


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
    receipt: str = ""
    """What the carrier reported: "delivered", "undelivered", "expired", "rejected"; "none": a report never came."""
    passed_on: bool = False
    """The next channel took over."""
    language: str = ""


def _state(d: Delivery) -> DeliveryState:
    m = d.message
    return DeliveryState(
        d.pk, m.pk, m.template, m.about, m.account_id, m.division_id, d.channel, d.state, d.attempts, d.last_error,
        m.created_at, d.changed_at, d.sent_at, d.next_attempt_at, d.receipt, d.passed_on, m.language,
    )  # fmt: skip


def deliveries_about(about: str) -> tuple[DeliveryState, ...]:
    """Every message sent about one 受付番号 (without hyphen), newest first; only what the actor may see.

    One row a message: the channel that has it now, not those that passed it on.
    """
    found = (
        Delivery.objects.select_related("message").filter(message__about=about, passed_on=False)
        .order_by("-message__created_at", "-id")
    )  # fmt: skip
    return tuple(_state(d) for d in found[:100])


def board(
    actor: Actor, *, states: Sequence[str] = ("failed", "uncertain"), channel: str = "", about: str = "",
    after: int | None = None, limit: int = 20,
) -> tuple[DeliveryState, ...]:  # fmt: skip
    """The delivery board: newest first, from below the delivery `after`; one statement.

    Officials see their divisions' messages, with "messages.board" all. What another channel took over is not here.

    Args:
        channel: only "mail", "sms" or "line"; "": all.
        about: only this 受付番号, without its hyphen.
    """
    if actor.kind not in ("staff", "system"):
        return ()
    found = Delivery.objects.select_related("message").filter(state__in=list(states), passed_on=False).order_by("-id")
    if channel:
        found = found.filter(channel=channel)
    if about:
        found = found.filter(message__about=about)
    if after is not None:
        found = found.filter(pk__lt=after)
    return tuple(_state(d) for d in found[:limit])


def deliveries_of(message_id: UUID) -> tuple[DeliveryState, ...]:
    """One message on all its channels, in the order in which they were tried; only what the actor may see."""
    found = Delivery.objects.select_related("message").filter(message_id=message_id).order_by("id")
    return tuple(_state(d) for d in found)


@dataclass(frozen=True, slots=True)
class ContactPointView:
    """A proved number or chat; `shown`: the number as people write it, "" for a chat."""

    channel: str
    shown: str
    linked_at: datetime


def contact_points(account_id: UUID) -> dict[str, ContactPointView]:
    """The account's telephone ("sms") and chat ("line"), as far as there are any; one statement."""
    found = ContactPoint.objects.filter(account_id=account_id, ended_at=None)
    return {
        p.channel: ContactPointView(p.channel, shown_phone(p.address) if p.channel == "sms" else "", p.linked_at)
        for p in found
    }


@dataclass(frozen=True, slots=True)
class TopicChoice:
    """By which channels a person wants a topic; `refusable` false: always by mail."""

    topic: str
    wanted: frozenset[str]
    refusable: bool


def choices(account_id: UUID) -> tuple[TopicChoice, ...]:
    """All topics with the channels wanted: mail unless refused, the others where chosen; one statement."""
    rows = ContactPreference.objects.filter(account_id=account_id).values_list("topic", "channel", "wanted")
    chosen = {(topic, channel): wanted for topic, channel, wanted in rows}
    return tuple(
        TopicChoice(
            topic,
            frozenset(c for c in CHANNELS if chosen.get((topic, c), c == "mail")) if refusable else frozenset({"mail"}),
            refusable,
        )
        for topic, refusable in sorted(topics().items())
    )


def told_by(account_id: UUID, template: str) -> ChannelName | None:
    """The channel by which this message would reach the person now; None where they want none. Three statements."""
    with unit(system_actor("messages.told_by")):
        found = templates().get(template)
        contact = accounts.contact_of(account_id)
        return next(iter(ways(account_id, found, contact=contact)), None) if found else None


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
    "count(*) FILTER (WHERE state = 'failed' AND NOT passed_on), min(next_attempt_at) "
    "FILTER (WHERE next_attempt_at <= %s AND last_error <> 'sms.quiet_hours') "
    "FROM eng_messages_delivery WHERE state IN ('pending', 'sending', 'uncertain', 'failed')"
)


def health() -> OutboxHealth:
    """The outbox of all channels in figures, as far as the actor of the unit sees it; one statement."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_HEALTH, (now,))
        waiting, uncertain, failed, oldest = cursor.fetchone()
    return OutboxHealth(waiting, uncertain, failed, now - oldest if oldest else timedelta())


def findings() -> list[Finding]:
    """For `jichi doctor`: is there a mail server, does it answer, does mail flow? SMS and LINE where they are set."""
    smtp = settings.JICHI_SMTP
    if not smtp["host"]:
        return [
            Finding("mail server", "missing", "mail waits in the outbox", "set JICHI_SMTP_HOST and JICHI_SMTP_PORT"),
            *_peer_findings(),
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
    return [*found, *_peer_findings()]


_PEERS: Final = {"sms": ("SMS gateway", sms_backend), "line": ("LINE", line_backend)}
_HOW: Final = "see docs/messages.md, secrets/peers.json"


def _peer_findings() -> list[Finding]:
    """One line for SMS and LINE each: "ok" with its address or that it is off, which is no fault."""
    found = []
    for name, (title, make) in _PEERS.items():
        try:
            there = make()
        except ValueError as error:
            found.append(Finding(title, "wrong", str(error), _HOW))
            continue
        if there is None:
            found.append(Finding(title, "ok", f'off; to use it name "{name}" in secrets/peers.json (docs/messages.md)'))
            continue
        try:
            with there.open(lambda _step: None) as line:
                line.probe()
            found.append(Finding(title, "ok", f"{there.told.url} ({there.told.kind})"))
        except OSError as error:
            found.append(Finding(title, "wrong", f"{there.told.url}: {type(error).__name__}", _HOW))
    return found
