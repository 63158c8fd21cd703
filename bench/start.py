"""Start-up of the web process: from its first instruction to its first answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from typing import Final

from bench.figures import Figures, Goal, middle
from bench.ground import ROOT, Ground, free_port
from bench.meter import memory_of

WARD: Final = 20_000
LIMIT: Final = 2.0
IMPORT: Final = "import jichi.config.wsgi; from django.urls import get_resolver; get_resolver().url_patterns"


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Median of several starts, on an idle database."""
    times = 2 if quick else 7
    ground.static()
    answered, shown, imported, cpu, memory = [], [], [], [], []
    with ground.copied(ground.ward(WARD)) as name:
        for _ in range(times):
            first, page, held = _start(ground, name)
            answered.append(first)
            shown.append(page)
            memory.append(held / 1e6)
            seconds, computed = _import(ground, name)
            imported.append(seconds)
            cpu.append(computed)
    figures = Figures(
        "start", "Start-up of the web process, seconds (median)", ("what", "median", "slowest"),
        sizes={"starts": times, "workers": os.cpu_count()},
    )  # fmt: skip
    for title, values in (
        ("to the first answer of /health/", answered), ("to the resident start page, drawn", shown),
        ("of it imports and address table", imported), ("CPU of imports and address table", cpu),
    ):  # fmt: skip
        figures.rows.append((title, f"{middle(values):.2f}", f"{max(values):.2f}"))
    figures.rows.append(("memory of all its processes, MB", f"{middle(memory):.0f}", f"{max(memory):.0f}"))
    figures.goals.append(
        Goal(name="to the first answer", value=middle(answered), sense="at most", limit=LIMIT, unit="s")
    )
    return figures.finish()


def _start(ground: Ground, name: str) -> tuple[float, float, float]:
    port = free_port()
    environ = ground.environ(
        ground.url(name), JICHI_PORT=str(port), JICHI_ORIGIN=f"http://localhost:{port}", JICHI_DB_POOL_MAX="8",
    )  # fmt: skip
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "jichi.config.web"], env=environ, cwd=ROOT, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        _answer(f"http://localhost:{port}/health/", began)
        first = time.perf_counter() - began
        _answer(f"http://localhost:{port}/", began)
        return first, time.perf_counter() - began, memory_of(process.pid)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _answer(address: str, began: float) -> None:
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                answer.read()
                return
        except (urllib.error.URLError, ConnectionError):
            if time.perf_counter() - began > 60:
                raise
            time.sleep(0.005)


def _import(ground: Ground, name: str) -> tuple[float, float]:
    began = time.perf_counter()
    code = f"{IMPORT}; import time; print(time.process_time())"
    environ = ground.environ(ground.url(name))
    done = subprocess.run([sys.executable, "-c", code], env=environ, cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - began, float(done.stdout)
