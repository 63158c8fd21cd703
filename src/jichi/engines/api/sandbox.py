"""Sandbox receiver of webhooks (お試し): checks signatures, shows what came, answers as it is told.

    python -m jichi.engines.api.sandbox --port 8033 --dir var/sandbox/webhooks

POST /secret tells it the secret, POST /faults how often and how to fail. No Django.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import os
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from jichi.kernel import stand_in

FAULTS: Final = {
    "": "ふつうに受け取る", "500": "誤り(500)と答える", "302": "ほかの住所へ送れと答える(302)",
    "drop": "返事をせずに切る", "slow": "返事を30秒待たせる", "410": "もう要らない(410)と答える",
}  # fmt: skip
LARGEST: Final = 1 << 20
TOLERANCE: Final = 300


def demo_secret(shared: str) -> str:
    """The secret that the demo's subscription and this stand-in both make from what they share."""
    return "whsec_" + base64.b64encode(hashlib.sha256(f"webhooks {shared}".encode()).digest()[:24]).decode()


def genuine(secret: str, message_id: str, timestamp: str, signatures: str, body: bytes) -> bool:
    """Is one of the signatures ours, and not older than five minutes?"""
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest())
    return any(hmac.compare_digest(f"v1,{wanted.decode()}", one) for one in signatures.split())


class Desk:
    """What the stand-in knows, kept in a file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file, self.lock = folder / "webhooks.json", threading.Lock()

    def load(self) -> dict[str, Any]:
        """What was kept, or the beginning."""
        try:
            found: dict[str, Any] = json.loads(self.file.read_text("utf-8"))
        except (OSError, ValueError):
            shared = os.environ.get("JICHI_SANDBOX_SECRET", "")
            return {"secret": demo_secret(shared) if shared else "", "fault": "", "left": 0, "received": []}
        return found

    def save(self, told: dict[str, Any]) -> None:
        """Keep it."""
        self.file.write_text(json.dumps(told, ensure_ascii=False), "utf-8")


class Handler(BaseHTTPRequestHandler):
    """The receiver's calls and its page."""

    desk: Desk

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing on the screen."""

    def do_GET(self) -> None:
        """The page, or what came as JSON."""
        told = self.desk.load()
        if self.path == "/received":
            self._answer(200, json.dumps(told["received"]).encode(), "application/json")
            return
        options = "".join(f'<option value="{key}">{words}</option>' for key, words in FAULTS.items())
        rows = "".join(
            f"<li><code>{html.escape(one['type'])} {html.escape(one['id'])}</code> "
            f"{'署名は正しい' if one['genuine'] else '署名を確かめられない'}</li>"
            for one in reversed(told["received"])
        )
        page = (
            '<!doctype html><html lang="ja"><meta charset="utf-8"><title>お試しの通知先</title><h1>お試しの通知先</h1>'
            "<p>本物の相手の代わりに通知(Webhook)を受け取ります。</p>"
            f'<form method="post" action="/faults"><label>次の<input name="times" value="1" size="3">回は '
            f'<select name="fault">{options}</select></label> <button>決める</button></form><ol>{rows}</ol></html>'
        )
        self._answer(200, page.encode(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        """A delivery, or an order from a test or the page."""
        length = min(int(self.headers.get("Content-Length") or 0), LARGEST)
        body = self.rfile.read(length)
        if self.path in {"/secret", "/faults"}:
            self._told({name: values[-1] for name, values in parse_qs(body.decode()).items()})
        else:
            self._delivered(body)

    def _told(self, given: dict[str, str]) -> None:
        with self.desk.lock:
            told = self.desk.load()
            if self.path == "/secret":
                told["secret"] = given.get("secret", "")
            else:
                fault = given.get("fault", "")
                told["fault"] = fault if fault in FAULTS else ""
                told["left"] = int(given.get("times", "1")) if given.get("times", "1").isdecimal() else 1
            self.desk.save(told)
        self.send_response(303)
        self.send_header("Location", "/")
        self.end_headers()

    def _delivered(self, body: bytes) -> None:
        with self.desk.lock:
            told = self.desk.load()
            fault = told["fault"] if told["left"] > 0 else ""
            told["left"] = max(0, told["left"] - 1)
            if not fault:
                told["received"].append(self._seen(told["secret"], body))
            self.desk.save(told)
        if fault == "drop":
            self.close_connection = True
            self.connection.close()
        elif fault == "slow":
            time.sleep(30)
            self._answer(200, b"late", "text/plain")
        elif fault == "302":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
        else:
            self._answer(int(fault) if fault else 200, b"taken" if not fault else b"no", "text/plain")

    def _seen(self, secret: str, body: bytes) -> dict[str, Any]:
        names = ("Webhook-Id", "Webhook-Timestamp", "Webhook-Signature")
        message_id, timestamp, signatures = (self.headers.get(name, "") for name in names)
        try:
            event = json.loads(body)
        except ValueError:
            event = {}
        right = bool(secret) and genuine(secret, message_id, timestamp, signatures, body)
        return {"id": message_id, "type": str(event.get("type", "")), "genuine": right, "host": self.headers["Host"],
                "body": event}  # fmt: skip

    def _answer(self, status: int, body: bytes, media: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def server(port: int, folder: Path) -> ThreadingHTTPServer:
    """The receiver, ready to serve."""
    handler = type("Receiver", (Handler,), {"desk": Desk(folder)})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until it is ended."""
    given = stand_in.told(
        argv, prog="jichi.engines.api.sandbox", about="Stand-in receiver of webhooks", folder="folder for what came"
    )
    return stand_in.serve(server(given.port, given.dir))


if __name__ == "__main__":
    raise SystemExit(main())
