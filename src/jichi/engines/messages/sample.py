"""This room of the sample ward: applicants who chose SMS or LINE, and what became of their first notice.

One got it by LINE, one by SMS, one by SMS in vain: the board shows it. In the demo the stand-ins show the same chats.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock
from jichi.kernel.sampling import SampleContext

from .actions import send_message
from .catalogue import templates, topics
from .models import ContactPoint, ContactPreference, Delivery, Message
from .sandboxes.desk import Box
from .writing import chat_texts, sms_text

SYSTEM: Final = system_actor("sample", purpose="sample")
CHAT: Final = f"U{1:032x}"
APPLICANTS: Final = (
    ("hatachi1@midori.example", (("line", CHAT), ("sms", "+819000000001")), "line", "sent", "", ""),
    ("hatachi2@midori.example", (("sms", "+819000000002"),), "sms", "sent", "delivered", ""),
    ("hatachi3@midori.example", (("sms", "+819000000003"),), "sms", "failed", "", "sms.refused:400"),
)
"""Mail address of an applicant of the sample, addresses of the other channels, and how the first notice ended."""


def fill(context: SampleContext) -> None:
    """Runs after the rooms whose notices these are; the same again for the same seed and day."""
    linked = datetime.combine(context.today, time(9), tzinfo=clock.TOKYO) - timedelta(days=30)
    for email, points, channel, state, receipt, error in APPLICANTS:
        account = accounts.create_resident_account(actor=SYSTEM, email=email)
        with unit(SYSTEM):
            for kind, address in points:
                ContactPoint.objects.create(account_id=account.pk, channel=kind, address=address, linked_at=linked)
                for topic in (name for name, refusable in topics().items() if refusable):
                    ContactPreference.objects.create(
                        account_id=account.pk, topic=topic, channel=kind, wanted=True, changed_at=linked
                    )
            message = _first_of(account.pk)
            at = message.created_at
            sent = at if state == "sent" else None
            Delivery.objects.filter(message=message).update(
                channel=channel, state=state, attempts=1, next_attempt_at=None, changed_at=at, sent_at=sent,
                receipt=receipt, receipt_at=sent if receipt else None, last_error=error, routed=True,
            )  # fmt: skip
            if settings.JICHI_DEMO and state == "sent":
                _show(settings.JICHI_HOME / "sandbox", channel, dict(points)[channel], message)


def _first_of(account_id: UUID) -> Message:
    """What was told first; in a small ward, where the applicant did not apply, that the channels were linked."""
    first = Message.objects.filter(account_id=account_id).order_by("created_at", "id")
    if not first.exists():
        send_message(
            actor=SYSTEM, template="contact.changed", account_id=account_id, params={"url_path": "/my/contact/"},
            dedupe_key=f"eng_messages:sample:{account_id}",
        )  # fmt: skip
    return first[0]


def _show(folder: Path, channel: str, address: str, message: Message) -> None:
    """The text on the stand-in's page, as it was when it came."""
    template = templates().get(message.template)
    if template is None:
        return
    box, at = Box(folder / channel), message.created_at.timestamp()
    number = str(round(at * 1_000_000_000))
    if channel == "line":
        box.put("friends", address, {"id": address, "name": "友だち1", "blocked": False, "at": at})
        for text in chat_texts(template, "ja", params=message.params, about=message.about):
            box.put("messages", number, {
                "id": number, "user": address, "text": text, "mine": False, "shown": True, "key": "", "at": at,
            })  # fmt: skip
        return
    text = sms_text(template, "ja", params=message.params, about=message.about)
    box.put("messages", str(message.pk), {
        "id": str(message.pk), "to": address, "from": "midori", "text": text, "status": "delivered", "at": at,
    })  # fmt: skip
