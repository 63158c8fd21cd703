"""Fixtures of this room's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import own_world

from . import till as desk
from .firm import Address, FirmProcess, serve
from .till import Till


@pytest.fixture
def firm(tmp_path: Path, settings: Any) -> Iterator[FirmProcess]:
    """The stand-in payment firm, which the settings name."""
    found = FirmProcess(tmp_path / "firm")
    found.start()
    settings.JICHI_PEERS = {**settings.JICHI_PEERS, "payments": found.peer}
    yield found
    found.stop()


real_till = own_world(desk.build)
"""Payer and officials in a database of its own with real commits."""


@pytest.fixture
def address(real_till: Till, settings: Any) -> Iterator[Address]:
    """Our web server, so that the firm's callbacks arrive; on the database of `real_till`."""
    found = serve()
    settings.JICHI_ORIGIN = found.origin
    yield found
    found.stop()
