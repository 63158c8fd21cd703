"""Fixtures of this room's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jichi.engines.messages.tests.post import Post, free_port


@pytest.fixture
def post(tmp_path: Path, settings: object) -> Iterator[Post]:
    """A sandbox mail server that the settings point at."""
    found = Post(free_port(), tmp_path / "mailbox")
    found.start()
    settings.JICHI_SMTP = {  # type: ignore[attr-defined] # pytest-django's settings
        "host": "127.0.0.1", "port": found.port, "user": "", "password": "", "tls": False,
        "from": "noreply@midori.example",
    }  # fmt: skip
    yield found
    found.stop()
