"""Counters of the web process in Prometheus' text format, added up over its workers.

Each worker keeps its own and writes them to a file of its own every two seconds; whoever is asked adds
all files up. Nothing is shared between processes, so no lock can stop a page.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

FLUSH_EVERY: Final = 2.0
BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; upper ends."""
REQUESTS: Final = "jichi_requests_total"
LATENCY: Final = "jichi_request_seconds"
SIGN_INS: Final = "jichi_sign_in_steps_total"
HELP: Final[Mapping[str, tuple[str, str]]] = {
    REQUESTS: ("counter", "Requests by view, method and status"),
    LATENCY: ("histogram", "Time to answer, by portal"),
    SIGN_INS: ("counter", "Forms of signing in that were sent, by step and outcome"),
    "jichi_database_pool": ("gauge", "Connections in the pool of the worker that answers"),
    "jichi_jobs": ("gauge", "Background jobs by task and state"),
    "jichi_job_oldest_wait_seconds": ("gauge", "Longest wait of a due job"),
    "jichi_workers": ("gauge", "Workers that give a sign of life"),
    "jichi_outbox": ("gauge", "Messages by state"),
    "jichi_outbox_oldest_wait_seconds": ("gauge", "Longest wait of a message"),
    "jichi_health": ("gauge", "0 green, 1 yellow, 2 red"),
}
Labels = tuple[tuple[str, str], ...]


class Counters:
    """Numbers by name and labels. Threads add; one writes them out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.numbers: dict[tuple[str, Labels], float] = {}
        self.dirty = False

    def add(self, name: str, labels: Labels = (), by: float = 1) -> None:
        """Count."""
        with self._lock:
            self.numbers[name, labels] = self.numbers.get((name, labels), 0) + by
            self.dirty = True

    def time(self, name: str, seconds: float, labels: Labels = ()) -> None:
        """Put a duration into its buckets."""
        with self._lock:
            for end in BUCKETS:
                if seconds <= end:
                    self._plus(f"{name}_bucket", (*labels, ("le", f"{end:g}")), 1)
            self._plus(f"{name}_bucket", (*labels, ("le", "+Inf")), 1)
            self._plus(f"{name}_count", labels, 1)
            self._plus(f"{name}_sum", labels, seconds)
            self.dirty = True

    def _plus(self, name: str, labels: Labels, by: float) -> None:
        self.numbers[name, labels] = self.numbers.get((name, labels), 0) + by

    def copy(self) -> dict[tuple[str, Labels], float]:
        """The numbers as they are now."""
        with self._lock:
            self.dirty = False
            return dict(self.numbers)


class Folder:
    """Where the workers of one web process leave their numbers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mine = Counters()
        self._pid = 0

    def clear(self) -> None:
        """Begin anew: what an earlier web process left is gone. Counters start at nought, as Prometheus expects."""
        for old in self.path.glob("web-*.json"):
            old.unlink(missing_ok=True)

    def begin(self) -> None:
        """From the first request of a worker on, its numbers are written out."""
        if self._pid == os.getpid():
            return
        self._pid = os.getpid()
        threading.Thread(target=self._keep_writing, name="metrics", daemon=True).start()

    def _keep_writing(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(FLUSH_EVERY)
            if self.mine.dirty:
                self.write()

    def write(self) -> None:
        """This worker's numbers, whole; a disk that takes nothing is no reason to fail."""
        rows = [[name, list(labels), value] for (name, labels), value in self.mine.copy().items()]
        target = self.path / f"web-{os.getpid()}.json"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(".new")
            partial.write_text(json.dumps(rows), encoding="utf-8")
            partial.replace(target)
        except OSError:
            return

    def added_up(self) -> dict[tuple[str, Labels], float]:
        """Over all workers, the ones that ended included."""
        self.write()
        total: dict[tuple[str, Labels], float] = {}
        found = sorted(self.path.glob("web-*.json"))
        for path in found:
            try:
                rows = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
            for name, labels, value in rows:
                key = (name, tuple((str(k), str(v)) for k, v in labels))
                total[key] = total.get(key, 0) + value
        return total if found else self.mine.copy()


def _family(name: str) -> str:
    for ending in ("_bucket", "_count", "_sum"):
        if name.endswith(ending) and name.removesuffix(ending) in HELP:
            return name.removesuffix(ending)
    return name


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def text_format(numbers: Mapping[tuple[str, Labels], float]) -> str:
    """Prometheus' text format 0.0.4."""
    families: dict[str, list[str]] = {}
    for (name, labels), value in sorted(numbers.items(), key=_place):
        inner = ",".join(f'{key}="{_escaped(word)}"' for key, word in labels)
        line = f"{name}{{{inner}}} {value:g}" if inner else f"{name} {value:g}"
        families.setdefault(_family(name), []).append(line)
    return "".join(f"{_heading(name)}{chr(10).join(lines)}\n" for name, lines in families.items())


def _place(item: tuple[tuple[str, Labels], float]) -> tuple[str, str, list[tuple[str, float | str]]]:
    """Families together, buckets of one label set together and in their order."""
    (name, labels), _ = item
    order: list[tuple[str, float | str]] = [(k, f"{float(v):012.4f}" if k == "le" else v) for k, v in labels]
    return _family(name), name, order


def _heading(name: str) -> str:
    kind, about = HELP.get(name, ("untyped", ""))
    return f"# HELP {name} {about}\n# TYPE {name} {kind}\n"


def gauges(name: str, values: Iterable[tuple[Labels, float]]) -> dict[tuple[str, Labels], float]:
    """Numbers read just now."""
    return {(name, labels): value for labels, value in values}
