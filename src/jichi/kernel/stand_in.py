"""Stand-ins of outside peers (お試し) for demo and tests: answers, calls back, command line, and how they end.

A process each, no Django; what a peer says and remembers stands beside the room that speaks to it.
"""

from __future__ import annotations

import argparse
import http.client
import json
import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

logger = logging.getLogger("jichi.sandbox")
POLICY: Final = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
"""Of the pages of stand-ins: their own style sheet and pictures, no scripts."""
TIMEOUT: Final = 10
"""Seconds for the other side to take a callback."""


class Answering(BaseHTTPRequestHandler):
    """A request that is answered whole, with length, policy and no caching."""

    protocol_version = "HTTP/1.1"
    server_version = "JichiSandbox"
    timeout = 30
    policy = POLICY

    def got(self) -> None:
        """Pages and questions."""
        raise NotImplementedError

    def posted(self) -> None:
        """Presses and orders."""
        raise NotImplementedError

    def do_GET(self) -> None:
        """As the library calls it."""
        self.got()

    def do_POST(self) -> None:
        """As the library calls it."""
        self.posted()

    def log_message(self, format: str, *args: Any) -> None:
        """Into our log."""
        logger.info("%s", format % args)

    def answer(self, status: int, body: bytes, kind: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        """Send the whole answer."""
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind), ("Content-Length", str(len(body))), ("Content-Security-Policy", self.policy),
            ("Cache-Control", "no-store"), *headers,
        ):  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def as_json(self, status: int, content: object, headers: Sequence[tuple[str, str]] = ()) -> None:
        """Answer a program."""
        self.answer(status, json.dumps(content, ensure_ascii=False).encode(), "application/json", headers)

    def as_html(self, status: int, page: str) -> None:
        """Answer a person."""
        self.answer(status, page.encode(), "text/html; charset=utf-8")

    def see(self, address: str) -> None:
        """Send the browser on."""
        self.answer(303, b"", "text/plain", (("Location", address),))


def post(url: str, body: bytes, headers: dict[str, str]) -> bool:
    """Call back: taken (2xx) or not. Who calls tries again."""
    at = urlsplit(url)
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    try:
        with closing(kind(at.hostname or "", at.port, timeout=TIMEOUT)) as line:
            line.request("POST", at.path, body=body, headers={"Content-Type": "application/json", **headers})
            return 200 <= line.getresponse().status < 300
    except (OSError, http.client.HTTPException) as error:
        logger.info("callback not taken: %s", type(error).__name__)
        return False


def told(argv: Sequence[str] | None, *, prog: str, about: str, folder: str) -> argparse.Namespace:
    """What the command line of a stand-in says: host, port, dir.

    Args:
        folder: what is kept in the folder, for its help.
    """
    parser = argparse.ArgumentParser(prog=prog, description=about)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dir", type=Path, required=True, help=folder)
    return parser.parse_args(argv)


def secret() -> str:
    """What the house and the stand-in share; the supervisor hands it over."""
    return os.environ.get("JICHI_SANDBOX_SECRET", "")


def serve(
    server: HTTPServer, *, beside: Callable[[], None] | None = None, ends: Callable[[], None] | None = None
) -> int:
    """Serve until SIGTERM or SIGINT; the exit status.

    Args:
        beside: runs in a thread of its own meanwhile, such as delivering callbacks; `ends` tells it to stop.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    if beside is not None:
        threading.Thread(target=beside, daemon=True).start()
    logger.info("%s on port %d", type(server).__name__, server.server_address[1])
    try:
        server.serve_forever(poll_interval=0.2)
    finally:
        if ends is not None:
            ends()
        server.server_close()
    return 0
