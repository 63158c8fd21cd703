"""Sending, and what people want to be sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4

from django.db import connection

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from jichi.kernel.localized import LocalizedText

from .catalogue import templates, topics
from .models import CHANNELS, ContactPreference, Delivery
from .rules import Verdict, check_params
from .settling import FAILED_RECEIPTS, settle


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


def notify(
    *,
    actor: Actor,
    account_id: UUID,
    template: str,
    title: LocalizedText,
    url_path: str,
    subject_key: str,
    dedupe_key: str,
    kind: str = "notice",
    due_on: date | None = None,
    about: str = "",
    message_key: str = "",
    division_id: int | None = None,
    alert_url_path: str = "",
) -> None:
    """Put a notice into somebody's inbox, and send the message that it is there; the same key makes neither twice.

    Args:
        kind, title, url_path, subject_key, due_on, about: as `inbox.put_item` takes them.
        template, division_id, alert_url_path: as `send_message` takes them.
        message_key: the message's own key where it is not the notice's.

    Raises:
        ValueError: unknown template, or a parameter that a mail must not carry.
    """
    with unit(actor):
        inbox.put_item(
            actor=actor, kind=kind, title=title, url_path=url_path, subject_key=subject_key, account_id=account_id,
            due_on=due_on, about=about, dedupe_key=dedupe_key,
        )  # fmt: skip
        send_message(
            actor=actor, template=template, dedupe_key=message_key or dedupe_key, account_id=account_id,
            params={"url_path": url_path, **({"due_on": due_on} if due_on else {})}, about=about,
            division_id=division_id, alert_url_path=alert_url_path,
        )  # fmt: skip


def set_preference(*, actor: Actor, topic: str, wanted: bool, channel: str = "mail") -> None:
    """The actor wants, or does not want, a topic on a channel.

    Raises:
        Invalid: no such topic or channel, or a topic that is always sent (security of the account), by mail only.
        Forbidden: nobody is signed in.
    """
    if actor.account_id is None:
        raise Forbidden
    refusable = topics().get(topic)
    if refusable is None or channel not in CHANNELS:
        raise Invalid(fields={"topic": FieldError("field.choice")})
    if not refusable and wanted != (channel == "mail"):
        raise Invalid(fields={"topic": FieldError("message.always_sent")})
    with unit(actor):
        ContactPreference.objects.update_or_create(
            account_id=actor.account_id, topic=topic, channel=channel,
            defaults={"wanted": wanted, "changed_at": clock.now()},
        )  # fmt: skip


def retry_delivery(*, actor: Actor, delivery_id: int, reason: str) -> None:
    """An official has a failed or uncertain delivery sent again (the address was corrected, the gateway mended).

    It gets a new key, so the gateway takes it for a new message: an uncertain one may arrive twice.

    Args:
        reason: why, in the official's words; kept in the audit trail.

    Raises:
        Forbidden: without "messages.board". Invalid: no reason, or a code that has been wiped.
        NotFound: no failed or uncertain delivery with this number, or another channel has taken over.
    """
    if not actor.may("messages.board"):
        raise Forbidden
    if not reason.strip():
        raise Invalid(fields={"reason": FieldError("field.required")})
    with unit(actor):
        # The board shows deliveries to officials; changing them is the platform's own act.
        with unit(system_actor("messages.retry", purpose=actor.purpose)):
            row = (
                Delivery.objects.select_for_update(of=("self",)).select_related("message")
                .filter(pk=delivery_id, state__in=("failed", "uncertain"), passed_on=False).first()
            )  # fmt: skip
            if row is None:
                raise NotFound
            template = templates().get(row.message.template)
            if template is not None and template.secret:
                raise Invalid(fields={"reason": FieldError("message.not_again")})
            now = clock.now()
            row.state, row.key, row.attempts, row.uncertain, row.receipt = "pending", uuid4(), 0, 0, ""
            row.next_attempt_at, row.changed_at, row.receipt_at = now, now, None
            row.save()
        audit.record(
            actor=actor, action="retry", table="eng_messages_delivery", object_id=str(delivery_id),
            subject=str(row.message.account_id or ""), detail={"reason": reason.strip()[:500], "channel": row.channel},
        )  # fmt: skip


def take_receipt(*, actor: Actor, key: UUID, status: str) -> None:
    """The SMS carrier reports what became of a message. Twice, late or out of order changes nothing more.

    What did not arrive goes on by the person's next channel, or an official is told.

    Args:
        actor: the platform, which has verified who reports.
        key: by which we gave the message to the gateway; one we do not know is ignored.
        status: "delivered", "undelivered", "expired", "rejected"; others are ignored.
    """
    if status not in FAILED_RECEIPTS | {"delivered"}:
        return
    with unit(actor):
        row = (
            Delivery.objects.select_for_update(of=("self",)).select_related("message")
            .filter(channel="sms", key=key).first()
        )  # fmt: skip
        if row is None or row.receipt in {"delivered", status}:
            return
        row.receipt, row.receipt_at = status, clock.now()
        if row.state == "sending":
            row.save(update_fields=["receipt", "receipt_at"])  # whoever holds it will see the report when marking
        elif status == "delivered":
            settle(row, Verdict("sent", uncertain=row.uncertain))
        elif row.state in ("sent", "pending", "uncertain"):
            settle(row, Verdict("failed", f"sms.{status}", uncertain=row.uncertain))
        else:
            row.save(update_fields=["receipt", "receipt_at"])
