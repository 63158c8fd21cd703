"""A verifying provider for tests: the stand-in at a port of its own, and a browser that walks to it and back."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from html import unescape
from http import HTTPStatus
from pathlib import Path
from threading import Thread
from typing import Any, cast

from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings

from jichi.engines.accounts import oidc, outside
from jichi.engines.accounts.sandbox.faults import Faults
from jichi.engines.accounts.sandbox.server import make_server

SECRET = "for-tests-only"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Redirects are looked at, not followed."""


def ask(url: str, form: dict[str, str] | None = None) -> tuple[int, str, Message[str, str]]:
    """Status, text and headers, as a browser gets them from the provider."""
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())
    try:
        with opener.open(urllib.request.Request(url, data=data), timeout=10) as response:
            return response.status, response.read().decode(), response.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


@dataclass
class Peer:
    """The stand-in, running."""

    url: str
    faults: Faults

    def log_in(self, address: str, person: str = "sakura", do: str = "go", pin: str = "1234") -> str:
        """Choose a person at the page that the portal led to; the address of the portal that it leads back to."""
        status, html, _ = ask(address)
        assert status == HTTPStatus.OK, html
        kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html))
        form = {name: unescape(value) for name, value in kept.items()}
        status, html, headers = ask(address, {**form, "person": person, "pin": pin, "do": do})
        assert status == HTTPStatus.SEE_OTHER, html
        return str(headers["Location"])


def path_of(url: str) -> str:
    """The part of one of our addresses that the test client takes."""
    assert url.startswith(settings.JICHI_ORIGIN), url
    return url.removeprefix(settings.JICHI_ORIGIN)


def start(client: Client, *, provider: str = "identity", target: str = "/my/", level: str = "card") -> str:
    """Press the button; the provider's address."""
    form = {"provider": provider, "next": target, "level": level}
    response = client.post("/sign-in/identity/start/", form)
    assert response.status_code == HTTPStatus.FOUND
    return str(response.headers["Location"])


def walk(client: Client, peer: Peer, *, person: str = "sakura", **how: str) -> HttpResponse:
    """The whole way to the provider and back: our answer to the callback."""
    back = peer.log_in(start(client, **how), person)
    return cast("HttpResponse", client.get(path_of(back)))


@contextmanager
def running(folder: Path, people: Sequence[Mapping[str, str]] = ()) -> Iterator[Peer]:
    """The stand-in at a free port, with the settings that lead to it; `people` play instead of its own cast."""
    if people:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "people.json").write_text(json.dumps(list(people), ensure_ascii=False), encoding="utf-8")
    server = make_server(port=0, folder=folder, secret=SECRET, origin=settings.JICHI_ORIGIN)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    url = f"http://localhost:{server.server_address[1]}"
    oidc.forget()
    outside.rested()
    try:
        with override_settings(JICHI_PEERS={"identity": {"kind": "sandbox", "url": url, "secret": SECRET}}):
            yield Peer(url, Faults(folder))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        oidc.forget()
        outside.rested()


def as_json(text: str) -> dict[str, Any]:
    """A JSON object."""
    found: dict[str, Any] = json.loads(text)
    return found
