"""消滅時効: the last day on which an instalment can be claimed, from its stored events; nobody stores the day itself.

地方税法18条, 18条の2, 15条の7; 民法147条 to 152条. What the table of effects says of renewals is the usual reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from jichi.kernel.calendar import period_end

from .accrual import ONE_DAY

Kind = Literal[
    "notice", "demand", "distribution", "seizure", "acknowledged", "letter", "deferral", "suspension", "uncollectable"
]
KINDS: Final[tuple[Kind, ...]] = (
    "notice", "demand", "distribution", "seizure", "acknowledged", "letter", "deferral", "suspension", "uncollectable",
)  # fmt: skip
"""納付の告知, 督促, 交付要求, 差押え, 承認 (part payment, written promise, request), 催告, 徴収猶予・換価の猶予,
執行停止, 即時消滅 (15条の7第5項)."""
TAX_YEARS: Final = 5
PREMIUM_YEARS: Final = 2
"""国民健康保険料, 介護保険料 and 後期高齢者医療保険料."""
_DEMAND_HOLDS: Final = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an instalment; `until` is the last day of what lasts, None while it lasts."""

    kind: Kind
    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Limitation:
    """`last_day`: the last day on which it can be claimed; None: it stands still. `cause`: what the day rests on."""

    last_day: date | None
    cause: Kind | Literal["due"]

    def is_over(self, today: date) -> bool:
        """Has it run out? A payment after that is 誤納 and goes back."""
        return self.last_day is not None and today > self.last_day


@dataclass(slots=True)
class _Clock:
    """Where the period stands while events are read in their order."""

    years: int
    start: date
    cause: Kind | Literal["due"] = "due"
    paused: int = 0
    letter_until: date | None = None
    stands_still: bool = False
    ends_by: date | None = None

    def last_day(self) -> date | None:
        """As far as the events read so far go."""
        day = period_end(self.start, years=self.years) + timedelta(days=self.paused)
        if self.letter_until is not None:
            day = max(day, self.letter_until)
        if self.stands_still:
            return self.ends_by
        return day if self.ends_by is None else min(day, self.ends_by)

    def renew(self, start: date, cause: Kind) -> None:
        """A new period from `start`."""
        if start > self.start:
            self.start, self.cause, self.paused, self.letter_until = start, cause, 0, None


def limitation(due_on: date, events: Iterable[Event], *, years: int = TAX_YEARS) -> Limitation:
    """The last day on which the instalment can be claimed.

    What happens after it has run out changes nothing: it needs no plea and can't be waived.
    """
    clock, demanded = _Clock(years, due_on + ONE_DAY), False
    for event in sorted(events, key=lambda event: (event.on, KINDS.index(event.kind))):
        last = clock.last_day()
        if last is not None and event.on > last:
            break
        if event.kind == "demand":
            if demanded:
                continue
            demanded = True
        _apply(clock, event)
    last = clock.last_day()
    return Limitation(last, "suspension" if last is not None and last == clock.ends_by else clock.cause)


def _apply(clock: _Clock, event: Event) -> None:
    """What one event does to the period."""
    if event.kind == "acknowledged":
        clock.renew(event.on + ONE_DAY, event.kind)
    elif event.kind == "notice":
        clock.renew((event.until or event.on) + ONE_DAY, event.kind)
    elif event.kind == "demand":
        clock.renew(event.on + _DEMAND_HOLDS + ONE_DAY, event.kind)
    elif event.kind in {"distribution", "seizure"}:
        if event.until is None:
            clock.stands_still, clock.cause = True, event.kind
        else:
            clock.renew(event.until + ONE_DAY, event.kind)
    elif event.kind == "letter":
        if clock.letter_until is None or event.on > clock.letter_until:
            clock.letter_until = period_end(event.on + ONE_DAY, months=6)
    elif event.kind == "deferral":
        if event.until is None:
            clock.stands_still, clock.cause = True, event.kind
        else:
            clock.paused += max((event.until - max(event.on, clock.start)).days + 1, 0)
    else:
        _end_by(clock, event)


def _end_by(clock: _Clock, event: Event) -> None:
    """A suspension of execution ends the claim after three years unless it is lifted; a hopeless claim ends at once."""
    if event.kind == "uncollectable":
        end = event.on
    else:
        end = period_end(event.on + ONE_DAY, years=3)
        if event.until is not None and event.until < end:
            return
    clock.ends_by = end if clock.ends_by is None else min(clock.ends_by, end)
