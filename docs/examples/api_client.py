"""An example client of the Jichi API: Python's standard library alone.

    export JICHI_API=http://localhost:8000/api/v1 JICHI_KEY=jichi_…
    python api_client.py cases --status received
    python api_client.py enter application.json
    python api_client.py listen --port 9000 --secret whsec_…

docs/api.md explains what it does. Copy it, change it.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

TRIES = 5
AGAIN = {409, 429, 500, 502, 503, 504}
"""Statuses after which the same call may be made again; 409 only while the first is still being answered."""
TOLERANCE = 300


class Problem(Exception):
    """A refusal (RFC 9457). `code` is stable: decide by it, not by the words."""

    def __init__(self, status: int, told: dict[str, Any]) -> None:
        self.status, self.told, self.code = status, told, str(told.get("code", ""))
        super().__init__(f"{status} {self.code}: {told.get('detail_en', '')}")


class Jichi:
    """Calls the API: waits when it is told to, repeats safely, walks lists to their end."""

    def __init__(self, address: str, key: str, *, wait: Callable[[float], None] = time.sleep) -> None:
        self.address, self.key, self.wait = address.rstrip("/"), key, wait

    def call(self, method: str, path: str, body: Any = None, *, version: str = "", once: str = "") -> tuple[Any, str]:
        """The JSON of the answer, and its ETag.

        Args:
            version: the ETag that was read, for changes of a case.
            once: the key under which a write is done once; the same for each try of the same write.
        """
        headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json"}
        if method != "GET":
            headers["Idempotency-Key"] = once or uuid.uuid4().hex
        if version:
            headers["If-Match"] = version
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        for attempt in range(1, TRIES + 1):
            try:
                request = urllib.request.Request(self.address + path, data, headers, method=method)  # noqa: S310 - set by who runs it
                with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - set by who runs it
                    return json.loads(answer.read() or b"null"), answer.headers.get("ETag", "")
            except urllib.error.HTTPError as error:
                with error:
                    problem = Problem(error.code, _json(error.read()))
                busy = error.code != 409 or problem.code == "api.in_progress"
                if error.code not in AGAIN or not busy or attempt == TRIES:
                    raise problem from None
                self.wait(float(error.headers.get("Retry-After") or 2**attempt))
            except urllib.error.URLError:
                if attempt == TRIES:
                    raise
                self.wait(2**attempt)
        raise AssertionError

    def all(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Every item of a list, page after page."""
        cursor = ""
        while True:
            asked = urllib.parse.urlencode({**query, **({"cursor": cursor} if cursor else {})}, doseq=True)
            page, _ = self.call("GET", f"{path}?{asked}")
            yield from page["items"]
            cursor = page["next"]
            if not cursor:
                return

    def take(self, number: str) -> dict[str, Any]:
        """Take a case in charge, as it stands now."""
        _case, version = self.call("GET", f"/cases/{number}")
        taken, _ = self.call("POST", f"/cases/{number}/take", version=version)
        return dict(taken)


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def genuine(secret: str, headers: Any, body: bytes) -> bool:
    """Is a delivery ours (Standard Webhooks), and fresh?"""
    message_id, timestamp = headers.get("Webhook-Id", ""), headers.get("Webhook-Timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest())
    given = headers.get("Webhook-Signature", "").split()
    return any(hmac.compare_digest(b"v1," + wanted, one.encode()) for one in given)


def receiver(secret: str, port: int, on_event: Callable[[dict[str, Any]], None]) -> HTTPServer:
    """A small receiver: answers 204 at once, 401 for what is not signed; an event that came before is left alone."""
    seen: set[str] = set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            right = genuine(secret, self.headers, body)
            if right and self.headers["Webhook-Id"] not in seen:
                seen.add(self.headers["Webhook-Id"])
                on_event(json.loads(body))
            self.send_response(204 if right else 401)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    return HTTPServer(("127.0.0.1", port), Handler)


def say(*words: object) -> None:
    """A line on the screen."""
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")


def main() -> None:
    """The commands of the first lines."""
    parser = argparse.ArgumentParser(description="Example client of the Jichi API")
    commands = parser.add_subparsers(dest="command", required=True)
    cases = commands.add_parser("cases")
    cases.add_argument("--status", action="append", default=[])
    enter = commands.add_parser("enter")
    enter.add_argument("file", type=Path)
    listen = commands.add_parser("listen")
    listen.add_argument("--port", type=int, default=9000)
    listen.add_argument("--secret", required=True)
    given = parser.parse_args()
    if given.command == "listen":
        receiver(given.secret, given.port, lambda event: say(event["type"], event["data"])).serve_forever()
    jichi = Jichi(os.environ["JICHI_API"], os.environ["JICHI_KEY"])
    if given.command == "cases":
        for case in jichi.all("/cases", status=given.status, limit=100):
            say(case["number"], case["status"], case["due_on"], case["name"])
    else:
        text = given.file.read_bytes()
        # The file's own hash: run twice, the application is entered once.
        made, _ = jichi.call("POST", "/applications", json.loads(text), once=hashlib.sha256(text).hexdigest())
        say(made["written_number"])


if __name__ == "__main__":
    main()
