"""The outbox pump: claims due deliveries, sends them, says what became of them. Any number may run.

Claim and commit → send → mark. What dies in between leaves a row in "sending" whose lease runs out;
the next pump sends it again under the same Message-ID.
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

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock

from .catalogue import templates
from .mail import build, written
from .models import ContactPreference, Delivery, Message
from .rules import MailState, Template, Verdict, deliverable, judge
from .transport import Gateway

logger = logging.getLogger("jichi.messages")

BATCH: Final = 20
LEASE: Final = timedelta(minutes=5)
SAFE_REST: Final = timedelta(minutes=2)
"""A mail is begun only while the lease still holds this long (each step of the wire takes 20 s at most)."""
ACTOR: Final = system_actor("messages.pump")

_CLAIM = "SELECT * FROM messages_claim(%s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this pump holds."""

    delivery_id: int
    claim: UUID
    message_id: UUID
    header_id: str
    account_id: UUID | None
    email: str
    language: str
    template: str
    params: dict[str, str]
    about: str
    division_id: int | None
    alert_url_path: str
    created_at: datetime
    attempts: int
    uncertain: int


@dataclass(frozen=True, slots=True)
class Ready:
    """Address and mail of a claimed delivery."""

    to: str
    mail: bytes


def _claim(now: datetime, lease: timedelta, limit: int) -> list[Claimed]:
    domain = str(settings.JICHI_SMTP["from"]).rpartition("@")[2]
    with unit(ACTOR), connection.cursor() as cursor:
        cursor.execute(_CLAIM, (now, now + lease, limit, domain))
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    found: list[tuple[Any, ...]] = [(*row[:8], _loaded(row[8]), *row[9:]) for row in rows]
    return [Claimed(*row) for row in found]


def _loaded(value: Any) -> dict[str, str]:
    return json.loads(value) if isinstance(value, str) else dict(value)


def _ready(claimed: Claimed, template: Template, now: datetime) -> Ready | Verdict:
    """The mail, or why there is none to send."""
    if template.valid_minutes is not None and now - claimed.created_at > timedelta(minutes=template.valid_minutes):
        return Verdict("suppressed", "mail.too_late", uncertain=claimed.uncertain)
    to, language = claimed.email, claimed.language or "ja"
    if claimed.account_id is not None:
        with unit(ACTOR):
            contact = accounts.contact_of(claimed.account_id)
            refused = (
                template.may_opt_out
                and ContactPreference.objects.filter(
                    account_id=claimed.account_id, topic=template.topic, channel="mail", wanted=False
                ).exists()
            )
        if contact is None:
            return Verdict("suppressed", "mail.account_closed", uncertain=claimed.uncertain)
        if refused:
            return Verdict("suppressed", "mail.not_wanted", uncertain=claimed.uncertain)
        to, language = to or contact.email, claimed.language or contact.language
        if not to:
            return Verdict("suppressed", "mail.no_address", uncertain=claimed.uncertain)
    if not deliverable(to):
        return Verdict("failed", "mail.bad_address", uncertain=claimed.uncertain)
    subject, body, really = written(template, language, params=claimed.params, about=claimed.about)
    return Ready(to, build(to=to, subject=subject, body=body, language=really, header_id=claimed.header_id))


def _ready_or_reason(claimed: Claimed, template: Template, now: datetime) -> Ready | Verdict:
    """One mail that can't be written must not hold up the others."""
    try:
        return _ready(claimed, template, now)
    except (ValueError, LookupError) as error:
        # The name of the error only: its text may quote an address.
        logger.error("delivery %d can't be written: %s", claimed.delivery_id, type(error).__name__)  # noqa: TRY400 - see above
        return Verdict("failed", "mail.unwritable", uncertain=claimed.uncertain)


def _mark(claimed: Claimed, verdict: Verdict, template: Template | None) -> bool:
    """Write down what became of it. False: the lease ran out and another pump holds it now."""
    now = clock.now()
    with unit(ACTOR):
        changed = Delivery.objects.filter(pk=claimed.delivery_id, claim=claimed.claim).update(
            state=verdict.state, last_error=verdict.error, uncertain=verdict.uncertain, claim=None, lease_until=None,
            next_attempt_at=now + verdict.wait if verdict.wait is not None else None, changed_at=now,
            sent_at=now if verdict.state == "sent" else None,
        )  # fmt: skip
        if not changed:
            logger.warning("delivery %d: the lease ran out before it was marked %s", claimed.delivery_id, verdict.state)
            return False
        ended = verdict.state in ("sent", "failed", "suppressed")
        if ended and template is not None and template.secret:
            Message.objects.filter(pk=claimed.message_id).update(params={})
        if verdict.state == "failed":
            _alert(claimed, verdict)
    return True


def _alert(claimed: Claimed, verdict: Verdict) -> None:
    """Somebody must know that a person was not reached."""
    logger.error("delivery %d of message %s failed: %s", claimed.delivery_id, claimed.message_id, verdict.error)
    if claimed.division_id is None or not claimed.alert_url_path:
        return
    inbox.put_item(
        actor=ACTOR, division_id=claimed.division_id, kind="check", title={"ja": "メールが届きませんでした"},
        url_path=claimed.alert_url_path, subject_key=f"eng_messages:message:{claimed.message_id}", about=claimed.about,
        dedupe_key=f"eng_messages:delivery:{claimed.delivery_id}:{claimed.created_at.isoformat()}",
    )  # fmt: skip


def _nothing(_step: str) -> None:
    return


def pump(*, limit: int = BATCH, lease: timedelta = LEASE, at_step: Callable[[str], None] = _nothing) -> int:
    """One round; answers how many deliveries were claimed.

    Args:
        limit: at most so many.
        lease: how long this pump holds them.
        at_step: called with "claimed", "connected", "before_data", "data_sent", "answered", "marked" as
            the round goes on; crash tests die there.
    """
    began = clock.now()
    held = _claim(began, lease, limit)
    if not held:
        return 0
    at_step("claimed")
    begin_before = began + lease - min(SAFE_REST, lease / 2)
    with Gateway(settings.JICHI_SMTP, at_step=at_step) as gateway:
        for claimed in held:
            _deliver(claimed, gateway, begin_before=begin_before, at_step=at_step)
    return len(held)


def _deliver(claimed: Claimed, gateway: Gateway, *, begin_before: datetime, at_step: Callable[[str], None]) -> None:
    template = templates().get(claimed.template)
    if template is None:
        _mark(claimed, Verdict("failed", "mail.no_template", uncertain=claimed.uncertain), None)
        return
    now = clock.now()
    if now > begin_before:
        state: MailState = "uncertain" if claimed.uncertain else "pending"
        _mark(claimed, Verdict(state, "mail.slow_server", timedelta(), claimed.uncertain), template)
        return
    ready = _ready_or_reason(claimed, template, now)
    if isinstance(ready, Verdict):
        _mark(claimed, ready, template)
        return
    answer = gateway.send(to=ready.to, mail=ready.mail)
    at_step("answered")
    verdict = judge(
        answer, attempts=claimed.attempts, uncertain=claimed.uncertain, created_at=claimed.created_at,
        now=clock.now(), jitter=random.random(),  # noqa: S311 - spreads retries, keeps no secret
    )  # fmt: skip
    _mark(claimed, verdict, template)
    at_step("marked")


def pump_round() -> bool:
    """One round of the worker's loop; true when there may be more."""
    return pump() == BATCH
