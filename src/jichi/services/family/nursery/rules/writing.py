"""Tables as bytes: CSV after RFC 4180, UTF-8 with BOM or cp932, the same bytes for the same rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np

from .tables import Bools, Ints

Column: TypeAlias = Callable[[slice], Sequence[str]]
"""The cells of a part of a table's rows, as they stand in the file."""
PART: Final = 50_000
"""Rows written together."""
NEAR: Final = 100_000
"""Integers as far apart as this are written by looking them up."""
LINE: Final = "\r\n"
_QUOTE: Final = '"'


class UnwritableError(Exception):
    """A text that the encoding cannot hold: `row` of `file` (counted from 1, the header is 1), `text` as it stands."""

    def __init__(self, file: str, row: int, text: str) -> None:
        super().__init__(f"{file} row {row}: {text!r} cannot be written in this encoding")
        self.file, self.row, self.text = file, row, text


def table_bytes(file: str, rows: Iterable[Sequence[object]], encoding: str) -> bytes:
    """A CSV file of rows (header first), CRLF, in "utf-8" with BOM or "cp932".

    Raises:
        UnwritableError: a cell that cp932 does not have. Nothing is replaced by "?".
    """
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=LINE).writerows(rows)
    return _encoded(file, [out.getvalue()], encoding)


def columns_bytes(file: str, rows: int, columns: Mapping[str, Column], encoding: str) -> bytes:
    """The same file as `table_bytes` from columns by name.

    Raises:
        UnwritableError: a cell that cp932 does not have.
    """
    texts = [LINE.join([",".join(map(quoted, columns)), ""])]
    for first in range(0, rows, PART):
        part = slice(first, min(first + PART, rows))
        lines = map(",".join, zip(*(column(part) for column in columns.values()), strict=True))
        texts.append(LINE.join([*lines, ""]))
    return _encoded(file, texts, encoding)


def quoted(text: str) -> str:
    """A cell as it stands in the file."""
    return f'"{text.replace(_QUOTE, _QUOTE * 2)}"' if any(mark in text for mark in ',"\r\n') else text


def coded(texts: Iterable[str], codes: Ints) -> Column:
    """A column of texts by number; -1 is the last of them."""
    shown = [quoted(text) for text in texts]
    return lambda part: list(map(shown.__getitem__, codes[part].tolist()))


def listed(texts: Sequence[str]) -> Column:
    """A column of texts."""
    return lambda part: [quoted(text) for text in texts[part]]


def numbers(values: Ints, *, shown: Bools | None = None) -> Column:
    """A column of integers, empty where not `shown`."""
    low, high = int(values.min(initial=0)), int(values.max(initial=0))
    if high - low > NEAR:
        there = [True] * len(values) if shown is None else shown.tolist()
        return listed([str(value) if is_shown else "" for value, is_shown in zip(values.tolist(), there, strict=True)])
    codes = values - low if shown is None else np.where(shown, values - low, -1)
    return coded([*map(str, range(low, high + 1)), ""], codes)


def _encoded(file: str, texts: Sequence[str], encoding: str) -> bytes:
    codec = "utf-8" if encoding == "utf-8" else encoding
    mark = b"\xef\xbb\xbf" if encoding == "utf-8" else b""
    try:
        return b"".join([mark, *(text.encode(codec) for text in texts)])
    except UnicodeEncodeError:
        for number, row in enumerate(csv.reader(io.StringIO("".join(texts), newline="")), 1):
            for cell in row:
                try:
                    cell.encode(codec)
                except UnicodeEncodeError:
                    raise UnwritableError(file, number, cell) from None
        raise
