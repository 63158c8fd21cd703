"""The stand-in payment firm as a process of its own, and our callback address as a server in a thread."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

from jichi.engines.messages.tests.post import free_port

ROOT = Path(__file__).resolve().parents[5]
SECRET = "shared by the firm and us"


@dataclass
class FirmProcess:
    """Address, folder and process of the stand-in."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://localhost:{self.port}"

    @property
    def peer(self) -> dict[str, str]:
        """As settings name it."""
        return {"kind": "sandbox", "url": self.url, "secret": SECRET}

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "jichi.engines.payments.sandbox", "--port", str(self.port), "--dir",
                str(self.folder),
            ],
            cwd=ROOT, env={**os.environ, "JICHI_SANDBOX_SECRET": SECRET}, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + 20
        while True:
            try:
                self.state()
                return
            except OSError:
                assert time.monotonic() < until, "the stand-in did not start"
                time.sleep(0.05)

    def stop(self, *, kill: bool = False) -> None:
        """End it, as `kill -9` would or in peace."""
        if self.process is not None:
            (self.process.kill if kill else self.process.terminate)()
            self.process.wait(10)
            self.process = None

    def ask(self, method: str, path: str, content: object = None) -> tuple[int, Any]:
        """One unsigned request: the controls of the stand-in."""
        with closing(http.client.HTTPConnection("localhost", self.port, timeout=10)) as line:
            body = json.dumps(content) if content is not None else None
            line.request(method, path, body=body)
            answer = line.getresponse()
            text = answer.read()
            kind = answer.headers.get("Content-Type", "")
            return answer.status, json.loads(text) if kind == "application/json" else text.decode()

    def state(self) -> dict[str, Any]:
        """All that it remembers."""
        found: dict[str, Any] = self.ask("GET", "/sandbox/state")[1]
        return found

    def fault(self, mode: str, times: int = 0, seconds: int = 20) -> None:
        """What goes wrong from now on."""
        assert self.ask("POST", "/sandbox/faults", {"mode": mode, "times": times, "seconds": seconds})[0] == 200

    def session(self, url: str) -> str:
        """The session whose page this is."""
        return url.rpartition("/")[2]

    def act(self, url: str, what: str, method: str = "card") -> dict[str, Any]:
        """Somebody presses "pay", "fail", "cancel" or "store_paid" on the page at `url`."""
        status, found = self.ask("POST", f"/sandbox/sessions/{self.session(url)}/{what}", {"method": method})
        assert status == 200, found
        told: dict[str, Any] = found
        return told


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        del format, args


@dataclass
class Address:
    """Our own web server in a thread, for callbacks."""

    server: ThreadedWSGIServer
    thread: threading.Thread

    @property
    def origin(self) -> str:
        """Where it answers."""
        return f"http://localhost:{self.server.server_port}"

    def stop(self) -> None:
        """End it."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


def serve() -> Address:
    """Start our web server on a free port."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet, connections_override=None)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    return Address(server, thread)


def until(found: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, what
        time.sleep(0.05)
