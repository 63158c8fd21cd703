"""What messages deletes by itself, with a certificate: what was sent long ago, and contacts that ended.

Of messages to accounts, what has not ended well stays until somebody acts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from jichi.kernel.clock import TOKYO
from jichi.kernel.erasing import Erasure

from .models import ContactPoint, Delivery, Message

KEEP: Final = timedelta(days=400)
KEEP_ADDRESS: Final = timedelta(days=30)
"""Messages to people without an account hold an address: sign-in codes."""
MESSAGES: Final = "messages.sent"
CONTACTS: Final = "messages.contacts"


def over(key: str, day: date, limit: int) -> list[tuple[str, str, date]]:
    """What is over before a day, oldest first: (id, 受付番号 or login, day from which it counts). One statement."""
    start = datetime.combine(day, time.min, TOKYO)
    rows: Iterable[tuple[UUID | int, str, UUID | None, datetime | None]]
    if key == CONTACTS:
        ended = ContactPoint.objects.filter(ended_at__lt=start - KEEP).order_by("ended_at")
        rows = ended.values_list("pk", Value(""), "account_id", "ended_at")[:limit]
    else:
        rows = _old(start).order_by("created_at").values_list("pk", "about", "account_id", "created_at")[:limit]
    return [
        (str(pk), about or str(account or ""), at.astimezone(TOKYO).date()) for pk, about, account, at in rows if at
    ]


def _old(start: datetime) -> QuerySet[Message]:
    old = Q(created_at__lt=start - KEEP) | Q(account=None, created_at__lt=start - KEEP_ADDRESS)
    unfinished = Delivery.objects.filter(
        message=OuterRef("pk"), passed_on=False, state__in=("pending", "sending", "uncertain", "failed")
    )
    return Message.objects.filter(old).exclude(Exists(unfinished), account__isnull=False)


def erase(key: str, keys: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Delete these, messages with their deliveries: (rows by table, SHA-256 of each row)."""
    erased = Erasure()
    if key == CONTACTS:
        ended = ContactPoint.objects.select_for_update().filter(pk__in=keys, ended_at__isnull=False)
        erased.note(ended)
        ended.delete()
        return erased.told()
    ids = list(Message.objects.select_for_update(skip_locked=True).filter(pk__in=keys).values_list("pk", flat=True))
    erased.note(Message.objects.filter(pk__in=ids))
    erased.note(Delivery.objects.filter(message__in=ids).order_by("pk"))
    Message.objects.filter(pk__in=ids).delete()
    return erased.told()
