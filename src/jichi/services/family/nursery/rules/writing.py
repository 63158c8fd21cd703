"""Tables as bytes: CSV after RFC 4180, UTF-8 with BOM or cp932, the same bytes for the same rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


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
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    text = out.getvalue()
    try:
        return text.encode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeEncodeError:
        out.seek(0)
        for number, row in enumerate(csv.reader(out), 1):
            for cell in row:
                try:
                    cell.encode(encoding)
                except UnicodeEncodeError:
                    raise UnwritableError(file, number, cell) from None
        raise
