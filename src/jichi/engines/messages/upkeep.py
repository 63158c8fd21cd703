"""Proofs that ran out go; asking the SMS gateway for receipts that did not come."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from .actions import take_receipt
from .backends import sms_backend
from .models import ContactProof, Delivery

KEEP_PROOF: Final = timedelta(days=1)
ASK_AFTER: Final = timedelta(hours=24)
GIVE_UP_ASKING: Final = timedelta(hours=72)
"""No gateway tries longer to reach a telephone that is switched off."""
BATCH: Final = 200
ACTOR: Final = system_actor("messages.receipts")


def sweep() -> None:
    """Delete proofs of contacts that ran out. What else is old goes with a certificate (`retention`)."""
    ContactProof.objects.filter(expires_at__lt=clock.now() - KEEP_PROOF).delete()


def ask_for_receipts() -> None:
    """Ask the gateway what became of SMS that it took a day ago; after three days say that nothing was reported."""
    channel = sms_backend()
    if channel is None or not channel.told.receipts:
        return
    now = clock.now()
    with unit(ACTOR):
        due = Delivery.objects.filter(channel="sms", state="sent", receipt="", sent_at__lt=now - ASK_AFTER)
        rows = list(due.order_by("sent_at").values_list("pk", "key", "sent_at")[:BATCH])
    with channel.open(lambda _step: None) as line:
        for number, key, sent_at in rows:
            answer = line.ask(key)
            if answer is not None and (answer.receipt or answer.kind == "never"):
                take_receipt(actor=ACTOR, key=key, status=answer.receipt or answer.code.removeprefix("sms."))
            elif sent_at is not None and sent_at < now - GIVE_UP_ASKING:
                with unit(ACTOR):
                    Delivery.objects.filter(pk=number, receipt="").update(receipt="none", receipt_at=now)
