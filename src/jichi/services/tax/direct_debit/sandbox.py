"""Stand-in bank (お試し銀行): its own sign-in, every error exit, signed callbacks; no money moves.

    python -m jichi.services.tax.direct_debit.sandbox --port 8031 --dir var/sandbox/debit_bank

It speaks docs/direct-debit.md, faults included: `/` and POST /sandbox/faults set them. No Django.
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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from jichi.kernel import clock

from . import protocol, sandbox_pages
from .sandbox_store import ACCOUNTS, PASSWORD, TRIES, Store, public

logger = logging.getLogger("jichi.sandbox")
LOOK_EVERY: Final = 0.1
_ASKED: Final = ("reference", "bank", "kana", "titles", "language", "nonce", "return_url", "callback_url", "expires_at")


class BankServer(ThreadingHTTPServer):
    """The listening socket, the memory and the thread that delivers callbacks."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], store: Store, secret: str) -> None:
        super().__init__(address, Counter)
        self.store, self.secret = store, secret
        self.origin = f"http://localhost:{self.server_address[1]}"
        self.stopping = threading.Event()

    def deliver_always(self) -> None:
        """Send callbacks whose time has come until the process ends."""
        while not self.stopping.wait(LOOK_EVERY):
            if self.store.fault() != "down":
                for told in self.store.due_callbacks():
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
            logger.info("callback not taken: %s", type(error).__name__)
            return False


class Counter(BaseHTTPRequestHandler):
    """One request."""

    server: BankServer
    protocol_version = "HTTP/1.1"
    server_version = "JichiSandbox"
    timeout = 30

    def log_message(self, format: str, *args: Any) -> None:
        """Into our log."""
        logger.info("%s", format % args)

    def _answer(self, status: int, body: bytes, kind: str, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        policy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
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
        self._answer(303, b"", "text/plain", ("Location", address))

    def do_GET(self) -> None:
        """Pages and questions."""
        path, store = urlsplit(self.path).path, self.server.store
        if path == "/style.css":
            self._answer(200, sandbox_pages.STYLE.encode(), "text/css; charset=utf-8")
        elif path == "/":
            self._html(200, sandbox_pages.front_page(store.fault(), store.newest()))
        elif store.fault() == "down":
            self._html(503, sandbox_pages.plain_page("止まっています / Down"))
        elif path.startswith("/register/"):
            self._show(path.removeprefix("/register/"))
        elif path.startswith("/v1/registrations/") and self._is_signed(b""):
            row = store.one(path.removeprefix("/v1/registrations/"))
            self._json(200 if row else 404, public(row) if row else {"error": "not_found"})
        else:
            self._json(404, {"error": "not_found"})

    def _show(self, name: str) -> None:
        row = self.server.store.one(name)
        if row is None:
            self._html(404, sandbox_pages.plain_page("ありません / Not found"))
        elif row["status"] != "open":
            self._html(200, sandbox_pages.ended_page(row, self._back(row)))
        else:
            page = sandbox_pages.choose_page if row["signed_in"] else sandbox_pages.sign_in_page
            self._html(200, page(row))

    def do_POST(self) -> None:
        """Presses and orders."""
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length)) if length.isdecimal() and int(length) <= protocol.MOST_BODY else b""
        path, store = urlsplit(self.path).path, self.server.store
        if path in ("/faults", "/sandbox/faults"):
            given = json.loads(body) if path.startswith("/sandbox/") else self._form(body)
            store.set_fault(str(given.get("mode", "")))
            self._see("/")
        elif store.fault() == "down":
            self._json(503, {"error": "down"})
        elif path.startswith("/register/"):
            self._press(path.removeprefix("/register/"), self._form(body))
        elif path == "/v1/registrations" and self._is_signed(body):
            self._open(body)
        else:
            self._json(404, {"error": "not_found"})

    @staticmethod
    def _form(body: bytes) -> dict[str, str]:
        return {key: values[0] for key, values in parse_qs(body.decode(errors="replace")).items()}

    def _is_signed(self, body: bytes) -> bool:
        try:
            protocol.verify(
                self.headers.get(protocol.HEADER, ""), secret=self.server.secret, now=int(clock.now().timestamp()),
                method=self.command, path=self.path, body=body,
            )  # fmt: skip
        except protocol.BadSignatureError:
            return False
        return True

    def _open(self, body: bytes) -> None:
        if self.server.store.fault() == "closed":
            self._json(409, {"error": "closed"})
            return
        try:
            given = protocol.unpacked(body)
            row = self.server.store.open({name: given[name] for name in _ASKED}, self.server.origin)
        except (ValueError, KeyError):
            self._json(400, {"error": "unreadable"})
            return
        self._json(201, public(row))

    def _back(self, row: dict[str, Any]) -> str:
        mark = protocol.mark_of(self.server.secret, ref=row["id"], nonce=row["nonce"], status=row["status"])
        query = {"ref": row["id"], "state": row["nonce"], "status": row["status"], "sig": mark}
        return f"{row['return_url']}?{urlencode(query)}"

    def _press(self, name: str, given: dict[str, str]) -> None:
        store, act = self.server.store, given.get("act", "")
        row = store.one(name)
        if row is None:
            self._html(404, sandbox_pages.plain_page("ありません / Not found"))
            return
        if row["status"] == "open":
            row = self._acted(row, act, given)
        self._see(f"/register/{name}" if row["status"] == "open" else self._back(row))

    def _acted(self, row: dict[str, Any], act: str, given: dict[str, str]) -> dict[str, Any]:
        store, name = self.server.store, row["id"]
        found: dict[str, Any] | None = row
        if act == "sign_in" and given.get("password") == PASSWORD:
            found = store.note(name, signed_in=True)
        elif act == "sign_in":
            found = store.note(name, wrong=row["wrong"] + 1)
            if row["wrong"] + 1 >= TRIES:
                found = store.end(name, "failed", "password")
        elif act == "cancel":
            found = store.end(name, "cancelled")
        elif row["signed_in"] and act in ("timeout", "close"):
            found = store.end(name, "expired") if act == "timeout" else store.end(name, "failed", "closed")
        elif row["signed_in"] and act == "register" and given.get("account") in ACCOUNTS:
            chosen = ACCOUNTS[given["account"]]
            account = {"branch": "001", "type": "1", "account": chosen["account"], "holder": row["kana"] or "ﾐﾎﾝ"}
            ok = chosen["end"] == "registered"
            found = store.end(name, "registered" if ok else "failed", "" if ok else chosen["end"],
                              account if ok else None)  # fmt: skip
        return found or row


def main(argv: Sequence[str] | None = None) -> int:
    """Command line of the sandbox."""
    parser = argparse.ArgumentParser(prog="jichi.services.tax.direct_debit.sandbox", description="Stand-in bank")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dir", type=Path, required=True, help="folder for registrations, callbacks and faults")
    given = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    bank = BankServer((given.host, given.port), Store(given.dir), os.environ.get("JICHI_SANDBOX_SECRET", ""))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=bank.shutdown).start())
    threading.Thread(target=bank.deliver_always, daemon=True).start()
    logger.info("stand-in bank on %s:%d", given.host, bank.server_address[1])
    try:
        bank.serve_forever(poll_interval=0.2)
    finally:
        bank.stopping.set()
        bank.server_close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
