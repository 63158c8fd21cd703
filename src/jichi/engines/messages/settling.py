"""Writes down how a delivery ended; passes the message on to the next channel, or tells an official it never came."""

from __future__ import annotations

import logging
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock

from .catalogue import templates
from .models import Delivery, Message
from .routing import pass_on
from .rules import Verdict, passes_on

logger = logging.getLogger("jichi.messages")
ACTOR: Final = system_actor("messages.pump")
FAILED_RECEIPTS: Final = frozenset({"undelivered", "expired", "rejected"})
_ALERTS: Final = {
    "mail": "メールが届きませんでした", "sms": "SMSが届きませんでした", "line": "LINEが届きませんでした",
}  # fmt: skip


def mark(*, delivery_id: int, claim: UUID, verdict: Verdict) -> bool:
    """What became of a claimed delivery. False: the lease ran out and another pump holds it now."""
    with unit(ACTOR):
        row = (
            Delivery.objects.select_for_update(of=("self",)).select_related("message")
            .filter(pk=delivery_id, claim=claim).first()
        )  # fmt: skip
        if row is None:
            logger.warning("delivery %d: the lease ran out before it was marked %s", delivery_id, verdict.state)
            return False
        if row.receipt == "delivered":
            verdict = Verdict("sent", uncertain=verdict.uncertain)
        elif row.receipt in FAILED_RECEIPTS and verdict.state == "sent":
            # The carrier's report was faster than the gateway's answer.
            verdict = Verdict("failed", f"{row.channel}.{row.receipt}", uncertain=verdict.uncertain)
        settle(row, verdict)
    return True


def settle(row: Delivery, verdict: Verdict) -> None:
    """Give a locked delivery its next state, with all that follows. Inside a unit of the system."""
    now = clock.now()
    row.state, row.last_error, row.uncertain = verdict.state, verdict.error, verdict.uncertain
    row.claim = row.lease_until = None
    row.next_attempt_at = now + verdict.wait if verdict.wait is not None else None
    row.changed_at, row.sent_at = now, now if verdict.state == "sent" else None
    row.attempts -= 0 if verdict.tried else 1
    if verdict.receipt and not row.receipt:
        row.receipt, row.receipt_at = verdict.receipt, now
    ended_badly = passes_on(verdict.state, verdict.error)
    if ended_badly and not row.passed_on:
        used = set(row.message.deliveries.values_list("channel", flat=True))
        row.passed_on = pass_on(row.message, used=used)
    row.save()
    template = templates().get(row.message.template)
    ended = verdict.state in ("sent", "failed", "suppressed")
    if ended and not row.passed_on and template is not None and template.secret:
        Message.objects.filter(pk=row.message_id).update(params={})
    if verdict.state == "failed" and not row.passed_on:
        _alert(row)


def _alert(row: Delivery) -> None:
    """Somebody must know that a person was not reached."""
    message = row.message
    logger.error("delivery %d of message %s failed: %s", row.pk, message.pk, row.last_error)
    if message.division_id is None or not message.alert_url_path:
        return
    inbox.put_item(
        actor=ACTOR, division_id=message.division_id, kind="check", title={"ja": _ALERTS[row.channel]},
        url_path=message.alert_url_path, subject_key=f"eng_messages:message:{message.pk}", about=message.about,
        dedupe_key=f"eng_messages:delivery:{row.pk}:{message.created_at.isoformat()}",
    )  # fmt: skip
