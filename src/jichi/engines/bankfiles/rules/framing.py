"""From the bytes of a file to its records: which code, which line ends, which lines have another length.

Bank dependent: none, CR LF, LF, CR; 118 bytes + CR LF and 119 + one byte are read with a
note; extra end records and a last 0x1A too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from .characters import Code, to_jis

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.uint8]

MOST_PROBLEMS: Final = 200
"""So many are told one by one; all are counted."""
LINE_ENDS: Final = {"none": b"", "crlf": b"\r\n", "lf": b"\n", "cr": b"\r"}
_END_OF_FILE: Final = b"\x1a"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, or worth a word: line (1 = first, 0 = the file), title of the field ("": the whole line)."""

    line: int
    place: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Told:
    """Problems as they are found: the first of them, and how many there are."""

    kept: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, place: str, code: str, /, **params: object) -> None:
        """Tell one."""
        self.count += 1
        if len(self.kept) < MOST_PROBLEMS:
            self.kept.append(Problem(line, place, code, params))

    def more(self, count: int) -> None:
        """Count some that are not told one by one."""
        self.count += count


@dataclass(slots=True)
class Frame:
    """The records of a file as rows of JIS bytes; `lines` are their line numbers."""

    rows: Matrix
    lines: NDArray[Any]
    code: Code
    line_end: str
    notes: Told
    errors: Told


def frame(data: bytes, length: int) -> Frame:
    """The records of a file, in whatever code and with whatever line ends they stand.

    Args:
        length: bytes of a record.
    """
    import numpy as np

    notes, errors = Told(), Told()
    code: Code = "ebcdic" if data[:1] in {b"\xf1", b"\xf2"} else "jis"
    if data.endswith(_END_OF_FILE):
        data = data.rstrip(_END_OF_FILE)
        notes.add(0, "", "bankfile.end_of_file")
    stride, pad, line_end = _stride(data, length)
    if line_end == "mixed" or len(data) % stride not in {0, stride - len(LINE_ENDS[line_end])} or not data:
        rows, lines, line_end = _uneven(data, length, line_end, errors)
    else:
        whole = -(-len(data) // stride)
        missing = whole * stride - len(data)
        ending = LINE_ENDS[line_end]
        given = np.frombuffer(data + ending[len(ending) - missing :], dtype=np.uint8).reshape(whole, stride)
        if ending and not (given[:, stride - len(ending) :] == np.frombuffer(ending, dtype=np.uint8)).all():
            rows, lines, line_end = _uneven(data, length, line_end, errors)
        else:
            rows, lines = given[:, : stride - len(ending)], np.arange(1, whole + 1)
            if pad:
                notes.add(0, "", "bankfile.short_records", length=length - pad, full=length)
                blank = np.full((whole, pad), 0x40 if code == "ebcdic" else 0x20, dtype=np.uint8)
                rows = np.hstack((rows, blank))
    if code == "ebcdic":
        rows = np.frombuffer(to_jis(rows.tobytes(), code), dtype=np.uint8).reshape(rows.shape)
    return Frame(rows, lines, code, line_end, notes, errors)


def _stride(data: bytes, length: int) -> tuple[int, int, str]:
    """(bytes from record to record, blanks to add, line end) by the first record."""
    found = re.search(rb"\r\n|\r|\n", data[: length + 2])
    if found is None:
        return length, 0, "none"
    name = next(name for name, ending in LINE_ENDS.items() if ending == found[0])
    at = found.start()
    if at == length or (at == length - 2 and name == "crlf") or (at == length - 1 and name != "crlf"):
        return at + len(found[0]), length - at, name
    return length, 0, "mixed"


def _uneven(data: bytes, length: int, line_end: str, errors: Told) -> tuple[Matrix, NDArray[Any], str]:
    """Lines of several lengths or ends: those of the right length, and a word about every other."""
    import numpy as np

    if line_end == "none":
        pieces = [data[at : at + length] for at in range(0, len(data), length)]
    else:
        pieces = re.split(rb"\r\n|\r|\n", data)
    kept, lines = [], []
    for number, piece in enumerate(pieces, 1):
        if len(piece) == length:
            kept.append(piece)
            lines.append(number)
        elif piece or number < len(pieces):
            errors.add(number, "", "bankfile.line_length", length=len(piece), expected=length)
    rows = np.frombuffer(b"".join(kept), dtype=np.uint8).reshape(len(kept), length)
    return rows, np.array(lines, dtype=np.int64), line_end
