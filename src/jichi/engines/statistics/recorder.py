"""Collects what was noted in this process and writes it every second, or every 500 events, by a thread of its own.

A page never waits for it and never fails because of it. A process that ends loses a second at most.
"""

from __future__ import annotations

import atexit
import logging
import secrets
import threading
from collections import deque
from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import connection
from psycopg.errors import CheckViolation

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from .models import Salt
from .rules import Noted, keyed

logger = logging.getLogger("jichi.statistics")

EVERY: Final = 1.0
AT_ONCE: Final = 500
MOST: Final = 20_000
"""Events kept while the database is away; older ones go first."""
PAUSE: Final = 15.0
ACTOR: Final = system_actor("statistics")
_COPY: Final = (
    "COPY eng_statistics_event (minute, kind, subject, version, page, language, device, plain, visitor, attempt, "
    "seconds) FROM STDIN"
)
_CHANGED: Final = (
    "INSERT INTO eng_statistics_day AS d (day, changes, rolled) VALUES (%s, 1, 0) "
    "ON CONFLICT (day) DO UPDATE SET changes = d.changes + 1"
)


class Recorder:
    """The buffer of one process. `past_days`: days that are over get a salt that is kept nowhere (sample wards)."""

    def __init__(self, *, past_days: bool = False) -> None:
        self._waiting: deque[Noted] = deque(maxlen=MOST)
        self._full = threading.Event()
        self._ended = threading.Event()
        self._writing = threading.Lock()
        self._salt: tuple[date, bytes] | None = None
        self._thread: threading.Thread | None = None
        self._past: dict[date, bytes] | None = {} if past_days else None

    def add(self, noted: Noted) -> None:
        """Keep an event until the next writing. Never waits, never raises."""
        self._waiting.append(noted)
        if len(self._waiting) >= AT_ONCE:
            self._full.set()

    def waiting(self) -> int:
        """How many wait to be written."""
        return len(self._waiting)

    def start(self) -> None:
        """Begin writing in the background; once in a process, after it was forked."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="statistics", daemon=True)
            self._thread.start()
            atexit.register(self.stop)

    def stop(self) -> None:
        """Write what waits and end the thread; for the end of the process."""
        self._ended.set()
        self._full.set()
        if self._thread is not None:
            self._thread.join(2)
            self._thread = None

    def _run(self) -> None:
        pause = EVERY
        while not self._ended.is_set():
            self._full.wait(pause)
            self._full.clear()
            pause = self._round(pause)
        self._round(EVERY)

    def _round(self, pause: float) -> float:
        try:
            self.flush()
        except Exception as error:  # whatever the database says: pages go on, and what waits is tried again
            logger.warning("statistics: %s: %s (%d wait)", type(error).__name__, str(error)[:200], len(self._waiting))
            return min(pause * 2, PAUSE)
        finally:
            connection.close()
        return EVERY

    def flush(self) -> int:
        """Write what waits, in one transaction; on an error all of it waits on. How many were written."""
        with self._writing:
            taken = [self._waiting.popleft() for _ in range(len(self._waiting))]
            if not taken:
                return 0
            try:
                try:
                    self._write(taken)
                except Exception as error:
                    if not isinstance(error.__cause__ or error, CheckViolation):
                        raise
                    make_partitions(taken)  # a month for which none was made ahead: the worker was away
                    self._write(taken)
            except BaseException:
                self._waiting.extendleft(reversed(taken))
                raise
            return len(taken)

    def _write(self, taken: Sequence[Noted]) -> None:
        with unit(ACTOR):
            salts = {day: self._salt_of(day) for day in {_day(one) for one in taken}}
            with connection.cursor() as cursor:
                with cursor.copy(_COPY) as copy:
                    for one in taken:
                        copy.write_row(_row(one, salts[_day(one)]))
                for day in sorted(salts):
                    cursor.execute(_CHANGED, (day,))

    def _salt_of(self, day: date) -> bytes | None:
        """The salt of today, made by whoever comes first; of a day that is over only what is still there."""
        if self._salt is not None and self._salt[0] == day:
            return self._salt[1]
        if day == clock.today():
            Salt.objects.bulk_create([Salt(day=day, value=secrets.token_bytes(32))], ignore_conflicts=True)
        found = Salt.objects.filter(day=day).values_list("value", flat=True).first()
        if found is None and self._past is not None:
            return self._past.setdefault(day, secrets.token_bytes(32))
        if found is None:
            return None
        self._salt = (day, bytes(found))
        return self._salt[1]


def make_partitions(taken: Sequence[Noted]) -> None:
    """Partitions for the months of these events."""
    days = sorted({_day(one) for one in taken})
    with unit(ACTOR), connection.cursor() as cursor:
        for day in days:
            cursor.execute("SELECT statistics_make_partitions(%s, %s)", (day, day))


def _day(noted: Noted) -> date:
    return noted.at.astimezone(clock.TOKYO).date()


def _row(one: Noted, salt: bytes | None) -> tuple[object, ...]:
    minute = one.at.replace(second=0, microsecond=0)
    return (
        minute, one.kind, one.subject, one.version, one.page, one.language, one.device, one.plain,
        keyed(salt, one.client and f"visitor {one.client}"), keyed(salt, one.attempt and f"attempt {one.attempt}"),
        one.seconds,
    )  # fmt: skip


recorder: Final = Recorder()
"""The one of this process. Until `start()` it only keeps: tests and commands write nothing by themselves."""
