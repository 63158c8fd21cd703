"""Stand-in payment firm (お試し決済): a page to pay on, signed callbacks, refunds; no money moves.

    python -m jichi.engines.payments.sandbox --port 8030 --dir var/sandbox/payments

It behaves like a firm that speaks docs/payments.md, faults included: `/` and POST /sandbox/faults set them. No Django.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from datetime import datetime
from http.server import ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from jichi.kernel import clock, stand_in

from . import protocol, sandbox_pages, sandbox_settling
from .sandbox_store import Fault, Store, public

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
        body = protocol.packed(told["body"])
        key = "not the secret" if told["forged"] else self.secret
        path, moment = urlsplit(told["url"]).path, int(clock.now().timestamp())
        signed = protocol.sign(key, at=moment, method="POST", path=path, body=body)
        return stand_in.post(told["url"], body, {protocol.HEADER: signed})


class Desk(stand_in.Answering):
    """One request."""

    server: Firm

    # -- requests --------------------------------------------------------------------------------

    def got(self) -> None:
        """Pages and questions."""
        path = urlsplit(self.path).path
        store = self.server.store
        if path == "/style.css":
            self.answer(200, sandbox_pages.STYLE.encode(), "text/css; charset=utf-8")
        elif path == "/favicon.ico":
            self.answer(200, sandbox_pages.ICON, "image/svg+xml")
        elif path == "/":
            page = sandbox_pages.front_page(
                store.fault(), store.sessions(), len(store.waiting_callbacks()), sandbox_settling.settled_files(store)
            )
            self.as_html(200, page)
        elif path.startswith("/settled/"):
            self._show_settled(path.removeprefix("/settled/"))
        elif path == "/sandbox/state":
            told = {"sessions": store.sessions(), "refunds": store.refunds(), "callbacks": store.waiting_callbacks()}
            self.as_json(200, {**told, "fault": store.fault().mode})
        elif store.fault().mode == "down":
            self.as_html(503, sandbox_pages.plain_page("止まっています / Down"))
        elif path.startswith("/pay/"):
            session = store.session(path.removeprefix("/pay/"))
            if session is None:
                self.as_html(404, sandbox_pages.plain_page("ありません / Not found"))
            else:
                self.as_html(200, sandbox_pages.session_page(session))
        elif path.startswith("/v1/sessions/"):
            self._signed(b"", lambda: self._show_session(path.removeprefix("/v1/sessions/")))
        else:
            self.as_json(404, {"error": "not_found"})

    def posted(self) -> None:
        """Presses and orders."""
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length)) if length.isdecimal() and int(length) <= protocol.MOST_BODY else b""
        path = urlsplit(self.path).path
        store = self.server.store
        if path in ("/faults", "/sandbox/faults"):
            self._set_fault(path, body)
        elif path == "/settle":
            self._settle(body)
        elif store.fault().mode == "down":
            store.use_fault("down")
            self.as_json(503, {"error": "down"})
        elif path.startswith("/pay/"):
            self._press(path.removeprefix("/pay/"), body)
        elif path.startswith("/sandbox/sessions/"):
            name, _, act = path.removeprefix("/sandbox/sessions/").partition("/")
            method = str(json.loads(body or b"{}").get("method", "card"))
            ended = self._end(name, act, method)
            self.as_json(200 if ended else 404, public(ended) if ended else {"error": "not_found"})
        elif path == "/v1/sessions":
            self._signed(body, lambda: self._open_session(body))
        elif path.startswith("/v1/sessions/") and path.endswith("/expire"):
            self._signed(body, lambda: self._expire(path.removeprefix("/v1/sessions/").removesuffix("/expire")))
        elif path == "/v1/refunds":
            self._signed(body, lambda: self._refund(body))
        else:
            self.as_json(404, {"error": "not_found"})

    def _signed(self, body: bytes, act: Any) -> None:
        try:
            protocol.verify(
                self.headers.get(protocol.HEADER, ""), secret=self.server.secret, now=int(clock.now().timestamp()),
                method=self.command, path=self.path, body=body,
            )  # fmt: skip
        except protocol.BadSignatureError as error:
            self.as_json(401, {"error": str(error)})
            return
        try:
            act()
        except (ValueError, KeyError, TypeError) as error:
            self.as_json(400, {"error": type(error).__name__})

    # -- the protocol ----------------------------------------------------------------------------

    def _show_session(self, name: str) -> None:
        session = self.server.store.session(name)
        self.as_json(200 if session else 404, public(session) if session else {"error": "not_found"})

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
        self.as_json(201, public(self.server.store.open_session(key, asked, self.server.origin)))

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
        self.as_json(200 if found else 404, found or {"error": "not_found"})

    # -- settlement ------------------------------------------------------------------------------

    def _show_settled(self, name: str) -> None:
        data = sandbox_settling.settled_file(self.server.store, name)
        if data is None:
            self.as_html(404, sandbox_pages.plain_page("ありません / Not found"))
            return
        self.answer(200, data, "text/csv", (("Content-Disposition", f'attachment; filename="{name}"'),))

    def _settle(self, body: bytes) -> None:
        given = {key: values[0] for key, values in parse_qs(body.decode(errors="replace")).items()}
        try:
            name = sandbox_settling.settle(self.server.store, given.get("fault", ""))
        except ValueError:
            self.as_json(400, {"error": "no such fault"})
            return
        if name:
            self.see("/")
        else:
            self.as_html(409, sandbox_pages.plain_page("精算するものがありません / Nothing to settle"))

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
            self.as_html(404, sandbox_pages.plain_page("ありません / Not found"))
        elif ended["status"] == "pending":
            self.see(f"/pay/{name}")
        else:
            self.see(str(ended["return_url"]))

    def _set_fault(self, path: str, body: bytes) -> None:
        text = body.decode(errors="replace")
        try:
            given = json.loads(text) if path.startswith("/sandbox/") else {k: v[0] for k, v in parse_qs(text).items()}
            fault = Fault(given.get("mode", ""), int(given.get("times", 0) or 0), int(given.get("seconds", 20) or 0))
            self.server.store.set_fault(fault)
        except (ValueError, AttributeError):
            self.as_json(400, {"error": "no such fault"})
            return
        if path.startswith("/sandbox/"):
            self.as_json(200, {"fault": fault.mode})
        else:
            self.see("/")


def main(argv: Sequence[str] | None = None) -> int:
    """Command line of the sandbox."""
    given = stand_in.told(
        argv,
        prog="jichi.engines.payments.sandbox",
        about="Stand-in payment firm",
        folder="folder for sessions, refunds and faults",
    )
    server = Firm((given.host, given.port), Store(given.dir), stand_in.secret())
    return stand_in.serve(server, beside=server.deliver_always, ends=server.stopping.set)


if __name__ == "__main__":
    raise SystemExit(main())
