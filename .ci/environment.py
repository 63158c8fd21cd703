"""Makes .venv, keeps it in step with the pinned requirements, and becomes .venv/bin/jichi.

Run by .ci/bootstrap with any Python ≥ 3.11; standard library only. Nothing is done when a stamp in
.venv says that it was made from these very files. Two at once take turns; an interrupted one is
noticed by its marker and made again from nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
VENV: Final = ROOT / ".venv"
STAMP: Final = VENV / "jichi-stamp.json"
MARKER: Final = VENV / "jichi-unfinished"
DEVELOPER_COMMANDS: Final = frozenset({"test", "bench", "check"})
"""Need linters, pytest and a browser driver besides what the platform itself needs."""


class BootstrapError(Exception):
    """Cannot go on; the message says how to mend it."""


def wanted(kind: str) -> dict[str, str]:
    """What a finished .venv of this kind ("base" or "dev") was made from."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    digest = hashlib.sha256((ROOT / "requirements" / f"{kind}.txt").read_bytes())
    about_us = {name: project.get(name) for name in ("build-system", "project")}
    digest.update(json.dumps(about_us, sort_keys=True).encode())
    return {"place": str(ROOT), kind: digest.hexdigest()}


def stamped() -> dict[str, str]:
    """What .venv says it was made from; empty when it was never finished."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and (VENV / "bin" / "jichi").exists() else {}


def is_ready(kind: str) -> bool:
    """Whether .venv already serves: a developer's one serves everybody."""
    found = stamped()
    return not MARKER.exists() and any(
        all(found.get(name) == value for name, value in wanted(level).items())
        for level in ({"base", "dev"} if kind == "base" else {"dev"})
    )


@contextlib.contextmanager
def turn() -> Iterator[None]:
    """One bootstrap of this checkout at a time; the kernel frees the lock if the holder dies."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another ./jichi is preparing .venv; waiting for it")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def say(text: str) -> None:
    """One line of progress, out of the way of what the command prints."""
    sys.stderr.write(f"jichi: {text}\n")
    sys.stderr.flush()


def prepare(kind: str) -> None:
    """Bring .venv to the state that the requirement files describe."""
    broken = MARKER.exists() or stamped().get("place", str(ROOT)) != str(ROOT) or not starts(VENV / "bin" / "python")
    if VENV.exists() and broken:
        say("removing an unfinished or moved .venv")
        shutil.rmtree(VENV)
    began = time.monotonic()
    if not VENV.exists():
        if importlib.util.find_spec("ensurepip") is None:
            raise BootstrapError(
                "this Python cannot make virtual environments. On Debian or Ubuntu:\n"
                "    apt-get install -y python3-venv"
            )
        say(f"making .venv with Python {sys.version.split()[0]}")
        VENV.mkdir()
        MARKER.touch()
        run([sys.executable, "-m", "venv", str(VENV)])
    MARKER.touch()
    STAMP.unlink(missing_ok=True)
    pinned = ROOT / "requirements" / f"{kind}.txt"
    number = sum("==" in line for line in pinned.read_text(encoding="utf-8").splitlines())
    say(f"installing up to {number} pinned packages (about half a minute)")
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-q"]
    offline = os.environ.get("JICHI_WHEELS")
    source = ["--no-index", "--find-links", offline] if offline else []
    run([*pip, *source, "--require-hashes", "-r", str(pinned)])
    run([*pip, "--no-index", "--no-build-isolation", "--no-deps", "-e", str(ROOT)])
    if not starts(VENV / "bin" / "python", "import jichi, django"):
        raise BootstrapError("the packages are installed but cannot be imported; remove .venv and try again")
    partial = STAMP.with_suffix(".new")
    partial.write_text(json.dumps(wanted(kind)), encoding="utf-8")
    partial.replace(STAMP)
    MARKER.unlink()
    say(f"ready after {time.monotonic() - began:.0f} s")


def starts(python: Path, program: str = "pass") -> bool:
    """Whether this interpreter runs at all (a moved or upgraded Python leaves dead links)."""
    try:
        done = subprocess.run([python, "-c", program], capture_output=True, check=False)  # noqa: S603 - our own
        return done.returncode == 0
    except OSError:
        return False


def run(command: list[str]) -> None:
    """Run quietly; what it said is shown only when it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise BootstrapError(
            f"this failed: {' '.join(command)}\n{tail}\n"
            "Without a network, put the wheels into a folder and set JICHI_WHEELS to it."
        )


def main() -> int:
    """Prepare if needed, then become the installed command."""
    arguments = sys.argv[1:]
    kind = "dev" if arguments[:1] and arguments[0] in DEVELOPER_COMMANDS else "base"
    try:
        if not is_ready(kind):
            with turn():
                if not is_ready(kind):
                    prepare("dev" if "dev" in stamped() else kind)
    except BootstrapError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("stopped; the next ./jichi makes .venv again")
        return 130
    program = str(VENV / "bin" / "jichi")
    return os.execv(program, [program, *arguments])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    sys.exit(main())
