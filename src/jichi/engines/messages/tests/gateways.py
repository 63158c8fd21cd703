"""Sandbox gateways for SMS and LINE as processes of their own, a house that listens, and people with telephones."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

from django.test import Client

from jichi.engines.audit.context import unit
from jichi.engines.messages.models import ContactPoint, ContactPreference, Delivery
from jichi.engines.messages.sandboxes.desk import Box
from jichi.engines.messages.tests.post import ACTOR, ROOT, free_port, resident
from jichi.kernel import clock

SECRET = "for-tests-only"
PHONE = "+819012345678"
USER = "U" + "1a" * 16


def until(true: Callable[[], object], what: str) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@dataclass
class Listener:
    """A house as gateways see it: keeps every report; says `status` to each."""

    status: int = 204
    heard: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        listener = self

        class Ear(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.heard.append((self.path, dict(self.headers), body))
                self.send_response(listener.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def hand_on(self, count: int, client: Client | None = None) -> list[int]:
        """The next reports, as they came, to the house under test; answers its statuses."""
        until(lambda: len(self.heard) >= count, "no report came")
        taken, self.heard[:count] = self.heard[:count], []
        return [post(client or Client(), path, headers, body).status_code for path, headers, body in taken]


def post(client: Client, path: str, headers: dict[str, str], body: bytes) -> Any:
    """A report with the headers it came with."""
    given = {name: value for name, value in headers.items() if name.lower().startswith("x-")}
    return client.post(path, body, content_type="application/json", headers=given)


@dataclass
class Gateway:
    """A sandbox: its port, folder and process."""

    name: str
    folder: Path
    origin: str
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def peer(self) -> dict[str, Any]:
        return {"kind": "sandbox", "url": self.url, "secret": SECRET}

    @property
    def box(self) -> Box:
        return Box(self.folder)

    def start(self) -> None:
        module = f"jichi.engines.messages.sandboxes.{self.name}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, "--port", str(self.port), "--dir", str(self.folder)], cwd=ROOT,
            env={**os.environ, "JICHI_SANDBOX_SECRET": SECRET, "JICHI_ORIGIN": self.origin}, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(self.answers, "the sandbox did not start")

    def answers(self) -> bool:
        import socket

        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2):
                return True
        except OSError:
            return False

    def stop(self) -> None:
        if self.process is not None:
            if self.process.poll() is None:
                self.process.terminate()
            self.process.wait(10)
            self.process = None

    def empty(self) -> None:
        """Forget all that came, and let a report that is under way arrive."""
        owed = list(self.folder.glob("owed/*.json"))
        for path in self.folder.glob("*/*.json"):
            path.unlink(missing_ok=True)
        if owed:
            time.sleep(0.5)

    def fault(self, mode: str, times: int = 0) -> None:
        self.box.set_fault(mode, times)
        if mode == "refuse":
            until(lambda: not self.answers(), "the sandbox still listens")

    def came(self) -> list[dict[str, Any]]:
        """What the telephone shows."""
        return [m for m in self.box.all("messages") if not m.get("mine")]


def reachable(channel: str, *, language: str = "ja", topics: tuple[str, ...] = ("cases",)) -> Any:
    """A resident with a proved telephone or a linked chat, who wants these topics there."""
    account = resident(language=language)
    link(account.pk, channel, topics=topics)
    return account


def link(account_id: UUID, channel: str, *, topics: tuple[str, ...] = ("cases",)) -> None:
    """Prove a telephone or link a chat, as if the pages had."""
    with unit(ACTOR):
        address = PHONE if channel == "sms" else USER
        ContactPoint.objects.create(account_id=account_id, channel=channel, address=address, linked_at=clock.now())
        for topic in topics:
            ContactPreference.objects.create(
                account_id=account_id, topic=topic, channel=channel, wanted=True, changed_at=clock.now()
            )


def rows() -> list[tuple[str, str, str, bool]]:
    """Channel, state, trouble and whether it was passed on, in the order in which channels were tried."""
    with unit(ACTOR):
        found = Delivery.objects.order_by("id").values_list("channel", "state", "last_error", "passed_on")
        return list(found)
