"""What classes and desks erase by themselves, with a certificate: who came, a year later. How many came stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from jichi.kernel.clock import TOKYO
from jichi.kernel.erasing import Erasure

from .models import Enrolment, Participant, Visit

KEEP: Final = timedelta(days=366)
CLASSES: Final = "digital_inclusion.enrolments"
VISITS: Final = "digital_inclusion.visits"
ERASED: Final = "(消去)"


def over(key: str, day: date, limit: int) -> list[tuple[str, str, date]]:
    """What is over before a day, oldest first: (id, 受付番号, day it ended). One statement."""
    if key == VISITS:
        before = datetime.combine(day, time.min, TOKYO) - KEEP
        visits = Visit.objects.filter(starts_at__lt=before).exclude(name=ERASED).order_by("starts_at", "pk")
        rows = visits.values_list("pk", "number", "starts_at")[:limit]
        return [(str(pk), number, at.astimezone(TOKYO).date()) for pk, number, at in rows]
    entries = Enrolment.objects.filter(course__last_day__lt=day - KEEP).exclude(name=ERASED)
    found = entries.order_by("course__last_day", "pk").values_list("pk", "entry__number", "course__last_day")[:limit]
    return [(str(pk), number, last) for pk, number, last in found if last]


def erase(key: str, keys: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Take out who it was: (rows by table, SHA-256 of each row as it was). Told again it changes nothing."""
    erased = Erasure()
    if key == VISITS:
        visits = Visit.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=list(keys))
        for visit in visits.exclude(name=ERASED).order_by("pk"):
            erased.note([visit])
            Visit.objects.filter(pk=visit.pk).update(name=ERASED, phone="", wish="", passed_to="", account=None)
        return erased.told()
    entries = Enrolment.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=list(keys))
    for entry in entries.exclude(name=ERASED).order_by("pk"):
        people = Participant.objects.filter(enrolment=entry).order_by("place")
        erased.note([entry, *people])
        people.update(name="")
        Enrolment.objects.filter(pk=entry.pk).update(name=ERASED, kana="", phone="", team="", account=None)
    return erased.told()
