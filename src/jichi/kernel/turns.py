"""How many threads of a process work at the same time; who only waits for another thread lets the next one in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """So many turns; without `limit` there are as many as threads."""

    def __init__(self) -> None:
        self._free: threading.Semaphore | None = None
        self._mine = threading.local()

    def limit(self, at_once: int) -> None:
        """From now on so many threads have a turn at the same time. To be called before any has one."""
        self._free = threading.Semaphore(at_once)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """The block runs within a turn of its own thread."""
        self.step_back()
        try:
            yield
        finally:
            self.step_aside()

    def step_aside(self) -> None:
        """Let another thread have this one's turn, if it has one."""
        if self._free is not None and getattr(self._mine, "has_one", False):
            self._mine.has_one = False
            self._free.release()

    def step_back(self) -> None:
        """Wait for a turn, if this thread has none."""
        if self._free is not None and not getattr(self._mine, "has_one", False):
            self._free.acquire()
            self._mine.has_one = True


turns = Turns()
"""Of this process."""
