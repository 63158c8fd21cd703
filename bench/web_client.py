"""A lean HTTP client for load: raw keep-alive sockets, requests built before the clock starts, one thread."""

from __future__ import annotations

import heapq
import selectors
import socket
import time
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class Answered:
    """What came back: seconds in all, statuses counted, seconds of each request."""

    seconds: float
    statuses: dict[str, int] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    unexpected: bytes = b""


@dataclass(slots=True, eq=False)
class _Line:
    connection: socket.socket
    buffer: bytes = b""
    sent_at: float = 0.0


def get(path: str, *, cookie: str, port: int) -> bytes:
    """One prepared GET of a page."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}\r\nAccept-Language: ja\r\n\r\n".encode()


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
        connection = _connected(port)
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


def converse(port: int, people: Sequence[Generator[bytes, bytes, None]], *, connections: int) -> Answered:
    """So many people at a time, one connection each, who send the next request when they have read the answer.

    Each yields requests and is told the whole answer; who is through makes room for the next. `waits` are seconds of
    each request, as in `send_all`.
    """
    waiting, lines, found = iter(people), selectors.DefaultSelector(), Answered(0.0)
    talks: dict[_Line, Generator[bytes, bytes, None]] = {}

    def begin(line: _Line) -> None:
        """The next person takes the line, or it is closed."""
        for talk in waiting:
            with suppress(StopIteration):
                said = next(talk)
                talks[line] = talk
                _say(line, said)
                return
        lines.unregister(line.connection)
        line.connection.close()
        talks.pop(line, None)

    began = time.perf_counter()
    for _ in range(min(connections, len(people))):
        line = _Line(_connected(port))
        lines.register(line.connection, selectors.EVENT_READ, line)
        begin(line)
    while talks:
        for key, _ in lines.select(60.0) or _dead():
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
            answer, line.buffer = line.buffer, b""
            if status[:1] == "5" and not found.unexpected:
                found.unexpected = answer[:4000]
            try:
                _say(line, talks[line].send(answer))
            except StopIteration:
                begin(line)
    found.seconds = time.perf_counter() - began
    lines.close()
    return found


def _say(line: _Line, request: bytes) -> None:
    line.sent_at = time.perf_counter()
    line.connection.sendall(request)


def _connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def send_in_time(port: int, plans: Sequence[Sequence[tuple[float, bytes]]]) -> Answered:
    """Each plan over a connection of its own, as a person presses: (seconds to wait first, request), one by one.

    What counts as waiting begins with the moment at which a request was due.
    """
    return _People(port, plans).pressed()


class _People:
    def __init__(self, port: int, plans: Sequence[Sequence[tuple[float, bytes]]]) -> None:
        self.port, self.selector, self.found = port, selectors.DefaultSelector(), Answered(0.0)
        self.rest = [iter(plan) for plan in plans]
        self.waiting = sum(map(len, plans))
        self.due: list[tuple[float, int]] = []
        self.ready: dict[int, bytes] = {}
        self.lines = {place: self._connected(place) for place in range(len(plans))}
        for place in self.lines:
            self._plan_next(place)

    def _connected(self, place: int) -> _Line:
        connection = _connected(self.port)
        self.selector.register(connection, selectors.EVENT_READ, place)
        return _Line(connection)

    def _plan_next(self, place: int) -> None:
        wait, request = next(self.rest[place], (0.0, b""))
        if request:
            self.ready[place] = request
            heapq.heappush(self.due, (time.perf_counter() + wait, place))

    def pressed(self) -> Answered:
        began = time.perf_counter()
        while self.waiting:
            while self.due and self.due[0][0] <= time.perf_counter():
                at, place = heapq.heappop(self.due)
                self.lines[place].sent_at = at
                self.lines[place].connection.sendall(self.ready.pop(place))
            wait = max(0.0, self.due[0][0] - time.perf_counter()) if self.due else 30.0
            for key, _ in self.selector.select(wait) or ([] if self.due else _dead()):
                self._read(key.data)
        self.found.seconds = time.perf_counter() - began
        for line in self.lines.values():
            line.connection.close()
        self.selector.close()
        return self.found

    def _read(self, place: int) -> None:
        line = self.lines[place]
        piece = line.connection.recv(65536)
        if not piece:
            if line.sent_at:
                raise ConnectionError("the server closed a connection and owes an answer")
            self.selector.unregister(line.connection)  # it lay idle for too long: a browser opens another one
            line.connection.close()
            self.lines[place] = self._connected(place)
            return
        line.buffer += piece
        head, complete = _head(line.buffer)
        if complete:
            self.found.waits.append(time.perf_counter() - line.sent_at)
            status = head[9:12].decode()
            self.found.statuses[status] = self.found.statuses.get(status, 0) + 1
            if status[:1] == "5" and not self.found.unexpected:
                self.found.unexpected = line.buffer[:4000]
            line.buffer, line.sent_at = b"", 0.0
            self.waiting -= 1
            self._plan_next(place)


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
