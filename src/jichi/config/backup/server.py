"""PostgreSQL's programs on one database: pg_dump, pg_restore, psql, with the password out of sight."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from ..processes import die_with_parent
from .shape import BackupError

CHUNK: Final = 1 << 20
_ENTRY: Final = re.compile(r"^(?P<id>\d+); \d+ \d+ (?P<kind>TABLE DATA|MATERIALIZED VIEW DATA) (?P<name>\S+ \S+) ")
_GIVEN: Final = re.compile(
    r"^\d+; \d+ \d+ (EXTENSION - |COMMENT - EXTENSION |SCHEMA - public |COMMENT - SCHEMA |ACL - SCHEMA |"
    r"DEFAULT ACL .*(?<! jichi_owner)$)"
)
"""What a prepared database has before any table: its operator gives it, not the owner of the tables."""
_SEQUENCE: Final = re.compile(r"^SELECT pg_catalog\.setval\('([^']+)', (\d+), (true|false)\);$", re.MULTILINE)
_EXACT: Final = (
    "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres -c extra_float_digits=3 -c bytea_output=hex "
    "-c synchronize_seqscans=off -c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0"
)
"""As pg_dump reads: every value written out to its last digit, rows in the order in which they lie."""


@dataclass(frozen=True, slots=True)
class Server:
    """One database and the programs that speak with it."""

    url: str
    programs: Path | None
    """Folder of pg_dump and its kin; None: from PATH."""
    jobs: int = 2

    def program(self, name: str) -> str:
        """Path of one program."""
        return str(self.programs / name) if self.programs else name

    def address(self) -> tuple[str, Mapping[str, str]]:
        """Address without the password (arguments are seen by every user of the machine), and the environment."""
        scheme, _, rest = self.url.partition("://")
        name, at, place = rest.rpartition("@")
        user, _, password = name.partition(":")
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return f"{scheme}://{user}{at}{place}", {
            **environ, "PGPASSWORD": unquote(password), "PGTZ": "UTC", "PGOPTIONS": _EXACT, "LC_ALL": "C",
            "PGCONNECT_TIMEOUT": "20",
        }  # fmt: skip

    def start(self, command: Sequence[str], *, stdout: int | None = None) -> subprocess.Popen[bytes]:
        """Start a program that ends with us.

        Raises:
            BackupError: it is not there.
        """
        die = die_with_parent(signal.SIGTERM)
        try:
            return subprocess.Popen(  # noqa: S603 - PostgreSQL's own programs
                list(command), env=self.address()[1], stdin=subprocess.DEVNULL, stdout=stdout,
                stderr=subprocess.PIPE,
                preexec_fn=die,  # noqa: PLW1509 - only a system call, prepared here
            )  # fmt: skip
        except FileNotFoundError:
            raise BackupError(
                f"{command[0]} is not here: apt-get install -y postgresql-client, or JICHI_PG_BIN"
            ) from None

    def run(self, command: Sequence[str]) -> str:
        """Run one to its end; what it printed.

        Raises:
            BackupError: it failed, in its own words.
        """
        process = self.start(command, stdout=subprocess.PIPE)
        out, error = process.communicate()
        if process.returncode:
            words = error.decode(errors="replace").strip()
            raise BackupError(f"{Path(command[0]).name} failed: {words[-600:] or process.returncode}")
        return out.decode()

    # -- the three programs ------------------------------------------------------------------

    def dump_command(self, folder: Path, snapshot: str, *, level: int = 1) -> list[str]:
        """pg_dump of everything into a folder, as the open snapshot sees it."""
        return [
            self.program("pg_dump"), "--format=directory", "--no-unlogged-table-data",
            f"--jobs={self.jobs}", f"--compress={level}",
            f"--snapshot={snapshot}", f"--file={folder}", f"--dbname={self.address()[0]}",
        ]  # fmt: skip

    def listing(self, folder: Path) -> list[str]:
        """The table of contents of a dump, one line for each entry."""
        lines = self.run([self.program("pg_restore"), "--list", str(folder)]).splitlines()
        return [line for line in lines if line and not line.startswith(";")]

    def restore_command(self, folder: Path, contents: Path, *, whole: bool) -> list[str]:
        """pg_restore of the listed entries; `whole`: in one transaction, so that half of it never stays."""
        how = ["--single-transaction"] if whole else [f"--jobs={self.jobs}"]
        return [
            self.program("pg_restore"), "--exit-on-error", *how, f"--use-list={contents}",
            f"--dbname={self.address()[0]}", str(folder),
        ]  # fmt: skip

    def sequences(self, folder: Path, contents: Sequence[str], scratch: Path) -> dict[str, str]:
        """Where each sequence of a dump stands: "last value, whether it was given out"."""
        scratch.write_text("\n".join(line for line in contents if " SEQUENCE SET " in line) + "\n")
        text = self.run([self.program("pg_restore"), "--file=-", f"--use-list={scratch}", str(folder)])
        scratch.unlink()
        return {name: f"{value},{called}" for name, value, called in _SEQUENCE.findall(text)}

    def table_digest(self, name: str, columns: Sequence[str]) -> tuple[int, str]:
        """Rows of a table and the SHA-256 over them, as `dump_digest` of its part finds them.

        Args:
            name: with its schema, quoted where it must be. columns: quoted, without generated ones.
        """
        command = f"COPY {name} ({', '.join(columns)}) TO STDOUT"
        process = self.start([self.program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", command, self.address()[0]],
                             stdout=subprocess.PIPE)  # fmt: skip
        assert process.stdout is not None  # noqa: S101 - asked for above
        digest, rows = hashlib.sha256(), 0
        while chunk := process.stdout.read(CHUNK):
            digest.update(chunk)
            rows += chunk.count(b"\n")
        _, error = process.communicate()
        if process.returncode:
            raise BackupError(f"reading {name} failed: {error.decode(errors='replace').strip()[-600:]}")
        return rows, digest.hexdigest()


def data_parts(contents: Sequence[str]) -> dict[str, str]:
    """Part of the dump (without ending) → table, "schema.name"."""
    found = (_ENTRY.match(line) for line in contents)
    return {match["id"]: match["name"].replace(" ", ".") for match in found if match}


def without_groundwork(contents: Sequence[str]) -> list[str]:
    """The entries to restore into a database that has extensions, schema and default rights already."""
    return [line for line in contents if not _GIVEN.match(line)]
