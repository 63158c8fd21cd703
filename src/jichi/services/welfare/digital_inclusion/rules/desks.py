"""Opening hours of a help desk and the slots that come of them: weekday rules with dates, and single days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from jichi.kernel.clock import TOKYO

WEEKDAYS: Final = ("月", "火", "水", "木", "金", "土", "日")
SLOT_MINUTES: Final = (15, 20, 30, 45, 60)
CHANNELS: Final = {"web": "インターネット", "telephone": "電話", "walk_in": "飛び込み"}
STATES: Final = {
    "booked": "予約", "here": "相談中", "done": "終わり", "absent": "来なかった", "cancelled": "取消し",
}  # fmt: skip
OUTCOMES: Final = {"solved": "解決した", "again": "また来る", "passed_on": "ほかへつないだ"}
MOST_BOOKED: Final = 2
"""Coming visits that one person may have booked by themselves at a time: a rule of this service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A weekday (0: Monday) from a day on. All rules of the newest `valid_from` up to a day hold on it, no others."""

    valid_from: date
    weekday: int
    opens: time
    closes: time
    supporters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleDay:
    """A day that is unlike its weekday: closed (no hours), or with hours of its own."""

    day: date
    opens: time | None = None
    closes: time | None = None
    supporters: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """When a desk is open on a day, and how many supporters are on duty."""

    opens: datetime
    closes: datetime
    supporters: int


@dataclass(frozen=True, slots=True)
class DeskSlot:
    """A time that may be booked; `places`: as many as there are supporters."""

    starts_at: datetime
    ends_at: datetime
    places: int


def open_on(day: date, hours: Sequence[Hours], days: Sequence[SingleDay]) -> Span | None:
    """When the desk is open on a day; None: closed."""
    single = next((one for one in days if one.day == day), None)
    if single is not None:
        return _span(day, single.opens, single.closes, single.supporters)
    newest = max((one.valid_from for one in hours if one.valid_from <= day), default=None)
    rule = next((one for one in hours if one.valid_from == newest and one.weekday == day.weekday()), None)
    return _span(day, rule.opens, rule.closes, rule.supporters) if rule else None


def _span(day: date, opens: time | None, closes: time | None, supporters: int) -> Span | None:
    if opens is None or closes is None or closes <= opens or supporters < 1:
        return None
    return Span(datetime.combine(day, opens, TOKYO), datetime.combine(day, closes, TOKYO), supporters)


def slots_on(day: date, hours: Sequence[Hours], days: Sequence[SingleDay], minutes: int) -> tuple[DeskSlot, ...]:
    """The slots of a day, one after the other from opening; a rest too short for a slot is left."""
    span, step = open_on(day, hours, days), timedelta(minutes=minutes)
    if span is None:
        return ()
    count = int((span.closes - span.opens) / step)
    return tuple(DeskSlot(span.opens + n * step, span.opens + (n + 1) * step, span.supporters) for n in range(count))


def minutes_between(arrived: datetime, ended: datetime) -> int:
    """Whole minutes of a talk, at least one, at most a working day."""
    return max(1, min(480, round((ended - arrived).total_seconds() / 60)))
