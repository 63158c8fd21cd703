"""Work by the clock: turns the manifests' `Periodic` entries into jobs, exactly one for each slot.

Not procrastinate's own scheduler: that one keeps UTC, starts late runs only within minutes, and says
nothing of those it left out.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.conf import settings

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock
from jichi.kernel.manifest import Periodic, load_manifests, resolve

from .models import Schedule
from .rules import latest_slot, parse_cron, slots_between
from .tasks import Task, known, task

logger = logging.getLogger("jichi.jobs")

_PREFIX: Final = "periodic:"


def entries() -> tuple[Periodic, ...]:
    """Every periodic entry of the house."""
    return tuple(p for manifest in load_manifests(tuple(settings.JICHI_ROOMS)) for p in manifest.periodic)


def register(entry: Periodic) -> Task[...]:
    """The task behind an entry; a worker registers all before it takes jobs."""
    name = _PREFIX + entry.name
    if name in known:
        return known[name]

    def run(slot: str) -> None:
        resolve(entry.function)()

    return task(name, retries=3)(run)


def plan(due: Iterable[Periodic], moment: datetime) -> dict[str, int]:
    """Make the job of each entry whose slot has come and was not served; name → job number.

    Several workers may plan at once: the row of the entry is locked, and the job stands in the same
    transaction as the new slot. After an outage one job is made for the latest slot; the ones before
    it are counted as missed. An entry seen for the first time waits for its next slot.
    """
    made: dict[str, int] = {}
    for entry in due:
        cron = parse_cron(entry.cron)
        slot = latest_slot(cron, moment)
        if slot is None:
            continue
        with unit(system_actor("jobs.periodic")):
            Schedule.objects.bulk_create(
                [Schedule(name=entry.name, cron=entry.cron, last_slot=slot)], ignore_conflicts=True
            )
            row = Schedule.objects.select_for_update().get(name=entry.name)
            if row.cron != entry.cron:
                row.cron, row.last_slot = entry.cron, max(slot, row.last_slot or slot)
                row.save(update_fields=("cron", "last_slot"))
            if row.stopped_at is not None or (row.last_slot is not None and row.last_slot >= slot):
                continue
            missed = slots_between(cron, row.last_slot, slot) - 1 if row.last_slot else 0
            if missed > 0:
                logger.warning("periodic %s: %d runs before %s were missed", entry.name, missed, slot.isoformat())
                row.missed, row.missed_at = row.missed + missed, moment
            row.last_slot = slot
            row.job_id = made[entry.name] = register(entry).defer_with(
                {"slot": slot.isoformat()}, lock=_PREFIX + entry.name
            )
            row.save()
    return made


def plan_due() -> bool:
    """One round of the planning loop."""
    plan(entries(), clock.now())
    return False
