"""One thing that happened on a page, as it waits to be written; who is a robot, what is a telephone. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

KINDS: Final = ("view", "started", "saved", "error", "left", "sent")
DEVICES: Final = ("phone", "tablet", "desktop")
LONGEST: Final = 3600
"""Seconds on a page above which nobody was there any more; not counted as time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What is known for the second until it is written. `client` and `attempt` become numbers then and are forgotten.

    `client`: address and browser; `attempt`: what tells one application being written from another; "" for none.
    `plain`: without JavaScript; None where that is not known. `seconds`: since the page was shown.
    """

    at: datetime
    kind: str
    subject: str = ""
    version: int = 0
    page: str = ""
    language: str = "ja"
    device: str = "desktop"
    plain: bool | None = None
    client: str = ""
    attempt: str = ""
    seconds: int | None = None


def keyed(salt: bytes | None, text: str) -> int:
    """The number a text becomes under the day's salt, 64 bits with sign; 0 for nothing and without a salt."""
    if not text or not salt:
        return 0
    digest = hmac.digest(salt, text.encode("utf-8", "surrogatepass"), "sha256")
    return int.from_bytes(digest[:8], "big", signed=True) or 1


def device_of(agent: str, mobile_hint: str = "") -> str:
    """Phone, tablet or desktop: from the browser's own hint, else from the family its name shows.

    Args:
        agent: the User-Agent header.
        mobile_hint: the Sec-CH-UA-Mobile header ("?1", "?0" or "").
    """
    if "iPad" in agent or "Tablet" in agent or ("Android" in agent and "Mobi" not in agent):
        return "tablet"
    if mobile_hint == "?1" or "Mobi" in agent or "iPhone" in agent:
        return "phone"
    return "desktop"


def robot_words(text: str) -> tuple[str, ...]:
    """The words of a list of robots: one a line, in lower case; lines with # are remarks."""
    lines = (line.strip().lower() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def wants_no_counting(headers: Mapping[str, str]) -> bool:
    """Did the browser say that it does not want to be counted (Do Not Track, Global Privacy Control)?"""
    return headers.get("DNT") == "1" or headers.get("Sec-GPC") == "1"


def seconds_between(shown: str, now: float) -> int | None:
    """How long a page was open: from the moment written into it (seconds of the epoch) to now.

    None when that can't be read, lies ahead, or is over an hour away. What a browser sends is only believed that far.
    """
    if not (shown.isascii() and shown.isdecimal() and len(shown) <= 12):
        return None
    taken = int(now) - int(shown)
    return taken if 0 <= taken <= LONGEST else None
