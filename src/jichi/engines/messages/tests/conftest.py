"""Fixtures of this room's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jichi.engines.messages.tests.gateways import USER, Gateway, Listener, until
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


@pytest.fixture(scope="session")
def _ear() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.stop()


@pytest.fixture(scope="session")
def _gateways(_ear: Listener, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Gateway]]:
    """Both sandboxes, started once; each test finds them empty."""
    folder = tmp_path_factory.mktemp("gateways")
    found = {name: Gateway(name, folder / name, _ear.origin) for name in ("sms", "line")}
    yield found
    for gateway in found.values():
        gateway.stop()


@pytest.fixture
def listener(_ear: Listener) -> Listener:
    """What gateways take for our house."""
    _ear.heard.clear()
    return _ear


@pytest.fixture
def sms(_gateways: dict[str, Gateway], settings: object, listener: Listener) -> Gateway:
    """A sandbox SMS gateway that the settings point at."""
    return _fresh(_gateways["sms"], settings, listener)


@pytest.fixture
def line(_gateways: dict[str, Gateway], settings: object, listener: Listener) -> Gateway:
    """A sandbox LINE that the settings point at, with one friend."""
    found = _fresh(_gateways["line"], settings, listener)
    found.box.put("friends", USER, {"id": USER, "name": "花子", "blocked": False, "at": 1})
    return found


def _fresh(gateway: Gateway, settings: object, listener: Listener) -> Gateway:
    """Running, with nothing of an earlier test left."""
    gateway.empty()
    if gateway.process is None or gateway.process.poll() is not None:
        gateway.start()
    until(gateway.answers, "the sandbox does not listen")
    listener.heard.clear()
    settings.JICHI_PEERS = {**settings.JICHI_PEERS, gateway.name: gateway.peer}  # type: ignore[attr-defined] # pytest-django's settings
    return gateway
