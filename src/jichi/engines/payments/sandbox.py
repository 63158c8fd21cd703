"""Stand-in payment firm (お試し決済): a page to pay on, signed callbacks, refunds; no money moves.

    python -m jichi.engines.payments.sandbox --port 8030 --dir var/sandbox/payments

It behaves like a firm that speaks docs/payments.md, faults included: `/` and POST /sandbox/faults set them. No Django.
"""

from __future__ import annotations

import argparse
import http.client
import json
import logging
import os
import signal
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from jichi.kernel import clock

from . import protocol, sandbox_pages
from .sandbox_store import Fault, Store, public

logger = logging.getLogger("jichi.sandbox")
LOOK_EVERY: Final = 0.1
_ENDS: Final = {"pay": "paid", "fail": "failed", "cancel": "cancelled", "store_paid": "paid"}


class Firm(ThreadingHTTPServer):
    """The listening socket, the memory and the thread that delivers callbacks."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], store: Store, secret: str) -> None:
        super().__init__(address, Desk)
        self.store, self.secret = store, secret
        self.origin = f"http://localhost:{self.server_address[1]}"
        self.stopping = threading.Event()
        self.sending = threading.Lock()

    def deliver_always(self) -> None:
        """Send callbacks whose time has come until the process ends."""
        while not self.stopping.wait(LOOK_EVERY):
            self.deliver_due()

    def deliver_due(self, only_before: str = "") -> None:
        """Send what is due; with `only_before` just those of a session that go before its redirect."""
        if self.store.fault().mode == "down":
            return
        with self.sending:
            for told in self.store.due_callbacks():
                if only_before and not (told["before"] and told["session"] == only_before):
                    continue
                self.store.callback_done(told, taken=self._post(told))

    def _post(self, told: dict[str, Any]) -> bool:
        at = urlsplit(told["url"])
        body = protocol.packed(told["body"])
        secret = "not the secret" if told["forged"] else self.secret
        moment = int(clock.now().timestamp())
        headers = {
            protocol.HEADER: protocol.sign(secret, at=moment, method="POST", path=at.path, body=body),
            "Content-Type": "application/json",
        }
        kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
        try:
            with closing(kind(at.hostname or "", at.port, timeout=10)) as line:
                line.request("POST", at.path, body=body, headers=headers)
                return 200 <= line.getresponse().status < 300
        except (OSError, http.client.HTTPException) as error:
            logger.info("callback %s not taken: %s", told["name"], type(error).__name__)
            return False


class Desk(BaseHTTPRequestHandler):
    """One request."""

    server: Firm
    protocol_version = "HTTP/1.1"
    server_version = "JichiSandbox"
    timeout = 30

    def log_message(self, format: str, *args: Any) -> None:
        """Into our log."""
        logger.info("%s", format % args)

    # -- answers ---------------------------------------------------------------------------------

    def _answer(self, status: int, body: bytes, kind: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        self.send_response(status)
        policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
        for name, value in (
            ("Content-Type", kind), ("Content-Length", str(len(body))), ("Content-Security-Policy", policy),
            ("Cache-Control", "no-store"), *headers,
        ):  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _json(self, status: int, content: object) -> None:
        self._answer(status, json.dumps(content, ensure_ascii=False).encode(), "application/json")

    def _html(self, status: int, page: str) -> None:
        self._answer(status, page.encode(), "text/html; charset=utf-8")

    def _see(self, address: str) -> None:
        self._answer(303, b"", "text/plain", (("Location", address),))

    # -- requests --------------------------------------------------------------------------------

    def do_GET(self) -> None:
        """Pages and questions."""
        path = urlsplit(self.path).path
        store = self.server.store
        if path == "/style.css":
            self._answer(200, sandbox_pages.STYLE.encode(), "text/css; charset=utf-8")
        elif path == "/favicon.ico":
            self._answer(200, sandbox_pages.ICON, "image/svg+xml")
        elif path == "/":
            page = sandbox_pages.front_page(store.fault(), store.sessions(), len(store.waiting_callbacks()))
            self._html(200, page)
        elif path == "/sandbox/state":
            told = {"sessions": store.sessions(), "refunds": store.refunds(), "callbacks": store.waiting_callbacks()}
            self._json(200, {**told, "fault": store.fault().mode})
        elif store.fault().mode == "down":
            self._html(503, sandbox_pages.plain_page("止まっています / Down"))
        elif path.startswith("/pay/"):
            session = store.session(path.removeprefix("/pay/"))
            if session is None:
                self._html(404, sandbox_pages.plain_page("ありません / Not found"))
            else:
                self._html(200, sandbox_pages.session_page(session))
        elif path.startswith("/v1/sessions/"):
            self._signed(b"", lambda: self._show_session(path.removeprefix("/v1/sessions/")))
        else:
            self._json(404, {"error": "not_found"})

    def do_POST(self) -> None:
        """Presses and orders."""
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length)) if length.isdecimal() and int(length) <= protocol.MOST_BODY else b""
        path = urlsplit(self.path).path
        store = self.server.store
        if path in ("/faults", "/sandbox/faults"):
            self._set_fault(path, body)
        elif store.fault().mode == "down":
            store.use_fault("down")
            self._json(503, {"error": "down"})
        elif path.startswith("/pay/"):
            self._press(path.removeprefix("/pay/"), body)
        elif path.startswith("/sandbox/sessions/"):
            name, _, act = path.removeprefix("/sandbox/sessions/").partition("/")
            method = str(json.loads(body or b"{}").get("method", "card"))
            ended = self._end(name, act, method)
            self._json(200 if ended else 404, public(ended) if ended else {"error": "not_found"})
        elif path == "/v1/sessions":
            self._signed(body, lambda: self._open_session(body))
        elif path.startswith("/v1/sessions/") and path.endswith("/expire"):
            self._signed(body, lambda: self._expire(path.removeprefix("/v1/sessions/").removesuffix("/expire")))
        elif path == "/v1/refunds":
            self._signed(body, lambda: self._refund(body))
        else:
            self._json(404, {"error": "not_found"})

    def _signed(self, body: bytes, act: Any) -> None:
        try:
            protocol.verify(
                self.headers.get(protocol.HEADER, ""), secret=self.server.secret, now=int(clock.now().timestamp()),
                method=self.command, path=self.path, body=body,
            )  # fmt: skip
        except protocol.BadSignatureError as error:
            self._json(401, {"error": str(error)})
            return
        try:
            act()
        except (ValueError, KeyError, TypeError) as error:
            self._json(400, {"error": type(error).__name__})

    # -- the protocol ----------------------------------------------------------------------------

    def _show_session(self, name: str) -> None:
        session = self.server.store.session(name)
        self._json(200 if session else 404, public(session) if session else {"error": "not_found"})

    def _open_session(self, body: bytes) -> None:
        given = protocol.unpacked(body)
        key = self.headers.get(protocol.KEY_HEADER, "")
        if not key or type(given["amount"]) is not int or given["amount"] < 1 or given["currency"] != "JPY":
            raise ValueError("an order that can't be read")
        datetime.fromisoformat(given["expires_at"])
        asked = {
            name: given[name]
            for name in ("reference", "amount", "currency", "title", "language", "return_url", "callback_url",
                         "expires_at")
        }  # fmt: skip
        self._json(201, public(self.server.store.open_session(key, asked, self.server.origin)))

    def _expire(self, name: str) -> None:
        self.server.store.end(name, "expired")
        self._show_session(name)

    def _refund(self, body: bytes) -> None:
        given = protocol.unpacked(body)
        key = self.headers.get(protocol.KEY_HEADER, "")
        if not key.replace("-", "").isalnum():
            raise ValueError("no key")
        store = self.server.store
        fault = store.use_fault("refund_fails", "refund_slow", "refund_drop").mode
        status = {"refund_fails": "failed", "refund_slow": "pending"}.get(fault, "done")
        found = store.refund(key, given, status)
        if fault == "refund_drop":
            self.close_connection = True
            self.connection.close()
            return
        self._json(200 if found else 404, found or {"error": "not_found"})

    # -- people ----------------------------------------------------------------------------------

    def _end(self, name: str, act: str, method: str) -> dict[str, Any] | None:
        session = self.server.store.session(name)
        if session is None or act not in _ENDS:
            return None
        if act == "pay" and method == "store":
            return self.server.store.end(name, "pending")
        ended = self.server.store.end(name, _ENDS[act], "store" if act == "store_paid" else method)
        self.server.deliver_due(only_before=name)
        return ended

    def _press(self, name: str, body: bytes) -> None:
        given = {key: values[0] for key, values in parse_qs(body.decode(errors="replace")).items()}
        ended = self._end(name, given.get("act", ""), given.get("method", "card"))
        if ended is None:
            self._html(404, sandbox_pages.plain_page("ありません / Not found"))
        elif ended["status"] == "pending":
            self._see(f"/pay/{name}")
        else:
            self._see(str(ended["return_url"]))

    def _set_fault(self, path: str, body: bytes) -> None:
        text = body.decode(errors="replace")
        try:
            given = json.loads(text) if path.startswith("/sandbox/") else {k: v[0] for k, v in parse_qs(text).items()}
            fault = Fault(given.get("mode", ""), int(given.get("times", 0) or 0), int(given.get("seconds", 20) or 0))
            self.server.store.set_fault(fault)
        except (ValueError, AttributeError):
            self._json(400, {"error": "no such fault"})
            return
        if path.startswith("/sandbox/"):
            self._json(200, {"fault": fault.mode})
        else:
            self._see("/")


def main(argv: Sequence[str] | None = None) -> int:
    """Command line of the sandbox."""
    parser = argparse.ArgumentParser(prog="jichi.engines.payments.sandbox", description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dir", type=Path, required=True, help="folder for sessions, refunds and faults")
    given = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    firm = Firm((given.host, given.port), Store(given.dir), os.environ.get("JICHI_SANDBOX_SECRET", ""))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=firm.shutdown).start())
    threading.Thread(target=firm.deliver_always, daemon=True).start()
    logger.info("stand-in payment firm on %s:%d", given.host, firm.server_address[1])
    try:
        firm.serve_forever(poll_interval=0.2)
    finally:
        firm.stopping.set()
        firm.server_close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
