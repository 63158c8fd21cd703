"""What `jichi doctor` and the health page say of statistics."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.jobs import queries as jobs
from jichi.kernel import clock
from jichi.kernel.errors import Finding

from .queries import oldest_change

ADDING_UP: Final = "statistics.add_up"
LATE: Final = timedelta(hours=2)
"""It runs each quarter of an hour; a long first run may take some of them."""


def findings() -> list[Finding]:
    """Whether days are added up: told by the job's last run, and by days that changed and were not added up since."""
    with unit(system_actor("statistics.doctor")):
        here = next((one for one in jobs.schedules() if one.name == ADDING_UP), None)
        waiting = oldest_change()
    if waiting is None:
        return [Finding("statistics", "ok", "all days are added up")]
    since = f"days from {waiting} on wait to be added up"
    if here is not None and here.stopped_at is not None:
        return [
            Finding("statistics", "wrong", f"the adding up was stopped; {since}", "/staff/operations/jobs/: 動かす")
        ]
    if here is None or here.last_slot is None or clock.now() - here.last_slot > LATE:
        return [
            Finding("statistics", "wrong", f"not added up for hours; {since}", "keep a worker running: jichi worker")
        ]
    if waiting < clock.today() - timedelta(days=1):
        return [Finding("statistics", "wrong", f"it runs but does not get there; {since}", "see the worker's log")]
    return [Finding("statistics", "ok", since)]
