"""People as a directory writes them out: LDIF (RFC 2849) as the table that a CSV would be."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from jichi.kernel.calendar import parse_date
from jichi.kernel.errors import FieldError
from jichi.kernel.tables import LineError, Table, cell_of, filled_table, read_table, table_text


def read_people_table(data: bytes, columns: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Table:
    """`read_table` of a CSV, or of an LDIF file: headings are attributes there, the first value of each counts."""
    text = table_text(data)
    if isinstance(text, Table):
        return text
    if text.lstrip().lower().startswith(("dn:", "version:")):
        return _ldif(text, columns, needed)
    return read_table(data, columns, needed)


def _ldif(text: str, columns: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Table:
    meant = {heading.lower(): name for name, headings in columns.items() for heading in headings}
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
        errors += [LineError(start, columns[n][0], FieldError("table.no_column")) for n in needed if n not in given]
        rows.append((start, given))
    if errors:
        return Table(errors=tuple(errors), headings=headings)
    return filled_table([(line, {name: given.get(name, "") for name in headings}) for line, given in rows], headings)


def _entries(text: str) -> Iterator[tuple[int, list[tuple[int, str, str]]]]:
    """Line of the start and (line, attribute, value as written) of every entry; folded lines joined, comments out."""
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
