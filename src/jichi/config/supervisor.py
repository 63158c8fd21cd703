"""Runs the processes of one instance in the foreground and starts again what stops by itself.

No Django and no threads here: a child is forked from this process at any time. Order of starting is
the order of `services`; stopping goes backwards.
"""

from __future__ import annotations

import contextlib
import errno
import os
import pwd
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from .postgres import Cluster, PostgresError
from .processes import die_with_parent, identity

FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 30.0
STABLE_AFTER: Final = 30.0
"""A service that ran this long (seconds) is healthy again: the next pause starts small."""
LOG_LIMIT: Final = 5 * 1024 * 1024
LOGS_KEPT: Final = 3

Report = Callable[[str], None]


class CannotStartError(Exception):
    """A service cannot run here at all (port taken, program missing); the message says how to mend it."""


class Service(Protocol):
    """Something the supervisor keeps alive."""

    name: str
    log: Path | None

    def start(self) -> None:
        """Start it; raises CannotStartError or PostgresError."""

    def exit_status(self) -> int | None:
        """None while it runs."""

    def ask_to_stop(self) -> None:
        """Ask politely; does not wait."""

    def kill(self) -> None:
        """End it and everything it started, now."""


class Process:
    """A program of ours: own session, log file, told to stop when the supervisor dies."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environ: Mapping[str, str],
        log: Path,
        account: pwd.struct_passwd | None = None,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        """Describe it. `before` runs ahead of every start and may raise CannotStartError."""
        self.name = name
        self.command = list(command)
        self.environ = dict(environ)
        self.log: Path | None = log
        self._log = log
        self.account = account
        self.before = before
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        self.kill()  # what a crashed parent left in its group must not meet the new one
        self.before()
        die = die_with_parent(signal.SIGTERM)

        def in_child() -> None:
            os.setsid()
            die()

        with self._log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own programs
                self.command,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", env=self.environ,
                preexec_fn=in_child,  # noqa: PLW1509 - this process has no threads
                **identity(self.account),
            )  # fmt: skip

    def exit_status(self) -> int | None:
        """None while it runs."""
        return self.process.poll() if self.process else -1

    def ask_to_stop(self) -> None:
        """Ask politely."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End its whole group."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Database:
    """The embedded PostgreSQL as a service."""

    def __init__(self, cluster: Cluster, *, stopping: Callable[[], bool] = lambda: False) -> None:
        """`stopping` ends a long wait for crash recovery when the operator wants to leave."""
        self.name = "postgres"
        self.log: Path | None = None
        self.cluster = cluster
        self.stopping = stopping

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.cluster.start(give_up=self.stopping)

    def exit_status(self) -> int | None:
        """None while it runs."""
        return self.cluster.exit_status()

    def ask_to_stop(self) -> None:
        """Fast shutdown: running transactions are rolled back, nothing committed is lost."""
        self.cluster.signal(signal.SIGINT)

    def kill(self) -> None:
        """Immediate shutdown; the next start recovers from the log."""
        self.cluster.signal(signal.SIGQUIT)
        with contextlib.suppress(PostgresError):
            self.cluster.wait(10)


class _Kept:
    """A service and its history."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.started = 0.0
        self.pause = 0.0
        self.due: float | None = None
        self.failures = 0
        self.read_to = 0


class Supervisor:
    """Keeps services alive until it is told to stop."""

    def __init__(
        self,
        services: Sequence[Service],
        *,
        report: Report,
        stop_within: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`report` gets one line per event; a service gets `stop_within` seconds to stop by itself."""
        self._clock = clock
        self._kept = [_Kept(service) for service in services]
        self._report = report
        self._stop_within = stop_within
        self.signals = 0

    @property
    def stopping(self) -> bool:
        """Whether somebody asked us to stop."""
        return self.signals > 0

    @contextlib.contextmanager
    def signals_caught(self) -> Iterator[None]:
        """SIGINT, SIGTERM and SIGHUP mean stop; a second one means now."""

        def heard(_number: int, _frame: object) -> None:
            self.signals += 1

        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, heard) for number in numbers}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        self._wake, wake = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(self._wake)
            os.close(wake)

    # -- starting and watching ---------------------------------------------------------------

    def start(self, name: str) -> None:
        """Start one service for the first time; a failure here is the caller's."""
        kept = next(k for k in self._kept if k.service.name == name)
        log = kept.service.log
        kept.read_to = log.stat().st_size if log and log.exists() else 0
        kept.service.start()
        kept.started = self._clock()

    def watch(self) -> None:
        """Keep everything alive until told to stop. Services not yet started are started."""
        while not self.stopping:
            self.look()
            self.sleep(1.0)

    def sleep(self, seconds: float) -> None:
        """Wait, but wake at once when a child ends or a signal arrives."""
        due = [k.due for k in self._kept if k.due is not None]
        if due:
            seconds = max(0.0, min(seconds, min(due) - self._clock()))
        if select.select([self._wake], [], [], seconds)[0]:
            with contextlib.suppress(BlockingIOError):
                os.read(self._wake, 4096)

    def look(self) -> None:
        """One round: start what ended and whose pause is over, read and turn the logs."""
        for kept in self._kept:
            if self.stopping:
                return
            self._revive(kept)
            self._read_log(kept)

    def _revive(self, kept: _Kept) -> None:
        now = self._clock()
        service = kept.service
        if kept.due is None:
            status = service.exit_status()
            if status is None:
                return
            if kept.started:
                if now - kept.started > STABLE_AFTER:
                    kept.pause, kept.failures = 0.0, 0
                kept.failures += 1
                kept.pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, kept.pause * 2))
                self._report(f"{service.name} ended ({describe(status)}); starting it again")
            kept.due = now + kept.pause
        if now < kept.due:
            return
        try:
            service.start()
        except (CannotStartError, PostgresError, OSError) as error:
            kept.failures += 1
            kept.pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, kept.pause * 2))
            kept.due = self._clock() + kept.pause
            self._report(f"{service.name} does not start: {str(error).splitlines()[0]}; next try in {kept.pause:.0f} s")
            return
        kept.due = None
        kept.started = self._clock()

    def failures(self, name: str) -> int:
        """How often a service ended or failed to start since it was last stable."""
        return next(k.failures for k in self._kept if k.service.name == name)

    # -- stopping ----------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop everything, last started first; a second signal kills what is left."""
        for kept in reversed(self._kept):
            service = kept.service
            if service.exit_status() is None:
                service.ask_to_stop()
                until = self._clock() + self._stop_within
                while service.exit_status() is None and self._clock() < until and self.signals < 2:
                    self.sleep(0.1)
                if service.exit_status() is None:
                    self._report(f"{service.name} does not stop; ending it")
            service.kill()
            self._read_log(kept)

    # -- logs --------------------------------------------------------------------------------

    def _read_log(self, kept: _Kept) -> None:
        log = kept.service.log
        if log is None or not log.exists():
            return
        size = log.stat().st_size
        if size < kept.read_to:
            kept.read_to = 0
        if size > kept.read_to:
            with log.open("rb") as file:
                file.seek(kept.read_to)
                fresh = file.read(256 * 1024)
            kept.read_to = size
            summary = summarise(fresh.decode(errors="replace"))
            if summary:
                self._report(f"{kept.service.name}: {summary}  (more in {log})")
        if size > LOG_LIMIT:
            turn_log(log)
            kept.read_to = 0


_ERROR_SIGNS: Final = (" ERROR ", " CRITICAL ", "[ERROR]", '"level": "ERROR"', '"level": "CRITICAL"')


def summarise(text: str) -> str:
    """One line about the errors in a piece of log; empty when there are none."""
    lines = text.splitlines()
    errors = [line for line in lines if any(sign in line for sign in _ERROR_SIGNS)]
    raised = [
        lines[i + 1]
        for i in range(len(lines) - 1)
        if lines[i].startswith("  ") and lines[i + 1][:1].isalpha() and ":" in lines[i + 1]
    ]
    if not errors and not any(line.startswith("Traceback") for line in lines):
        return ""
    last = (raised or errors or ["an error"])[-1]
    number = max(len(errors), 1)
    return f"{number} error{'s' if number > 1 else ''}, the last: {last[:160]}"


def turn_log(log: Path) -> None:
    """Keep the last few logs. Copied and emptied, not renamed: the child keeps writing to the same file."""
    for number in range(LOGS_KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    log.with_name(f"{log.name}.1").write_bytes(log.read_bytes())
    os.truncate(log, 0)


def describe(status: int) -> str:
    """An exit status in words."""
    if status >= 0:
        return f"status {status}"
    with contextlib.suppress(ValueError):
        return f"killed by {signal.Signals(-status).name}"
    return f"killed by signal {-status}"


def require_port(address: str, port: int) -> None:
    """Raise CannotStartError when somebody else already listens there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CannotStartError(
                    f"port {port} is taken by another program; choose another one: JICHI_PORT={port + 1} ./jichi …"
                ) from None
            if error.errno == errno.EACCES:
                raise CannotStartError(
                    f"port {port} is not ours to open; choose one above 1023 with JICHI_PORT"
                ) from None
            raise CannotStartError(f"cannot listen on {address} port {port}: {error.strerror}") from None


def free_port(preferred: int) -> int:
    """`preferred` if nobody listens there, else any free one, on the loopback."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
    raise CannotStartError("no free port on the loopback")
