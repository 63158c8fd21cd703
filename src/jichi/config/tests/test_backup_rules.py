"""Which backups stay, and what a folder must say of itself to count as one."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.config.backup import sealing, shape
from jichi.config.backup.restoring import require_fitting
from jichi.config.backup.shape import BackupError, Manifest

NOON = datetime.fromisoformat("2027-03-31T02:30:00+09:00")
NIGHTS = [NOON - timedelta(days=n) for n in range(60)]


def manifest(**more: object) -> Manifest:
    given = {
        "made_at": NOON.isoformat(), "version": "1.0", "postgres": "18.6", "ward": "みどり区", "origin": "",
        "migrations": ("a.0001", "b.0001"), "tables": {}, "sequences": {}, "structure": {}, "parts": {}, "files": (),
    }  # fmt: skip
    return Manifest(**{**given, **more})  # type: ignore[arg-type] # as each test names them


def test_seven_days_and_five_weeks_stay() -> None:
    stay = shape.rotated(NIGHTS, daily=7, weekly=5)
    days = sorted(moment.date().isoformat() for moment in stay)
    # 31 March 2027 is a Wednesday: the week in hand and the Sundays of the four before it.
    assert days == [
        "2027-03-07", "2027-03-14", "2027-03-21", "2027-03-25", "2027-03-26", "2027-03-27", "2027-03-28",
        "2027-03-29", "2027-03-30", "2027-03-31",
    ]  # fmt: skip


def test_of_several_backups_of_a_day_the_last_stays() -> None:
    morning, evening = NOON, NOON + timedelta(hours=9)
    assert shape.rotated([morning, evening], daily=1, weekly=1) == {evening}


@given(st.lists(st.integers(0, 5000), max_size=40), st.integers(0, 9), st.integers(0, 9))
def test_the_latest_always_stays_and_few_do(hours: list[int], daily: int, weekly: int) -> None:
    moments = [NOON - timedelta(hours=h) for h in hours]
    stay = shape.rotated(moments, daily=daily, weekly=weekly)
    assert stay <= set(moments)
    assert len(stay) <= daily + weekly + 1
    assert not moments or max(moments) in stay


@pytest.mark.parametrize("text", ["", "7", "7,", "seven,five", "-1,5"])
def test_what_is_kept_is_two_numbers(text: str) -> None:
    with pytest.raises(BackupError, match="two numbers"):
        shape.parse_keep(text)
    assert shape.parse_keep("7, 5") == (7, 5)


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    whole = manifest(
        tables={"public.x": shape.Table(3, "a" * 64, "database/1.dat.gz")},
        parts={"database/1.dat.gz": shape.Part(10, "b" * 64)}, files=("c" * 64,), keys=("d",), with_secrets=True,
    )  # fmt: skip
    shape.write_manifest(tmp_path, whole)
    assert shape.read_manifest(tmp_path) == whole
    assert (whole.rows, whole.size) == (3, 10)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no readable"),
        ("[]", "says nothing of a format"),
        ('{"format": 99, "version": "9.0"}', r"later Jichi \(9.0\)"),
        ('{"format": 1}', "lacks what it must say"),
        (json.dumps({"format": 1, "tables": 5, "parts": {}}), "lacks what it must say"),
    ],
)
def test_what_is_no_backup_is_said(tmp_path: Path, text: str, words: str) -> None:
    if text:
        (tmp_path / shape.MANIFEST).write_text(text)
    with pytest.raises(BackupError, match=words):
        shape.read_manifest(tmp_path)


def test_a_backup_of_a_later_jichi_is_refused_and_an_older_one_goes_forward() -> None:
    assert require_fitting(manifest(), ["a.0001", "b.0001", "b.0002"]) == ["b.0002"]
    with pytest.raises(BackupError, match=r"later Jichi \(1.0\).*first: b.0001"):
        require_fitting(manifest(), ["a.0001"])


def test_secrets_open_by_their_passphrase_alone(tmp_path: Path) -> None:
    (tmp_path / "field-keys").write_text("key-one")
    (tmp_path / "database.json").write_text("passwords of this cluster")
    sealed = sealing.seal(tmp_path, "twelve letters")
    assert b"key-one" not in sealed
    assert sealing.unseal(sealed, "twelve letters") == {"field-keys": b"key-one"}
    for wrong in ("another phrase", ""):
        with pytest.raises(BackupError, match="does not open"):
            sealing.unseal(sealed, wrong)
    with pytest.raises(BackupError, match="at least 12"):
        sealing.require_passphrase("short")
