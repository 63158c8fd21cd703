"""A file as rows of cells: CSV or TSV in UTF-8 or Shift_JIS, or LDIF. Errors name line and column."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from jichi.kernel.calendar import parse_date
from jichi.kernel.errors import FieldError
from jichi.kernel.text import safe_csv_cell

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_ROWS: Final = 20_000


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


def read_table(data: bytes, columns: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Table:
    """The rows of a file, cells trimmed, or what is wrong with it.

    Args:
        columns: field → headings (or attributes of LDIF) that mean it, the one written first.
        needed: fields without which the file is refused.
    """
    if len(data) > MOST_BYTES:
        return _refused("admin.file_too_large", max=MOST_BYTES >> 20)
    text = _decoded(data)
    if text is None or "\0" in text:
        return _refused("admin.not_text")
    meant = {heading.lower(): name for name, headings in columns.items() for heading in headings}
    if text.lstrip().lower().startswith(("dn:", "version:")):
        return _ldif(text, meant, columns, needed)
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if first.count("\t") > first.count(",") else ",")
    try:
        return _csv(reader, meant, columns, needed)
    except csv.Error:
        return Table(errors=(LineError(reader.line_num, "", FieldError("admin.not_csv")),))


def _refused(code: str, **params: object) -> Table:
    return Table(errors=(LineError(0, "", FieldError(code, params)),))


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def cell_of(text: str) -> str:
    """A cell without the blanks around it; an apostrophe that kept it from being read as a formula is taken off."""
    cell = text.strip()
    return cell[1:] if cell.startswith("'") and safe_csv_cell(cell[1:]) == cell else cell


def _csv(reader: Any, meant: Mapping[str, str], columns: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Table:
    at: dict[str, int] = {}
    headings: dict[str, str] = {}
    errors: list[LineError] = []
    for place, cell in enumerate(next(reader, [])):
        heading = unicodedata.normalize("NFKC", cell).strip()
        name = meant.get(heading.lower())
        if name in at:
            errors.append(LineError(1, heading, FieldError("admin.heading_twice")))
        elif name is not None:
            at[name], headings[name] = place, heading
    errors += [LineError(1, columns[name][0], FieldError("admin.no_column")) for name in needed if name not in at]
    if errors:
        return Table(errors=tuple(errors), headings=headings)
    rows: list[tuple[int, Mapping[str, str]]] = []
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if len(rows) == MOST_ROWS:
            return _refused("admin.too_many_rows", max=MOST_ROWS)
        given = {name: cell_of(row[place]) if place < len(row) else "" for name, place in at.items()}
        rows.append((reader.line_num, given))
    return _filled(rows, headings)


def _filled(rows: list[tuple[int, Mapping[str, str]]], headings: Mapping[str, str]) -> Table:
    if not rows:
        return _refused("admin.no_rows")
    return Table(tuple(rows), (), headings)


def _ldif(text: str, meant: Mapping[str, str], columns: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Table:
    """LDIF of RFC 2849: folded lines, base64, comments; the first value of an attribute counts."""
    rows: list[tuple[int, Mapping[str, str]]] = []
    errors: list[LineError] = []
    headings: dict[str, str] = {}
    for start, entry in _entries(text):
        given: dict[str, str] = {}
        for line, attribute, raw in entry:
            try:
                value = base64.b64decode(raw[1:].strip(), validate=True).decode() if raw.startswith(":") else raw
            except (binascii.Error, UnicodeDecodeError):
                errors.append(LineError(line, attribute, FieldError("admin.not_base64")))
                value = ""
            name = meant.get(attribute.lower())
            if name is not None and name not in given:
                given[name], headings[name] = cell_of(value), attribute
        if needed[0] not in given:
            continue  # a folder of the directory, no person
        errors += [LineError(start, columns[n][0], FieldError("admin.no_column")) for n in needed if n not in given]
        rows.append((start, given))
    if errors:
        return Table(errors=tuple(errors), headings=headings)
    if len(rows) > MOST_ROWS:
        return _refused("admin.too_many_rows", max=MOST_ROWS)
    filled = [(line, {name: given.get(name, "") for name in headings}) for line, given in rows]
    return _filled(list(filled), headings)


def _entries(text: str) -> Iterator[tuple[int, list[tuple[int, str, str]]]]:
    entry: list[tuple[int, str, str]] = []
    start, comment = 0, False
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.startswith(" ") and (entry or comment):
            if not comment:
                at, name, value = entry[-1]
                entry[-1] = (at, name, value + line[1:])
            continue
        comment = line.startswith("#")
        if comment:
            continue
        if not line.strip():
            if entry:
                yield start, entry
            entry = []
            continue
        name, _, value = line.partition(":")
        start = start if entry else number
        entry.append((number, name.split(";")[0].strip(), value if value.startswith(":") else value.strip()))


def day_of(text: str) -> tuple[date | None, FieldError | None]:
    """A day as people write it, or as directories do (20270401000000Z); None for an empty cell."""
    if not text:
        return None, None
    digits = text[:8] if text.endswith("Z") and text[:8].isdecimal() else text
    try:
        return parse_date(digits), None
    except ValueError:
        return None, FieldError("field.unreadable_date")


def write_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A CSV that `read_table` takes (UTF-8 with BOM, CRLF); no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([safe_csv_cell(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()
