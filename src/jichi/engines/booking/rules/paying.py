"""What an entry costs, how long its place is held for paying, and what is kept when somebody does not come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from jichi.engines.payments.rules import ChargeLine
from jichi.kernel.localized import LocalizedText

SUBJECT: Final = "eng_booking:"
GRACE: Final = timedelta(minutes=35)
"""A page of the payment firm lives 30 minutes: money that was on its way when the hold ended has come by then."""
PAY_HOURS: Final = 72
"""Hours to pay for who is promoted or drawn where the offering names none."""
MOST_STEPS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonClass:
    """料金の区分: a class of persons and what one of them pays; 0 yen is an exemption (免除)."""

    code: str
    title: LocalizedText
    yen: int


@dataclass(frozen=True, slots=True)
class CancelStep:
    """取消料: from `days` days before the first day on, `percent` of what was paid is kept. Day 0 is the day itself."""

    days: int
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What giving a place back costs: what was paid, what of it is kept and what goes back, in yen."""

    paid_yen: int = 0
    kept_yen: int = 0

    @property
    def back_yen(self) -> int:
        """What goes back."""
        return self.paid_yen - self.kept_yen


def lines_of(classes: Sequence[PersonClass], counts: Mapping[str, int]) -> tuple[ChargeLine, ...]:
    """The lines of an entry: each class of which there is somebody, in the order of the table.

    Raises:
        ValueError: a class nobody knows, or a negative count.
    """
    if set(counts) - {one.code for one in classes} or any(count < 0 for count in counts.values()):
        raise ValueError("no such class of persons")
    return tuple(ChargeLine(one.code, one.title, one.yen, counts[one.code]) for one in classes if counts.get(one.code))


def steps_of(table: Sequence[Mapping[str, Any]]) -> tuple[CancelStep, ...]:
    """A table of charges as data, `[{"days": 3, "percent": 50}, {"days": 0, "percent": 100}]`, the longest time first.

    Raises:
        ValueError: days twice, a percentage outside 0 to 100, or one that falls as the day comes nearer.
    """
    steps = sorted((CancelStep(int(row["days"]), int(row["percent"])) for row in table), key=lambda one: -one.days)
    percents = [one.percent for one in steps]
    if len(steps) > MOST_STEPS or len({one.days for one in steps}) < len(steps) or any(one.days < 0 for one in steps):
        raise ValueError("a table of cancellation charges has each number of days once")
    if percents != sorted(percents) or any(not 0 <= percent <= 100 for percent in percents):
        raise ValueError("a cancellation charge grows from 0 to 100 percent as the day comes nearer")
    return tuple(steps)


def cost_of(steps: Sequence[CancelStep], paid_yen: int, *, starts_on: date | None, today: date) -> Cost:
    """What is kept of `paid_yen` when somebody gives back on `today` what begins on `starts_on`; yen are cut off.

    Where no day is known nothing is kept. After the first day the last step counts.
    """
    if starts_on is None:
        return Cost(paid_yen=paid_yen)
    left = max((starts_on - today).days, 0)
    reached = [one.percent for one in steps if left <= one.days]
    return Cost(paid_yen=paid_yen, kept_yen=paid_yen * max(reached, default=0) // 100)


def subject_of(offering_code: str, entry_id: UUID) -> str:
    """Under which name payments know an entry. A service tells its pages for its own codes' beginning."""
    return f"{SUBJECT}{offering_code}:{entry_id}"


def entry_of_subject(subject: str) -> UUID | None:
    """The entry a charge is about; None where it is about something else."""
    if not subject.startswith(SUBJECT):
        return None
    try:
        return UUID(subject.rpartition(":")[2])
    except ValueError:
        return None
