"""Sandbox LINE (お試し): the published Messaging API as far as a town hall uses it, friends who chat, webhooks.

    python -m jichi.engines.messages.sandboxes.line --port 8032 --dir var/sandbox/line

The page at its root shows the chats, writes as a friend, blocks, and makes it misbehave. No Django.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import os
import re
import secrets
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from jichi.kernel.stand_in import secret, told

from .desk import SLOW_SECONDS, STALL_SECONDS, Box, Handler, Peer, esc, fault_form, fault_of, form_of, run

FAULTS: Final[dict[str, str]] = {
    "": "ふつうに受け取る",
    "refuse": "接続を断る",
    "500": "こわれていると答える(500)",
    "429": "送りすぎと答える(429)",
    "quota": "今月の通数を使い切ったと答える(429)",
    "400": "送れないと答える(400)",
    "drop": "受け取ったあと、返事をせずに切る",
    "die": "受け取ったあと、返事をせずに止まる",
    "slow": "返事を5秒待たせる",
    "stall": "受け取ったあと、返事をしないまま待たせる",
}
WEBHOOK: Final = "/api/messages/line/webhook/"
BOT: Final = "U" + "0" * 32
MOST_FRIENDS: Final = 50
_USER: Final = re.compile(r"U[0-9a-f]{32}")
_ACT: Final = re.compile(r"/friends/(U[0-9a-f]{32})/(say|block|unblock)")


def webhook_signature(secret: str, body: bytes) -> dict[str, str]:
    """x-line-signature: HMAC-SHA256 of the body, in base64."""
    return {
        "x-line-signature": base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode("ascii")
    }


class LineHandler(Handler):
    """The calls of the Messaging API that we use, and the page."""

    secret = ""

    def take(self, method: str, path: str, body: bytes) -> None:
        """Route a request."""
        if path.startswith("/v2/"):
            self._api(method, path, body)
        elif method == "GET" and path == "/":
            self.show("お試しのLINE", chats(self.peer.box))
        elif method == "POST" and path == "/faults":
            found = fault_of(form_of(body), FAULTS)
            if found:
                self.peer.box.set_fault(*found)
            self.back()
        elif method == "POST" and path == "/friends":
            befriend(self.peer.box)
            self.back()
        elif method == "POST" and (act := _ACT.fullmatch(path)):
            self._act(act[1], act[2], form_of(body))
            self.back()
        else:
            self.as_json(404, {"message": "Not found"})

    def _act(self, user: str, what: str, form: Mapping[str, str]) -> None:
        box = self.peer.box
        friend = box.get("friends", user)
        if friend is None:
            return
        if what == "say" and form.get("text", "").strip():
            say(box, user, form["text"].strip()[:500])
        if what in ("block", "unblock"):
            box.put("friends", user, {**friend, "blocked": what == "block"})
            box.owe(WEBHOOK, event(user, "unfollow" if what == "block" else "follow"))

    def _api(self, method: str, path: str, body: bytes) -> None:
        if not hmac.compare_digest(self.headers.get("Authorization", "").encode(), f"Bearer {self.secret}".encode()):
            self.as_json(401, {"message": "Authentication failed. Confirm that the access token is valid."})
        elif method == "POST" and path == "/v2/bot/message/push":
            self._push(body)
        elif method == "GET" and path == "/v2/bot/info":
            self.as_json(200, {
                "userId": BOT, "basicId": "@sandbox", "displayName": "お試しのLINE", "chatMode": "bot",
                "markAsReadMode": "auto",
            })  # fmt: skip
        elif method == "GET" and path.startswith("/v2/bot/profile/"):
            friend = self.peer.box.get("friends", path.rpartition("/")[2]) if _USER.search(path) else None
            shown = {"displayName": friend["name"], "userId": friend["id"]} if friend else {"message": "Not found"}
            self.as_json(200 if friend else 404, shown)
        else:
            self.as_json(404, {"message": "Not found"})

    def _push(self, body: bytes) -> None:
        box, fault, key = self.peer.box, self.peer.box.use_fault(), self.headers.get("X-Line-Retry-Key", "")
        number = str(uuid.uuid4())
        request = (("X-Line-Request-Id", number),)
        if fault in ("500", "429", "400"):
            self.as_json(int(fault), {"message": "Out of order on purpose"}, request)
            return
        if fault == "quota":
            self.as_json(429, {"message": "You have reached your monthly limit."}, request)
            return
        given = checked(body)
        if key and not _is_uuid(key):
            self.as_json(400, {"message": "The property, 'X-Line-Retry-Key', is invalid"}, request)
            return
        friend = box.get("friends", given["to"]) if given else None
        if given is None or friend is None:
            self.as_json(
                400, {"message": "Failed to send messages" if given else "The request body is invalid"}, request
            )
            return
        known = box.get("keys", key) if key else None
        if known is not None:
            accepted = (*request, ("X-Line-Accepted-Request-Id", known["request"]))
            self.as_json(409, {"message": "The retry key is already accepted"}, accepted)
            return
        sent = keep(box, friend, given, key, number)
        if fault == "die":
            os._exit(1)
        if fault == "drop":
            self.hang_up()
            return
        if fault in ("slow", "stall"):
            time.sleep(SLOW_SECONDS if fault == "slow" else STALL_SECONDS)
        self.as_json(200, {"sentMessages": sent}, request)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def checked(body: bytes) -> dict[str, Any] | None:
    """A push's body: a user, one to five texts of up to 5,000 UTF-16 units; None when it is none."""
    try:
        found: Any = json.loads(body)
        to, texts = found["to"], [one["text"] for one in found["messages"] if one["type"] == "text"]
        good = (
            isinstance(to, str) and _USER.fullmatch(to)
            and len(texts) == len(found["messages"]) and 1 <= len(texts) <= 5
            and all(isinstance(t, str) and t.strip() and len(t.encode("utf-16-le")) <= 10_000 for t in texts)
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, UnicodeError):
        return None
    return {"to": to, "texts": texts} if good else None


def keep(box: Box, friend: Mapping[str, Any], given: Mapping[str, Any], key: str, request: str) -> list[dict[str, str]]:
    """Store a push, the retry key last of all it needs; one to a person who blocked us is taken and not shown."""
    sent = []
    for text in given["texts"]:
        number = str(time.time_ns())
        box.put("messages", number, {
            "id": number, "user": friend["id"], "text": text, "mine": False, "shown": not friend["blocked"],
            "key": key, "at": time.time(),
        })  # fmt: skip
        sent.append({"id": number, "quoteToken": secrets.token_urlsafe(16)})
    if key:
        box.put("keys", key, {"request": request, "at": time.time()})
    return sent


def befriend(box: Box) -> str:
    """Somebody new adds our account; answer their user id."""
    friends = box.all("friends")
    if len(friends) >= MOST_FRIENDS:
        return str(friends[0]["id"])
    user = f"U{secrets.token_hex(16)}"
    box.put("friends", user, {
        "id": user, "name": f"友だち{len(friends) + 1}", "blocked": False, "at": time.time(),
    })  # fmt: skip
    box.owe(WEBHOOK, event(user, "follow"))
    return user


def say(box: Box, user: str, text: str) -> None:
    """A friend writes to our account."""
    number = str(time.time_ns())
    box.put("messages", number, {
        "id": number, "user": user, "text": text, "mine": True, "shown": True, "key": "", "at": time.time(),
    })  # fmt: skip
    message = {"id": number, "type": "text", "quoteToken": secrets.token_urlsafe(16), "text": text}
    box.owe(WEBHOOK, event(user, "message", message=message))


def event(user: str, kind: str, **more: object) -> dict[str, Any]:
    """A webhook's body with one event, in LINE's published form."""
    found: dict[str, Any] = {
        "type": kind, "mode": "active", "timestamp": int(time.time() * 1000),
        "source": {"type": "user", "userId": user}, "webhookEventId": f"01{secrets.token_hex(12).upper()}",
        "deliveryContext": {"isRedelivery": False}, **more,
    }  # fmt: skip
    if kind != "unfollow":
        found["replyToken"] = secrets.token_hex(16)
    if kind == "follow":
        found["follow"] = {"isUnblocked": False}
    return {"destination": BOT, "events": [found]}


def chats(box: Box) -> str:
    """The chats, one telephone a friend, newest words last."""
    said = box.all("messages")
    out = []
    for friend in box.all("friends"):
        words = "".join(
            f'<div class="bubble{" mine" if one["mine"] else ""}">{esc(one["text"])}</div>'
            for one in said
            if one["user"] == friend["id"] and one["shown"]
        )
        act, act_words = ("unblock", "ブロックをやめる") if friend["blocked"] else ("block", "ブロックする")
        at = f"/friends/{esc(friend['id'])}"
        out.append(
            f'<section class="phone"><h2>{esc(friend["name"])}{"(ブロック中)" if friend["blocked"] else ""}</h2>{words}'
            f'<form method="post" action="{at}/say"><label>区のアカウントへ書く <input name="text" autocomplete="off">'
            f"</label> <button>この言葉を送る</button></form>"
            f'<form method="post" action="{at}/{act}"><button>{act_words}</button></form></section>'
        )
    add = '<form method="post" action="/friends"><button>新しい人が友だちに追加する</button></form>'
    return "".join(out) + add + fault_form(FAULTS, box.fault())


def main(argv: Sequence[str] | None = None) -> int:
    """Command line of the sandbox."""
    given = told(
        argv,
        prog="jichi.engines.messages.sandboxes.line",
        about=__doc__.splitlines()[0],
        folder="folder for chats, what is owed and faults",
    )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    shared = secret()
    origin = os.environ.get("JICHI_ORIGIN", "http://localhost:8000")
    LineHandler.secret = shared
    run(Peer(Box(given.dir), given.port, given.host, origin, lambda body: webhook_signature(shared, body)), LineHandler)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
