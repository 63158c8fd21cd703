"""What one instance consists of: its services, their environment, the steps before they start."""

from __future__ import annotations

import http.client
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from jichi.kernel.manifest import load_manifests

from .environment import Environment
from .instance import Instance, InstanceError, Running
from .postgres import Cluster
from .processes import identity
from .rooms import ROOMS
from .supervisor import CannotStartError, Database, Process, Report, Service, Supervisor, free_port, require_port
from .web import pool_size, worker_count

READY_WITHIN: Final = 60.0
TRIES_BEFORE_READY: Final = 3
MOST_WORKERS: Final = 4
"""Processes for heavy jobs unless JICHI_WORKERS asks for more; each holds a few database connections."""


def heavy_count(cores: int | None = None) -> int:
    """Processes for heavy jobs: one per core, at most four, unless JICHI_WORKERS says otherwise (up to 16)."""
    given = os.environ.get("JICHI_WORKERS", "")
    if given.isdecimal() and int(given):
        return min(16, int(given))
    return min(MOST_WORKERS, cores or os.cpu_count() or 1)


class Later(Process):
    """A program that counts as running until it is started: it takes no core from the first page."""

    held = True

    def start(self) -> None:
        """Start it; from now on it is kept alive."""
        self.held = False
        super().start()

    def exit_status(self) -> int | None:
        """None while it runs or is not wanted yet."""
        return None if self.held else super().exit_status()

    def ask_to_stop(self) -> None:
        """Ask politely; one that never began is not waited for."""
        self.held = False
        super().ask_to_stop()


class StoppedError(Exception):
    """The operator asked us to stop while we were still starting."""


class Launch:
    """Starts one instance and keeps it running."""

    def __init__(self, told: Environment, instance: Instance, *, demo: bool, report: Report) -> None:
        """`demo` adds the mail sandbox and the sample ward's settings."""
        self.told = told
        self.instance = instance
        self.demo = demo
        self.report = report
        self.account, why = instance.account()
        if why:
            report(f"web and worker run as root, because {why}")
        self.cluster = None if told.database_url else Cluster(told.home)
        self.smtp_port = told.smtp_port
        self.smtp_host = told.smtp_host
        if demo and not told.smtp_host:
            self.smtp_host, self.smtp_port = "127.0.0.1", free_port(told.port + 25)
        self.sandboxes = self._sandboxes()
        self.supervisor = Supervisor(self._services(), report=report)

    # -- what runs ---------------------------------------------------------------------------

    def environ(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of web, worker and sandbox: the application's address, never the owner's."""
        given = {
            "DJANGO_SETTINGS_MODULE": "jichi.config.settings",
            "JICHI_SECRET_KEY": self.told.secret_key,
            "JICHI_FIELD_KEYS": ",".join(self.told.field_keys),
            "JICHI_STATIC": str(self.instance.home / "static"),
            "JICHI_DB_POOL_MAX": str(pool_size(worker_count())),
            "JICHI_DEMO": "1" if self.demo else "",
            "JICHI_LOG_FORMAT": os.environ.get("JICHI_LOG_FORMAT") or ("plain" if self.demo else "json"),
            "JICHI_SMTP_HOST": self.smtp_host,
            "JICHI_SMTP_PORT": str(self.smtp_port),
            "JICHI_ORIGIN": self.told.origin,
            **{
                f"JICHI_SANDBOX_{name.upper()}": f"http://localhost:{port}"
                for name, (_, port) in self.sandboxes.items()
            },
        }
        if self.sandboxes:
            # Of the instance, so that what a sandbox signed before a restart still counts after it.
            given["JICHI_SANDBOX_SECRET"] = sha256(f"sandbox {self.told.secret_key}".encode()).hexdigest()
        if self.account is not None:
            given |= {"HOME": self.account.pw_dir, "USER": self.account.pw_name, "PYTHONDONTWRITEBYTECODE": "1"}
        return self.instance.child_environment({**given, **(extra or {})})

    keeper: Process | None = None

    def _process(
        self, name: str, *arguments: str, of: type[Process] = Process, own: bool = False, **more: object
    ) -> Process:
        return of(
            name,
            [sys.executable, "-m", *arguments],
            environ={},
            log=self.instance.logs / f"{name}.log",
            account=None if own else self.account,
            **more,  # type: ignore[arg-type]  # only `before` is handed through
        )

    def _sandboxes(self) -> dict[str, tuple[str, int]]:
        """Module and port of each peer that the demo stands in for, where the instance names no real one."""
        if not self.demo:
            return {}
        named = [s for manifest in load_manifests(ROOMS) for s in manifest.sandboxes if s.name not in self.told.peers]
        found: dict[str, tuple[str, int]] = {}
        for place, one in enumerate(named):
            taken = {port for _, port in found.values()}
            port = free_port(self.told.port + 30 + place)
            while port in taken:
                port = free_port(port + 1)
            found[one.name] = (one.module, port)
        return found

    def _services(self) -> list[Service]:
        services: list[Service] = []
        if self.cluster is not None:
            services.append(Database(self.cluster, stopping=lambda: self.supervisor.stopping))
        self.processes: list[Process] = []
        if self.demo and not self.told.smtp_host and _there("jichi.engines.messages.sandbox"):
            folder = str(self.instance.home / "mailbox")
            sandbox = ("jichi.engines.messages.sandbox", "--port", str(self.smtp_port), "--dir", folder)
            self.processes.append(self._process("sandbox", *sandbox))
        for name, (module, port) in self.sandboxes.items():
            folder = str(self.instance.home / "sandbox" / name)
            self.processes.append(self._process(f"sandbox-{name}", module, "--port", str(port), "--dir", folder))
        # Mail waits for no import: what takes minutes or a whole core has processes of its own, one job each.
        light = ("--queue", "default", "--queue", "notify")
        self.processes.append(self._process("worker", "jichi.config.cli", "worker", *light))
        port_is_free = lambda: require_port(self.told.address, self.told.port)  # noqa: E731 - short and used once
        self.processes.append(self._process("web", "jichi.config.web", before=port_is_free))
        if not self.demo and os.environ.get("JICHI_BACKUP_AT") != "off" and (self.cluster or self.told.owner_url):
            # As ourselves: web and worker can read neither the owner's password nor the backups.
            self.keeper = self._process("backup", "jichi.config.backup.keeper", own=True)
            self.processes.append(self.keeper)
        heavy = ("--queue", "heavy", "--concurrency", "1", "--no-loops")
        self.later = [
            self._process(f"heavy-{n}", "jichi.config.cli", "worker", *heavy, of=Later)
            for n in range(1, heavy_count() + 1)
        ]
        return [*services, *self.processes, *self.later]

    # -- starting ----------------------------------------------------------------------------

    def start_database(self, *, wait: float = 0.0) -> None:
        """Start the embedded server, or see that the configured one answers within `wait` seconds."""
        if self.cluster is not None:
            self.report(f"starting PostgreSQL ({self.cluster.source.origin})")
            self.supervisor.start("postgres")
            if self.cluster.set_aside:
                self.report(
                    f"began anew: the passwords of earlier data are gone; it is kept in {self.cluster.set_aside}"
                )
            self.app_url, self.owner_url = self.cluster.url("app"), self.cluster.url("owner")
        else:
            self.app_url, self.owner_url = self.told.database_url, self.told.owner_url
            self._await_given_database(wait)
        for process in self.processes:
            process.environ = self.environ({"JICHI_DATABASE_URL": self.app_url})
        if self.keeper is not None:
            self.keeper.environ = self._keepers_environ()
        for process in self.later:
            # Few arenas: what a job needed goes back to the system, so that these processes stay small.
            more = {"JICHI_DB_POOL_MAX": "4", "MALLOC_ARENA_MAX": "2"}
            process.environ = self.environ({"JICHI_DATABASE_URL": self.app_url, **more})

    def _keepers_environ(self) -> dict[str, str]:
        """The owner's address, or none: then it finds the embedded server by itself, as every command does."""
        given = self.environ({"JICHI_OWNER_DATABASE_URL": self.told.owner_url, "JICHI_DB_POOL_MAX": "0"})
        return {name: value for name, value in given.items() if self.cluster is None or name != "JICHI_DATABASE_URL"}

    def _await_given_database(self, wait: float) -> None:
        import psycopg

        until = time.monotonic() + wait
        while True:
            self._leave_if_told()
            try:
                psycopg.connect(self.app_url, connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                if time.monotonic() >= until:
                    raise InstanceError(f"JICHI_DATABASE_URL does not answer: {str(error).strip()}") from None
            self.supervisor.sleep(0.5)

    def prepare(self) -> None:
        """Migrations and static files, each only when something changed."""
        if self.owner_url:
            extra = {"JICHI_DATABASE_URL": self.owner_url, "JICHI_DB_POOL_MAX": "0"}
            status = self._step("jichi.config.prepare", "--migrate", "--static", extra=extra, own=True)
        else:
            extra = {"JICHI_DATABASE_URL": self.app_url, "JICHI_DB_POOL_MAX": "0"}
            status = self._step("jichi.config.prepare", "--check-migrations", "--static", extra=extra, own=True)
            if status == 3:
                raise InstanceError("the database is not up to date: set JICHI_OWNER_DATABASE_URL, run `jichi migrate`")
        if status:
            raise InstanceError("preparing the database failed; what it said stands above")

    def load_sample(self, size: int, seed: int) -> None:
        """The sample ward, unless the database holds somebody already."""
        if not _there("jichi.sample.commands"):
            self.report("this build has no sample ward; starting empty")
            return
        extra = {"JICHI_DATABASE_URL": self.app_url, "JICHI_DB_POOL_MAX": "0"}
        # The accounts are listed at the end, by `welcome`.
        arguments = ("sample", "load", "--if-empty", "--no-accounts", "--size", str(size), "--seed", str(seed))
        if self._step("jichi.config.cli", *arguments, extra=extra):
            raise InstanceError("loading the sample ward failed; what it said stands above")

    def welcome(self) -> None:
        """Show addresses and demo accounts."""
        self._step("jichi.config.welcome", extra={"JICHI_DATABASE_URL": self.app_url, "JICHI_DB_POOL_MAX": "0"})

    def _step(self, module: str, *arguments: str, extra: Mapping[str, str], own: bool = False) -> int:
        """Run something to its end, but leave at once when told to stop."""
        child = subprocess.Popen(  # noqa: S603 - our own programs
            [sys.executable, "-m", module, *arguments],
            env=self.environ(extra), cwd="/", stdin=subprocess.DEVNULL, start_new_session=True,
            **identity(None if own else self.account),
        )  # fmt: skip
        try:
            while child.poll() is None:
                self._leave_if_told()
                self.supervisor.sleep(0.5)
        finally:
            if child.poll() is None:
                child.terminate()
                with suppress(subprocess.TimeoutExpired):
                    child.wait(5)
                child.kill()
                child.wait()
        return int(child.returncode)

    def start_processes(self) -> None:
        """Sandbox, worker and web, and wait until the first page answers; then those for heavy jobs."""
        for process in self.processes:
            self._leave_if_told()
            self.supervisor.start(process.name)
        self.instance.write_running(
            Running(pid=os.getpid(), origin=self.told.origin, port=self.told.port, smtp_port=self.smtp_port)
        )
        until = time.monotonic() + READY_WITHIN
        while not self.answers("/health/"):
            self._leave_if_told()
            self.supervisor.look()
            if self.supervisor.failures("web") >= TRIES_BEFORE_READY or time.monotonic() > until:
                raise CannotStartError(f"the web server does not start; its log ends with:\n{self._tail('web')}")
            self.supervisor.sleep(0.1)
        for process in self.later:
            self._leave_if_told()
            self.supervisor.start(process.name)
        if not self.answers("/"):
            self.report(f"the first page shows an error; see {self.instance.logs / 'web.log'}")

    def answers(self, path: str) -> bool:
        """Whether the web server answers this path with anything but a server error."""
        address = "127.0.0.1" if self.told.address in {"0.0.0.0", "::"} else self.told.address  # noqa: S104 - compared
        connection = http.client.HTTPConnection(address, self.told.port, timeout=15)
        headers = {"Host": urlsplit(self.told.origin).netloc or "localhost"}
        if self.told.https:
            headers["X-Forwarded-Proto"] = "https"
        try:
            connection.request("GET", path, headers=headers)
            return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _tail(self, name: str) -> str:
        log = self.instance.logs / f"{name}.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def _leave_if_told(self) -> None:
        if self.supervisor.stopping:
            raise StoppedError


def _there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def explain_missing(told: Environment, environ: Mapping[str, str]) -> Sequence[str]:
    """What `jichi up` needs and was not told: one line each, naming the variable."""
    wanted = {
        "JICHI_ORIGIN": ("JICHI_ORIGIN" in environ, "the address people type, e.g. https://apply.city.example.jp"),
        "JICHI_ALLOWED_HOSTS": ("JICHI_ALLOWED_HOSTS" in environ, "the host names served, separated by commas"),
        "JICHI_HTTPS": (told.https, "1: a proxy in front speaks TLS and sets X-Forwarded-Proto"),
        "JICHI_SMTP_HOST": (bool(told.smtp_host), "the mail gateway"),
        "JICHI_MAIL_FROM": ("JICHI_MAIL_FROM" in environ, "the sender of mails"),
        "JICHI_WARD": ("JICHI_WARD" in environ, "the municipality's name"),
    }
    return [f"{name}: {about}" for name, (given, about) in wanted.items() if not given]
