"""The tests' own server lies in memory where there is plenty, and what a killed run left there goes."""

import os
import shutil
from pathlib import Path

import pytest

import conftest


def test_killed_runs_leave_nothing_in_memory_and_living_ones_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conftest, "ROOM_IN_MEMORY", 0)
    dead, living = tmp_path / "jichi-test-0a1b-4194305", tmp_path / f"jichi-test-0a1b-{os.getpid()}"
    somebodys = tmp_path / "kept"
    for folder in (dead, living, somebodys):
        folder.mkdir()
    found = conftest.place_in_memory(tmp_path)
    assert sorted(tmp_path.iterdir()) == [living, somebodys]
    assert found
    assert found.name.endswith(f"-{os.getpid()}")
    assert not found.exists()


def test_without_room_the_disk_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "ROOM_IN_MEMORY", shutil.disk_usage(tmp_path).total * 1000)
    assert conftest.place_in_memory(tmp_path) is None
    assert conftest.place_in_memory(tmp_path / "not there") is None
