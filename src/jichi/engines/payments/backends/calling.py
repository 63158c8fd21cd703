"""One HTTP call to a payment firm: whether it went out at all is told apart, for what went out may have been done."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from contextlib import closing
from typing import Final
from urllib.parse import SplitResult

from ..protocol import MOST_BODY

TIMEOUT: Final = 8.0
"""Seconds for connecting and for each read: somebody waits."""
LATER: Final = frozenset({408, 409, 425, 429})
"""Answers after which trying again is right: busy, too many, or the same key is being worked on."""


class NotReachedError(Exception):
    """The connection failed before the firm can have read the request."""


def call(
    at: SplitResult, method: str, path: str, body: bytes, headers: Mapping[str, str], *, most: int = MOST_BODY
) -> tuple[int, bytes]:
    """Status and body of one call; `most` bytes of it are read.

    Raises:
        NotReachedError; OSError, HTTPException: after the request went out.
    """
    host, port = at.hostname or "", at.port
    line: http.client.HTTPConnection = (
        http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
        if at.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    )
    with closing(line):
        try:
            line.connect()
        except OSError as error:
            raise NotReachedError(type(error).__name__) from error
        line.request(method, path, body=body or None, headers=dict(headers))
        answer = line.getresponse()
        return answer.status, answer.read(most + 1)
