"""When a periodic entry is due: five-field cron in local time (no summer time in Japan); how a failure is told.

Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import PurePath
from types import TracebackType
from typing import Final

_FIELDS: Final = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
_LOOK_BACK: Final = timedelta(days=366 * 8 + 2)
"""29 February can be eight years away (1900, 2100)."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A parsed entry. `any_day` / `any_weekday`: the field began with `*` and restricts nothing by itself."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    def falls_on(self, moment: datetime) -> bool:
        """Does the entry name this calendar day? Day and weekday both given: either suffices (crontab(5))."""
        if moment.month not in self.months:
            return False
        day, weekday = moment.day in self.days, moment.isoweekday() % 7 in self.weekdays
        return (day and weekday) if self.any_day or self.any_weekday else (day or weekday)


def _range(part: str, low: int, high: int) -> range:
    span, _, step = part.partition("/")
    if step and not (step.isascii() and step.isdigit() and int(step) > 0):
        raise ValueError(f"bad step in {part!r}")
    if span == "*":
        first, last = low, high
    else:
        a, dash, b = span.partition("-")
        if not (a.isascii() and a.isdigit()) or (dash and not (b.isascii() and b.isdigit())):
            raise ValueError(f"bad value {part!r}")
        first = int(a)
        last = int(b) if dash else (high if step else first)
    if not low <= first <= last <= high:
        raise ValueError(f"{part!r} is outside {low}-{high}")
    return range(first, last + 1, int(step) if step else 1)


@lru_cache(maxsize=256)
def parse_cron(text: str) -> Cron:
    """The five fields minute, hour, day, month, weekday (0 and 7 are Sunday).

    Each is `*`, a number, a range `a-b`, either with a step `/n`, or a list of these.
    Raises ValueError for anything else.
    """
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(f"{text!r} does not have five fields")
    found: list[frozenset[int]] = []
    for field, (_name, low, high) in zip(fields, _FIELDS, strict=True):
        found.append(frozenset(value for part in field.split(",") for value in _range(part, low, high)))
    minutes, hours, days, months, weekdays = found
    return Cron(
        minutes=minutes, hours=hours, days=days, months=months, weekdays=frozenset(w % 7 for w in weekdays),
        any_day=fields[2].startswith("*"), any_weekday=fields[4].startswith("*"),
    )  # fmt: skip


def latest_slot(cron: Cron, moment: datetime) -> datetime | None:
    """The last time at or before `moment` that the entry names; None when it names none in eight years."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    horizon = day - _LOOK_BACK
    until = (moment.hour, moment.minute)
    while day >= horizon:
        if cron.falls_on(day):
            times = [(h, m) for h in cron.hours for m in cron.minutes if (h, m) <= until]
            if times:
                hour, minute = max(times)
                return day.replace(hour=hour, minute=minute)
        day -= timedelta(days=1)
        until = (23, 59)
    return None


def slots_between(cron: Cron, after: datetime, until: datetime, *, limit: int = 10_000) -> int:
    """How many times the entry names in (after, until], counted up to `limit`."""
    count = 0
    slot = latest_slot(cron, until)
    while slot is not None and slot > after and count < limit:
        count += 1
        slot = latest_slot(cron, slot - timedelta(minutes=1))
    return count


def next_slot(cron: Cron, moment: datetime) -> datetime | None:
    """The first time after `moment` that the entry names; None when it names none in eight years."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    horizon = day + _LOOK_BACK
    after = (moment.hour, moment.minute)
    while day <= horizon:
        if cron.falls_on(day):
            times = [(h, m) for h in cron.hours for m in cron.minutes if (h, m) > after]
            if times:
                hour, minute = min(times)
                return day.replace(hour=hour, minute=minute)
        day += timedelta(days=1)
        after = (-1, -1)
    return None


def error_name(error: BaseException) -> str:
    """Class of an error with the code it carries, for a stable refusal of ours: "Unavailable (mail.away)"."""
    code = getattr(error, "code", None)
    name = type(error).__name__
    return f"{name} ({code})" if isinstance(code, str) and code.replace(".", "").replace("_", "").isalnum() else name


def error_place(trace: TracebackType | None) -> str:
    """Where it was raised: the innermost line of ours, "engines/files/tasks.py:41 in scan". No values."""
    found = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        parts = PurePath(code.co_filename).parts
        if "jichi" in parts:
            inside = parts[len(parts) - parts[::-1].index("jichi") :]
            found = f"{'/'.join(inside)}:{trace.tb_lineno} in {code.co_name}"
        trace = trace.tb_next
    return found
