"""Upgrades: which jump is refused, what is looked at, saved before the first change, completed when called again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
import pytest

from conftest import TestDatabase
from jichi.config import upgrade
from jichi.config.backup import looking
from jichi.config.backup.keeper import is_due, parse_time
from jichi.config.backup.shape import BackupError
from jichi.config.versions import VERSIONS, Version, order, refusal

HERE = version("jichi")
TABLE = (Version("0.1.0", "0.1.0"), Version("0.5.0", "0.1.0"), Version("1.0.0", "0.5.0"), Version("1.1.0", "0.5.0"))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("0.1.0", "0.1.0", ""),
        ("0.1.0", "0.5.0", ""),
        ("0.5.0", "1.1.0", ""),
        ("", "1.1.0", ""),
        ("0.1.0", "1.0.0", "upgrade to 0.5.0 first"),
        ("0.4.9", "1.1.0", "upgrade to 0.5.0 first"),
        ("1.1.0", "1.0.0", "was used by Jichi 1.1.0, which is later"),
        ("0.10.0", "0.9.0", "later"),
    ],
)
def test_which_jump_is_refused(before: str, after: str, words: str) -> None:
    found = refusal(before, after, TABLE)
    assert words in found
    assert bool(found) is bool(words)


def test_the_table_goes_up_and_names_this_version() -> None:
    numbers = [order(one.number) for one in VERSIONS]
    assert numbers == sorted(numbers)
    assert order(VERSIONS[-1].number) == order(HERE)
    assert all(order(one.least) <= order(one.number) for one in VERSIONS)


def jichi(database: TestDatabase, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command on an operator's own database, as the owner of its tables."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith("JICHI_") and n != "DJANGO_SETTINGS_MODULE"}
    environ = {**kept, "JICHI_HOME": str(home), "JICHI_OWNER_DATABASE_URL": database.owner_url}
    command = [sys.executable, "-m", "jichi.config.cli", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


def test_an_upgrade_looks_saves_migrates_and_is_completed_after_a_crash(
    committed_db: TestDatabase, tmp_path: Path
) -> None:
    with psycopg.connect(committed_db.super_url) as connection:
        connection.execute("DROP INDEX jobs_failed")
        connection.execute("DELETE FROM django_migrations WHERE (app, name) = ('eng_jobs', '0004_failed_index')")
    first = jichi(committed_db, tmp_path, "upgrade", "--check")
    assert first.returncode == 3, first.stderr
    assert "from Jichi an unknown version to" in first.stdout
    assert "eng_jobs.0004_failed_index: locks for moments; its own SQL, not estimated" in first.stdout
    assert "there is no backup yet" in first.stdout
    assert looking.whole_backups(tmp_path / "backups") == []
    second = jichi(committed_db, tmp_path, "upgrade")
    assert second.returncode == 0, second.stderr
    assert f"1 migrations applied; the database is of Jichi {HERE}" in second.stdout
    saved = looking.whole_backups(tmp_path / "backups")
    assert "eng_jobs.0004_failed_index" not in saved[0].manifest.migrations
    assert f"to go back: install Jichi the one before, then `jichi restore {saved[0].folder}" in second.stdout
    with psycopg.connect(committed_db.super_url) as connection:
        assert connection.execute("SELECT to_regclass('jobs_failed') IS NOT NULL").fetchone() == (True,)
        facts: dict[str, Any] = dict(
            connection.execute("SELECT key, facts FROM office_operations_observation").fetchall()
        )
        assert facts["version"] == {"version": HERE}
        assert facts["backup"]["rows"] == saved[0].manifest.rows
        # As if it had been killed between its backup and the last migration.
        connection.execute("DROP INDEX jobs_failed")
        connection.execute("DELETE FROM django_migrations WHERE (app, name) = ('eng_jobs', '0004_failed_index')")
    note = {"from": HERE, "backup": str(saved[0].folder), "at": "2027-03-31T02:30:00+09:00"}
    (tmp_path / "run" / "upgrade.json").write_text(json.dumps(note))
    third = jichi(committed_db, tmp_path, "upgrade")
    assert third.returncode == 0, third.stderr
    assert "an upgrade of 2027-03-31T02:30:00+09:00 was interrupted; it is completed now" in third.stdout
    assert looking.whole_backups(tmp_path / "backups") == saved
    assert not (tmp_path / "run" / "upgrade.json").exists()


def test_what_would_hold_an_upgrade_up_stops_it(committed_db: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrade, "LONG", 0.0)
    with psycopg.connect(committed_db.owner_url) as busy, psycopg.connect(committed_db.owner_url) as connection:
        busy.execute("SELECT 1")
        connection.execute("SELECT jobs_defer('old.task')")
        applied = ["eng_jobs.0001_initial", "eng_jobs.9999_from_tomorrow"]
        found = list(upgrade.look(connection, applied, before="99.0.0", after=HERE))
        stops = [one.text for one in found if one.stops]
        busy.rollback()
    assert any("was used by Jichi 99.0.0, which is later" in text for text in stops)
    assert any("a later Jichi changed this database (eng_jobs.9999_from_tomorrow)" in text for text in stops)
    assert any("transactions have been open" in text for text in stops)
    assert any("jobs wait that this version does not know: old.task" in one.text for one in found)


NIGHT = datetime.fromisoformat("2027-03-31T02:30:00+09:00")


@pytest.mark.parametrize(
    ("hours", "last", "due"),
    [(0, None, True), (-1, -24, False), (0, -24, True), (0, 0, False), (5, 0, False), (24, 0, True), (23, -2, True)],
)
def test_the_daily_backup_comes_once_a_day_after_its_time(hours: int, last: int | None, due: bool) -> None:
    before = None if last is None else NIGHT + timedelta(hours=last)
    assert is_due(NIGHT + timedelta(hours=hours), (2, 30), before) is due


def test_a_clock_set_back_makes_no_second_backup_and_one_set_forward_makes_one() -> None:
    assert not is_due(NIGHT - timedelta(hours=20), (2, 30), NIGHT)
    assert is_due(NIGHT + timedelta(days=400), (2, 30), NIGHT)


@pytest.mark.parametrize(("text", "expected"), [("02:30", (2, 30)), ("23:59", (23, 59)), ("off", None)])
def test_the_time_of_the_daily_backup(text: str, expected: tuple[int, int] | None) -> None:
    assert parse_time(text) == expected
    for wrong in ("24:00", "2:30", "", "noon"):
        with pytest.raises(BackupError, match="time of day"):
            parse_time(wrong)
