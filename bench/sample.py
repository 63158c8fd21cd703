"""How long sample wards take to load, on a durable database, and what they hold in memory."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from typing import Final

from bench.figures import Figures, Goal
from bench.ground import ROOT, Ground
from bench.meter import Peak, cpu_of_all, memory_of

GOAL_SIZE: Final = 266_000
LIMIT: Final = 180.0
_SAID: Final = re.compile(r"([\d,]+) residents, ([\d,]+) history rows")


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Each size into a fresh, migrated database."""
    sizes = (20_000,) if quick else (20_000, GOAL_SIZE, 1_000_000)
    figures = Figures(
        "sample", "Loading the sample ward: register, accounts and every room's sample, one transaction",
        ("residents", "history rows", "seconds", "client CPU s", "peak memory of the client, MB", "database, MB"),
        sizes={"fsync": True},
    )  # fmt: skip
    for size in sizes:
        with ground.copied(ground.empty()) as name:
            seconds, cpu, peak, rows = _load(ground, name, size)
            with ground.connect(name) as connection:
                stored = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
        figures.rows.append(
            (f"{size:,}", rows, f"{seconds:.1f}", f"{cpu:.1f}", f"{peak / 1e6:.0f}", f"{stored[0] / 1e6:.0f}")
        )
        if size == GOAL_SIZE:
            figures.goals.append(
                Goal(name=f"{size:,} residents", value=seconds, sense="at most", limit=LIMIT, unit="s")
            )
    return figures.finish()


def _load(ground: Ground, name: str, size: int) -> tuple[float, float, float, str]:
    command = [sys.executable, "-m", "jichi.config.cli", "sample", "load", "--size", str(size)]
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=ground.environ(ground.url(name)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    computed = 0.0

    def look() -> float:
        nonlocal computed
        computed = max(computed, cpu_of_all([process.pid]))
        return memory_of(process.pid)

    with Peak(look) as peak:
        said, _ = process.communicate()
    seconds = time.perf_counter() - began
    found = _SAID.search(said)
    if process.returncode or found is None:
        raise RuntimeError(said[-3000:])
    return seconds, computed, peak.highest, found[2]
