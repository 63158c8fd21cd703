"""What measurements stand on: a durable PostgreSQL of their own, sample wards, the house's processes.

Everything lies in a temporary folder and is gone afterwards. JICHI_BENCH_HOME names one that is kept,
with the wards loaded in it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from socket import socket
from typing import Any, Final

import psycopg
from psycopg import sql

from bench.meter import children_of
from jichi.config.postgres import Cluster

ROOT: Final = Path(__file__).resolve().parent.parent
READY_WITHIN: Final = 60.0


class Ground:
    """A cluster with fsync on, the settings `jichi demo` runs it with, and databases in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.cluster = Cluster(home)
        keys = home / "keys"
        if not keys.exists():
            keys.write_text(f"{secrets.token_urlsafe(50)}\n{urlsafe_b64encode(secrets.token_bytes(32)).decode()}\n")
        self.secret_key, self.field_key = keys.read_text().split()
        self.current: set[str] = set()
        """Databases to copy from that are known to have every migration."""

    # -- databases ---------------------------------------------------------------------------

    def connect(
        self, name: str = "postgres", *, autocommit: bool = True, quiet: bool = False
    ) -> psycopg.Connection[Any]:
        """Past row security; with `quiet` past triggers and foreign keys too."""
        options = "-c session_replication_role=replica" if quiet else ""
        return psycopg.connect(self.cluster.url("super", name), autocommit=autocommit, options=options)

    def exists(self, name: str) -> bool:
        """Is there such a database?"""
        with self.connect() as connection:
            return bool(connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone())

    def _make(self, name: str, template: str | None) -> None:
        if template is None:
            self.cluster.create_database(name)
            return
        statement = sql.SQL("CREATE DATABASE {} OWNER jichi_owner TEMPLATE {} STRATEGY FILE_COPY")
        with self.connect() as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _rename(self, old: str, new: str) -> None:
        statement = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new))
        with self.connect() as connection:
            connection.execute(statement)

    @contextmanager
    def being_made(self, name: str) -> Iterator[str]:
        """A new database, under another name until the block is through."""
        half = f"half_{uuid.uuid4().hex[:8]}"
        self._make(half, None)
        yield half
        self._rename(half, name)

    def empty(self) -> str:
        """A migrated database without data."""
        if not self.exists("bench_empty"):
            with self.being_made("bench_empty") as half:
                self.run("jichi.config.prepare", "--migrate", url=self.cluster.url("owner", half))
            self.current.add("bench_empty")
        return self._as_the_house_is("bench_empty")

    def _as_the_house_is(self, name: str) -> str:
        """A database that a kept home holds from an earlier day, with the migrations since then."""
        if name not in self.current:
            self.run("jichi.config.prepare", "--migrate", url=self.cluster.url("owner", name))
            self.current.add(name)
        return name

    def ward(self, size: int) -> str:
        """A sample ward of so many residents."""
        name = f"bench_ward_{size}"
        if not self.exists(name):
            half = self.copy(self.empty())
            self.run("jichi.config.cli", "sample", "load", "--size", str(size), url=self.url(half))
            with self.connect(half) as connection:
                connection.execute("VACUUM ANALYZE")
            self._rename(half, name)
            self.current.add(name)
        return self._as_the_house_is(name)

    def copy(self, template: str) -> str:
        """A database of one's own with what the template holds."""
        name = f"bench_{uuid.uuid4().hex[:12]}"
        self._make(name, template)
        return name

    @contextmanager
    def copied(self, template: str) -> Iterator[str]:
        """A copy for the length of the block."""
        name = self.copy(template)
        try:
            yield name
        finally:
            self.drop(name)

    def url(self, name: str) -> str:
        """As the application connects."""
        return self.cluster.url("app", name)

    # -- processes ---------------------------------------------------------------------------

    def environ(self, url: str, **more: str) -> dict[str, str]:
        """Environment of the house's processes on this database."""
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return {
            **keep, "DJANGO_SETTINGS_MODULE": "jichi.config.settings", "JICHI_DATABASE_URL": url,
            "JICHI_DB_POOL_MAX": "0", "JICHI_FIELD_KEYS": self.field_key, "JICHI_SECRET_KEY": self.secret_key,
            "JICHI_HOME": str(self.home), "JICHI_DEMO": "1", "JICHI_STATIC": str(self.home / "static"),
            "PYTHONUNBUFFERED": "1", "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", **more,
        }  # fmt: skip

    def run(self, module: str, *arguments: str, url: str) -> None:
        """Run one of the house's programs to its end."""
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, env=self.environ(url), cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-3000:]}")

    def static(self) -> None:
        """Collect the static files once, as `jichi demo` does."""
        if not (self.home / "static" / "staticfiles.json").exists():
            (self.home / "run").mkdir(exist_ok=True)
            self.run("jichi.config.prepare", "--static", url=self.url("postgres"))

    @contextmanager
    def web(self, name: str, *, workers: int) -> Iterator[tuple[int, int]]:
        """The web process on a database; (port, process id)."""
        self.static()
        port = free_port()
        environ = self.environ(
            self.url(name), JICHI_PORT=str(port), JICHI_ORIGIN=f"http://localhost:{port}",
            JICHI_WEB_WORKERS=str(workers), JICHI_DB_POOL_MAX="8",
        )  # fmt: skip
        with (self.home / "web.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "jichi.config.web"], env=environ, cwd=ROOT, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        try:
            wait_for(f"http://localhost:{port}/health/", process)
            yield port, process.pid
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def pgbench(self) -> str:
        """Path of the load program that comes with the server."""
        return str(self.cluster.source.folder / "pgbench")


def server_of(ground: Ground) -> list[int]:
    """Process ids of the database server and its backends."""
    return children_of(int((ground.cluster.data / "postmaster.pid").read_text().split()[0]))


def free_port(start: int = 8300) -> int:
    """A port from 8300 on that nobody listens on just now."""
    for port in range(start, 8900):
        with closing(socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port")


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Until the address answers with anything but a refusal to connect."""
    until = time.monotonic() + READY_WITHIN
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{address} does not answer") from None
            time.sleep(0.02)


@contextmanager
def ground() -> Iterator[Ground]:
    """The ground for one or several measurements; removed afterwards unless JICHI_BENCH_HOME names it."""
    kept = os.environ.get("JICHI_BENCH_HOME")
    home = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="jichi-bench-"))
    home.mkdir(exist_ok=True)
    found = Ground(home)
    found.cluster.start()
    try:
        yield found
    finally:
        if kept:
            found.cluster.stop()
        else:
            found.cluster.remove()
            shutil.rmtree(home, ignore_errors=True)
