"""Whom child processes run as, that they end with their parent, and which one a process number stands for."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypedDict

SERVICE_HOME: Final = Path("/var/lib/jichi")


class AccountError(Exception):
    """There is no account to run as; the message says how to mend it."""


def service_account() -> pwd.struct_passwd | None:
    """The unprivileged account PostgreSQL runs as when we are root (it refuses root); else None."""
    if os.geteuid() != 0:
        return None
    name = os.environ.get("JICHI_OS_USER", "jichi")
    try:
        return pwd.getpwnam(name)
    except KeyError:
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if not useradd:
            raise AccountError(f"create the account {name!r} first (useradd is not here)") from None
        subprocess.run(  # noqa: S603 - fixed program, name from the operator
            [useradd, "--system", "--home-dir", str(SERVICE_HOME), "--shell", "/usr/sbin/nologin", name], check=True
        )
        return pwd.getpwnam(name)


class Identity(TypedDict):
    """Whom a child runs as, in the words of `subprocess`; all None: as we do."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


def identity(account: pwd.struct_passwd | None) -> Identity:
    """The arguments that make a child run as `account`, without our own further groups."""
    if account is None:
        return {"user": None, "group": None, "extra_groups": None}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def die_with_parent(with_signal: signal.Signals) -> Callable[[], None]:
    """A call for the child to make: the kernel sends it `with_signal` when its parent dies (Linux only).

    Prepared in the parent, because the child may already run as an account that can't read our libraries.
    """
    if sys.platform != "linux":
        return lambda: None
    import ctypes

    pr_set_pdeathsig = 1
    prctl = ctypes.CDLL(None).prctl
    number = int(with_signal)
    return lambda: prctl(pr_set_pdeathsig, number) and None


def runs_on(pid: int, program: str, folder: Path) -> bool:
    """Whether this process number is the program's, working on the folder: numbers of ended processes come again."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return False
    return program in command and str(folder) in command
