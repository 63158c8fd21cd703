"""`./jichi demo` as a newcomer meets it: a fresh clone without .venv, to the first page; then again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

from bench.figures import Figures, Goal
from bench.ground import ROOT, Ground, free_port
from jichi.config.postgres import Cluster

COLD: Final = 180.0
AGAIN: Final = 20.0


def measure(ground: Ground, *, quick: bool = False) -> bool:
    """Once cold, then again (twice) on what it made; each ended with Ctrl-C."""
    del ground  # it has a database of its own
    figures = Figures(
        "demo", "`./jichi demo`, seconds from the command to the first page",
        ("start", "first page", "Ctrl-C to the end", "left running"),
        sizes={"residents": 20_000, "download cache of pip": _cache()},
    )  # fmt: skip
    folder = Path(tempfile.mkdtemp(prefix="jichi-demo-"))
    # As root the checkout has to be open to the service account, as a newcomer's in /opt or /srv is.
    folder.chmod(0o755)
    checkout = folder / "jichi"
    try:
        subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(checkout)], check=True)
        cold = _demo(checkout)
        again = [_demo(checkout) for _ in range(1 if quick else 3)]
        figures.rows.append(("cold: no .venv, no data", *_cells(cold)))
        figures.rows += [("again", *_cells(one)) for one in again]
        figures.goals += [
            Goal(name="cold", value=cold[0], sense="at most", limit=COLD, unit="s"),
            Goal(name="again, the slowest", value=max(one[0] for one in again), sense="at most", limit=AGAIN, unit="s"),
            Goal(
                name="processes left after Ctrl-C", value=sum(one[2] for one in (cold, *again)), sense="at most",
                limit=0, unit="",
            ),
        ]  # fmt: skip
    finally:
        shutil.rmtree(Cluster(checkout / "var").state, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
    return figures.finish()


def _cache() -> str:
    for folder in (Path.home() / ".cache" / "pip",):
        if folder.exists():
            return "as it was"
    return "empty"


def _cells(one: tuple[float, float, int]) -> tuple[str, str, int]:
    return f"{one[0]:.1f}", f"{one[1]:.1f}", one[2]


def _demo(checkout: Path) -> tuple[float, float, int]:
    port = free_port()
    home = checkout / "var"
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("JICHI_", "DJANGO_", "PYTHON"))
    }
    environ |= {"JICHI_PORT": str(port)}
    log = checkout.parent / f"demo-{port}-{time.time():.0f}.log"
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["./jichi", "demo", "--no-open"], cwd=checkout, env=environ, stdout=output, stderr=output,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    try:
        while not _shown(f"http://localhost:{port}/"):
            if process.poll() is not None or time.perf_counter() - began > 400:
                raise RuntimeError(log.read_text(errors="replace")[-3000:])
            time.sleep(0.05)
        first = time.perf_counter() - began
        # Let it finish its welcome, so that Ctrl-C meets it at rest.
        time.sleep(5)
        told = time.perf_counter()
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
        return first, time.perf_counter() - told, _left(home)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def _shown(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return bool(answer.status == 200 and b"</html>" in answer.read())
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _left(home: Path) -> int:
    """Processes of that instance that still run."""
    time.sleep(0.5)
    mark = f"JICHI_INSTANCE={home.resolve()}".encode()
    found = 0
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            found += mark in entry.read_bytes().split(b"\0")
        except OSError:
            continue
    return found + sum(
        str(Cluster(home).data).encode() in _command(entry) for entry in Path("/proc").glob("[0-9]*/cmdline")
    )


def _command(entry: Path) -> bytes:
    try:
        return entry.read_bytes()
    except OSError:
        return b""
