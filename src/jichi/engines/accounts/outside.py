"""The one way this room asks a peer over HTTP: no redirects, short, limited, and not again at once after a failure."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import IO, Any, Final
from urllib.parse import urlsplit

from jichi.kernel import trace
from jichi.kernel.errors import Unavailable

TIMEOUT: Final = 5.0
"""Seconds for a whole answer: a page waits for it."""
REST: Final = 5.0
"""Seconds for which a peer that failed to answer is not asked again, so that waiting pages do not pile up."""
LARGEST: Final = 512 * 1024
SERVER_ERRORS: Final = 500

_resting: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status below 500."""

    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises Unavailable when it is none: a page of some proxy, say."""
        try:
            found = json.loads(self.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Unavailable("peer.nonsense")
        return found


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nothing: an address of a peer is what its settings say."""
        return


def rested() -> None:
    """Forget which peers failed."""
    _resting.clear()


def call(url: str, *, data: bytes | None = None, headers: Mapping[str, str] | None = None, proxy: str = "") -> Answer:
    """GET, or POST with `data`.

    Raises:
        Unavailable: no connection, too slow, too large, or an answer of 500 and above; then, for a few
            seconds, at once. Also an address that is neither https nor on this machine.
    """
    parts = urlsplit(url)
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise Unavailable("peer.address")
    if _resting.get(parts.netloc, 0) > time.monotonic():
        raise Unavailable("peer.resting")
    proxies = {"http": proxy, "https": proxy} if proxy else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies), _NoRedirect())
    sent = {"User-Agent": "Jichi", **trace.headers(), **(headers or {})}
    request = urllib.request.Request(url, data=data, headers=sent)  # noqa: S310 - the scheme is looked at above
    try:
        try:
            with opener.open(request, timeout=TIMEOUT) as response:
                answer = Answer(response.status, _read(response))
        except urllib.error.HTTPError as error:
            with error:
                answer = Answer(error.code, _read(error))
    except (OSError, HTTPException) as error:
        _resting[parts.netloc] = time.monotonic() + REST
        raise Unavailable("peer.down") from error
    if answer.status >= SERVER_ERRORS:
        _resting[parts.netloc] = time.monotonic() + REST
        raise Unavailable("peer.down")
    return answer


def _read(response: IO[bytes]) -> bytes:
    """The body within the limits of time and size. Raises TimeoutError, which is an OSError."""
    until, found = time.monotonic() + TIMEOUT, bytearray()
    while piece := response.read(16 * 1024):
        found += piece
        if len(found) > LARGEST or time.monotonic() > until:
            raise TimeoutError
    return bytes(found)
