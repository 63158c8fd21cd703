"""A small sample ward for tests that cross rooms, and a whole running house for journeys in a browser."""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from conftest import ROOT, TestDatabase, drop_database, make_database, point_django_at
from jichi.config.postgres import Cluster
from jichi.config.rooms import ROOMS
from jichi.kernel.manifest import load_manifests

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from .browsing import Person

SIZE = 400
FIELD_KEY = "vP4t_AqDur7VbnZqO2iDYQNZcdLIjTMwdr29Jaz_DlQ="
SECRET_KEY = "for-tests-only-" + "x" * 40
READY_WITHIN = 40.0
CHROMIUM = os.environ.get("JICHI_CHROMIUM", "/usr/bin/chromium")


def _sources() -> str:
    """What the sample ward depends on: change it and the template is made anew."""
    digest = hashlib.sha256()
    source = ROOT / "src" / "jichi"
    for path in sorted(
        [*source.rglob("*.py"), *source.rglob("*.sql"), *source.rglob("*.yaml"), *source.rglob("*.typ")]
    ):
        if "/tests/" not in path.as_posix():
            digest.update(path.relative_to(source).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def ward_home(cluster: Cluster) -> Path:
    """Instance folder shared by everything that uses the sample ward: its stored files lie there."""
    home = cluster.home / f"ward-{_sources()}"
    home.mkdir(exist_ok=True)
    return home


def environ_for(url: str, home: Path, **more: str) -> dict[str, str]:
    """Environment of a process of the house on this database."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH") if name in os.environ}
    return {
        **keep,
        "DJANGO_SETTINGS_MODULE": "jichi.config.settings",
        "JICHI_DATABASE_URL": url,
        "JICHI_DB_POOL_MAX": "0",
        "JICHI_FIELD_KEYS": FIELD_KEY,
        "JICHI_SECRET_KEY": SECRET_KEY,
        "JICHI_HOME": str(home),
        "JICHI_DEMO": "1",
        "PYTHONUNBUFFERED": "1",
        **more,
    }


@pytest.fixture(scope="session")
def ward_template(cluster: Cluster, database_template: str, ward_home: Path) -> str:
    """Name of a database that holds a small sample ward; made once for each state of the sources."""
    name = f"ward_{ward_home.name.removeprefix('ward-')}"
    with (cluster.home / "ward.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(cluster.url("super", "postgres"), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                return name
        made = make_database(cluster, database_template)
        subprocess.run(
            [sys.executable, "-m", "jichi.config.cli", "sample", "load", "--size", str(SIZE)],
            check=True, env=environ_for(made.app_url, ward_home), stdout=subprocess.DEVNULL,
        )  # fmt: skip
        with psycopg.connect(cluster.url("super", "postgres"), autocommit=True) as connection:
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(made.name), sql.Identifier(name))
            )
    return name


@pytest.fixture
def ward_db(
    django_db_setup: TestDatabase, cluster: Cluster, ward_template: str, ward_home: Path, django_db_blocker: object,
    settings: object,
) -> Iterator[TestDatabase]:  # fmt: skip
    """A sample ward of its own, with real commits, that this process's Django is pointed at."""
    from jichi.engines.accounts import sealing

    settings.JICHI_FIELD_KEYS = (FIELD_KEY,)  # type: ignore[attr-defined]
    settings.JICHI_FILES_ROOT = ward_home / "files"  # type: ignore[attr-defined]
    sealing._box.cache_clear()
    database = make_database(cluster, ward_template)
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        point_django_at(database.app_url)
        try:
            yield database
        finally:
            point_django_at(django_db_setup.app_url)
            drop_database(database)
            sealing._box.cache_clear()


def free_port() -> int:
    """A port nobody listens on just now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def peers_of_the_house() -> dict[str, tuple[str, int]]:
    """The sandboxes of all rooms, each with a port of its own."""
    named = [one for manifest in load_manifests(ROOMS) for one in manifest.sandboxes]
    return {one.name: (one.module, free_port()) for one in named}


@dataclass
class House:
    """A running house: web, worker and mail sandbox as processes of their own."""

    database: TestDatabase
    home: Path
    port: int = field(default_factory=free_port)
    smtp_port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    peers: dict[str, tuple[str, int]] = field(default_factory=peers_of_the_house)
    """Module and port of each sandbox that manifests name; none runs before `start(name)`."""
    signed_in: dict[str, Any] = field(default_factory=dict)
    """Cookies of those who signed in before, by login: most tests are not about signing in."""

    @property
    def origin(self) -> str:
        """Where the portal answers."""
        return f"http://localhost:{self.port}"

    @property
    def mailbox(self) -> Path:
        """Where the sandbox keeps what it took."""
        return self.home / "mailbox"

    def start(self, name: str) -> None:
        """Start one of "sandbox" (mail), "worker", "web", or a peer's sandbox by its name in the manifests."""
        modules = {
            "sandbox": ["jichi.engines.messages.sandbox", "--port", str(self.smtp_port), "--dir", str(self.mailbox)],
            "worker": ["jichi.config.cli", "worker"],
            "web": ["jichi.config.web"],
            **{
                peer: [module, "--port", str(port), "--dir", str(self.home / "sandbox" / peer)]
                for peer, (module, port) in self.peers.items()
            },
        }
        environ = environ_for(
            self.database.app_url, self.home, JICHI_PORT=str(self.port), JICHI_ORIGIN=self.origin,
            JICHI_SMTP_HOST="127.0.0.1", JICHI_SMTP_PORT=str(self.smtp_port), JICHI_WEB_WORKERS="1",
            JICHI_DB_POOL_MAX="6", JICHI_SANDBOX_SECRET="for-tests-only",
            **{f"JICHI_SANDBOX_{peer.upper()}": f"http://localhost:{port}" for peer, (_, port) in self.peers.items()},
            **self.settings,
        )  # fmt: skip
        log = (self.home / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", *modules[name]], env=environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        log.close()

    def wait(self) -> None:
        """Until the first page answers."""
        until = time.monotonic() + READY_WITHIN
        while True:
            try:
                with urllib.request.urlopen(f"{self.origin}/health/", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if time.monotonic() > until:
                    log = (self.home / "web.log").read_text(errors="replace")
                    raise RuntimeError(f"the house does not answer:\n{log[-3000:]}") from None
                time.sleep(0.1)

    def kill(self, name: str, with_signal: signal.Signals = signal.SIGKILL) -> None:
        """End a process and what it started, as `kill -9` would."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, with_signal)
        process.wait(20)

    def stop(self) -> None:
        """End everything."""
        for name in list(self.processes):
            self.kill(name)


def open_house(database: TestDatabase, ward_home: Path, **settings: str) -> House:
    """A house on this database, not yet started; its files are those of the ward."""
    home = ward_home / f"house-{database.name}"
    home.mkdir()
    (home / "files").symlink_to(ward_home / "files")
    return House(database, home, settings=settings)


@pytest.fixture(scope="module")
def house(django_db_setup: TestDatabase, cluster: Cluster, ward_template: str, ward_home: Path) -> Iterator[House]:
    """A running house on a sample ward of its own; one for each test module."""
    running = open_house(make_database(cluster, ward_template), ward_home)
    for name in ("sandbox", "worker", "web"):
        running.start(name)
    try:
        running.wait()
        yield running
    finally:
        running.stop()
        drop_database(running.database)


@pytest.fixture(scope="module")
def chromium(django_db_setup: object) -> Iterator[Browser]:
    """A browser; one for each module, for while it runs Django refuses to query in this process.

    So the database of this process is made before: what fails then would fail for every later test.
    """
    from playwright.sync_api import sync_playwright

    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=root)
        yield found
        found.close()


@pytest.fixture
def arrive(chromium: Browser, house: House) -> Iterator[Callable[..., Person]]:
    """People come: `arrive(width=…, scripts=…, language=…, as_="mail or login")`. At the end nothing went wrong."""
    from . import browsing

    here: list[Person] = []

    def come(*, as_: str = "", language: str = "ja", **how: Any) -> Person:
        person = browsing.arrive(chromium, house, language=language, state=house.signed_in.get(as_), **how)
        here.append(person)
        if as_ and as_ not in house.signed_in:
            person.goto("/sign-in/" if "@" in as_ else "/staff/sign-in/")
            (person.sign_in if "@" in as_ else person.sign_in_as_official)(as_)
            house.signed_in[as_] = person.page.context.storage_state()
        return person

    yield come
    problems = [problem for person in here for problem in person.problems]
    for person in here:
        person.page.context.close()
    assert problems == []
