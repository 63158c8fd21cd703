"""One running Jichi on one folder (JICHI_HOME): its lock, its secrets, its account, what it left behind."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import pwd
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from .processes import identity, service_account

MARK: Final = "JICHI_INSTANCE"
"""In the environment of every child: tells ours from others' when a supervisor died without cleaning up."""
SHARED_FOLDERS: Final = ("files", "logs", "mailbox", "metrics", "register")
"""Below JICHI_HOME; web and worker write there."""


class InstanceError(Exception):
    """Cannot run here; the message says how to mend it."""


class InstanceBusyError(InstanceError):
    """Another supervisor holds this folder."""


@dataclass(frozen=True, slots=True)
class Running:
    """What a running supervisor wrote down about itself, for `jichi doctor` and the other commands."""

    pid: int
    origin: str
    port: int
    smtp_port: int


class Instance:
    """The folder of one instance and what the supervisor keeps there."""

    def __init__(self, home: Path) -> None:
        """Describe it; nothing is made yet."""
        self.home = home.resolve()
        self.run = self.home / "run"
        self.logs = self.home / "logs"

    # -- one at a time -----------------------------------------------------------------------

    @contextlib.contextmanager
    def locked(self, *, wait: float = 0.0) -> Iterator[None]:
        """Hold this instance; the kernel frees it when the process dies, however it dies.

        Raises:
            InstanceBusyError: another process holds it still after `wait` seconds.
        """
        self.run.mkdir(parents=True, exist_ok=True)
        with (self.run / "lock").open("a+") as file:
            until = time.monotonic() + wait
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= until:
                        holder = self.running()
                        who = f" (process {holder.pid}, {holder.origin})" if holder else ""
                        raise InstanceBusyError(
                            f"Jichi already runs on {self.home}{who}; stop it with Ctrl-C there, "
                            "or choose another folder with JICHI_HOME"
                        ) from None
                    time.sleep(0.1)
            yield

    def is_held(self) -> bool:
        """Whether some process holds this instance now."""
        try:
            with self.locked():
                return False
        except InstanceBusyError:
            return True

    def write_running(self, running: Running) -> None:
        """Note down where this instance answers."""
        partial = self.run / "running.new"
        partial.write_text(json.dumps(asdict(running)))
        partial.replace(self.run / "running.json")

    def forget_running(self) -> None:
        """Nothing answers any more."""
        (self.run / "running.json").unlink(missing_ok=True)

    def running(self) -> Running | None:
        """What the last supervisor noted; only meaningful while the instance is held."""
        try:
            return Running(**json.loads((self.run / "running.json").read_text()))
        except (OSError, ValueError, TypeError):
            return None

    # -- secrets -----------------------------------------------------------------------------

    def make_secrets(self) -> None:
        """Make the keys that are missing, once; never replace one (data is encrypted with it)."""
        folder = self.home / "secrets"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made: dict[str, Callable[[], str]] = {
            "secret-key": lambda: secrets.token_urlsafe(50),
            "field-keys": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        for name, make in made.items():
            path = folder / name
            if path.exists():
                continue
            partial = folder / f"{name}.new"
            partial.unlink(missing_ok=True)
            partial.touch(mode=0o600)
            partial.write_text(make(), encoding="ascii")
            partial.rename(path)

    def secret(self, name: str) -> str:
        """A key made by `make_secrets`."""
        return (self.home / "secrets" / name).read_text(encoding="ascii").strip()

    # -- whose processes ---------------------------------------------------------------------

    def make_folders(self, account: pwd.struct_passwd | None) -> None:
        """The folders that web and worker write to, owned by the account they run under."""
        for name in SHARED_FOLDERS:
            folder = self.home / name
            folder.mkdir(parents=True, exist_ok=True, mode=0o750)
            if account is not None:
                _give(folder, account)

    def account(self) -> tuple[pwd.struct_passwd | None, str]:
        """Whom web and worker run as, and why if it is not the service account.

        As root they drop to the service account, unless it cannot read this checkout or its Python
        (a checkout under /root is closed to it, and we never loosen folders that are not ours).
        """
        account = service_account()
        if account is None:
            return None, ""
        for folder in (self.home, *self.home.parents):
            if folder.is_dir() and not folder.stat().st_mode & 0o001:
                return None, f"{folder} is closed to the account {account.pw_name}"
        probe = subprocess.run(
            [sys.executable, "-c", "import jichi.config.environment, django, granian, psycopg"],
            **identity(account), cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True, check=False,
        ) if _may_run(account) else None  # fmt: skip
        if probe is None or probe.returncode:
            return None, f"the account {account.pw_name} cannot read {sys.executable} and its packages"
        return account, ""

    def child_environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """The environment of a child: ours without the owner's address, plus `extra` and the mark."""
        kept = {name: value for name, value in os.environ.items() if name != "JICHI_OWNER_DATABASE_URL"}
        return {**kept, "PYTHONUNBUFFERED": "1", MARK: str(self.home), "JICHI_HOME": str(self.home), **extra}

    # -- what a dead supervisor left ---------------------------------------------------------

    def clear_leftovers(self, *, within: float = 5.0) -> int:
        """End the children of a supervisor that was killed; returns how many there were.

        They were told to stop when it died; who does not within `within` seconds is killed. Call it
        only while holding the lock. Linux only; elsewhere there is no /proc to look in.
        """
        left = self._children()
        until = time.monotonic() + within
        for pid in left:
            _signal(pid, signal.SIGTERM)
        while (rest := self._children()) and time.monotonic() < until:
            time.sleep(0.05)
        for pid in rest:
            _signal(pid, signal.SIGKILL)
        return len(left)

    def _children(self) -> list[int]:
        mark = f"{MARK}={self.home}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*/environ"):
            pid = int(entry.parent.name)
            with contextlib.suppress(OSError):
                if pid != os.getpid() and mark in entry.read_bytes().split(b"\0"):
                    found.append(pid)
        return found


def instance_id(home: Path) -> str:
    """A short name for this folder, the same every time."""
    return hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:10]


def _may_run(account: pwd.struct_passwd) -> bool:
    """Whether every folder above our interpreter lets that account pass (an exec would fail in the child)."""
    program = Path(sys.executable)
    for path in (program, program.resolve()):
        for folder in path.parents:
            state = folder.stat()
            if not state.st_mode & 0o001 and state.st_uid != account.pw_uid:
                return False
    return True


def _give(folder: Path, account: pwd.struct_passwd) -> None:
    """Hand a folder and what is in it to an account; links are not followed."""
    for path in (folder, *folder.rglob("*")):
        state = path.lstat()
        if (state.st_uid, state.st_gid) != (account.pw_uid, account.pw_gid):
            os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
