"""分納: open months of a parent spread over agreed days, and whether that is kept. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

from jichi.kernel.calendar import add_months

GRACE: Final = timedelta(days=10)
"""So long after an agreed day money of stores and banks may still be on its way; then the plan is broken."""
MOST_STEPS: Final = 24
PlanState: TypeAlias = Literal["live", "kept", "broken", "cancelled"]
PLAN_STATES: Final[tuple[PlanState, ...]] = ("live", "kept", "broken", "cancelled")


def agreed_days(count: int, *, each: int, first: date) -> list[date]:
    """The agreed day of each of so many months, oldest first: `each` of them a month, the same day of the month as the
    first (its last where the month is shorter)."""
    return [_same_day(first, place // each) for place in range(count)]


def _same_day(first: date, months: int) -> date:
    month = add_months(first.replace(day=1), months)
    return month.replace(day=min(first.day, calendar.monthrange(month.year, month.month)[1]))


def steps(count: int, each: int) -> int:
    """How many days there are to pay on."""
    return -(-count // each)


@dataclass(frozen=True, slots=True)
class Part:
    """A month under a plan: when it is to be paid, what is owed of it, is its money said to be on its way (速報)."""

    agreed_on: date
    owed: int
    is_announced: bool = False


def state_of(parts: Sequence[Part], today: date) -> PlanState:
    """kept: nothing is owed any more; broken: a month is owed beyond its day and the grace; else live."""
    if not any(part.owed for part in parts):
        return "kept"
    if any(part.owed and not part.is_announced and part.agreed_on + GRACE < today for part in parts):
        return "broken"
    return "live"
