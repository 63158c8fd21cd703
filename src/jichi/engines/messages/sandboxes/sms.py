"""Sandbox SMS gateway (お試し): takes messages as a real one does, shows them on a telephone, reports receipts.

    python -m jichi.engines.messages.sandboxes.sms --port 8031 --dir var/sandbox/sms

The page at its root shows what came and makes it misbehave. No Django.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import re
import time
from collections.abc import Sequence
from typing import Any, Final

from jichi.kernel.stand_in import secret, told

from .desk import LATE_SECONDS, SLOW_SECONDS, STALL_SECONDS, Box, Handler, Peer, esc, fault_form, fault_of, form_of, run

FAULTS: Final[dict[str, str]] = {
    "": "ふつうに受け取り、届いたと知らせる",
    "refuse": "接続を断る",
    "503": "混んでいると答える(503)",
    "429": "送りすぎと答える(429)",
    "400": "この番号には送れないと答える(400)",
    "drop": "受け取ったあと、返事をせずに切る",
    "die": "受け取ったあと、返事をせずに止まる",
    "slow": "返事を5秒待たせる",
    "stall": "受け取ったあと、返事をしないまま待たせる",
    "undelivered": "受け取ったあと、届かなかったと知らせる",
    "expired": "受け取ったあと、電源が入らず期限が切れたと知らせる",
    "rejected": "受け取ったあと、電話会社が断ったと知らせる",
    "twice": "届いたと2回知らせる",
    "late": "20秒たってから届いたと知らせる",
    "silent": "届いても知らせない",
}
RECEIPTS: Final = "/api/messages/sms/receipts/"
LONGEST: Final = 660
_ID: Final = re.compile(r"[0-9a-f-]{8,64}")
_TO: Final = re.compile(r"\+81[6789]0\d{8}")


def signature(secret: str, at: str, body: bytes) -> str:
    """X-Signature over X-Timestamp and body, as the gateway's own contract says."""
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


def proof(secret: str, body: bytes) -> dict[str, str]:
    """Headers of a report."""
    at = str(int(time.time()))
    return {"X-Timestamp": at, "X-Signature": signature(secret, at, body)}


class SmsHandler(Handler):
    """The gateway's two calls, and the page."""

    secret = ""

    def take(self, method: str, path: str, body: bytes) -> None:
        """Route a request."""
        box = self.peer.box
        if method == "GET" and path == "/":
            self.show("お試しの電話(SMS)", telephones(box))
        elif method == "POST" and path == "/faults":
            found = fault_of(form_of(body), FAULTS)
            if found:
                box.set_fault(*found)
            self.back()
        elif method == "POST" and path == "/empty":
            for one in box.all("messages"):
                box.drop("messages", one["id"])
            self.back()
        elif not self._signed(body):
            self.as_json(401, {"code": "unauthorized"})
        elif method == "POST" and path == "/messages":
            self._message(body)
        elif method == "GET" and path.startswith("/messages/"):
            known = box.get("messages", path.rpartition("/")[2]) if _ID.fullmatch(path.rpartition("/")[2]) else None
            self.as_json(200 if known else 404, (known and {"id": known["id"], "status": known["status"]}) or {})
        else:
            self.as_json(404, {"code": "not_found"})

    def _signed(self, body: bytes) -> bool:
        wanted = signature(self.secret, self.headers.get("X-Timestamp", ""), body)
        return hmac.compare_digest(wanted.encode(), self.headers.get("X-Signature", "").encode())

    def _message(self, body: bytes) -> None:
        box, fault = self.peer.box, self.peer.box.use_fault()
        if fault in ("503", "429", "400"):
            self.as_json(int(fault), {"code": {"503": "busy", "429": "too_many", "400": "invalid_number"}[fault]})
            return
        given = checked(body)
        if given is None or given["id"] != self.headers.get("Idempotency-Key"):
            self.as_json(400, {"code": "invalid_request"})
            return
        known = box.get("messages", given["id"])
        if known is None:
            box.put("messages", given["id"], {**given, "status": "accepted", "at": time.time()})
            report(box, given["id"], fault)
        if fault == "die":
            os._exit(1)
        if fault == "drop":
            self.hang_up()
            return
        if fault in ("slow", "stall"):
            time.sleep(SLOW_SECONDS if fault == "slow" else STALL_SECONDS)
        self.as_json(202, {"id": given["id"], "status": known["status"] if known else "accepted"})


def checked(body: bytes) -> dict[str, str] | None:
    """The message of a request; None when it is none."""
    try:
        found: Any = json.loads(body)
        given = {name: str(found[name]) for name in ("id", "to", "from", "text")}
    except (ValueError, KeyError, TypeError):
        return None
    length = len(given["text"].encode("utf-16-le")) // 2
    good = _ID.fullmatch(given["id"]) and _TO.fullmatch(given["to"]) and 0 < length <= LONGEST
    return given if good else None


def report(box: Box, number: str, fault: str) -> None:
    """What the carrier says afterwards; the status is known here at once, the house hears of it a little later."""
    if fault in ("silent", "drop", "die", "stall"):
        return
    status = fault if fault in ("undelivered", "expired", "rejected") else "delivered"
    known = box.get("messages", number)
    if known is not None:
        box.put("messages", number, {**known, "status": status})
    for _ in range(2 if fault == "twice" else 1):
        box.owe(RECEIPTS, {"id": number, "status": status}, after=LATE_SECONDS if fault == "late" else 0.2)


def telephones(box: Box) -> str:
    """What came, a telephone for each number, newest first."""
    phones: dict[str, list[dict[str, Any]]] = {}
    for one in reversed(box.all("messages")):
        phones.setdefault(one["to"], []).append(one)
    out = [
        f'<section class="phone"><h2>{esc("0" + to.removeprefix("+81"))}</h2>'
        + "".join(
            f'<div class="bubble">{esc(one["text"])}</div><p><small>'
            f"{time.strftime('%H:%M', time.localtime(one['at']))} {esc(one['status'])} {esc(one['id'])}</small></p>"
            for one in messages[:20]
        )
        + "</section>"
        for to, messages in list(phones.items())[:50]
    ]
    empty = '<form method="post" action="/empty"><button>SMSを全部消す</button></form>'
    return fault_form(FAULTS, box.fault()) + ("".join(out) + empty if out else "<p>まだSMSは届いていません。</p>")


def main(argv: Sequence[str] | None = None) -> int:
    """Command line of the sandbox."""
    given = told(
        argv,
        prog="jichi.engines.messages.sandboxes.sms",
        about=__doc__.splitlines()[0],
        folder="folder for what came, what is owed and faults",
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    shared = secret()
    origin = os.environ.get("JICHI_ORIGIN", "http://localhost:8000")
    SmsHandler.secret = shared
    run(Peer(Box(given.dir), given.port, given.host, origin, lambda body: proof(shared, body)), SmsHandler)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
