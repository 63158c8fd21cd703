"""Loading the register from the standard's file, on a durable database: rows a second, memory, the same file again."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from bench.figures import Figures, Goal
from bench.ground import ROOT, Ground
from bench.meter import Peak, cpu_of_all, memory_of

SIZES: Final = (66_000, 266_000)
RATE: Final = 10_000
AGAIN: Final = 10.0
FLAT: Final = 1.25
"""So much more memory may four times as many rows take."""
_ROWS: Final = re.compile(r"履歴 ([\d,]+)")


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Each size: sample ward out as a file, into an empty mirror, the same again, and with one day's changes."""
    sizes = (20_000,) if quick else SIZES
    figures = Figures(
        "register", "Loading the register from the standard's file (UTF-8, every cell quoted), one transaction",
        ("residents", "history rows", "file, MB", "first load, s", "rows/s", "a day's changes, s", "same again, s",
         "client CPU s", "peak memory of the client, MB"),
        sizes={"fsync": True},
        notes=["A day's changes: one resident in 300 moved within the ward."],
    )  # fmt: skip
    peaks = []
    for size in sizes:
        folder = ground.home / f"register-{size}"
        folder.mkdir(exist_ok=True)
        with ground.copied(ground.ward(size)) as name:
            file = folder / "juki_20260401.csv"
            ground.run("jichi.config.cli", "register", "export", str(file), url=ground.url(name))
        later = _a_day_later(file, folder / "juki_20260402.csv")
        with ground.copied(ground.empty()) as name:
            first, cpu, peak, rows = _import(ground, name, file)
            again, *_ = _import(ground, name, file)
            changed, *_ = _import(ground, name, later)
        peaks.append(peak)
        figures.rows.append(
            (f"{size:,}", f"{rows:,}", f"{file.stat().st_size / 1e6:.0f}", f"{first:.1f}", f"{rows / first:,.0f}",
             f"{changed:.1f}", f"{again:.1f}", f"{cpu:.1f}", f"{peak / 1e6:.0f}")
        )  # fmt: skip
        if size == SIZES[-1]:
            figures.goals += [
                Goal(name="first load", value=rows / first, sense="at least", limit=RATE, unit="rows/s"),
                Goal(name="same file again", value=again, sense="at most", limit=AGAIN, unit="s"),
                Goal(name="memory of 266,000 against 66,000", value=peak / peaks[0], sense="at most", limit=FLAT,
                     unit="times"),
            ]  # fmt: skip
        for path in (file, later):
            path.unlink()
    return figures.finish()


def _a_day_later(source: Path, target: Path) -> Path:
    """The same file with another house number in every 300th row."""
    with source.open(encoding="utf-8", newline="") as lines, target.open("w", encoding="utf-8", newline="") as out:
        for n, line in enumerate(lines):
            out.write(line.replace("番", "番外", 1) if n % 300 == 299 else line)
    return target


def _import(ground: Ground, name: str, file: Path) -> tuple[float, float, float, int]:
    """Seconds, CPU seconds and highest memory of the client, rows."""
    command = [sys.executable, "-m", "jichi.config.cli", "register", "import", str(file)]
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=ground.environ(ground.url(name)), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    computed = 0.0

    def look() -> float:
        nonlocal computed
        computed = max(computed, cpu_of_all([process.pid]))
        return memory_of(process.pid)

    with Peak(look) as peak:
        said, _ = process.communicate()
    seconds = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(said[-3000:])
    found = _ROWS.search(said)
    return seconds, computed, peak.highest, int(found[1].replace(",", "")) if found else 0
