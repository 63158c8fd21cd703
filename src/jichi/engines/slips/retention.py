"""What slips deletes by itself, with a certificate: runs whose years are over, with their slips and printed files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final

from django.db.models import Exists, OuterRef

from jichi.engines.audit.context import system_actor
from jichi.engines.files import actions as files
from jichi.kernel.calendar import fiscal_year, fiscal_year_bounds
from jichi.kernel.clock import TOKYO
from jichi.kernel.erasing import Erasure

from .models import Slip, SlipPart, SlipRun

KEY: Final = "slips.runs"
YEARS: Final = 5
"""After the fiscal year in which they were issued."""
SYSTEM: Final = system_actor("slips.retention")


def over(key: str, day: date, limit: int) -> list[tuple[str, str, date]]:
    """Runs that are over before a day, oldest first: (id, its key, day of issue). One statement.

    A run stays as long as a newer slip of one of its numbers is kept: what comes back on an old paper must find the
    slip, and a reissue must find the one before it.
    """
    del key
    first = fiscal_year_bounds(fiscal_year(day) - YEARS)[0]
    start = datetime.combine(first, time.min, TOKYO)
    newer = Slip.objects.filter(free_area=OuterRef("free_area"), run__created_at__gte=start)
    held = Slip.objects.filter(run=OuterRef("pk")).filter(Exists(newer))
    old = SlipRun.objects.filter(created_at__lt=start, state="done").exclude(Exists(held)).order_by("created_at", "pk")
    return [
        (str(pk), name, at.astimezone(TOKYO).date())
        for pk, name, at in old.values_list("pk", "key", "created_at")[:limit]
    ]


def erase(key: str, keys: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Delete these runs with their slips and files: (rows by table, SHA-256 of each row)."""
    del key
    erased = Erasure()
    ids = list(SlipRun.objects.select_for_update(skip_locked=True).filter(pk__in=keys).values_list("pk", flat=True))
    erased.note(SlipRun.objects.filter(pk__in=ids))
    erased.note(Slip.objects.filter(run__in=ids).order_by("run", "position"))
    parts = SlipPart.objects.filter(run__in=ids).order_by("pk")
    erased.note(parts)
    printed = list(parts.values_list("file_id", flat=True))
    parts.delete()
    Slip.objects.filter(run__in=ids).delete()
    SlipRun.objects.filter(pk__in=ids).delete()
    for file_id in printed:
        files.discard_file(actor=SYSTEM, file_id=file_id)
    return erased.told()
