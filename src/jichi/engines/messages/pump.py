"""The outbox pump: claims due deliveries of one channel, sends them, says what became of them. Any number may run.

Claim and commit → send → mark. What dies in between leaves a row in "sending" whose lease runs out; the next
pump asks the gateway where it can be asked, and sends again under the same key. Channels do not wait for each other.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from jichi.engines.accounts import guests
from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import unit
from jichi.kernel import clock, trace

from .backends import SmsBackend, backend
from .backends.base import Backend, Letter, Outgoing, Wire
from .catalogue import templates
from .models import ContactPoint
from .routing import ways
from .rules import ChannelName, DeliveryState, Template, Verdict, deliverable, judge, next_ring
from .settling import ACTOR, mark

logger = logging.getLogger("jichi.messages")

BATCH: Final = 20
LEASE: Final = timedelta(minutes=5)
SAFE_REST: Final = timedelta(minutes=2)
"""A message is begun only while the lease still holds this long (each step of the wire takes 20 s at most)."""

_CLAIM = "SELECT * FROM messages_claim(%s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this pump holds."""

    delivery_id: int
    claim: UUID
    key: UUID
    message_id: UUID
    header_id: str
    account_id: UUID | None
    email: str
    address: str
    language: str
    template: str
    params: dict[str, str]
    about: str
    created_at: datetime
    attempts: int
    uncertain: int


def _claim(channel: str, now: datetime, lease: timedelta, limit: int) -> list[Claimed]:
    domain = str(settings.JICHI_SMTP["from"]).rpartition("@")[2]
    with unit(ACTOR), connection.cursor() as cursor:
        cursor.execute(_CLAIM, (channel, now, now + lease, limit, domain))
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    found: list[tuple[Any, ...]] = [(*row[:10], _loaded(row[10]), *row[11:]) for row in rows]
    return [Claimed(*row) for row in found]


def _loaded(value: Any) -> dict[str, str]:
    return json.loads(value) if isinstance(value, str) else dict(value)


def _addressee(claimed: Claimed, channel: str, template: Template) -> tuple[str, str, bool] | str:
    """Address and language of the reader, is it somebody without a login; or why nothing is said ("not_wanted")."""
    to, language = claimed.email or claimed.address, claimed.language
    if claimed.account_id is None or claimed.address:
        return to, language or "ja", False
    with unit(ACTOR):
        contact = accounts.contact_of(claimed.account_id)
        if contact is None:
            return "account_closed"
        if channel not in ("mail",):
            points = ContactPoint.objects.filter(account_id=claimed.account_id, channel=channel, ended_at=None)
            to = points.values_list("address", flat=True).first() or ""
        else:
            to = to or contact.email
        if to and channel not in ways(claimed.account_id, template, contact=contact):
            return "not_wanted"
    return (to, language or contact.language, contact.kind == "guest") if to else "no_address"


def _ready(claimed: Claimed, channel: Backend, template: Template, now: datetime) -> Outgoing | Verdict:
    """What is to go over the wire, or why there is nothing to send (yet)."""
    name, before = channel.name, claimed.uncertain
    if template.valid_minutes is not None and now - claimed.created_at > timedelta(minutes=template.valid_minutes):
        return Verdict("suppressed", f"{name}.too_late", uncertain=before)
    if not channel.on:
        return Verdict("failed", f"{name}.off", uncertain=before)
    found = _addressee(claimed, name, template)
    if isinstance(found, str):
        return Verdict("suppressed", f"{name}.{found}", uncertain=before)
    to, language, is_guest = found
    if name == "mail" and not deliverable(to):
        return Verdict("failed", "mail.bad_address", uncertain=before)
    if isinstance(channel, SmsBackend) and not template.asked_for:
        local = now.astimezone(clock.TOKYO)
        ring = next_ring(local, channel.told.hours)
        if ring > local:
            state: DeliveryState = "uncertain" if before else "pending"
            return Verdict(state, "sms.quiet_hours", ring - local, before, tried=False)
    params = claimed.params
    if is_guest and claimed.account_id is not None:  # nobody to sign in: the mail itself is the way in
        params = {**params, "url_path": guests.way_in(claimed.account_id, to, params.get("url_path", "/"))}
    return channel.write(Letter(to, language, template, params, claimed.about, claimed.key, claimed.header_id))


def _ready_or_reason(claimed: Claimed, channel: Backend, template: Template, now: datetime) -> Outgoing | Verdict:
    """One message that can't be written must not hold up the others."""
    try:
        return _ready(claimed, channel, template, now)
    except (ValueError, LookupError) as error:
        # The name of the error only: its text may quote an address.
        logger.error("delivery %d can't be written: %s", claimed.delivery_id, type(error).__name__)  # noqa: TRY400 - see above
        return Verdict("failed", f"{channel.name}.unwritable", uncertain=claimed.uncertain)


def _nothing(_step: str) -> None:
    return


def pump(
    channel: ChannelName = "mail", *, limit: int = BATCH, lease: timedelta = LEASE,
    at_step: Callable[[str], None] = _nothing,
) -> int:  # fmt: skip
    """One round of one channel; answers how many deliveries were claimed.

    Args:
        limit: at most so many.
        lease: how long this pump holds them.
        at_step: called with "claimed", "connected", "before_data", "data_sent", "answered", "marked" as
            the round goes on; crash tests die there.
    """
    began = clock.now()
    held = _claim(channel, began, lease, limit)
    if not held:
        return 0
    at_step("claimed")
    begin_before = began + lease - min(SAFE_REST, lease / 2)
    there = backend(channel)
    with trace.span(f"{channel} outbox"), there.open(at_step) as wire:
        for claimed in held:
            with trace.span(f"{channel} delivery", kind=trace.CLIENT):
                _deliver(claimed, there, wire, begin_before=begin_before, at_step=at_step)
    return len(held)


def _mark(claimed: Claimed, verdict: Verdict) -> None:
    mark(delivery_id=claimed.delivery_id, claim=claimed.claim, verdict=verdict)


def _deliver(
    claimed: Claimed, channel: Backend, wire: Wire, *, begin_before: datetime, at_step: Callable[[str], None]
) -> None:
    template = templates().get(claimed.template)
    if template is None:
        _mark(claimed, Verdict("failed", f"{channel.name}.no_template", uncertain=claimed.uncertain))
        return
    now = clock.now()
    if now > begin_before:
        state: DeliveryState = "uncertain" if claimed.uncertain else "pending"
        _mark(claimed, Verdict(state, f"{channel.name}.slow_server", timedelta(), claimed.uncertain))
        return
    answer = wire.ask(claimed.key) if claimed.uncertain else None
    if answer is None:
        ready = _ready_or_reason(claimed, channel, template, now)
        if isinstance(ready, Verdict):
            _mark(claimed, ready)
            return
        answer = wire.send(ready)
    at_step("answered")
    verdict = judge(
        answer, attempts=claimed.attempts, uncertain=claimed.uncertain, created_at=claimed.created_at,
        now=clock.now(), jitter=random.random(), repeatable=channel.repeatable,  # noqa: S311 - spreads retries, keeps no secret
    )  # fmt: skip
    _mark(claimed, verdict)
    at_step("marked")


def mail_round() -> bool:
    """One round of the worker's loop for mail; true when there may be more."""
    return pump("mail") == BATCH


def sms_round() -> bool:
    """One round of the worker's loop for SMS."""
    return pump("sms") == BATCH


def line_round() -> bool:
    """One round of the worker's loop for LINE."""
    return pump("line") == BATCH
