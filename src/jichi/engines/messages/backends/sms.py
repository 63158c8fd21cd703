"""SMS by a domestic gateway: JSON over HTTP, our id as idempotency key, a question for what may have arrived.

Firms differ in names, not in kind: `fields`, `paths` and `statuses` of the peer say how this one calls things.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from jichi.kernel import clock

from ..rules import Answer, RingHours
from ..writing import sms_text
from .base import Letter, Outgoing, Step
from .http import TIMEOUT, GatewayAwayError, GatewayBrokenOffError, HttpLine, Reply

logger = logging.getLogger("jichi.messages")

FIELDS: Final[Mapping[str, str]] = {
    "id": "id", "to": "to", "from": "from", "text": "text", "status": "status", "code": "code",
}  # fmt: skip
PATHS: Final[Mapping[str, str]] = {"send": "/messages", "status": "/messages/{id}"}
STATUSES: Final[Mapping[str, str]] = {
    name: name for name in ("accepted", "delivered", "undelivered", "expired", "rejected")
}
"""A gateway's word → ours."""
UNDELIVERED: Final = frozenset({"undelivered", "expired", "rejected"})


MOST_DAYS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsSettings:
    """How to speak to the gateway: secrets/peers.json, "sms" (docs/messages.md)."""

    url: str
    secret: str = field(repr=False)
    kind: str = "gateway"
    sign: str = "hmac"
    """"hmac": X-Signature over time and body; "token": Authorization: Bearer."""
    sender: str = ""
    hours: RingHours = field(default_factory=RingHours)
    receipts: bool = True
    """Does this gateway report what arrived?"""
    per_case_days: int = 0
    """At most one SMS about a case in so many days: what follows goes by the next channel. 0: no limit."""
    fields: Mapping[str, str] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)

    def name_of(self, what: str) -> str:
        """How this gateway calls one of FIELDS."""
        return self.fields.get(what, FIELDS[what])

    def path_of(self, what: str, key: UUID | None = None) -> str:
        """Where this gateway takes messages and questions."""
        return self.paths.get(what, PATHS[what]).replace("{id}", str(key or ""))

    def status_of(self, body: Mapping[str, Any]) -> str:
        """The status in a report, in our words; "" for one we do not know."""
        word = str(body.get(self.name_of("status"), ""))
        return self.statuses.get(word, STATUSES.get(word, ""))


def sms_settings(peer: Mapping[str, Any]) -> SmsSettings:
    """What the instance says of its SMS gateway.

    Raises:
        ValueError: a setting is missing or wrong; the text names it.
    """
    if not peer.get("url") or not peer.get("secret"):
        raise ValueError("sms needs url and secret")
    is_sandbox = peer.get("kind") == "sandbox"
    given = peer.get("hours", (0, 24) if is_sandbox else (9, 20))
    try:
        hours = RingHours(int(given[0]), int(given[1]), bool(peer.get("sundays", is_sandbox)))
    except (TypeError, IndexError, ValueError):
        raise ValueError("sms: hours are two numbers, [9, 20]") from None
    days = peer.get("per_case_days", 0)
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= MOST_DAYS:
        raise ValueError(f"sms: per_case_days is a number from 0 to {MOST_DAYS}")
    sign = str(peer.get("sign", "hmac"))
    if sign not in ("hmac", "token"):
        raise ValueError('sms: sign is "hmac" or "token"')
    return SmsSettings(
        per_case_days=days,
        url=str(peer["url"]), secret=str(peer["secret"]), kind=str(peer.get("kind", "gateway")), sign=sign, hours=hours,
        sender=str(peer.get("sender", "0000" if is_sandbox else "")), receipts=bool(peer.get("receipts", True)),
        fields=dict(peer.get("fields", {})), paths=dict(peer.get("paths", {})), statuses=dict(peer.get("statuses", {})),
    )  # fmt: skip


def sms_signature(secret: str, at: str, body: bytes) -> str:
    """X-Signature: HMAC-SHA256 over X-Timestamp, a dot and the body, in hexadecimal."""
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


def signed_headers(told: SmsSettings, body: bytes) -> dict[str, str]:
    """What proves that a request comes from us."""
    if told.sign == "token":
        return {"Authorization": f"Bearer {told.secret}"}
    at = str(int(clock.now().timestamp()))
    return {"X-Timestamp": at, "X-Signature": sms_signature(told.secret, at, body)}


def proves(told: SmsSettings, headers: Mapping[str, str], body: bytes) -> bool:
    """Does a report come from the gateway? By the same proof as ours."""
    if told.sign == "token":
        return hmac.compare_digest(headers.get("Authorization", "").encode(), f"Bearer {told.secret}".encode())
    wanted = sms_signature(told.secret, headers.get("X-Timestamp", ""), body)
    return hmac.compare_digest(wanted.encode(), headers.get("X-Signature", "").encode())


class SmsLine(HttpLine):
    """A line to the SMS gateway."""

    def __init__(self, told: SmsSettings, *, at_step: Step, timeout: float = TIMEOUT) -> None:
        super().__init__(told.url, at_step=at_step, timeout=timeout)
        self._told = told

    def send(self, outgoing: Outgoing) -> Answer:
        """Hand one SMS over under its key."""
        headers = {**signed_headers(self._told, outgoing.content), "Idempotency-Key": str(outgoing.key)}
        try:
            reply = self.call("POST", self._told.path_of("send"), body=outgoing.content, headers=headers)
        except GatewayAwayError as error:
            logger.warning("SMS gateway out of reach: %s", error)
            return Answer("away", "sms.server_away")
        except GatewayBrokenOffError as error:
            logger.warning("the SMS gateway broke off: %s", error)
            return Answer("unknown", "sms.broken_off")
        return self._meaning(reply)

    def _meaning(self, reply: Reply) -> Answer:
        status = reply.status
        if status == 409:  # our key is known there: an earlier try has arrived
            return Answer("taken")
        if 200 <= status < 300:
            return self._standing(reply) or Answer("taken")
        if status in (502, 504):  # somebody between us gave up waiting; what is behind may have taken it
            return Answer("unknown", f"sms.broken_off:{status}")
        if status in (401, 403):  # about us, not about the reader
            return Answer("later", f"sms.sender_refused:{status}")
        if status == 429 or status >= 500:
            return Answer("later", f"sms.busy:{status}")
        return Answer("never", f"sms.refused:{status}")

    def _standing(self, reply: Reply) -> Answer | None:
        found = self._told.status_of(reply.body)
        if found in UNDELIVERED:
            return Answer("never", f"sms.{found}")
        return Answer("taken", receipt=found if found == "delivered" else "") if found else None

    def ask(self, key: UUID) -> Answer | None:
        """What became of it there; None: it never arrived, so it may be sent."""
        path = self._told.path_of("status", key)
        try:
            reply = self.call("GET", path, body=b"", headers=signed_headers(self._told, b""))
        except (GatewayAwayError, GatewayBrokenOffError):
            return Answer("away", "sms.server_away")
        if reply.status == 404:
            return None
        if 200 <= reply.status < 300:
            return self._standing(reply) or Answer("later", "sms.no_status")
        return Answer("later", f"sms.busy:{reply.status}")


class SmsBackend:
    """SMS, by the gateway that the instance names."""

    name = "sms"
    on = True
    repeatable = True

    def __init__(self, told: SmsSettings) -> None:
        self.told = told

    def write(self, letter: Letter) -> Outgoing:
        """The request's body. Raises ValueError for what no SMS may say."""
        text = sms_text(letter.template, letter.language, params=letter.params, about=letter.about)
        told = self.told
        body = {
            told.name_of("id"): str(letter.key), told.name_of("to"): letter.to, told.name_of("from"): told.sender,
            told.name_of("text"): text,
        }  # fmt: skip
        return Outgoing(letter.to, letter.key, json.dumps(body, ensure_ascii=False).encode())

    def open(self, at_step: Step) -> SmsLine:
        """A line to the gateway, for one round."""
        return SmsLine(self.told, at_step=at_step)
