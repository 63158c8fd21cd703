"""The clamd client against a peer that speaks the protocol over real sockets."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jichi.engines.files.backends.clamd import ClamdScanner
from jichi.engines.files.backends.sandbox import EICAR
from jichi.engines.files.scanning import ScannerAway


def read_exactly(peer: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = peer.recv(count - len(data))
        if not part:
            raise ConnectionError
        data += part
    return data


def honest(peer: socket.socket) -> None:
    """Does what clamd does."""
    command = b""
    while not command.endswith(b"\0"):
        command += read_exactly(peer, 1)
    if command == b"zPING\0":
        peer.sendall(b"PONG\0")
        return
    assert command == b"zINSTREAM\0"
    content = b""
    while size := struct.unpack("!I", read_exactly(peer, 4))[0]:
        content += read_exactly(peer, size)
    peer.sendall(b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


def saying(answer: bytes) -> Callable[[socket.socket], None]:
    """Takes the first bytes and answers so, whatever comes."""

    def behave(peer: socket.socket) -> None:
        peer.recv(64)
        peer.sendall(answer)

    return behave


@contextmanager
def peer_on(server: socket.socket, behave: Callable[[socket.socket], object]) -> Iterator[None]:
    server.listen()

    def serve() -> None:
        try:
            while True:
                peer, _ = server.accept()
                with peer:
                    behave(peer)
        except OSError:
            return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


@contextmanager
def unix_peer(folder: Path, behave: Callable[[socket.socket], object] = honest) -> Iterator[str]:
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(folder / "clamd"))
    with peer_on(server, behave):
        yield str(folder / "clamd")


def test_over_a_unix_socket(tmp_path: Path) -> None:
    with unix_peer(tmp_path) as address:
        scanner = ClamdScanner(address=address, timeout_s=5)
        scanner.ping()
        assert scanner.scan(b"harmless" * 50_000) is None
        assert scanner.scan(b"x" * 70_000 + EICAR) == "Eicar-Signature"
        assert scanner.scan(b"") is None


def test_over_tcp() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    with peer_on(server, honest):
        scanner = ClamdScanner(address=f"127.0.0.1:{server.getsockname()[1]}", timeout_s=5)
        scanner.ping()
        assert scanner.scan(EICAR) == "Eicar-Signature"


@pytest.mark.parametrize(
    "answer",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: OK",  # cut off before its end: it could have gone on
        b"stream: OKAY\0",
        b"\0",
        b"",
        b"stream: Can't allocate memory ERROR\0",
    ],
)
def test_any_other_answer_is_no_answer(tmp_path: Path, answer: bytes) -> None:
    with unix_peer(tmp_path, saying(answer)) as address, pytest.raises(ScannerAway):
        ClamdScanner(address=address, timeout_s=5).scan(b"x")


def test_nobody_there(tmp_path: Path) -> None:
    scanner = ClamdScanner(address=str(tmp_path / "none"))
    with pytest.raises(ScannerAway, match="FileNotFoundError"):
        scanner.scan(b"x")
    with pytest.raises(ScannerAway):
        scanner.ping()


def test_one_that_never_answers_does_not_hold_us(tmp_path: Path) -> None:
    hold = threading.Event()
    with unix_peer(tmp_path, lambda _: hold.wait(10)) as address:
        with pytest.raises(ScannerAway, match="TimeoutError"):
            ClamdScanner(address=address, timeout_s=0.2).scan(b"x")
        hold.set()
