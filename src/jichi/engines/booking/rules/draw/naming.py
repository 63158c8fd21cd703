"""Long lists of entries written by their ids: one table of all ids, and a million of them is one look into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a table; beyond, names are put together one by one."""
ROWS: Final = 1 << 16
"""Taken out of the table at once."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A list of texts that is JSON already."""

    data: bytes


class Names:
    """Every id between `before` and `after`, as rows of equal length; shorter ones are filled with NUL, in no id."""

    def __init__(self, ids: Sequence[bytes], *, before: bytes = b"", after: bytes = b"\n") -> None:
        import numpy as np

        longest = max(map(len, ids), default=0)
        begin, end = len(before), len(before) + longest
        self.ids, self.before, self.after = ids, before, after
        self.even = min(map(len, ids), default=0) == longest
        self.table: Any = None
        if longest and len(ids) * (end + len(after)) <= LARGEST:
            self.table = np.empty((len(ids), end + len(after)), dtype=np.uint8)
            self.table[:, :begin] = np.frombuffer(before, dtype=np.uint8)
            self.table[:, begin:end] = np.array(ids, dtype=f"S{longest}").view(np.uint8).reshape(len(ids), longest)
            self.table[:, end:] = np.frombuffer(after, dtype=np.uint8)

    def joined(self, places: Sequence[int]) -> bytes:
        """Those of some entries one after another, without the last `after`."""
        import numpy as np

        if not len(places):
            return b""
        if self.table is None:
            return self.before + (self.after + self.before).join(map(self.ids.__getitem__, places))
        turns = np.array(places, dtype=np.int64)
        rows = (self.table[turns[at : at + ROWS]].tobytes() for at in range(0, len(turns), ROWS))
        found = b"".join(rows if self.even else (part.translate(None, b"\0") for part in rows))
        return found[: -len(self.after)]


def json_names(ids: Sequence[bytes]) -> Names | None:
    """Ids as they stand in JSON; None where one of them needs escaping."""
    together = b"\n".join(ids)
    return None if b'"' in together or b"\\" in together else Names(ids, before=b'"', after=b'",')


def packed(names: Names, places: Sequence[int]) -> Packed:
    """The list of some entries' ids as JSON.

    Args:
        names: of `json_names`.
    """
    return Packed(b"[" + names.joined(places) + b'"]' if len(places) else b"[]")
