"""A lean HTTP client for load: raw keep-alive sockets, requests built before the clock starts, one thread."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Answered:
    """What came back: seconds in all, statuses counted, seconds of each request."""

    seconds: float
    statuses: dict[str, int] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    unexpected: bytes = b""


@dataclass(slots=True)
class _Line:
    connection: socket.socket
    buffer: bytes = b""
    sent_at: float = 0.0


def post(path: str, *, cookie: str, body: bytes, port: int) -> bytes:
    """One prepared POST of a form."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\nCookie: {cookie}\r\n"
        "Accept-Language: ja\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def send_all(port: int, requests: Sequence[bytes], *, connections: int, wanted: bytes) -> Answered:
    """Send all requests over so many connections, each the next one when its answer is there.

    Args:
        wanted: what the head of every answer has to hold; the first that does not is kept in `unexpected`.
    """
    waiting = iter(requests)
    lines = selectors.DefaultSelector()
    found = Answered(0.0)
    began = time.perf_counter()
    open_lines = 0
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = _Line(connection)
        lines.register(connection, selectors.EVENT_READ, line)
        open_lines += _next(line, waiting)
    while open_lines:
        for key, _ in lines.select(30.0) or _dead():
            line = key.data
            piece = line.connection.recv(65536)
            if not piece:
                raise ConnectionError("the server closed a connection")
            line.buffer += piece
            head, complete = _head(line.buffer)
            if not complete:
                continue
            found.waits.append(time.perf_counter() - line.sent_at)
            status = head[9:12].decode()
            found.statuses[status] = found.statuses.get(status, 0) + 1
            if wanted not in head and not found.unexpected:
                found.unexpected = line.buffer[:4000]
            line.buffer = b""
            if not _next(line, waiting):
                open_lines -= 1
    found.seconds = time.perf_counter() - began
    for key in list(lines.get_map().values()):
        key.data.connection.close()
    lines.close()
    return found


def _dead() -> list[tuple[selectors.SelectorKey, int]]:
    raise TimeoutError("no answer for 30 s")


def _next(line: _Line, waiting: object) -> int:
    request = next(waiting, None)  # type: ignore[call-overload] # an iterator of bytes
    if request is None:
        return 0
    line.sent_at = time.perf_counter()
    line.connection.sendall(request)
    return 1


def _head(buffer: bytes) -> tuple[bytes, bool]:
    """The head, and whether the whole answer is there."""
    at = buffer.find(b"\r\n\r\n")
    if at < 0:
        return b"", False
    head = buffer[:at]
    for row in head.lower().split(b"\r\n"):
        if row.startswith(b"content-length:"):
            return head, len(buffer) >= at + 4 + int(row[15:])
        if row.startswith(b"transfer-encoding:"):
            return head, buffer.endswith(b"0\r\n\r\n")
    return head, True
