"""LINE by the published Messaging API: push with a retry key, so that the same message never comes twice."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from ..rules import Answer, is_user_id
from ..writing import chat_texts
from .base import Letter, Outgoing, Step
from .http import TIMEOUT, GatewayAwayError, GatewayBrokenOffError, HttpLine

logger = logging.getLogger("jichi.messages")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSettings:
    """Our LINE channel: secrets/peers.json, "line" (docs/messages.md)."""

    url: str
    channel_secret: str = field(repr=False)
    channel_access_token: str = field(repr=False)
    kind: str = "line"
    add_url: str = ""
    """Where people add our official account as a friend."""


def line_settings(peer: Mapping[str, Any]) -> LineSettings:
    """What the instance says of its LINE channel; the sandbox has one secret for both.

    Raises:
        ValueError: a setting is missing; the text names it.
    """
    shared = peer.get("secret", "") if peer.get("kind") == "sandbox" else ""
    given = {name: str(peer.get(name) or shared) for name in ("channel_secret", "channel_access_token")}
    if not peer.get("url") or not all(given.values()):
        raise ValueError("line needs url, channel_secret and channel_access_token")
    add_url = str(peer.get("add_url") or (f"{peer['url']}/" if shared else ""))
    return LineSettings(url=str(peer["url"]), kind=str(peer.get("kind", "line")), add_url=add_url, **given)


class LineLine(HttpLine):
    """A line to LINE."""

    def __init__(self, told: LineSettings, *, at_step: Step, timeout: float = TIMEOUT) -> None:
        super().__init__(told.url, at_step=at_step, timeout=timeout)
        self._told = told

    def send(self, outgoing: Outgoing) -> Answer:
        """Push one message. The retry key is known there for 24 hours; a second try is answered with 409."""
        headers = {
            "Authorization": f"Bearer {self._told.channel_access_token}", "X-Line-Retry-Key": str(outgoing.key),
        }  # fmt: skip
        try:
            reply = self.call("POST", "/v2/bot/message/push", body=outgoing.content, headers=headers)
        except GatewayAwayError as error:
            logger.warning("LINE out of reach: %s", error)
            return Answer("away", "line.server_away")
        except GatewayBrokenOffError as error:
            logger.warning("LINE broke off: %s", error)
            return Answer("unknown", "line.broken_off")
        return meaning(reply.status, str(reply.body.get("message", "")))

    def ask(self, _key: UUID) -> Answer | None:
        """Not needed: sending again under the same key is the question."""
        return None


def meaning(status: int, said: str = "") -> Answer:
    """What LINE's status to a push means: 409 is an earlier try that was accepted; 4xx will not get better.

    Args:
        said: LINE's own words; a 429 for the month's quota does not get better by waiting either.
    """
    if status == 429 and "monthly limit" in said:
        return Answer("never", "line.quota:429")
    if 200 <= status < 300 or status == 409:
        return Answer("taken")
    if status in (401, 403):  # about us, not about the reader
        return Answer("later", f"line.sender_refused:{status}")
    if status == 429 or status >= 500:
        return Answer("later", f"line.busy:{status}")
    return Answer("never", f"line.refused:{status}")


class LineBackend:
    """LINE, by the channel that the instance names."""

    name = "line"
    on = True
    repeatable = True

    def __init__(self, told: LineSettings) -> None:
        self.told = told

    def write(self, letter: Letter) -> Outgoing:
        """The push's body. Raises ValueError for what LINE would not take."""
        if not is_user_id(letter.to):
            raise ValueError("not the id of a LINE user")
        texts = chat_texts(letter.template, letter.language, params=letter.params, about=letter.about)
        body = {"to": letter.to, "messages": [{"type": "text", "text": text} for text in texts]}
        return Outgoing(letter.to, letter.key, json.dumps(body, ensure_ascii=False).encode())

    def open(self, at_step: Step) -> LineLine:
        """A line to LINE, for one round."""
        return LineLine(self.told, at_step=at_step)
