"""A file of a table as rows of cells: CSV or TSV, UTF-8 or Shift_JIS, with errors that name line and column.

Rooms that take people's lists read and write them here, so that every list is forgiving, and refused, in one way.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .errors import FieldError, Invalid
from .text import safe_csv_cell

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_ROWS: Final = 20_000
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong in one line: `column` as the file heads it ("" for the line or file as a whole)."""

    line: int
    column: str
    error: FieldError


@dataclass(frozen=True, slots=True)
class Table:
    """Rows as (line, field → cell); `headings` are the fields the file has with its own headings."""

    rows: tuple[tuple[int, Mapping[str, str]], ...] = ()
    errors: tuple[LineError, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    """Headings that mean nothing here; their columns are left out."""


def require_table(data: bytes | None, size: int | None = None) -> None:
    """Refuse what can't be a list before it is read: nothing, blanks only, more than `MOST_BYTES`.

    Args:
        size: bytes of a file that was not read yet, instead of its content.

    Raises:
        Invalid: field "file": "field.required" or "table.file_too_large".
    """
    size = len(data) if data is not None else size
    if not size or (data is not None and not data.strip()):
        raise Invalid(fields={"file": FieldError("field.required")})
    if size > MOST_BYTES:
        raise Invalid(fields={"file": FieldError("table.file_too_large", {"max": MOST_BYTES >> 20})})


def table_text(data: bytes) -> str | Table:
    """What the file says, or the empty table with why it can't be read: too large (`MOST_BYTES`), or no text."""
    if len(data) > MOST_BYTES:
        return refused_table("table.file_too_large", max=MOST_BYTES >> 20)
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return refused_table("table.not_text") if "\0" in text else text
    return refused_table("table.not_text")


def read_table(
    data: bytes, columns: Mapping[str, Sequence[str]], needed: Sequence[str], *, most: int = MOST_ROWS
) -> Table:
    """The rows of a file, cells trimmed, or what is wrong with it.

    Args:
        columns: field → headings that mean it (any case), the one written first.
        needed: fields without which the file is refused.
        most: rows that are read; a file with more is refused.
    """
    text = table_text(data)
    if isinstance(text, Table):
        return text
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if first.count("\t") > first.count(",") else ",")
    try:
        return _read(reader, columns, needed, most)
    except csv.Error:
        return Table(errors=(LineError(reader.line_num, "", FieldError("table.not_csv")),))


def refused_table(code: str, **params: object) -> Table:
    """No rows: the file as a whole is wrong."""
    return Table(errors=(LineError(0, "", FieldError(code, params)),))


def filled_table(
    rows: Sequence[tuple[int, Mapping[str, str]]], headings: Mapping[str, str], unknown: Sequence[str] = (), *,
    most: int = MOST_ROWS,
) -> Table:  # fmt: skip
    """The rows as a table; none at all, or more than `most`, are an error."""
    if not rows:
        return refused_table("table.no_rows")
    if len(rows) > most:
        return refused_table("table.too_many_rows", max=most)
    return Table(tuple(rows), (), headings, tuple(unknown))


def cell_of(text: str) -> str:
    """A cell without the blanks around it; an apostrophe that kept it from being read as a formula is taken off."""
    cell = text.strip()
    return cell[1:] if cell.startswith("'") and safe_csv_cell(cell[1:]) == cell else cell


def _read(reader: Any, columns: Mapping[str, Sequence[str]], needed: Sequence[str], most: int) -> Table:
    meant = {heading.lower(): name for name, headings in columns.items() for heading in headings}
    at: dict[str, int] = {}
    headings: dict[str, str] = {}
    unknown: list[str] = []
    errors: list[LineError] = []
    for place, cell in enumerate(next(reader, [])):
        heading = unicodedata.normalize("NFKC", cell).strip()
        name = meant.get(heading.lower())
        if name is None:
            unknown += [heading] if heading else []
        elif name in at:
            errors.append(LineError(1, heading, FieldError("table.heading_twice")))
        else:
            at[name], headings[name] = place, heading
    errors += [LineError(1, columns[name][0], FieldError("table.no_column")) for name in needed if name not in at]
    if errors:
        return Table((), tuple(errors), headings, tuple(unknown))
    rows: list[tuple[int, Mapping[str, str]]] = []
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        rows.append((reader.line_num, {n: cell_of(row[place]) if place < len(row) else "" for n, place in at.items()}))
        if len(rows) > most:
            break
    return filled_table(rows, headings, unknown, most=most)


def write_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV that `read_table` takes (UTF-8 with BOM, CRLF); no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([safe_csv_cell(cell) for cell in row] for row in rows)
    return _BOM + text.getvalue().encode()
