"""A draw of a million entries at the command line: run and verify, wall time and memory of the largest process."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from bench.figures import Figures, Goal, middle
from bench.ground import ROOT, Ground

ENTRIES: Final = 1_000_000
ITEMS: Final = 200
LINE: Final = "closing index 35624.48, winning number 123456"
RANDOMNESS: Final = "ab" * 32
SECONDS: Final = 6.0
MEBIBYTES: Final = 600.0


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """One list of groups with ranked choices among 200 items, drawn and verified by turns; needs no database."""
    entries, times = (50_000, 1) if quick else (ENTRIES, 3)
    figures = Figures(
        "draw", f"A draw of {entries:,} entries in one pass", ("command", "median s", "slowest s", "CPU s", "MiB"),
        sizes={"entries": entries, "items": ITEMS, "mean weight": "1.2", "runs": times},
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        params, listed, record = (Path(folder) / name for name in ("params.json", "entries.tsv", "record.json"))
        make(params, listed, entries)
        commands = {
            "run": ["run", str(params), str(listed), "--randomness", RANDOMNESS, "--out", str(record)],
            "verify": ["verify", str(record)],
        }
        found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
        for _ in range(times):
            for name, arguments in commands.items():
                found[name].append(timed(["-m", "jichi.config.cli", "draw", *arguments]))
    for name, runs in found.items():
        walls, cpus, sizes = ([run[n] for run in runs] for n in range(3))
        figures.rows.append(
            (name, f"{middle(walls):.2f}", f"{max(walls):.2f}", f"{middle(cpus):.2f}", f"{max(sizes):.0f}")
        )
        figures.goals.append(Goal(name=name, value=middle(walls), sense="at most", limit=SECONDS, unit="s"))
        figures.goals.append(
            Goal(name=f"{name}, memory", value=max(sizes), sense="at most", limit=MEBIBYTES, unit="MiB")
        )
    return figures.finish()


def make(params: Path, listed: Path, entries: int) -> None:
    """Groups of 1 to 4, two tiers, mean weight 1.2, one to three choices of 200 items."""
    chance = random.Random(6)
    items = [f"EVENT-{n:03}" for n in range(ITEMS)]
    rules: dict[str, Any] = {
        "algorithm": "verifiable-lottery-1", "draw_id": "bench", "beacon": {"kind": "text", "sources": LINE},
        "items": [{"id": item, "capacity": max(1, entries * 3 // (10 * ITEMS))} for item in items],
        "passes": 1, "fill": "greedy",
    }  # fmt: skip
    params.write_text(json.dumps(rules), encoding="utf-8")
    with listed.open("w", encoding="utf-8") as file:
        for n in range(entries):
            size, tier, weight = chance.choice((1, 1, 1, 2, 2, 3, 4)), chance.choice((0, 0, 1)), n % 5 == 0
            wanted = ",".join(chance.sample(items, chance.choice((1, 2, 3))))
            file.write(f"R{n:08}\t{size}\t{tier}\t{1 + weight}\t1\t{wanted}\n")


def timed(arguments: list[str]) -> tuple[float, float, float]:
    """Wall and CPU seconds, and MiB of the largest of a command's processes."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{arguments} ended with {process.returncode}")
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
