"""Nursery admission: from the tables to the verified result, each size in a process of its own, and beside peers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any, Final

from bench.figures import Figures, Goal
from bench.ground import ROOT, Ground

PROGRAM: Final = "import sys; from jichi.services.family.nursery.commands import main; sys.exit(main(sys.argv[1:]))"
SIZES: Final = ((500, True, 0.3), (2_000, True, 0.6), (8_000, True, 60.0), (8_000, False, 2.0), (60_000, False, 20.0),
                (60_000, True, 600.0), (500_000, False, 25.0))  # fmt: skip
"""Children, linked families, CPU seconds at most."""
MEMORY: Final = {8_000: 500.0, 60_000: 1024.0, 500_000: 2048.0}
"""Children → megabytes at most."""
CORE: Final = {60_000: 0.05, 500_000: 0.5}
"""Children, one a family → CPU seconds of deferred acceptance alone at most."""
SMALL: Final = 8_000
LARGE: Final = 60_000
SEEDS: Final = range(1, 9)
"""Of 8,000 children with siblings: the first with a stable result is measured for that promise."""
LEFT: Final = 5
"""Blocking coalitions at most that 60,000 children with siblings may leave beyond what is proven."""
SOON: Final = 14.0
"""Seconds after which the search of a large ward is told to stop, so that the whole takes at most 20."""
PEER_SIZES: Final = (500, 2_000, 8_000)
PEER_LIMIT: Final = 120.0
"""Seconds of a peer for one size; one that took longer is not asked for the next."""


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Every size once, CPU seconds of the whole process less those of an empty one; `quick` leaves out the large."""
    figures = Figures(
        "nursery", "Nursery admission: read, check, match, explain, verify, write",
        ("children", "siblings", "seed", "verdict", "blocking", "proven", "CPU s", "wall s", "peak MB", "core, s",
         "what if, s"),
        sizes={"seed": 1},
        notes=[("CPU seconds of one process with one thread, less those of an empty Python; `timing.json` of each run "
               "holds wall time and memory. Core: deferred acceptance alone. What if: two more seats in one slot, with "
               "the run's tables read again.")],
    )  # fmt: skip
    empty, _, _ = _run([sys.executable, "-c", "pass"])
    with tempfile.TemporaryDirectory() as folder:
        for children, linked, limit in SIZES:
            if children <= SMALL or not quick:
                _size(figures, Path(folder), children, linked=linked, limit=limit, empty=empty)
            if children == LARGE and linked and not quick:
                _soon(figures, Path(folder), empty=empty)
        _stable(figures, Path(folder), empty=empty)
        _peers(figures, Path(folder), quick=quick)
    return figures.finish()


def _size(
    figures: Figures, folder: Path, children: int, *, linked: bool, limit: float, empty: float, seed: int = 1
) -> dict[str, Any]:
    name = f"{children}-{'linked' if linked else 'one'}-{seed}"
    inputs, outputs = folder / f"in-{name}", folder / f"out-{name}"
    shape = [] if linked else ["--one-child"]
    mine = [sys.executable, "-c", PROGRAM]
    _run([*mine, "generate", str(inputs), "--children", str(children), "--seed", str(seed), *shape])
    cpu, wall, peak = _run([*mine, "match", str(inputs), str(outputs)])
    told: dict[str, Any] = json.loads((outputs / "run.json").read_text(encoding="utf-8"))
    more = _asked("inside", inputs, outputs) if not linked or children == SMALL else {}
    figures.rows.append((
        f"{children:,}", "yes" if linked else "no", seed, told["verdict"], told["blocking_coalitions"], told["bound"],
        f"{cpu - empty:.2f}", f"{wall:.2f}", f"{peak:.0f}", _number(more.get("core")), _number(more.get("what_if")),
    ))  # fmt: skip
    title = f"{children:,} children{'' if linked else ', one a family'}{'' if seed == 1 else f', seed {seed}'}"
    goals = [(title, cpu - empty, limit, "CPU s")]
    if children in MEMORY:
        goals.append((f"{title}: memory", peak, MEMORY[children], "MB"))
    if not linked and children in CORE:
        goals.append((f"{title}: core", more["core"], CORE[children], "CPU s"))
    if more.get("what_if") is not None and linked:
        goals.append((f"{title}: what if", more["what_if"], 1.0, "CPU s"))
    if linked:
        goals.append((f"{title}: left unproven", told["blocking_coalitions"] - told["bound"], LEFT, ""))
    figures.goals += [Goal(name=n, value=v, sense="at most", limit=at_most, unit=unit) for n, v, at_most, unit in goals]
    return {**told, "cpu": cpu - empty}


def _soon(figures: Figures, folder: Path, *, empty: float) -> None:
    """The large ward again, with the search stopped early: what is best by then, and its bound."""
    name = f"{LARGE}-linked-1"
    outputs = folder / f"soon-{name}"
    match = [sys.executable, "-c", PROGRAM, "match", str(folder / f"in-{name}"), str(outputs)]
    cpu, wall, peak = _run([*match, "--time-limit", str(SOON)])
    told = json.loads((outputs / "run.json").read_text(encoding="utf-8"))
    left, bound = told["blocking_coalitions"], told["bound"]
    figures.rows.append((
        f"{LARGE:,}, stopped", "yes", 1, told["verdict"], left, bound,
        f"{cpu - empty:.2f}", f"{wall:.2f}", f"{peak:.0f}", "", "",
    ))  # fmt: skip
    title = f"{LARGE:,} children: best result"
    figures.goals += [
        Goal(name=title, value=cpu - empty, sense="at most", limit=20.0, unit="CPU s"),
        Goal(name=f"{title}, left unproven", value=left - bound, sense="at most", limit=LEFT, unit=""),
    ]


def _stable(figures: Figures, folder: Path, *, empty: float) -> None:
    """The first seed of 8,000 children with siblings whose result is stable: two seconds at most."""
    for seed in SEEDS[1:]:
        told = _size(figures, folder, SMALL, linked=True, limit=60.0, empty=empty, seed=seed)
        if told["verdict"] in {"STABLE", "STABLE_MAX"}:
            title = f"{SMALL:,} children when stable"
            figures.goals.append(Goal(name=title, value=told["cpu"], sense="at most", limit=2.0, unit="CPU s"))
            return
    figures.notes.append(f"None of {len(SEEDS)} seeds of {SMALL:,} children with siblings has a stable result.")


def _peers(figures: Figures, folder: Path, *, quick: bool) -> None:
    """The PyPI package `matching` and one plain CP-SAT model, on the same tables in the same minutes."""
    python = _environment(folder / "peer")
    if python is None:
        figures.notes.append("`matching` could not be installed (no network?): that peer was not measured.")
    for kind in ("matching", "cp-sat"):
        for children in PEER_SIZES[: 2 if quick else 3]:
            if kind == "matching" and python is None:
                break
            inputs = folder / f"in-peer-{children}"
            if not inputs.exists():
                shape = ["--children", str(children), "--one-child"]
                _run([sys.executable, "-c", PROGRAM, "generate", str(inputs), *shape])
            mine = _asked("inside", inputs, folder / "none")
            theirs = _asked(kind, inputs, python or Path())
            if theirs.get("seconds") is None:
                why = f"ended with {theirs['why']}" if theirs.get("why") else f"not finished in {PEER_LIMIT:.0f} s"
                figures.notes.append(f"{kind}, {children:,} one-child units: {why}.")
                break
            figures.notes.append(
                f"{kind}, {children:,} one-child units: {theirs['seconds']:.2f} CPU s for the matching alone, here "
                f"{mine['core']:.4f}: {theirs['seconds'] / max(mine['core'], 1e-4):,.0f} times; same result: "
                f"{theirs['same']}."
            )


def _environment(folder: Path) -> Path | None:
    """A Python of its own with `matching`, or None where it can't be installed."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    done = subprocess.run(
        [python, "-m", "pip", "install", "-q", "matching"], check=False, capture_output=True, timeout=300
    )
    return python if done.returncode == 0 else None


def _asked(*arguments: object) -> dict[str, Any]:
    """What `bench.nursery_side` says, in a process of its own."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.nursery_side", *map(str, arguments)], cwd=ROOT, check=True,
            capture_output=True, text=True, timeout=PEER_LIMIT + 60,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _run(arguments: list[str]) -> tuple[float, float, float]:
    """(CPU seconds, wall seconds, peak megabytes) of a fresh Python."""
    began = time.perf_counter()
    process = subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 3}:
        raise RuntimeError(f"{arguments} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024
