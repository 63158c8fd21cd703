"""Nursery admission: from the tables to the verified result, each size in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.figures import Figures, Goal
from bench.ground import ROOT, Ground

PROGRAM: Final = "import sys; from jichi.services.family.nursery.commands import main; sys.exit(main(sys.argv[1:]))"
SIZES: Final = ((500, True, 0.3), (2_000, True, 0.6), (8_000, True, 60.0), (8_000, False, 2.0), (60_000, True, 600.0),
                (500_000, False, 25.0))  # fmt: skip
"""Children, linked families, CPU seconds at most."""
SMALL: Final = 8_000


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Every size once, CPU seconds of the whole process less those of an empty one; `quick` leaves out the large."""
    figures = Figures(
        "nursery", "Nursery admission: read, check, match, explain, verify, write",
        ("children", "siblings", "verdict", "blocking", "CPU s", "wall s", "peak MB", "what if, s"),
        sizes={"seed": 1},
        notes=[("CPU seconds of one process with one thread, less those of an empty Python; `timing.json` of each run "
               "holds wall time and memory. What if: two more seats in one slot, tables read already.")],
    )  # fmt: skip
    empty, _, _ = _run(["-c", "pass"])
    with tempfile.TemporaryDirectory() as folder:
        for children, linked, limit in SIZES:
            if children <= SMALL or not quick:
                _size(figures, Path(folder), children, linked=linked, limit=limit, empty=empty)
    return figures.finish()


def _size(figures: Figures, folder: Path, children: int, *, linked: bool, limit: float, empty: float) -> None:
    name = f"{children}{'' if linked else 'one'}"
    inputs, outputs = folder / f"in{name}", folder / f"out{name}"
    shape = [] if linked else ["--one-child"]
    _run(["-c", PROGRAM, "generate", str(inputs), "--children", str(children), *shape])
    cpu, wall, peak = _run(["-c", PROGRAM, "match", str(inputs), str(outputs)])
    told = json.loads((outputs / "run.json").read_text(encoding="utf-8"))
    again = f"{_what_if(inputs):.2f}" if children == SMALL and not linked else ""
    figures.rows.append((
        f"{children:,}", "yes" if linked else "no", told["verdict"], told["blocking_coalitions"], f"{cpu - empty:.2f}",
        f"{wall:.2f}", f"{peak:.0f}", again,
    ))  # fmt: skip
    title = f"{children:,} children{'' if linked else ', one a family'}"
    figures.goals.append(Goal(name=title, value=cpu - empty, sense="at most", limit=limit, unit="CPU s"))


def _run(arguments: list[str]) -> tuple[float, float, float]:
    """(CPU seconds, wall seconds, peak megabytes) of a fresh Python."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 3}:
        raise RuntimeError(f"{arguments} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024


def _what_if(inputs: Path) -> float:
    """CPU seconds of one change on tables already read."""
    from jichi.services.family.nursery.rules.matching import Changes, what_if
    from jichi.services.family.nursery.rules.reading import read

    tables, problems = read({path.name: path.read_bytes() for path in inputs.iterdir()})
    if tables is None:
        raise RuntimeError(problems)
    slot = tables.facilities[tables.slot_facility[0]], tables.classes[tables.slot_class[0]]
    began = time.process_time()
    what_if(tables, Changes({slot: int(tables.vacancy[0]) + 2}))
    return time.process_time() - began
