"""`jichi migrate` on an operator's own database: what is missing is named, what the paper says is enough."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from conftest import MEMORY, place_in_memory
from jichi.config.environment import checkout_root
from jichi.config.postgres import Cluster

pytestmark = pytest.mark.skipif(checkout_root() is None, reason="needs a checkout")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Cluster]:
    """A server that knows nothing of Jichi but its superuser."""
    cluster = Cluster(tmp_path / "own", durable=False, state=place_in_memory(MEMORY))
    cluster.start()
    try:
        psql(cluster, "DROP DATABASE jichi; DROP ROLE jichi_app; DROP ROLE jichi_owner;")
        yield cluster
    finally:
        cluster.remove()


def psql(server: Cluster, statements: str) -> None:
    """As the operator types them, as superuser."""
    program = [str(server.programs / "psql"), "-q", "-v", "ON_ERROR_STOP=1", server.url("super", "postgres")]
    subprocess.run(program, input=statements, text=True, check=True)


def paper() -> str:
    """The statements of docs/operations.md."""
    root = checkout_root()
    assert root is not None
    text = (root / "docs" / "operations.md").read_text(encoding="utf-8")
    part = text.split("## An external database", 1)[1].split("\n## ", 1)[0]
    return "\n".join(re.findall(r"^    (.*)$", part, re.MULTILINE)) + "\n"


def migrate(url: str) -> tuple[int, str]:
    """Run `jichi migrate` as the operator does; status and what it said."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("JICHI_")}
    done = subprocess.run(
        [sys.executable, "-m", "jichi.config.cli", "migrate"],
        env={**told, "JICHI_OWNER_DATABASE_URL": url},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


def test_what_is_missing_is_named_and_what_the_paper_says_is_enough(server: Cluster) -> None:
    at = f"/jichi?host={server.socket}"
    status, said = migrate(f"postgresql://jichi_owner:x@{at}")
    assert (status, "does not let us in" in said, "docs/operations.md" in said) == (1, True, True)

    psql(server, "CREATE ROLE jichi_owner LOGIN PASSWORD 'x'; CREATE DATABASE jichi OWNER jichi_owner;")
    status, said = migrate(f"postgresql://jichi_owner:x@{at}")
    assert status == 1
    assert re.findall(r"CREATE \w+ \w+", said) == [
        "CREATE ROLE jichi_app", "CREATE EXTENSION btree_gist", "CREATE EXTENSION pg_trgm",
    ]  # fmt: skip
    status, said = migrate(server.url("super"))
    assert (status, "must connect as jichi_owner" in said) == (1, True)
    with psycopg.connect(server.url("super")) as connection:
        made = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        assert made == (0,)  # refused before anything was made

    psql(server, "DROP DATABASE jichi; DROP ROLE jichi_owner;")
    psql(server, paper())
    status, said = migrate(f"postgresql://jichi_owner:%E2%80%A6@{at}")  # the password on the paper is "…"
    assert (status, "up to date" in said) == (0, True), said
