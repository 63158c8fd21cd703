"""HTTP around the stand-ins: one process plays the card's app, GビズID and the signing operator."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from . import pages
from .faults import Faults
from .provider import OpenIdProvider, Reply, as_json
from .signing import SigningOperator

LARGEST: Final = 64 * 1024


class Stand:
    """All that stands at one port."""

    def __init__(self, *, url: str, folder: Path, secret: str, origin: str) -> None:
        self.faults = Faults(folder)
        self.origin = origin
        shared = {"origin": origin, "secret": secret, "folder": folder, "faults": self.faults}
        self.card = OpenIdProvider(
            issuer=url, title="マイナンバーカードでの本人確認", acr="urn:jichi:sandbox:card", **shared  # type: ignore[arg-type] # four values of known types
        )  # fmt: skip
        self.business = OpenIdProvider(
            issuer=f"{url}/gbizid", title="GビズID", acr="urn:jichi:sandbox:account", **shared  # type: ignore[arg-type] # as above
        )  # fmt: skip
        self.signing = SigningOperator(url=f"{url}/signing", **shared)  # type: ignore[arg-type] # as above

    def answer(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> Reply:
        """Answer one request."""
        parts = urlsplit(target)
        form: dict[str, str] = {}
        if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        if parts.path == "/faults":
            return self._faults(method, body, form)
        if self.faults.use("down"):
            return as_json({"error": "temporarily_unavailable"}, 503)
        if parts.path == "/":
            return Reply(200, pages.control(self.faults.read()), "text/html")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if parts.path.startswith("/signing/"):
            return self.signing.handle(method, parts.path.removeprefix("/signing"), form, body)
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if parts.path.startswith("/gbizid/"):
            return self.business.handle(method, parts.path.removeprefix("/gbizid"), query, form, given)
        return self.card.handle(method, parts.path, query, form, given)

    def _faults(self, method: str, body: bytes, form: dict[str, str]) -> Reply:
        if method == "GET":
            now = self.faults.read()
            return as_json({"mode": now.mode, "times": now.times, "generation": now.generation})
        try:
            told = form or json.loads(body)
            self.faults.set(str(told["mode"]), int(told.get("times") or 0))
        except (ValueError, KeyError, TypeError, AttributeError):
            return as_json({"error": "unknown fault"}, 400)
        return Reply(303, location="/") if form else as_json({"mode": told["mode"]})


class Handler(BaseHTTPRequestHandler):
    """One request over the wire."""

    protocol_version = "HTTP/1.1"
    stand: Stand

    def do_GET(self) -> None:
        """Read."""
        self._serve("GET")

    def do_POST(self) -> None:
        """Send."""
        self._serve("POST")

    def _serve(self, method: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self.send_error(413)
            return
        body = self.rfile.read(length) if length else b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.stand.answer(method, self.path, body, headers)
        self.send_response(reply.status)
        self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Cache-Control", "no-store")
        if reply.location:
            self.send_header("Location", reply.location)
        if reply.body:
            charset = "; charset=utf-8" if reply.kind.startswith("text/") else ""
            self.send_header("Content-Type", reply.kind + charset)
        policy = f"default-src 'none'; style-src 'unsafe-inline'; form-action 'self' {self.stand.origin}"
        self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: addresses hold codes."""


def make_server(*, port: int, folder: Path, secret: str, origin: str) -> ThreadingHTTPServer:
    """A server ready for `serve_forever()`; port 0 takes a free one.

    Args:
        origin: where the portal answers; nobody is sent anywhere else.
    """
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    stand = Stand(url=f"http://localhost:{server.server_address[1]}", folder=folder, secret=secret, origin=origin)
    server.RequestHandlerClass = type("BoundHandler", (Handler,), {"stand": stand})
    return server
