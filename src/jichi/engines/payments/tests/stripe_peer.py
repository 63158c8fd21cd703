"""A peer that answers as Stripe's public API does, as far as we and the firm's SDK ask it. It knows no real money."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

KEY = "sk_test_invented"
SECRET = "whsec_invented"
PAGES = "http://pages.test"


class Peer(ThreadingHTTPServer):
    """Sessions and refunds in memory; `asked`: what came, in order, as (method, path, form, headers)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.sessions: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, tuple[dict[str, str], dict[str, Any]]] = {}
        self.asked: list[tuple[str, str, dict[str, str], dict[str, str]]] = []
        self.mode = ""

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def pay(self, ref: str, *, way: str = "card", later: bool = False) -> None:
        """Somebody pays on the page; `later`: at a store, the money is still to come."""
        one = self.sessions[ref]
        one["status"], one["payment_status"] = "complete", "unpaid" if later else "paid"
        one["payment_intent"] = {
            "id": f"pi_{ref[8:]}", "object": "payment_intent", "status": "processing" if later else "succeeded",
            "latest_charge": None if later else {
                "id": f"ch_{ref[8:]}", "object": "charge", "created": int(time.time()),
                "payment_method_details": {"type": way},
            },
        }  # fmt: skip

    def event(self, kind: str, about: dict[str, Any], *, number: str = "evt_1") -> bytes:
        """A webhook's body: in webhooks the payment is named, not told."""
        told = {**about}
        if isinstance(told.get("payment_intent"), dict):
            told["payment_intent"] = told["payment_intent"]["id"]
        found = {
            "id": number, "object": "event", "api_version": "x", "created": int(time.time()), "type": kind,
            "livemode": False, "data": {"object": told},
        }  # fmt: skip
        return json.dumps(found).encode()


class Answer(BaseHTTPRequestHandler):
    """One request."""

    server: Peer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""

    def _say(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Request-Id", "req_1")
        self.end_headers()
        self.wfile.write(body)

    def _wrong(self, status: int, kind: str, param: str = "", code: str = "") -> None:
        self._say(status, {"error": {"type": kind, "param": param, "code": code, "message": "refused"}})

    def do_GET(self) -> None:
        """Retrieve a session."""
        self._answer("GET", dict(parse_qsl(urlsplit(self.path).query)))

    def do_POST(self) -> None:
        """Create, expire, refund."""
        length = int(self.headers.get("Content-Length") or 0)
        self._answer("POST", dict(parse_qsl(self.rfile.read(length).decode())))

    def _answer(self, method: str, form: dict[str, str]) -> None:
        path, peer = urlsplit(self.path).path, self.server
        peer.asked.append((method, path, form, dict(self.headers)))
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            self._wrong(401, "invalid_request_error")
        elif peer.mode == "down":
            self._wrong(500, "api_error")
        elif peer.mode == "drop":
            self.close_connection = True
            self.connection.close()
        elif method == "GET":
            one = peer.sessions.get(path.rpartition("/")[2])
            self._say(200, self._seen(one, form)) if one else self._wrong(404, "invalid_request_error", "id")
        elif path.endswith("/expire"):
            self._expire(path.split("/")[-2])
        else:
            self._once(path, form)

    @staticmethod
    def _seen(one: dict[str, Any], form: dict[str, str]) -> dict[str, Any]:
        intent = one["payment_intent"]
        if isinstance(intent, dict) and not any(value.startswith("payment_intent") for value in form.values()):
            return {**one, "payment_intent": intent["id"]}
        return one

    def _expire(self, ref: str) -> None:
        one = self.server.sessions.get(ref)
        if one is None or one["status"] != "open":
            self._wrong(400 if one else 404, "invalid_request_error")
            return
        one["status"] = "expired"
        self._say(200, one)

    def _once(self, path: str, form: dict[str, str]) -> None:
        """The same key with the same content answers the same; with another content it is refused."""
        key, peer = self.headers.get("Idempotency-Key", ""), self.server
        if key in peer.keys:
            before, told = peer.keys[key]
            self._say(200, told) if before == form else self._wrong(400, "idempotency_error")
            return
        made = self._session(form) if path == "/v1/checkout/sessions" else self._refund(form)
        if made is not None and key:
            peer.keys[key] = form, made
        if made is not None:
            self._say(200, made)

    def _session(self, form: dict[str, str]) -> dict[str, Any] | None:
        line = "line_items[0][price_data]"
        needed = {"mode", "success_url", f"{line}[currency]", f"{line}[unit_amount]", f"{line}[product_data][name]",
                  "line_items[0][quantity]"}  # fmt: skip
        wrong = next((name for name in sorted(needed) if not form.get(name)), "")
        until = int(form.get("expires_at", "0"))
        if not 1800 <= until - time.time() <= 86400:
            wrong = "expires_at"
        if wrong:
            self._wrong(400, "invalid_request_error", wrong)
            return None
        ref = f"cs_test_{len(self.server.sessions) + 1}"
        one = {
            "id": ref, "object": "checkout.session", "url": f"{PAGES}/c/pay/{ref}", "status": "open",
            "payment_status": "unpaid", "currency": form[f"{line}[currency]"], "expires_at": until,
            "amount_total": int(form[f"{line}[unit_amount]"]) * int(form["line_items[0][quantity]"]),
            "client_reference_id": form.get("client_reference_id"), "payment_intent": None,
            "payment_method_types": ["card", "konbini"], "metadata": {"charge": form.get("metadata[charge]")},
        }  # fmt: skip
        self.server.sessions[ref] = one
        return one

    def _refund(self, form: dict[str, str]) -> dict[str, Any] | None:
        paid = next((one for one in self.server.sessions.values()
                     if (one["payment_intent"] or {}).get("id") == form.get("payment_intent")), None)  # fmt: skip
        gone = sum(one["amount"] for one in self.server.refunds.values()
                   if one["payment_intent"] == form.get("payment_intent"))  # fmt: skip
        if paid is None or int(form["amount"]) > paid["amount_total"] - gone:
            self._wrong(400, "invalid_request_error", "amount", "charge_already_refunded")
            return None
        one: dict[str, Any] = {
            "id": f"re_{len(self.server.refunds) + 1}", "object": "refund", "amount": int(form["amount"]),
            "currency": "jpy", "status": self.server.mode or "succeeded", "payment_intent": form["payment_intent"],
            "metadata": {"refund": form.get("metadata[refund]")},
        }  # fmt: skip
        self.server.refunds[one["id"]] = one
        return one


@contextmanager
def running() -> Iterator[Peer]:
    """The peer, until the block ends."""
    with Peer() as peer:
        thread = threading.Thread(target=peer.serve_forever, daemon=True)
        thread.start()
        try:
            yield peer
        finally:
            peer.shutdown()
            thread.join()
