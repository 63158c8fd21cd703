"""The one clock of the house, so that a test can stand at 31 March, 24:00."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")

_frozen: ContextVar[datetime | None] = ContextVar("jichi_clock", default=None)
_latest: ContextVar[datetime | None] = ContextVar("jichi_clock_latest", default=None)


def now() -> datetime:
    """The present moment, aware, in Asia/Tokyo."""
    frozen = _frozen.get()
    return frozen if frozen is not None else datetime.now(TOKYO)


def today() -> date:
    """Today's calendar date in Asia/Tokyo."""
    return now().date()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Within the block `now()` is `moment` (aware). For tests and rehearsals."""
    if moment.tzinfo is None:
        raise ValueError("the moment needs a time zone")
    latest = _latest.get()
    token = _frozen.set((moment if latest is None else min(moment, latest)).astimezone(TOKYO))
    try:
        yield
    finally:
        _frozen.reset(token)


@contextmanager
def nothing_ahead() -> Iterator[None]:
    """Within the block nobody stands later than now: `standing_at` a moment to come stands at now.

    A sample ward made at one in the morning has its noon still before it, and nothing has happened then.
    """
    token = _latest.set(now())
    try:
        yield
    finally:
        _latest.reset(token)
