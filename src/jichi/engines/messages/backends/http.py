"""JSON over HTTP to a gateway, step by step, so that we know whether a request may have arrived."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from jichi.kernel import trace

from .base import Step

TIMEOUT: Final = 20.0
"""Seconds for each step."""
PROBE_TIMEOUT: Final = 5.0
LONGEST_ANSWER: Final = 1 << 20


class GatewayAwayError(Exception):
    """Nothing was handed over: no connection."""


class GatewayBrokenOffError(Exception):
    """The request was handed over, at least in part, and no whole answer came."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and body of an answer; a body that is no JSON object is an empty one."""

    status: int
    body: Mapping[str, Any]


class HttpLine:
    """One connection for a round; opened at the first request, opened anew after it broke."""

    def __init__(self, url: str, *, at_step: Step, timeout: float = TIMEOUT) -> None:
        self._url, self._at_step, self._timeout = urlsplit(url), at_step, timeout
        self._line: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None

    def _open(self) -> http.client.HTTPConnection:
        if self._line is not None:
            return self._line
        host, port = self._url.hostname, self._url.port
        if not host:
            raise OSError("no gateway is configured")
        line = (
            http.client.HTTPSConnection(host, port, timeout=self._timeout, context=ssl.create_default_context())
            if self._url.scheme == "https"
            else http.client.HTTPConnection(host, port, timeout=self._timeout)
        )
        line.connect()
        self._line = line
        self._at_step("connected")
        return line

    def probe(self) -> None:
        """Connect and leave, within a few seconds. Raises OSError when that fails."""
        self._timeout = min(self._timeout, PROBE_TIMEOUT)
        self._open()
        self._drop()

    def call(self, method: str, path: str, *, body: bytes, headers: Mapping[str, str]) -> Reply:
        """One request and its answer.

        Raises:
            GatewayAwayError, GatewayBrokenOffError.
        """
        try:
            line = self._open()
        except (OSError, http.client.HTTPException) as error:
            self._drop()
            raise GatewayAwayError(type(error).__name__) from None
        self._at_step("before_data")
        try:
            given = {**trace.headers(), **headers, **({"Content-Type": "application/json"} if body else {})}
            line.request(method, self._url.path.rstrip("/") + path, body=body or None, headers=given)
            self._at_step("data_sent")
            answer = line.getresponse()
            content = answer.read(LONGEST_ANSWER)
            if answer.will_close or len(content) == LONGEST_ANSWER:
                self._drop()
        except (OSError, http.client.HTTPException) as error:
            self._drop()
            raise GatewayBrokenOffError(type(error).__name__) from None
        return Reply(answer.status, _object(content))


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
