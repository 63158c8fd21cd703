"""CSV tables as columns: strict decoding, whole numbers, look-ups, all findings with their line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, repeat
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .problems import Problem

Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
ENCODINGS: Final = {"utf-8": "utf-8-sig", "cp932": "cp932"}
"""Name of an accepted encoding → the codec that reads it (UTF-8 with or without BOM)."""
CHUNK: Final = 50_000
LIMIT: Final = 10**12
"""Numbers are below this: keys of it can be compared as 64 bit integers."""
_WHOLE: Final = re.compile(r"-?[0-9]{1,13}")


@dataclass(slots=True)
class Sheet:
    """One file: its text, its header, and what is wrong with it."""

    name: str
    text: str
    header: list[str]
    problems: list[Problem]
    _lines: list[int] = field(default_factory=list)

    def line(self, record: int) -> int:
        """The first line of a record (records counted from 0 below the header)."""
        if not self._lines:
            reader = _reader(self.text)
            before = 0
            for row in reader:
                if row:
                    self._lines.append(before + 1)
                before = reader.line_num
        return self._lines[record + 1]

    def report(self, code: str, record: int, id: str = "", detail: str = "") -> None:
        """Note a finding at a record."""
        self.problems.append(Problem(code, self.name, self.line(record), id, detail))

    def chunks(self, columns: Sequence[str]) -> Iterator[tuple[int, list[Sequence[str]]]]:
        """(number of the chunk's first record, its cells by column); rows of another width are reported."""
        at = [self.header.index(column) for column in columns]
        first = 0
        for cells in self._plain() if self.is_plain else self._quoted():
            yield first, [cells[number] for number in at]
            first += len(cells[0])

    @property
    def is_plain(self) -> bool:
        """Without quotes, lone carriage returns or blank lines a file is cut at commas and line ends alone."""
        return not any(mark in self.text for mark in ('"', "\r", "\n\n")) and not self.text.startswith("\n")

    def _plain(self) -> Iterator[list[Sequence[str]]]:
        stream = io.StringIO(self.text)
        next(stream)
        width = len(self.header)
        first = 0
        while lines := list(islice(stream, CHUNK)):
            if lines[-1][-1] != "\n":
                lines[-1] += "\n"
            if set(map(str.count, lines, repeat(","))) == {width - 1}:
                cells = "".join(lines).replace("\n", ",").split(",")
                yield [cells[number : len(lines) * width : width] for number in range(width)]
            else:
                rows = [line[:-1].split(",") for line in lines]
                yield self._evened(rows, first)
            first += len(lines)

    def _quoted(self) -> Iterator[list[Sequence[str]]]:
        reader = (row for row in _reader(self.text) if row)
        next(reader)
        first = 0
        while rows := list(islice(reader, CHUNK)):
            yield self._evened(rows, first)
            first += len(rows)

    def _evened(self, rows: list[list[str]], first: int) -> list[Sequence[str]]:
        width = len(self.header)
        for number, row in enumerate(rows):
            if len(row) != width:
                self.report("E_COLUMN", first + number, row[0], f"列の数が{len(row)}")
                row[:] = (row + [""] * width)[:width]
        return list(zip(*rows, strict=True))


def _reader(text: str) -> Any:
    return csv.reader(io.StringIO(text, newline=""), strict=True)


def open_sheet(
    files: Mapping[str, bytes], name: str, needed: Sequence[str], encoding: str, problems: list[Problem]
) -> Sheet | None:
    """The sheet of a file, or None with the reason among `problems` (E_FILE, E_ENCODING, E_COLUMN)."""
    data = files.get(name)
    if data is None:
        problems.append(Problem("E_FILE", name, detail="ファイルがない"))
        return None
    try:
        text = data.decode(ENCODINGS[encoding])
        text = text.replace("\r\n", "\n") if '"' not in text else text
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        problems.append(Problem("E_ENCODING", name, line, detail=f"{column}バイト目 0x{data[error.start]:02x}"))
        return None
    try:
        header: list[str] = next((row for row in _reader(text) if row), [])
        for _ in _reader(text) if '"' in text else ():
            pass
    except csv.Error as error:
        problems.append(Problem("E_FILE", name, detail=str(error)))
        return None
    missing = [column for column in needed if column not in header]
    repeated = sorted({column for column in header if header.count(column) > 1})
    problems += [Problem("E_COLUMN", name, 1, column, "列がない") for column in missing]
    problems += [Problem("E_COLUMN", name, 1, column, "列が2つある") for column in repeated]
    return None if missing or repeated else Sheet(name, text, header, problems)


def texts(sheet: Sheet, columns: Sequence[str]) -> list[list[str]]:
    """Text columns, whole."""
    found: list[list[str]] = [[] for _ in columns]
    for _, cells in sheet.chunks(columns):
        for column, part in zip(found, cells, strict=True):
            column.extend(part)
    return found


def whole_numbers(cells: Sequence[str], wrong: Callable[[int, str], None], *, blank: int | None = None) -> Ints:
    """Cells as integers; `wrong(position, cell)` is called for each that is none, which counts as 0."""
    if cells and cells[0] == "0" and cells.count("0") == len(cells):
        return np.zeros(len(cells), dtype=np.int64)
    joined = "".join(cells)
    if joined.isascii() and joined.isdigit() and "" not in cells and len(max(cells, key=len)) <= 12:
        return np.fromiter(map(int, cells), dtype=np.int64, count=len(cells))
    values = np.zeros(len(cells), dtype=np.int64)
    for position, cell in enumerate(cells):
        if blank is not None and cell == "":
            values[position] = blank
        elif _WHOLE.fullmatch(cell) and abs(int(cell)) < LIMIT:
            values[position] = int(cell)
        else:
            wrong(position, cell)
    return values


def looked_up(cells: Sequence[str], known: Mapping[str, int]) -> Ints:
    """Numbers of ids; -1 for what is not known."""
    return np.fromiter(map(known.get, cells, repeat(-1)), dtype=np.int64, count=len(cells))


def order_of(*columns: Ints) -> Ints:
    """The rows in the order of their columns, the first before the second; equal rows stay in theirs."""
    found, spans = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns if len(found) else ():
        low = int(column.min())
        span = int(column.max()) - low + 1
        spans *= span
        if spans >= 1 << 62:
            return np.lexsort(tuple(reversed(columns)))
        found = found * span + (column - low)
    return np.argsort(found, kind="stable")


def found_in(known: Ints, wanted: Ints) -> Ints:
    """Where each wanted number stands among known ones in ascending order; -1 where it is none of them."""
    if not len(known):
        return np.full(len(wanted), -1, dtype=np.int64)
    order = np.argsort(wanted, kind="stable")  # looking up in order spares the memory most of the way
    at = np.empty_like(order)
    at[order] = np.minimum(np.searchsorted(known, wanted[order]), len(known) - 1)
    return np.where(known[at] == wanted, at, -1)


def without_repeats(numbers: Ints) -> Ints:
    """The numbers in ascending order, each once."""
    found = np.sort(numbers)
    kept: Ints = found[np.append(True, found[1:] != found[:-1])[: len(found)]]
    return kept


def ranges(starts: Ints, counts: Ints) -> Ints:
    """The integers of [starts[i], starts[i]+counts[i]) for all i, one after the other."""
    total = int(counts.sum())
    before = np.cumsum(counts) - counts
    found: Ints = np.arange(total, dtype=np.int64) + np.repeat(starts - before, counts)
    return found


def pointers(counts: Ints) -> Ints:
    """[0, c0, c0+c1, …]: where each group begins, and the end."""
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts, dtype=np.int64)))
