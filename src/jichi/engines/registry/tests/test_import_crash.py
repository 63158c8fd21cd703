"""kill -9 in the middle of a load leaves the old register; readers see the old one until the new is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from conftest import TestDatabase
from jichi.engines.audit.context import unit
from jichi.engines.registry import actions, imports, merging
from jichi.engines.registry.models import RegisterLoad, Resident
from jichi.kernel.errors import Conflict

from .files import resident, write
from .people import LOADER

OLD = [resident(f"100000000{n}", 氏名="旧　花子") for n in range(1, 6)]
NEW = [row | {"氏名": "新　花子"} for row in OLD]
STEPS = ("_note_touched", "_write_residents", "_write_addresses", "_derive_households", "_announce")
PROGRAM = """
import django; django.setup()
import os, sys
from pathlib import Path
from jichi.engines.audit.context import system_actor
from jichi.engines.registry import actions, merging
def die(*_):
    os.kill(os.getpid(), 9)
setattr(merging, sys.argv[2], die)
actions.import_register(actor=system_actor("test-load"), path=Path(sys.argv[1]), mapping="standard")
"""


def names() -> set[str]:
    with unit(LOADER):
        return set(Resident.objects.values_list("name", flat=True))


def run_load_that_dies(db: TestDatabase, path: Path, step: str) -> int:
    """The status it died with, once the server has noticed: until then its lock is held."""
    status = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), step], check=False,
        env={**os.environ, "JICHI_DATABASE_URL": db.app_url},
    ).returncode  # fmt: skip
    with psycopg.connect(db.super_url, autocommit=True) as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", (imports.LOCK,))
    return status


@pytest.mark.slow
@pytest.mark.parametrize("step", ["_write_addresses", "_announce"])
def test_a_load_that_is_killed_leaves_the_old_register(committed_db: TestDatabase, tmp_path: Path, step: str) -> None:
    actions.import_register(actor=LOADER, path=write(tmp_path, OLD, "a_20260401.csv"), mapping="standard")
    path = write(tmp_path, NEW, "a_20260402.csv")
    assert run_load_that_dies(committed_db, path, step) == -9
    assert names() == {"旧　花子"}
    assert RegisterLoad.objects.latest("pk").state == "checking"
    again = actions.import_register(actor=LOADER, path=path, mapping="standard")
    assert (again.state, names()) == ("applied", {"新　花子"})
    assert list(RegisterLoad.objects.order_by("pk").values_list("state", flat=True)) == [
        "applied", "failed", "applied",
    ]  # fmt: skip


def test_readers_see_the_old_register_and_wait_for_nothing(
    committed_db: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.import_register(actor=LOADER, path=write(tmp_path, OLD, "a_20260401.csv"), mapping="standard")
    seen: dict[str, set[str]] = {}
    for step in STEPS:
        original = getattr(merging, step)

        def look(*given: Any, step: str = step, original: Any = original) -> None:
            original(*given)
            with psycopg.connect(committed_db.app_url) as other:
                other.execute("SET LOCAL lock_timeout = '100ms'")
                other.execute("SELECT set_config('jichi.actor_kind', 'system', true)")
                seen[step] = {row[0] for row in other.execute("SELECT name FROM eng_registry_resident").fetchall()}

        monkeypatch.setattr(merging, step, look)
    actions.import_register(actor=LOADER, path=write(tmp_path, NEW, "a_20260402.csv"), mapping="standard")
    assert seen == {step: {"旧　花子"} for step in STEPS}
    assert names() == {"新　花子"}


def test_a_second_load_at_the_same_time_is_refused(
    committed_db: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.import_register(actor=LOADER, path=write(tmp_path, OLD, "a_20260401.csv"), mapping="standard")
    with psycopg.connect(committed_db.app_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(7215003)")
        with pytest.raises(Conflict, match=r"registry\.load_running"):
            actions.import_register(actor=LOADER, path=write(tmp_path, NEW, "a_20260402.csv"), mapping="standard")
    assert names() == {"旧　花子"}
    assert RegisterLoad.objects.latest("pk").state == "failed"


def test_an_error_in_the_middle_changes_nothing(
    committed_db: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.import_register(actor=LOADER, path=write(tmp_path, OLD, "a_20260401.csv"), mapping="standard")

    def fail(*_: object) -> None:
        raise RuntimeError("no space left")

    monkeypatch.setattr(merging, "_derive_households", fail)
    with pytest.raises(RuntimeError, match="no space left"):
        actions.import_register(actor=LOADER, path=write(tmp_path, NEW, "a_20260402.csv"), mapping="standard")
    assert (names(), RegisterLoad.objects.latest("pk").state) == ({"旧　花子"}, "failed")
