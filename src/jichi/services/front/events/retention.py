"""What events erase by themselves, with a certificate: what applicants told, a year after the last date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from jichi.engines.booking import queries as booking
from jichi.kernel.erasing import Erasure

from .models import EventEntry

KEEP: Final = timedelta(days=366)


def over(_key: str, day: date, limit: int) -> list[tuple[str, str, date]]:
    """What is over before a day, oldest first: (id, 申込番号, last day of the event). Two statements."""
    rows = EventEntry.objects.filter(event__last_day__lt=day - KEEP).order_by("event__last_day", "pk")
    found = list(rows.values_list("pk", "event__last_day")[:limit])
    numbers = booking.entries_by_id([pk for pk, _day in found])
    return [(str(pk), numbers[pk].number, last) for pk, last in found if last]


def erase(_key: str, keys: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Delete these: (rows by table, SHA-256 of each row)."""
    known = EventEntry.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk__in=list(keys))
    erased = Erasure()
    for row in known.order_by("pk"):
        erased.note([row])
        row.delete()
    return erased.told()
