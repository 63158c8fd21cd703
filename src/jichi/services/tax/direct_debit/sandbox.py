"""Stand-in bank (お試し銀行): its own sign-in, every error exit, signed callbacks; no money moves.

    python -m jichi.services.tax.direct_debit.sandbox --port 8031 --dir var/sandbox/debit_bank

It speaks docs/direct-debit.md, faults included: `/` and POST /sandbox/faults set them. No Django.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from http.server import ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from jichi.kernel import clock, stand_in

from . import protocol, sandbox_pages
from .sandbox_store import ACCOUNTS, PASSWORD, TRIES, Store, public

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
        body = protocol.packed(told["body"])
        key = "not the secret" if told["forged"] else self.secret
        path, moment = urlsplit(told["url"]).path, int(clock.now().timestamp())
        signed = protocol.sign(key, at=moment, method="POST", path=path, body=body)
        return stand_in.post(told["url"], body, {protocol.HEADER: signed})


class Counter(stand_in.Answering):
    """One request."""

    server: BankServer

    def got(self) -> None:
        """Pages and questions."""
        path, store = urlsplit(self.path).path, self.server.store
        if path == "/style.css":
            self.answer(200, sandbox_pages.STYLE.encode(), "text/css; charset=utf-8")
        elif path == "/":
            self.as_html(200, sandbox_pages.front_page(store.fault(), store.newest()))
        elif store.fault() == "down":
            self.as_html(503, sandbox_pages.plain_page("止まっています / Down"))
        elif path.startswith("/register/"):
            self._show(path.removeprefix("/register/"))
        elif path.startswith("/v1/registrations/") and self._is_signed(b""):
            row = store.one(path.removeprefix("/v1/registrations/"))
            self.as_json(200 if row else 404, public(row) if row else {"error": "not_found"})
        else:
            self.as_json(404, {"error": "not_found"})

    def _show(self, name: str) -> None:
        row = self.server.store.one(name)
        if row is None:
            self.as_html(404, sandbox_pages.plain_page("ありません / Not found"))
        elif row["status"] != "open":
            self.as_html(200, sandbox_pages.ended_page(row, self._back(row)))
        else:
            page = sandbox_pages.choose_page if row["signed_in"] else sandbox_pages.sign_in_page
            self.as_html(200, page(row))

    def posted(self) -> None:
        """Presses and orders."""
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length)) if length.isdecimal() and int(length) <= protocol.MOST_BODY else b""
        path, store = urlsplit(self.path).path, self.server.store
        if path in ("/faults", "/sandbox/faults"):
            given = json.loads(body) if path.startswith("/sandbox/") else self._form(body)
            store.set_fault(str(given.get("mode", "")))
            self.see("/")
        elif store.fault() == "down":
            self.as_json(503, {"error": "down"})
        elif path.startswith("/register/"):
            self._press(path.removeprefix("/register/"), self._form(body))
        elif path == "/v1/registrations" and self._is_signed(body):
            self._open(body)
        else:
            self.as_json(404, {"error": "not_found"})

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
            self.as_json(409, {"error": "closed"})
            return
        try:
            given = protocol.unpacked(body)
            row = self.server.store.open({name: given[name] for name in _ASKED}, self.server.origin)
        except (ValueError, KeyError):
            self.as_json(400, {"error": "unreadable"})
            return
        self.as_json(201, public(row))

    def _back(self, row: dict[str, Any]) -> str:
        mark = protocol.mark_of(self.server.secret, ref=row["id"], nonce=row["nonce"], status=row["status"])
        query = {"ref": row["id"], "state": row["nonce"], "status": row["status"], "sig": mark}
        return f"{row['return_url']}?{urlencode(query)}"

    def _press(self, name: str, given: dict[str, str]) -> None:
        store, act = self.server.store, given.get("act", "")
        row = store.one(name)
        if row is None:
            self.as_html(404, sandbox_pages.plain_page("ありません / Not found"))
            return
        if row["status"] == "open":
            row = self._acted(row, act, given)
        self.see(f"/register/{name}" if row["status"] == "open" else self._back(row))

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
    given = stand_in.told(
        argv,
        prog="jichi.services.tax.direct_debit.sandbox",
        about="Stand-in bank",
        folder="folder for registrations, callbacks and faults",
    )
    server = BankServer((given.host, given.port), Store(given.dir), stand_in.secret())
    return stand_in.serve(server, beside=server.deliver_always, ends=server.stopping.set)


if __name__ == "__main__":
    raise SystemExit(main())
