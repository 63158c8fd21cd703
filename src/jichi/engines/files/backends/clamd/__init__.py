"""ClamAV's daemon, by its INSTREAM command over a unix or TCP socket.

Wire format: "zINSTREAM\\0", then chunks, each a 4-byte big-endian length and its bytes, a length of
zero at the end; the answer is "stream: OK", "stream: NAME FOUND" or "… ERROR", ended by NUL.
"""

from __future__ import annotations

import socket
import struct
from contextlib import closing

from jichi.engines.files.scanning import ScannerAway

_CHUNK = 1 << 16
_MAX_ANSWER = 4096


class ClamdScanner:
    """Options: `address` = "/run/clamav/clamd.ctl" or "host:port"; `timeout_s` for each step."""

    name = "clamd"

    def __init__(self, *, address: str, timeout_s: float = 30.0) -> None:
        self._address = address
        self._timeout_s = timeout_s

    def scan(self, data: bytes) -> str | None:
        """The signature's name, or None if clean."""
        answer = self._ask(b"zINSTREAM\0", data)
        if answer == "stream: OK":
            return None
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        # "INSTREAM size limit exceeded", "Command read timed out", a cut-off answer: none of them says clean.
        raise ScannerAway(answer[:100] or "no answer")

    def ping(self) -> None:
        """ScannerAway unless the daemon says PONG."""
        answer = self._ask(b"zPING\0", None)
        if answer != "PONG":
            raise ScannerAway(answer[:100] or "no answer")

    def _ask(self, command: bytes, data: bytes | None) -> str:
        try:
            with closing(self._connect()) as peer:
                try:
                    peer.sendall(command)
                    if data is not None:
                        self._send_stream(peer, data)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # it stopped reading early; what it said about why may still be readable
                return self._read(peer)
        except OSError as error:
            raise ScannerAway(type(error).__name__) from error

    def _connect(self) -> socket.socket:
        if "/" in self._address:
            peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            peer.settimeout(self._timeout_s)
            try:
                peer.connect(self._address)
            except OSError:
                peer.close()
                raise
            return peer
        host, _, port = self._address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=self._timeout_s)

    @staticmethod
    def _send_stream(peer: socket.socket, data: bytes) -> None:
        view = memoryview(data)
        for start in range(0, len(view), _CHUNK):
            part = view[start : start + _CHUNK]
            peer.sendall(struct.pack("!I", len(part)) + part)
        peer.sendall(struct.pack("!I", 0))

    @staticmethod
    def _read(peer: socket.socket) -> str:
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _MAX_ANSWER:
            part = peer.recv(_MAX_ANSWER)
            if not part:
                break
            answer += part
        # Without the closing NUL the answer may be cut off: "stream: OK" must have come whole.
        return answer[:-1].decode("utf-8", "replace") if answer.endswith(b"\0") else ""
