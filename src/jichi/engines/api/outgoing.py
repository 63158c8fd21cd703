"""The one way a delivery leaves the house: to the address that was looked at, no redirects, short, limited.

The name is resolved once; every address it has must be one we may reach, and the connection goes to that address.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

from jichi.kernel import trace

from . import rules

TIMEOUT: Final = 10.0
"""Seconds that one step may wait."""
DEADLINE = 20.0
"""Seconds for the whole of it: who answers a byte at a time holds nobody up."""
LARGEST: Final = 8 * 1024
SHOWN: Final = 500


class Refused(Exception):
    """An address that we do not go to: internal, or not readable."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the beginning of the text, and how long it took. `status` 0: nothing came."""

    status: int
    text: str
    milliseconds: int

    @property
    def taken(self) -> bool:
        """Did the receiver take it?"""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Allowed:
    """What `settings.JICHI_PEERS["webhooks"]` allows beside the open Internet."""

    networks: tuple[str, ...] = ()
    origin: str = ""
    """One origin that is reached as it is, plain HTTP included: the demo's stand-in."""


def allowed() -> Allowed:
    """What this house's settings allow."""
    peers: Mapping[str, Mapping[str, Any]] = settings.JICHI_PEERS
    told = peers.get("webhooks", {})
    origin = str(told.get("url", "")).rstrip("/") if told.get("kind") == "sandbox" else ""
    return Allowed(tuple(str(one) for one in told.get("networks", ())), origin)


def origin_of(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def resolved(url: str, may: Allowed) -> tuple[str, int]:
    """The address behind the name and its port, after every address of it was looked at.

    Raises:
        Refused: internal, or not readable. OSError: the name is not known.
    """
    own = bool(may.origin) and origin_of(url) == may.origin
    if not rules.readable_address(url, plain_allowed=own):
        raise Refused("address")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise Refused("address") from error
    if not host:
        raise Refused("address")
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(own or rules.is_public(one) or rules.within(one, may.networks) for one in found):
        raise Refused("internal")
    return found[0], port


class _Connection(HTTPConnection):
    """A connection to one address, whatever its name would mean a moment later."""

    def __init__(self, host: str, address: str, port: int, *, secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.address, self.secure = address, secure

    def connect(self) -> None:
        """To the address that was looked at; the certificate must be the name's."""
        plain = socket.create_connection((self.address, self.port), TIMEOUT)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host) if self.secure else plain

    def abort(self) -> None:
        """End whatever is waited for."""
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a delivery. Never raises for what the other side does: an answer with status 0 says why.

    Raises:
        Refused: an address that we do not go to.
    """
    began = time.monotonic()
    try:
        address, port = resolved(url, allowed())
    except OSError as error:
        return Answer(0, type(error).__name__, _since(began))
    parts = urlsplit(url)
    connection = _Connection(str(parts.hostname), address, port, secure=parts.scheme == "https")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    timer = threading.Timer(DEADLINE, connection.abort)
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", target, body, {"User-Agent": "Jichi-Webhooks", **trace.headers(), **headers})
        response = connection.getresponse()
        return Answer(response.status, _beginning(response, began), _since(began))
    except (OSError, HTTPException, ValueError) as error:
        return Answer(0, type(error).__name__, _since(began))
    finally:
        timer.cancel()
        connection.close()


def _beginning(response: HTTPResponse, began: float) -> str:
    """The beginning of the answer's text, within the limits of size and time."""
    found = b""
    while len(found) < LARGEST and time.monotonic() - began < TIMEOUT and (piece := response.read1(1024)):
        found += piece
    text = found.decode(errors="replace")
    return "".join(one if one.isprintable() else " " for one in text)[:SHOWN]


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
