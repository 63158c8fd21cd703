"""Writing a file by its layout. What is written has passed the same checks as what is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Literal

from .characters import WRITTEN, Code, from_jis
from .framing import LINE_ENDS, Problem, Told
from .layout import Field, Layout, Record
from .reading import Columns, read_file, shown, totals

LineEnd = Literal["none", "crlf", "lf", "cr"]
_AT_ONCE: Final = 50_000
_WRITTEN: Final = "".join(sorted(WRITTEN)).encode("cp932")


@dataclass(frozen=True, slots=True)
class Writing:
    """A written file, or what stands in the way (then `data` is empty): lines as they would stand in the file."""

    data: bytes
    count: int
    amount: int
    errors: tuple[Problem, ...] = ()
    error_count: int = 0


def write_file(
    layout: Layout,
    header: Mapping[str, object],
    rows: Iterable[Sequence[object]],
    *,
    code: Code = "jis",
    line_end: LineEnd = "crlf",
    results: bool = False,
) -> Writing:
    """One group: header, records, trailer with its totals, end.

    Args:
        header: its values by name; what is left out is blank, N fields zero.
        rows: values in the order of `layout.data.given`; numbers as int or digits, text in allowed characters.
        results: also count what was transferred and what was not (a bank's answer, for rehearsals).
    """
    given = {**header, "code": "1" if code == "ebcdic" else "0"}
    first = record_line(layout.records["header"], given)
    errors, pieces, count = Told(), [first], 0
    _tell_row(layout.records["header"], [given.get(f.name, "") for f in layout.records["header"].given], 1, errors)
    shape = _shape(layout.data)
    source = iter(rows)
    while chunk := list(islice(source, _AT_ONCE)):
        pieces.append(_chunk(layout, shape, chunk, count, errors))
        count += len(chunk)
    if errors.count:
        return Writing(b"", count, 0, tuple(errors.kept), errors.count)
    return _finished(layout, b"".join(pieces), count, code, line_end, results=results)


def _finished(layout: Layout, body: bytes, count: int, code: Code, line_end: LineEnd, *, results: bool) -> Writing:
    """Trailer and end put on, everything read once more by the rules for reading, then code and line ends."""
    import numpy as np

    matrix = np.frombuffer(body, dtype=np.uint8).reshape(-1, layout.length)
    data = Columns(layout.data, matrix[1:], np.arange(2, count + 2))
    counted = totals(data, 0, count)
    trailer = layout.records["trailer"]
    values = [counted.get(one.name, 0) if one.name in {"count", "amount"} or results else 0 for one in trailer.given]
    told = Told()
    _tell_row(trailer, values, count + 2, told)
    if told.count:
        return Writing(b"", count, counted["amount"], tuple(told.kept), told.count)
    last = {"all_count": count + 3, "accounts": 1}
    end = [last.get(one.name, 0) for one in layout.records["end"].given]
    whole = b"".join((body, _line(trailer, values), _line(layout.records["end"], end)))
    judged = read_file(whole, layout)
    if judged.error_count:
        return Writing(b"", count, counted["amount"], tuple(judged.errors), judged.error_count)
    whole = from_jis(whole, code)
    if LINE_ENDS[line_end]:
        whole = _ended(whole, layout.length, LINE_ENDS[line_end])
    return Writing(whole, count, counted["amount"])


def _ended(data: bytes, length: int, ending: bytes) -> bytes:
    import numpy as np

    rows = np.frombuffer(data, dtype=np.uint8).reshape(-1, length)
    tail = np.broadcast_to(np.frombuffer(ending, dtype=np.uint8), (len(rows), len(ending)))
    return np.hstack((rows, tail)).tobytes()


def _shape(record: Record) -> str:
    """A record as a %-format of its given fields: N from the right, C from the left, blanks between."""
    parts = []
    for one in record.fields:
        if one.fixed is not None:
            parts.append(one.fixed.replace("%", "%%"))
        elif one.filler:
            parts.append(" " * one.length)
        else:
            parts.append(f"%{'' if one.kind == 'N' else '-'}{one.length}s")
    return "".join(parts)


def record_line(record: Record, values: Mapping[str, object]) -> bytes:
    """One record as JIS bytes; N fields that are left out are zero. For single lines: nothing is judged here."""
    return _line(record, [values.get(one.name, "") for one in record.given])


def _line(record: Record, values: Sequence[object]) -> bytes:
    filled = [
        str(value).zfill(one.length) if one.kind == "N" else value
        for one, value in zip(record.given, values, strict=True)
    ]
    line = (_shape(record) % tuple(filled)).encode("cp932", "replace")
    return line.ljust(record.fields[-1].end)[: record.fields[-1].end]


def _chunk(layout: Layout, shape: str, rows: Sequence[Sequence[object]], before: int, errors: Told) -> bytes:
    """Records as JIS bytes. A record that came out longer has a value that does not fit: it is found and told."""
    import numpy as np

    text = "".join([shape % tuple(row) for row in rows])
    data = text.encode("cp932", "replace")
    if len(data) != len(rows) * layout.length or data.translate(None, _WRITTEN):
        for n, row in enumerate(rows):
            _tell_row(layout.data, row, before + n + 2, errors)
        return b""
    matrix = np.frombuffer(bytearray(data), dtype=np.uint8).reshape(-1, layout.length)
    for one in layout.data.given:
        if one.kind == "N" and not one.optional:
            _zeros(one, matrix, before, errors)
    return matrix.tobytes()


def _zeros(one: Field, matrix: Any, before: int, errors: Told) -> None:
    """Blanks in front of a number become zeros; a number that is missing or has blanks inside is told."""
    import numpy as np

    part = matrix[:, one.start : one.end]
    blank = part == ord(" ")
    if not blank.any():
        return
    bad = blank[:, -1] | (blank[:, 1:] & ~blank[:, :-1]).any(axis=1)
    for at in np.flatnonzero(bad)[:200]:
        errors.add(before + int(at) + 2, one.title, "bankfile.number", value=shown(part[at].tobytes()))
    part[blank] = ord("0")


def _tell_row(record: Record, row: Sequence[object], line: int, errors: Told) -> None:
    """Values that are too long or hold what banks do not write."""
    for one, value in zip(record.given, row, strict=True):
        text = str(value)
        if one.kind == "C" and not WRITTEN.issuperset(text):
            bad = "".join(dict.fromkeys(c for c in text if c not in WRITTEN))
            errors.add(line, one.title, "bankfile.kana", characters=bad[:60])
        elif not text.isascii() and one.kind == "N":
            errors.add(line, one.title, "bankfile.number", value=text[:60])
        elif len(text) > one.length:
            errors.add(line, one.title, "bankfile.too_long", value=text[:60], max=one.length, now=len(text))
        elif one.kind == "N" and text.strip("0123456789"):
            errors.add(line, one.title, "bankfile.number", value=text[:60])
