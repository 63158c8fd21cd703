"""A large file of residents read by two processes: this one takes the first half, a child of its own the second.

Conversion is what a first load waits for, and one process keeps one core busy. The child knows no database: it sends
lines for COPY through a pipe, as many at a time as this process takes. Whatever is wrong in either half is left to
reading the file once more in one piece, which names the lines as they are.
"""

from __future__ import annotations

import csv
import io
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from .rules.importing import Reader, RegisterMapping

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

WORTH: Final = 16 << 20
"""Bytes from which on a second process pays: below, starting it takes longer than it saves."""
PIECE: Final = 1 << 20
BATCH: Final = 1_000


class WrongSomewhere(Exception):
    """A half holds an error, or can't be read by itself."""


@dataclass(frozen=True, slots=True)
class Middle:
    """Where the second half begins: bytes and lines before it."""

    offset: int
    lines: int


def may_halve(size: int, encoding: str, newline: str) -> bool:
    """Whether a file is worth two processes, and its rows can be told apart without decoding it."""
    return size >= WORTH and (os.cpu_count() or 1) > 1 and newline in ("LF", "CRLF") and encoding != "utf-16-le"


def middle_of(path: Path) -> Middle | None:
    """The first line end behind the middle that ends a row: an even number of quotes stands before it."""
    half = path.stat().st_size // 2
    quotes = lines = offset = 0
    with path.open("rb") as file:
        while offset < half:
            piece = file.read(min(PIECE, half - offset))
            quotes, lines, offset = quotes + piece.count(b'"'), lines + piece.count(b"\n"), offset + len(piece)
        for rest in file:
            quotes, lines, offset = quotes + rest.count(b'"'), lines + rest.count(b"\n"), offset + len(rest)
            if quotes % 2 == 0:
                return Middle(offset, lines)
    return None


class _Part(io.RawIOBase):
    """The bytes of a file from one place to another."""

    def __init__(self, path: Path, begin: int, end: int) -> None:
        self._file = path.open("rb", buffering=0)
        self._file.seek(begin)
        self._left = end - begin

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)[: max(self._left, 0)]
        found = self._file.readinto(view) or 0
        self._left -= found
        return found

    def close(self) -> None:
        self._file.close()
        super().close()


def part(path: Path, encoding: str, begin: int, end: int) -> io.TextIOWrapper:
    """A part of a file as text, its line ends as they are."""
    return io.TextIOWrapper(io.BufferedReader(_Part(path, begin, end), PIECE), encoding=encoding, newline="")


class SecondHalf:
    """The child that reads the second half, from its start to what it found."""

    def __init__(
        self, path: Path, encoding: str, middle: Middle, mapping: RegisterMapping, header: Sequence[str] | None,
        offset: int,
    ) -> None:  # fmt: skip
        ways = multiprocessing.get_context("spawn")
        self._pipe, theirs = ways.Pipe(duplex=False)
        given = (theirs, path, encoding, middle, mapping, header, offset)
        self._child = ways.Process(target=_read, args=given, daemon=True)
        self._child.start()
        self._over = False
        theirs.close()

    def lines(self, *, wait: bool) -> Iterator[bytes]:
        """The lines that came; with `wait` all of them to the end.

        Raises:
            WrongSomewhere: the half holds an error. EOFError: the child died.
        """
        while not self._over and (wait or self._pipe.poll()):
            piece = self._pipe.recv_bytes()
            if not piece:
                raise WrongSomewhere
            if piece == _END:
                self._over = True
            else:
                yield piece

    def found(self) -> tuple[int, int, int, dict[int, int]]:
        """After all lines: its rows, its odd numbers, its last line and the columns it suspects."""
        return cast("tuple[int, int, int, dict[int, int]]", self._pipe.recv())

    def close(self) -> None:
        """End the child, whatever it does."""
        self._pipe.close()
        self._child.terminate()
        self._child.join()


_END: Final = b"\x00"
"""No line for COPY: the half is read to its end."""


def _read(
    pipe: Connection, path: Path, encoding: str, middle: Middle, mapping: RegisterMapping,
    header: Sequence[str] | None, offset: int,
) -> None:  # fmt: skip
    """What the child does. An empty message says that something is wrong."""
    with suppress(BrokenPipeError):  # nobody wants to know any more
        reader = Reader(mapping, header, offset=offset)
        with part(path, encoding, middle.offset, path.stat().st_size) as file:
            rows = csv.reader(file, strict=True)
            try:
                for lines in batches(reader, rows, middle.lines):
                    pipe.send_bytes(lines.encode())
            except (csv.Error, WrongSomewhere, UnicodeDecodeError):
                pipe.send_bytes(b"")
                return
            pipe.send_bytes(_END)
            found = (reader.report.rows, reader.report.odd_numbers, middle.lines + rows.line_num, reader.suspects)
            pipe.send(found)


def batches(reader: Reader, rows: Any, before: int) -> Iterator[str]:
    """Lines for COPY, some thousand rows at a time.

    Args:
        before: lines of the file before the first of these rows.

    Raises:
        WrongSomewhere: a row has an error, or a cell holds line ends: counting lines then takes a closer look.
        csv.Error: the quotes are wrong.
    """
    seen = rows.line_num
    while batch := list(islice(rows, BATCH)):
        numbers = range(before + seen + 1, before + rows.line_num + 1)
        if len(numbers) != len(batch) or not all(batch):
            raise WrongSomewhere
        seen = rows.line_num
        lines = reader.lines(batch, numbers)
        if reader.report.count:
            raise WrongSomewhere
        yield lines
