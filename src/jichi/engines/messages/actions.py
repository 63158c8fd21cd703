"""Sending, and what people want to be sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Forbidden, Invalid, NotFound

from .catalogue import templates, topics
from .models import CHANNELS, ContactPreference, Delivery
from .rules import check_params


def send_message(
    *,
    actor: Actor,
    template: str,
    dedupe_key: str,
    account_id: UUID | None = None,
    params: Mapping[str, object] | None = None,
    about: str = "",
    division_id: int | None = None,
    alert_url_path: str = "",
    email: str = "",
    language: str = "",
) -> UUID:
    """Put one message into the outbox, in the caller's transaction; answer its id.

    The worker sends it after commit, in the language of the account, at the address the account has
    then. A room that submits in one round trip calls SQL `messages_enqueue` instead.

    Args:
        template: key of a registered template: "notice.arrived".
        dedupe_key: the same key makes no second message, ever: "eng_cases:case:<id>:received".
        params: only "url_path" ("/items/K7M4-2QF9/", no language prefix), "due_on" (date), "code".
        about: 受付番号 without its hyphen.
        division_id, alert_url_path: who gets a work item, leading where, when it can't be delivered.
        email, language: only for those who have no account yet.

    Raises:
        ValueError: unknown template, or a parameter that a mail must not carry.
    """
    if template not in templates():
        raise ValueError(f"there is no message template {template!r}")
    stored = check_params(params or {})
    with unit(actor), connection.cursor() as cursor:
        cursor.execute(
            "SELECT messages_enqueue(%s, %s, %s::jsonb, %s, %s, %s, %s, %s, %s, %s)",
            (
                account_id, template, json.dumps(stored), about, dedupe_key, division_id, alert_url_path, email,
                language, clock.now(),
            ),
        )  # fmt: skip
        found: UUID = cursor.fetchone()[0]
    return found


def set_preference(*, actor: Actor, topic: str, wanted: bool, channel: str = "mail") -> None:
    """The actor wants, or does not want, a topic on a channel.

    Raises:
        Invalid: no such topic or channel, or a topic that is always sent (security of the account).
        Forbidden: nobody is signed in.
    """
    if actor.account_id is None:
        raise Forbidden
    refusable = topics().get(topic)
    if refusable is None or channel not in CHANNELS:
        raise Invalid(fields={"topic": FieldError("field.choice")})
    if not wanted and not refusable:
        raise Invalid(fields={"topic": FieldError("message.always_sent")})
    with unit(actor):
        ContactPreference.objects.update_or_create(
            account_id=actor.account_id, topic=topic, channel=channel,
            defaults={"wanted": wanted, "changed_at": clock.now()},
        )  # fmt: skip


def retry_delivery(*, actor: Actor, delivery_id: int) -> None:
    """An official has a failed delivery tried again now (the address was corrected, the gateway mended).

    Raises:
        Forbidden: without "messages.board". NotFound: no failed delivery with this number.
    """
    if not actor.may("messages.board"):
        raise Forbidden
    with unit(actor):
        audit.record(actor=actor, action="retry", table="eng_messages_delivery", object_id=str(delivery_id))
        # The board shows deliveries to officials; changing them is the platform's own act.
        with unit(system_actor("messages.retry", purpose=actor.purpose)):
            changed = Delivery.objects.filter(pk=delivery_id, state="failed").update(
                state="pending", next_attempt_at=clock.now(), attempts=0, uncertain=0, changed_at=clock.now()
            )
        if not changed:
            raise NotFound
