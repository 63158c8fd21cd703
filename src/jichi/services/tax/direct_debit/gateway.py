"""The gateway of the banks that `JICHI_PEERS["debit_bank"]` names: hosted pages on which an account is registered.

Calls go out over the network: never make one while rows are locked.
"""

from __future__ import annotations

import http.client
import logging
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from jichi.kernel import clock, trace

from .protocol import HEADER, KEY_HEADER, MOST_BODY, Word, packed, read_word, sign, unpacked

logger = logging.getLogger("jichi.direct_debit")
PEER: Final = "debit_bank"
TIMEOUT: Final = 8.0
_CLOSED: Final = 409


class AwayError(Exception):
    """No connection, no answer, or one that can't be read: trying later is right."""


class ClosedError(Exception):
    """The bank takes no registrations now."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the bank on which one registration can be made."""

    ref: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the bank is asked to register. `kana`: the payer's name, for the bank's comparison."""

    reference: UUID
    bank: str
    kana: str
    titles: tuple[str, ...]
    language: str
    nonce: str
    return_url: str
    callback_url: str
    expires_at: datetime


def peer() -> dict[str, Any]:
    """What the instance was told of the gateway: {} where there is none."""
    found: dict[str, Any] = settings.JICHI_PEERS.get(PEER, {})
    return found


def secret() -> str:
    """What we share with it."""
    return str(peer().get("secret", ""))


def is_there() -> bool:
    """Is a gateway configured?"""
    return bool(peer().get("url") and secret())


def open_page(asked: Asked) -> Page:
    """A page for one registration; the same reference answers the same page. Raises AwayError, ClosedError."""
    found = _ask("POST", "/v1/registrations", {
        "reference": str(asked.reference), "bank": asked.bank, "kana": asked.kana, "titles": list(asked.titles),
        "language": asked.language, "nonce": asked.nonce, "return_url": asked.return_url,
        "callback_url": asked.callback_url, "expires_at": asked.expires_at.isoformat(),
    }, str(asked.reference))  # fmt: skip
    at = urlsplit(str(peer()["url"]))
    url = str(found.get("url", ""))
    if found.get("reference") != str(asked.reference) or not url.startswith(f"{at.scheme}://{at.netloc}/"):
        raise AwayError("an answer about something else")
    return Page(str(found.get("id", "")), url)


def word_of(ref: str) -> Word:
    """How a registration stands at the bank. Raises AwayError."""
    try:
        return read_word(_ask("GET", f"/v1/registrations/{ref}"))
    except (ValueError, ClosedError) as error:
        raise AwayError("an answer that can't be read") from error


def _ask(method: str, path: str, content: Mapping[str, Any] | None = None, key: str = "") -> dict[str, Any]:
    at = urlsplit(str(peer().get("url", "")).rstrip("/"))
    full, body = at.path + path, packed(content) if content is not None else b""
    moment = int(clock.now().timestamp())
    headers = {
        HEADER: sign(secret(), at=moment, method=method, path=full, body=body), "Accept": "application/json",
        "Content-Type": "application/json", KEY_HEADER: key, **trace.headers(),
    }  # fmt: skip
    host, port = at.hostname or "", at.port
    line: http.client.HTTPConnection = (
        http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
        if at.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    )
    try:
        with closing(line):
            line.request(method, full, body=body or None, headers=headers)
            answer = line.getresponse()
            status, told = answer.status, answer.read(MOST_BODY + 1)
        if status == _CLOSED:
            raise ClosedError
        if not 200 <= status < 300:
            raise AwayError(f"answer {status}")
        return unpacked(told)
    except (OSError, http.client.HTTPException, ValueError) as error:
        logger.warning("the bank's gateway can't be used: %s", type(error).__name__)
        raise AwayError(type(error).__name__) from error
