"""Reads of this room: the facts behind the lights, periodic jobs with their next time. Statements are counted."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection

from jichi.engines.jobs import queries as jobs
from jichi.engines.jobs.rules import latest_slot, next_slot, parse_cron
from jichi.engines.messages import queries as messages
from jichi.kernel import clock
from jichi.kernel.manifest import load_manifests

from .models import Observation
from .rules import Facts, Seen
from .watching import clock_offset

GRACE: Final = timedelta(minutes=5)
"""A periodic job is late when its time passed this long ago."""
_SERVER: Final = """
SELECT current_setting('server_version'), current_setting('max_connections')::int,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
       (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(xact_start)), 0)::float8 FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicState:
    """A periodic job as its page shows it."""

    name: str
    room: str
    cron: str
    last: datetime | None
    next: datetime | None
    late: bool
    missed: int
    stopped: bool
    known: bool


def periodic_states(now: datetime) -> tuple[PeriodicState, ...]:
    """Every periodic job that rooms declare, late ones first. One statement."""
    stands = {one.name: one for one in jobs.schedules()}
    found = []
    for manifest in load_manifests(tuple(settings.JICHI_ROOMS)):
        for entry in manifest.periodic:
            row, cron = stands.get(entry.name), parse_cron(entry.cron)
            due = latest_slot(cron, now - GRACE)
            stopped = row is not None and row.stopped_at is not None
            late = not stopped and row is not None and row.last_slot is not None and due is not None
            found.append(PeriodicState(
                name=entry.name, room=manifest.title["ja"], cron=entry.cron, last=row.last_slot if row else None,
                next=None if stopped else next_slot(cron, now), stopped=stopped, missed=row.missed if row else 0,
                late=late and row.last_slot < due,  # type: ignore[union-attr,operator] # `late` says they are there
                known=row is not None,
            ))  # fmt: skip
    return tuple(sorted(found, key=lambda one: (not one.late, not one.stopped, one.name)))


def facts() -> Facts:
    """Everything the health page tells. Six statements, however much there is."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_SERVER)
        version, most, used, longest = cursor.fetchone()
    queue, outbox = jobs.health(), messages.health()
    rows = {row.key: row for row in Observation.objects.all()}
    held = {key: row.facts for key, row in rows.items()}
    states = periodic_states(now)
    disk = shutil.disk_usage(settings.JICHI_HOME if settings.JICHI_HOME.exists() else "/")
    good, bad = rows.get("backup"), rows.get("backup.failed")
    failed_since = bad is not None and (good is None or bad.at > good.at)
    until = held.get("certificate", {}).get("until")
    return Facts(
        now=now, demo=settings.JICHI_DEMO, postgres=str(version).split()[0], connections=used, most_connections=most,
        longest_transaction=longest, workers=queue.workers, waiting=queue.waiting, oldest_wait=queue.oldest_wait,
        failed=queue.failed, outbox_waiting=outbox.waiting, outbox_oldest=outbox.oldest_wait.total_seconds(),
        outbox_failed=outbox.failed, disk_free=disk.free, disk_total=disk.total,
        late=[one.name for one in states if one.late], stopped=[one.name for one in states if one.stopped],
        backup_at=good.at if good else None, backup_trouble=held["backup.failed"]["trouble"] if failed_since else "",
        certificate_until=datetime.fromisoformat(until) if until else None,
        certificate_trouble=held.get("certificate", {}).get("trouble", ""),
        https=settings.JICHI_ORIGIN.startswith("https:"), web_offset=clock_offset(),
        worker_offset=held.get("clock", {}).get("offset"),
        jumped_at=rows["clock.jump"].at if "clock.jump" in rows else None,
        jump=held.get("clock.jump", {}).get("seconds", 0.0), scanner=settings.JICHI_SCANNER["backend"] != "null",
        peers=sorted(settings.JICHI_PEERS), looked_at=rows["look"].at if "look" in rows else None,
        seen=_seen(held.get("look", {})),
    )  # fmt: skip


def _seen(look: dict[str, Any]) -> tuple[Seen, ...]:
    return tuple(Seen(one["what"], one["state"], one["detail"]) for one in look.get("seen", ()))
