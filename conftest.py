"""The test house: a throw-away PostgreSQL, one migrated template, a copy of it for every need.

Tests connect as `jichi_app`, the role the application runs under, so that grants and row security
are under test everywhere.
"""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from jichi.config.environment import database_settings
from jichi.config.postgres import Cluster

ROOT = Path(__file__).parent
KEPT_CLUSTER = "JICHI_TEST_CLUSTER"
"""Home folder of a test cluster that is already running (saves its start-up while developing)."""

DATA_IN_MEMORY = "JICHI_TEST_CLUSTER_DATA"
"""Where its data lies, if in memory."""
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it, named by chance
ROOM_IN_MEMORY = 1024**3
"""Bytes that templates, houses and the log of the server fit into."""
ROOM_OF_A_WORKER = 512 * 1024**2
"""Bytes for the worlds of one process that runs tests; a database has about 30 MB."""

TEMPLATE_BELOW = "JICHI_TEST_TEMPLATE"
"""A migrated database of an earlier state of the same house: what came later is added to a copy of it."""
MIGRATE = """
import django
from django.core.management import call_command
from jichi.config.light_states import light_states
django.setup()
with light_states():
    call_command("migrate", interactive=False, skip_checks=True, verbosity=0)
"""
# No test depends on how fast or busy the machine is.
settings.register_profile("jichi", deadline=None)
settings.load_profile("jichi")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or os.environ.get(KEPT_CLUSTER):
        return
    home = Path(tempfile.mkdtemp(prefix="jichi-test-"))
    workers = getattr(config.option, "numprocesses", None) or 1
    state = place_in_memory(MEMORY, workers)
    cluster = Cluster(home, durable=False, state=state)
    cluster.start()
    os.environ[KEPT_CLUSTER] = str(home)
    if state:
        os.environ[DATA_IN_MEMORY] = str(state)
    config.add_cleanup(cluster.remove)


def pytest_collection_finish() -> None:
    """What was imported stays to the end: nobody looks for garbage among it again and again."""
    gc.collect()
    gc.freeze()


def place_in_memory(memory: Path, workers: int = 0) -> Path | None:
    """A folder for a cluster in memory, where there is plenty of it; what killed runs left there is removed.

    A database is 2,000 files, and hundreds are made and dropped. ext4 gives an inode out again minutes after it was
    freed, but looks at each such one for every new file: there the next database soon costs seconds.
    """
    for left in memory.glob("jichi-test-*"):
        if not Path("/proc", left.name.rpartition("-")[2]).exists():
            shutil.rmtree(left, ignore_errors=True)
    with suppress(OSError, StopIteration):
        free = shutil.disk_usage(memory).free
        lines = Path("/proc/meminfo").read_text().splitlines()
        available = 1024 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
        if min(free, available // 2) >= ROOM_IN_MEMORY + workers * ROOM_OF_A_WORKER:
            return memory / f"jichi-test-{uuid.uuid4().hex[:12]}-{os.getpid()}"
    return None


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Thousands of accounts are made here; none of them needs a hash that holds an attacker up."""
    from django.test import override_settings

    from jichi.engines.accounts.tests.browser import CHEAP_HASHERS

    with override_settings(PASSWORD_HASHERS=CHEAP_HASHERS):
        yield


@pytest.fixture(scope="session", autouse=True)
def middleware_once() -> Iterator[None]:
    """Every `Client()` would load the middleware again, and look for every static file: once for the same settings."""
    from django.core.signals import setting_changed
    from django.test.client import ClientHandler

    load = ClientHandler.load_middleware
    loaded: list[ClientHandler] = []

    def load_once(self: ClientHandler, is_async: bool = False) -> None:
        if is_async or not loaded:
            load(self, is_async)
            loaded.extend(() if is_async else (self,))
        else:
            self.__dict__.update({name: value for name, value in vars(loaded[0]).items() if "middleware" in name})

    def forget(**_: object) -> None:
        loaded.clear()

    ClientHandler.load_middleware = load_once  # type: ignore[method-assign, assignment] # for the length of the tests
    setting_changed.connect(forget)
    yield
    setting_changed.disconnect(forget)
    ClientHandler.load_middleware = load  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The running test cluster."""
    in_memory = os.environ.get(DATA_IN_MEMORY)
    found = Cluster(Path(os.environ[KEPT_CLUSTER]), durable=False, state=Path(in_memory) if in_memory else None)
    found.ensure()
    return found


def _structure() -> str:
    digest = hashlib.sha256()
    source = ROOT / "src" / "jichi"
    made_by = [source / "engines/audit/track.py", source / "config/postgres.py", source / "config/rooms.py"]
    for path in sorted([*source.rglob("migrations/*.py"), *source.rglob("sql/*.sql"), *made_by]):
        digest.update(path.relative_to(source).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def database_template(cluster: Cluster) -> str:
    """Name of a migrated, empty database; made once for each state of the migrations."""
    name = f"template_{_structure()}"
    with (cluster.home / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(cluster.url("super", "postgres"), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                return name
        half = f"half_{uuid.uuid4().hex[:8]}"
        cluster.create_database(half, template=os.environ.get(TEMPLATE_BELOW, "template1"))
        subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", MIGRATE],
            check=True,
            env={
                **os.environ,
                "JICHI_DATABASE_URL": cluster.url("owner", half),
                "DJANGO_SETTINGS_MODULE": "jichi.config.settings",
            },
        )
        with psycopg.connect(cluster.url("super", "postgres"), autocommit=True) as connection:
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(half), sql.Identifier(name))
            )
    return name


@dataclass(frozen=True)
class TestDatabase:
    """A private copy of the migrated template."""

    __test__ = False
    cluster: Cluster
    name: str

    @property
    def app_url(self) -> str:
        """As the application connects."""
        return self.cluster.url("app", self.name)

    @property
    def owner_url(self) -> str:
        """As migrations connect."""
        return self.cluster.url("owner", self.name)

    @property
    def super_url(self) -> str:
        """Past row security: for looking at what is really there."""
        return self.cluster.url("super", self.name)


def make_database(cluster: Cluster, template: str) -> TestDatabase:
    """A fresh copy; the caller drops it."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(cluster.url("super", "postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER jichi_owner TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    return TestDatabase(cluster, name)


def drop_database(database: TestDatabase) -> None:
    """Drop the copy, whoever is still connected."""
    with psycopg.connect(database.cluster.url("super", "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database.name)))


def point_django_at(url: str) -> None:
    from django.db import connections

    connections["default"].close()
    settings = connections["default"].settings_dict
    settings.update(database_settings(url))
    settings["OPTIONS"].pop("pool", None)


@contextmanager
def django_on(url: str) -> Iterator[None]:
    """Django works on this database until the block ends, then on the one before. Opens no connection."""
    from django.db import connections

    before = dict(connections["default"].settings_dict)
    point_django_at(url)
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"].settings_dict.update(before)


@pytest.fixture(scope="session")
def django_db_setup(cluster: Cluster, database_template: str, django_db_blocker: object) -> Iterator[TestDatabase]:
    """pytest-django's hook: the database that `@pytest.mark.django_db` tests share, rolled back after each."""
    database = make_database(cluster, database_template)
    with django_on(database.app_url):
        yield database
    drop_database(database)


@pytest.fixture
def committed_db(
    django_db_setup: TestDatabase, cluster: Cluster, database_template: str, django_db_blocker: object
) -> Iterator[TestDatabase]:
    """A database of its own in which commits are real: for races, crashes and jobs.

    Use it instead of `@pytest.mark.django_db(transaction=True)`, which would have to truncate tables
    that the application's role may not truncate.
    """
    database = make_database(cluster, database_template)
    with django_db_blocker.unblock(), django_on(database.app_url):  # type: ignore[attr-defined]
        yield database
    drop_database(database)


MOST_WORLDS = 12
"""Kept at once in one process. Tests of a room stand together, and few rooms have so many."""


@dataclass
class World:
    """A database with a small world in it, and what its builder gave back."""

    database: TestDatabase
    made: Any


@pytest.fixture(scope="session")
def worlds(
    django_db_setup: TestDatabase, cluster: Cluster, database_template: str, django_db_blocker: object
) -> Iterator[Callable[[Callable[[], Any]], World]]:
    """Build a world once in this process, whichever tests ask for it."""
    from django.db import transaction

    kept: dict[Callable[[], Any], World] = {}

    def get(build: Callable[[], Any]) -> World:
        if build not in kept:
            if len(kept) == MOST_WORLDS:
                drop_database(kept.pop(next(iter(kept))).database)
            database = make_database(cluster, database_template)
            with django_db_blocker.unblock(), django_on(database.app_url), transaction.atomic():  # type: ignore[attr-defined]
                kept[build] = World(database, build())
        kept[build] = kept.pop(build)  # the one that was wanted longest ago stands first
        return kept[build]

    yield get
    for world in kept.values():
        drop_database(world.database)


def shared_world(build: Callable[[], Any]) -> Any:
    """A fixture of a module: what `build` gives back, made once; each `django_db` test of it is rolled back.

    Building takes half a second, and hundreds of tests begin with the same office. The whole module
    works on that database, so no test of it may want an empty one.
    """

    @pytest.fixture(scope="module", autouse=True)
    def world(worlds: Any) -> Iterator[Any]:
        found = worlds(build)
        with django_on(found.database.app_url):
            yield found.made

    return world


def own_world(build: Callable[[], Any]) -> Any:
    """A fixture of a test: what `build` gave back, in a copy of its database in which commits are real.

    Where it gives nothing back, the copy itself.
    """

    @pytest.fixture
    def world(worlds: Any, cluster: Cluster, django_db_blocker: object) -> Iterator[Any]:
        from django.db import connections

        found = worlds(build)
        connections["default"].close()  # a database that somebody is connected to is not copied
        database = make_database(cluster, found.database.name)
        with django_db_blocker.unblock(), django_on(database.app_url):  # type: ignore[attr-defined]
            yield database if found.made is None else found.made
        drop_database(database)

    return world


@pytest.fixture
def own_db(cluster: Cluster) -> TestDatabase:
    """The copy that `own_world` made for this test; stands after that fixture in the test's arguments."""
    from django.db import connections

    return TestDatabase(cluster, str(connections["default"].settings_dict["NAME"]))
