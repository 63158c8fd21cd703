"""What retreats erase by themselves, with a certificate: who stayed, and who is registered. Nights and yen stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db.models import Max
from django.db.models.functions import Coalesce, Greatest

from jichi.kernel.calendar import fiscal_year, fiscal_year_bounds
from jichi.kernel.erasing import Erasure

from .models import Member, Stay

STAYS: Final = "retreats.stays"
MEMBERS: Final = "retreats.members"
YEARS: Final = {STAYS: 5, MEMBERS: 3}
"""After the fiscal year of the stay, or of the last use or registration."""
ERASED: Final = "(消去)"


def over(key: str, day: date, limit: int) -> list[tuple[str, str, date]]:
    """What is over before a day, oldest first: (id, 予約番号 or 利用者番号, last day of it). One statement."""
    before = fiscal_year_bounds(fiscal_year(day) - YEARS[key])[0]
    if key == STAYS:
        stays = Stay.objects.filter(check_in__lt=before).exclude(name=ERASED).order_by("check_in", "pk")
        return [(str(pk), number, last) for pk, number, last in stays.values_list("pk", "number", "check_in")[:limit]]
    used = Greatest("registered_on", Coalesce(Max("stays__check_in"), "registered_on"))
    members = Member.objects.exclude(name=ERASED).annotate(used=used).filter(used__lt=before).order_by("used", "pk")
    return [
        (str(pk), number or str(pk), last) for pk, number, last in members.values_list("pk", "number", "used")[:limit]
    ]


def erase(key: str, keys: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Take out who it was: (rows by table, SHA-256 of each row as it was). Told again it changes nothing."""
    erased = Erasure()
    if key == STAYS:
        stays = Stay.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=list(keys))
        for stay in stays.exclude(name=ERASED).order_by("pk"):
            erased.note([stay])
            Stay.objects.filter(pk=stay.pk).update(name=ERASED, kana="", phone="-", account=None, reason="")
        return erased.told()
    members = Member.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=list(keys))
    for member in members.exclude(name=ERASED).order_by("pk"):
        erased.note([member])
        Member.objects.filter(pk=member.pk).update(
            name=ERASED, kana="", phone="", email="", workplace="", number="", account=None
        )
    return erased.told()
