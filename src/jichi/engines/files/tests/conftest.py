"""A folder of its own for the content of every test."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def files_root(tmp_path: Path, settings: Settings) -> Path:
    settings.JICHI_FILES_ROOT = tmp_path / "files"
    settings.JICHI_SCANNER = {"backend": "null"}
    return tmp_path / "files"
