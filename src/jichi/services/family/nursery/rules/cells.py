"""CSV cells as bytes and numbers: what the verifier reads with, by code of its own (`recounting`).

Shares nothing with the reader (`tables`) on purpose: an error there must not hide itself here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.int64]
Words: TypeAlias = NDArray[np.uint64]
Marks: TypeAlias = NDArray[np.bool_]
BLOCK: Final = 1 << 23
"""Bytes looked at together."""
ROWS: Final = 50_000
LONG: Final = 64
"""Texts of more bytes are looked up one by one."""
DIGITS: Final = 13
COMMA, LINE, RETURN, MINUS, ZERO = b",\n\r-0"
_MIX: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(29))
_LOW: Final = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)
"""Of each number of bytes, the mask of that many."""


@dataclass(frozen=True, slots=True)
class Cells:
    """One column: cell i is the UTF-8 text `data[start[i] : end[i]]`; eight bytes stand behind the last."""

    data: NDArray[np.uint8]
    start: Numbers
    end: Numbers

    def __len__(self) -> int:
        return len(self.start)

    @classmethod
    def of(cls, texts: Sequence[str]) -> Cells:
        """The column of these texts."""
        parts = [text.encode() for text in texts]
        ends = np.cumsum([0, *map(len, parts)], dtype=np.int64)
        return cls(np.frombuffer(b"".join(parts) + bytes(8), dtype=np.uint8), ends[:-1], ends[1:])

    @property
    def size(self) -> Numbers:
        """Bytes of each cell."""
        return self.end - self.start

    def texts(self) -> list[str]:
        """All cells as text."""
        data = self.data.tobytes()
        return [data[a:b].decode() for a, b in zip(self.start.tolist(), self.end.tolist(), strict=True)]

    def words(self) -> list[Words]:
        """The bytes of each cell as integers, eight at a time, zeros behind its end."""
        loaded = np.ndarray((len(self.data) - 7,), "<u8", self.data, strides=(1,))
        size, found = self.size, []
        for first in range(0, int(size.max(initial=0)), 8):
            at = np.minimum(self.start + first, len(loaded) - 1)
            found.append(loaded[at] & _LOW[np.clip(size - first, 0, 8)])
        return found

    def whole(self, blank: int | None = None) -> Numbers:
        """The cells as integers, what is empty as `blank`.

        Raises:
            ValueError: one is no integer of at most thirteen digits.
        """
        size = self.size
        negative = (size > 1) & (self.data[np.minimum(self.start, len(self.data) - 1)] == MINUS)
        digits = size - negative
        if (digits > DIGITS).any() or (blank is None and not size.all()):
            raise ValueError("no whole number")
        found, power = np.zeros(len(size), dtype=np.int64), 1
        for place in range(int(digits.max(initial=0))):
            there = digits > place
            digit = self.data[np.where(there, self.end - 1 - place, 0)].astype(np.int64) - ZERO
            if ((digit < 0) | (digit > 9))[there].any():
                raise ValueError("no whole number")
            found += np.where(there, digit, 0) * power
            power *= 10
        found[negative] *= -1
        if blank is not None:
            found[size == 0] = blank
        return found


class Names:
    """Different texts, numbered from 0."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self._exact: dict[str, int] | None = None
        self._words, mixed = _mixed(cells)
        self._order = np.argsort(mixed, kind="stable")
        self._sorted = mixed[self._order]
        if self._words is None or bool((self._sorted[1:] == self._sorted[:-1]).any()):
            self._exact = {text: number for number, text in enumerate(cells.texts())}
            if len(self._exact) != len(cells):
                raise ValueError("an id twice")

    def __len__(self) -> int:
        return len(self.cells)

    def __getitem__(self, number: int) -> str:
        return bytes(self.cells.data[self.cells.start[number] : self.cells.end[number]]).decode()

    def find(self, cells: Cells, blank: int = -2) -> Numbers:
        """The number of each cell; -2 where it is none of these texts, `blank` where it is empty."""
        found = self._looked_up(cells)
        return found if blank == -2 else np.where(cells.size == 0, blank, found)

    def known(self, cells: Cells) -> Numbers:
        """The number of each cell.

        Raises:
            ValueError: one is none of these texts.
        """
        found = self._looked_up(cells)
        if (found < 0).any():
            raise ValueError(f"unknown id {cells.texts()[int(np.flatnonzero(found < 0)[0])]}")
        return found

    def _looked_up(self, cells: Cells) -> Numbers:
        words, mixed = _mixed(cells)
        if self._exact is not None or self._words is None or words is None:
            exact = self._exact or {text: number for number, text in enumerate(self.cells.texts())}
            return np.array([exact.get(text, -2) for text in cells.texts()], dtype=np.int64)
        if not len(self) or not len(cells):
            return np.full(len(cells), -2, dtype=np.int64)
        heads = np.append(True, mixed[1:] != mixed[:-1])
        at = np.minimum(np.searchsorted(self._sorted, mixed[heads]), len(self) - 1)
        found = self._order[at][np.cumsum(heads) - 1]
        same: Marks = self.cells.size[found] == cells.size
        for mine, theirs in zip(self._words, words, strict=False):
            same &= mine[found] == theirs
        return np.where(same, found, -2)


def numbered(cells: Cells) -> tuple[Names, Numbers]:
    """The different texts of a column, and the number of each cell among them."""
    _, mixed = _mixed(cells)
    _, first, number = np.unique(mixed, return_index=True, return_inverse=True)
    names = Names(Cells(cells.data, cells.start[first], cells.end[first]))
    found = names.find(cells)
    if (found == number).all():
        return names, found
    texts = cells.texts()
    names = Names(Cells.of(list(dict.fromkeys(texts))))
    return names, names.known(cells)


def _mixed(cells: Cells) -> tuple[list[Words] | None, Words]:
    """(the words of each cell, None where cells are long; a number that is seldom that of another text)."""
    size = cells.size
    if int(size.max(initial=0)) > LONG:
        return None, np.array([hash(text) & (1 << 63) - 1 for text in cells.texts()], dtype=np.uint64)
    words = cells.words()
    found = size.astype(np.uint64) * _MIX[0]
    for number, word in enumerate(words):
        more = (found ^ word) * _MIX[0]
        found = np.where(size > 8 * number, more ^ (more >> _MIX[1]), found)
    return words, found


def ordered(*columns: Numbers) -> Numbers:
    """A number for each row; they compare as the rows do, the first column first."""
    found, spans = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns if len(found) else ():
        values, low, span = column, int(column.min()), int(column.max()) - int(column.min()) + 1
        if spans * span >= 1 << 62:
            found, spans = _dense(found)
            (values, span), low = _dense(column), 0
        found, spans = found * span + (values - low), spans * span
    return found


def _dense(column: Numbers) -> tuple[Numbers, int]:
    values, place = np.unique(column, return_inverse=True)
    return place.astype(np.int64), len(values)


class Sheet:
    """A CSV file in blocks of rows; blank lines are none."""

    def __init__(self, data: bytes, encoding: str) -> None:
        self.data = data if encoding == "utf-8" else data.decode(encoding).encode()
        first = 3 if self.data.startswith(b"\xef\xbb\xbf") else 0
        end = self.data.find(b"\n")
        end = len(self.data) if end < 0 else end
        head = self.data[first:end].rstrip(b"\r")
        self.plain = b'"' not in self.data and self.data.count(b"\r") == self.data.count(b"\r\n") and bool(head)
        self.header = head.decode().split(",") if self.plain else next(self._rows(), [])
        self._begin = end + 1
        if len(set(self.header)) != len(self.header):
            raise ValueError("a column twice")

    def blocks(self, *names: str) -> Iterator[list[Cells]]:
        """The named columns, block after block.

        Raises:
            ValueError: a column is missing, or a row is of another width.
        """
        at = [self.header.index(name) for name in names]
        for block in self._plain() if self.plain else self._quoted():
            yield [block[number] for number in at]

    def columns(self, *names: str) -> list[Cells]:
        """The named columns, whole."""
        blocks = list(self.blocks(*names))
        return [_joined([block[at] for block in blocks]) for at in range(len(names))]

    def _quoted(self) -> Iterator[list[Cells]]:
        rows = self._rows()
        next(rows, None)
        while part := list(islice(rows, ROWS)):
            if len(part[0]) != len(self.header):
                raise ValueError(f"a row of {len(part[0])} cells")
            yield [Cells.of(column) for column in zip(*part, strict=True)]

    def _rows(self) -> Iterator[list[str]]:
        text = io.StringIO(self.data.decode("utf-8-sig"), newline="")
        return (row for row in csv.reader(text, strict=True) if row)

    def _plain(self) -> Iterator[list[Cells]]:
        begin = self._begin
        while begin < len(self.data):
            end = begin + BLOCK
            end = self.data.rfind(b"\n", begin, end) + 1 or self.data.find(b"\n", end) + 1 or len(self.data)
            yield self._cut(self.data[begin:end])
            begin = end

    def _cut(self, block: bytes) -> list[Cells]:
        block.decode()
        data = np.frombuffer(block + (b"" if block.endswith(b"\n") else b"\n") + bytes(8), dtype=np.uint8)
        marks = np.flatnonzero((data == COMMA) | (data == LINE))
        lines = np.flatnonzero(data[marks] == LINE)
        begin = np.append(0, marks[lines[:-1]] + 1)
        empty = marks[lines] - begin == (data[np.maximum(marks[lines] - 1, 0)] == RETURN)
        if empty.any():
            marks, lines, begin = _without(marks, lines, begin, empty)
        width = len(self.header)
        if len(marks) != width * len(lines) or (lines != np.arange(width - 1, len(marks), width)).any():
            raise ValueError("a row of another width")
        ends = marks.reshape(-1, width).T
        last = ends[-1] - (data[np.maximum(ends[-1] - 1, 0)] == RETURN)
        starts = [begin, *(ends[:-1] + 1)]
        return [Cells(data, start, end) for start, end in zip(starts, [*ends[:-1], last], strict=True)]


def _without(marks: Numbers, lines: Numbers, begin: Numbers, empty: Marks) -> tuple[Numbers, Numbers, Numbers]:
    """The same without empty lines, whose only mark is their end."""
    kept = np.ones(len(marks), dtype=np.bool_)
    kept[lines[empty]] = False
    return marks[kept], (np.cumsum(kept) - 1)[lines[~empty]], begin[~empty]


def _joined(parts: Sequence[Cells]) -> Cells:
    """Columns of blocks as one, of its own bytes alone."""
    if len(parts) == 1:
        return parts[0]
    texts: list[bytes] = []
    sizes = [part.size for part in parts]
    for part, size in zip(parts, sizes, strict=True):
        before = np.cumsum(size) - size
        texts.append(part.data[np.arange(int(size.sum())) + np.repeat(part.start - before, size)].tobytes())
    ends = np.append(0, np.cumsum(np.concatenate([np.zeros(0, dtype=np.int64), *sizes])))
    return Cells(np.frombuffer(b"".join(texts) + bytes(8), dtype=np.uint8), ends[:-1], ends[1:])
