"""`jichi test`, `jichi check` and `jichi bench`: what CI runs, and what a developer runs before it.

Needs a checkout. The checks run one after the other beside the tests, so that two cores are busy.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from .environment import checkout_root

BROWSERS: Final = (
    "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
)  # fmt: skip
"""The first that is there drives the tests: without a window's own machinery a page costs less than half."""
PACKAGES: Final = ("chromium-headless-shell", "chromium")
"""What Debian calls it; releases that lack the first have the second."""
APT: Final = f"apt-get install -y {PACKAGES[0]} fonts-noto-cjk"
_COUNT: Final = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed|deselected)")


@dataclass(frozen=True, slots=True)
class CheckRun:
    """One linter or checker: its name for people, its command, what it needs in the environment."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]


def checks(root: Path) -> tuple[CheckRun, ...]:
    """All of them, the quick ones first."""
    bin_folder = Path(sys.executable).parent
    python, manage = sys.executable, str(root / "manage.py")
    # As in production but without a server: none of these may need one.
    production = {
        "JICHI_HTTPS": "1", "JICHI_ORIGIN": "https://localhost", "JICHI_DB_POOL_MAX": "0",
        "JICHI_SECRET_KEY": "k" * 20 + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", "PYTHONWARNINGS": "ignore",
    }  # fmt: skip
    return (
        CheckRun("ruff check", (str(bin_folder / "ruff"), "check", "."), {}),
        CheckRun("ruff format", (str(bin_folder / "ruff"), "format", "--check", "."), {}),
        CheckRun("catalogues", (python, "-m", "jichi.config.cli", "messages", "check"), {}),
        CheckRun("import contracts", (str(bin_folder / "lint-imports"), "--no-cache"), {}),
        CheckRun("django check --deploy", (python, manage, "check", "--deploy", "--fail-level", "WARNING"), production),
        CheckRun("migrations complete", (python, manage, "makemigrations", "--check", "--dry-run"), production),
        CheckRun("mypy", (str(bin_folder / "mypy"),), {}),
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a check ended."""

    name: str
    status: int
    seconds: float
    output: str


class Lane:
    """Runs the checks one after the other without blocking the caller."""

    def __init__(self, runs: Sequence[CheckRun], root: Path) -> None:
        self._waiting = list(runs)
        self._root = root
        self._child: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None
        self._run: CheckRun | None = None
        self._began = 0.0
        self.outcomes: list[Outcome] = []

    def step(self) -> bool:
        """Go on with whatever is due; whether there is more to do."""
        if self._child is not None and self._run is not None and self._output is not None:
            status = self._child.poll()
            if status is None:
                return True
            self._output.seek(0)
            text = self._output.read().decode(errors="replace")
            self._output.close()
            self.outcomes.append(Outcome(self._run.name, status, time.monotonic() - self._began, text))
            self._child = None
        if not self._waiting:
            return False
        self._run = self._waiting.pop(0)
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the check has ended
        self._began = time.monotonic()
        self._child = subprocess.Popen(  # noqa: S603 - our own tools
            self._run.command,
            cwd=self._root, env={**os.environ, **self._run.environ},
            stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return True

    def stop(self) -> None:
        """End the one that runs."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()


def test(argv: Sequence[str]) -> int:
    """`jichi test [--all] [-- pytest arguments]`."""
    from .cli import complain, say

    parser = argparse.ArgumentParser(
        prog="jichi test", description="Linters, types, contracts and every test: what CI runs."
    )
    parser.add_argument("--all", action="store_true", help="also every page in the full matrix of languages and widths")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="-- PYTEST ARGUMENTS")
    given = parser.parse_args(list(argv))
    root = _root()
    began = time.monotonic()
    # Hundreds of processes start: what one has compiled, the others read.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    waived = "browser" in environ.get("JICHI_WAIVE", "").split(",")
    found = find_browser() or (None if waived else install_browser())
    if found:
        environ["JICHI_CHROMIUM"] = found
    elif not waived:
        complain(f"the tests need a browser:\n    {APT}\nor leave those tests out: JICHI_WAIVE=browser ./jichi test")
        return 1
    rest = given.rest[1:] if given.rest[:1] == ["--"] else given.rest
    marks = [] if given.all else ["not matrix"]
    if not found:
        marks.append("not browser")
    # Tests of a file share a running house; `testpaths` has those that cross rooms, the long ones, first.
    # Many wait for servers, browsers and clocks: one more than there are cores keeps the cores busy.
    workers = str((os.cpu_count() or 1) + 1)
    command = [sys.executable, "-m", "pytest", "-n", workers, "--dist", "loadfile", "--no-loadscope-reorder", "-q"]
    if marks:
        command += ["-m", " and ".join(marks)]
    lane = Lane(checks(root), root)
    counts, status = _pytest([*command, *rest], root, environ, lane)
    _show(lane.outcomes)
    bad = sum(outcome.status != 0 for outcome in lane.outcomes)
    counts["failed"] = counts.get("failed", 0) + bad
    counts["passed"] = counts.get("passed", 0) + len(lane.outcomes) - bad
    if status not in {0, 1} and not counts.get("failed") and not counts.get("errors"):
        counts["errors"] = 1
    say(closing_line(counts, time.monotonic() - began))
    return 1 if status or bad else 0


def _show(outcomes: Sequence[Outcome]) -> None:
    """A line for each check, and what the failed ones said."""
    from .cli import say

    say("")
    for outcome in outcomes:
        say(f"{'ok    ' if outcome.status == 0 else 'FAILED'}  {outcome.name}  ({outcome.seconds:.0f} s)")
    for outcome in outcomes:
        if outcome.status:
            say(f"\n---- {outcome.name} ----\n{outcome.output.strip()[-6000:]}")
    say("\nThe last line counts the checks above as tests, too.")


def _pytest(command: list[str], root: Path, environ: Mapping[str, str], lane: Lane) -> tuple[dict[str, int], int]:
    """Run pytest with its output passed on as it comes, and the lane beside it."""
    import select

    child = subprocess.Popen(command, cwd=root, env=environ, stdout=subprocess.PIPE)  # noqa: S603 - our own tools
    assert child.stdout is not None  # noqa: S101 - it was asked for a line above
    tail = b""
    more = True
    try:
        with child:
            while True:
                more = lane.step()
                if not select.select([child.stdout], [], [], 0.2)[0]:
                    continue
                piece = os.read(child.stdout.fileno(), 65536)
                if not piece:
                    break
                sys.stdout.buffer.write(piece)
                sys.stdout.buffer.flush()
                tail = (tail + piece)[-4000:]
        while more:
            more = lane.step()
            time.sleep(0.2)
    finally:
        lane.stop()
    return count(tail.decode(errors="replace")), child.returncode


def count(tail: str) -> dict[str, int]:
    """What pytest's own closing line counted."""
    for line in reversed(tail.splitlines()):
        found = _COUNT.findall(line)
        if found:
            return {("errors" if word.startswith("error") else word): int(number) for number, word in found}
    return {}


def closing_line(counts: Mapping[str, int], seconds: float) -> str:
    """As pytest writes it."""
    order = ("failed", "passed", "skipped", "deselected", "xfailed", "xpassed", "errors")
    parts = [f"{counts[name]} {name}" for name in order if counts.get(name)]
    return f"===== {', '.join(parts) or 'no tests ran'} in {seconds:.2f}s ====="


def check(argv: Sequence[str]) -> int:
    """`jichi check`: the linters alone."""
    from .cli import say

    argparse.ArgumentParser(prog="jichi check", description="Linters, types and contracts.").parse_args(list(argv))
    root = _root()
    lane = Lane(checks(root), root)
    shown = 0
    while True:
        more = lane.step()
        for outcome in lane.outcomes[shown:]:
            say(f"{'ok    ' if outcome.status == 0 else 'FAILED'}  {outcome.name}  ({outcome.seconds:.0f} s)")
            if outcome.status:
                say(outcome.output.strip()[-6000:])
        shown = len(lane.outcomes)
        if not more:
            break
        time.sleep(0.1)
    return 1 if any(outcome.status for outcome in lane.outcomes) else 0


def bench(argv: Sequence[str]) -> int:
    """`jichi bench …`: the measurements of the folder bench/."""
    from .cli import complain

    root = _root()
    if not (root / "bench" / "__main__.py").exists():
        complain("there is no bench/ in this checkout")
        return 1
    return subprocess.call([sys.executable, "-m", "bench", *argv], cwd=root)  # noqa: S603 - our own program


def find_browser() -> str | None:
    """Path of the Chromium that the tests drive: JICHI_CHROMIUM, else one on PATH."""
    given = os.environ.get("JICHI_CHROMIUM")
    if given:
        return given if Path(given).exists() else None
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def install_browser() -> str | None:
    """As root on Debian or Ubuntu, install it; elsewhere do nothing."""
    from .cli import say

    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or not apt:
        return None
    say(f"installing a browser for the tests: {APT}")
    said = _apt(apt, "update", "-q")
    for package in () if said else PACKAGES:
        said = _apt(apt, "install", "-y", package, "fonts-noto-cjk", "-q", "--no-install-recommends")
        if not said:
            return find_browser()
    sys.stderr.write(said)
    return None


def _apt(apt: str, *arguments: str) -> str:
    """What apt says at the end where it fails; "" where all went well."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with tempfile.TemporaryFile() as output:
        if not subprocess.call([apt, *arguments], env=quiet, stdout=output, stderr=output):  # noqa: S603 - apt
            return ""
        output.seek(0)
        return output.read().decode(errors="replace")[-2000:]


def _root() -> Path:
    from .instance import InstanceError

    root = checkout_root()
    if root is None:
        raise InstanceError("this command needs a checkout of the source; this Jichi was installed as a package")
    return root
