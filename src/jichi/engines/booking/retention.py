"""What bookings erase by themselves, with a certificate: whose an entry or a room was. Numbers and results stay.

Published records of draws hold receipt numbers only, so they stay true; figures of events stay too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Max, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce

from jichi.kernel.clock import TOKYO
from jichi.kernel.erasing import Erasure

from .models import Entry, EntryPerson, LinkedPerson, RoomBooking, TicketRead

KEEP: Final = timedelta(days=366)
ENTRIES: Final = "booking.entries"
ROOMS: Final = "booking.rooms"
ERASED: Final = "erased:"
"""How a key begins that says nothing of anybody any more."""


def over(key: str, day: date, limit: int) -> list[tuple[str, str, date]]:
    """What is over before a day, oldest first: (id, 申込番号 or account, day it ended). One statement."""
    before = datetime.combine(day, time.min, TOKYO) - KEEP
    if key == ROOMS:
        rooms = RoomBooking.objects.filter(ends_at__lt=before).exclude(dedupe_key__startswith=ERASED)
        whose = Coalesce(Cast("account_id", TextField()), Value(""), output_field=TextField())
        found = rooms.order_by("ends_at").annotate(whose=whose).values_list("pk", "whose", "ends_at")[:limit]
        return [(str(pk), account, at.astimezone(TOKYO).date()) for pk, account, at in found]
    ended = Coalesce(Max("offering__items__ends_at"), Max("offering__closes_at"))
    entries = Entry.objects.filter(offering__closes_at__lt=before).exclude(dedupe_key__startswith=ERASED)
    entries = entries.filter(Q(owes_yen=0) | Q(paid_at__isnull=False) | Q(money_done_at__isnull=False))
    rows = entries.annotate(ended=ended).filter(ended__lt=before).order_by("ended", "pk")
    return [
        (str(pk), number, at.astimezone(TOKYO).date())
        for pk, number, at in rows.values_list("pk", "number", "ended")[:limit]
    ]


def erase(key: str, keys: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Take out whose they were: (rows by table, SHA-256 of each row as it was). Told again it changes nothing."""
    erased = Erasure()
    kind: type[Entry] | type[RoomBooking] = RoomBooking if key == ROOMS else Entry
    known = kind._default_manager.select_for_update(of=("self",), skip_locked=True).filter(pk__in=list(keys))
    for one in known.exclude(dedupe_key__startswith=ERASED).order_by("pk"):
        erased.note([one])
        if isinstance(one, Entry):
            for row in (
                *EntryPerson.objects.filter(entry=one),
                *LinkedPerson.objects.filter(entry=one),
                *TicketRead.objects.filter(entry=one),
            ):
                erased.note([row])
                row.delete()
        kind._default_manager.filter(pk=one.pk).update(account=None, dedupe_key=f"{ERASED}{one.pk}")
    return erased.told()
