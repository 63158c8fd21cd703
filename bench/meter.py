"""CPU time and memory of other processes, from /proc (Linux only)."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Final

_TICK: Final = os.sysconf("SC_CLK_TCK")


def cpu_of(pid: int) -> float:
    """Seconds a process with one thread (a PostgreSQL backend) has computed, to the nanosecond."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def cpu_of_all(pids: list[int]) -> float:
    """Seconds several processes have computed with all their threads, ended children included; to 10 ms."""
    total = 0
    for pid in pids:
        try:
            after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(int(ticks) for ticks in after_name[11:15])
    return total / _TICK


def children_of(pid: int) -> list[int]:
    """The process and everything below it."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):  # a thread or process that ended meanwhile
                found += [int(child) for child in task.read_text().split()]
    return found


def memory_of(pid: int) -> int:
    """Bytes that a process and its children hold now, shared pages counted once (Pss)."""
    total = 0
    for one in children_of(pid):
        try:
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
    return total * 1024


class Peak:
    """The highest value of `read` while the block runs, looked at every tenth of a second."""

    def __init__(self, read: Callable[[], float]) -> None:
        self._read = read
        self._over = Event()
        self.highest = 0.0

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            try:
                self.highest = max(self.highest, self._read())
            except OSError:
                continue

    def __enter__(self) -> Peak:
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()
