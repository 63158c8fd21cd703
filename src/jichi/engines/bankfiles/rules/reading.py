"""Reading a file by its layout: columns, totals, and everything that is wrong with it, by line, in one go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from .characters import CLASSES, DIGIT, SPACE, TEXT, UNUSUAL, Code
from .framing import Frame, Problem, Told, frame
from .layout import Field, Layout, Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.uint8]

_AT_ONCE: Final = 100_000
"""Records judged together, so that a large file takes little memory."""
_FOLLOWS: Final = {"": "1", "1": "28", "2": "28", "8": "19", "9": "9"}
"""What may follow a kind of record; more than one end record is told, not refused."""


class Columns:
    """Records of one kind, by field. Nothing is converted before it is asked for."""

    def __init__(self, record: Record, rows: Matrix, lines: NDArray[Any]) -> None:
        self.record = record
        self.rows = rows
        self.lines = lines

    def __len__(self) -> int:
        return len(self.rows)

    def ints(self, name: str) -> NDArray[Any]:
        """An N field of up to 18 digits as int64; a blank one counts 0."""
        return _ints(self.rows, self.record.field(name))

    def texts(self, name: str) -> list[str]:
        """A field as text, N with its zeros, C without blanks at the end."""
        one = self.record.field(name)
        width = one.length
        whole = self.rows[:, one.start : one.end].tobytes().decode("cp932", "replace")
        places = range(0, len(whole), width)
        if one.kind == "N":
            return [whole[at : at + width] for at in places]
        return [whole[at : at + width].rstrip() for at in places]

    def tuples(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """Records as tuples of these fields (none named: all that carry a value); N fields called amount are ints."""
        chosen = [self.record.field(name) for name in names] or self.record.given
        return zip(*(self._values(one) for one in chosen), strict=True)

    def _values(self, one: Field) -> list[Any]:
        if is_amount(one):
            found: list[Any] = self.ints(one.name).tolist()
            return found
        return list(self.texts(one.name))


def is_amount(one: Field) -> bool:
    """Is this field a number of yen or a count, not a code?"""
    return one.kind == "N" and one.name.rpartition("_")[2] in {"amount", "count", "uncleared"}


@dataclass(frozen=True, slots=True)
class Group:
    """A header with its records and its trailer: fields by name, N amounts as ints."""

    header: Mapping[str, Any]
    trailer: Mapping[str, Any]
    begin: int
    """First of its data records in `ReadFile.data`."""
    end: int


@dataclass(slots=True)
class ReadFile:
    """What a file holds. With `errors` in it nothing of it may be used."""

    layout: Layout
    data: Columns
    groups: list[Group]
    code: Code
    line_end: str
    errors: list[Problem]
    error_count: int
    notes: list[Problem] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Sum of the amounts of all records, where they have one."""
        return int(self.data.ints("amount").sum()) if self.data.record.has("amount") else 0


def read_file(data: bytes, layout: Layout) -> ReadFile:
    """Read a whole file and judge it: characters, numbers, order of records, totals."""
    found = frame(data, layout.length)
    keys = found.rows[:, 0] if len(found.rows) else found.rows.reshape(-1)
    if not layout.confirmed:
        found.notes.add(0, "", "bankfile.unconfirmed", title=layout.title)
    if not len(found.rows) and not found.errors.count:
        found.errors.add(0, "", "bankfile.empty")
    if layout.framing == "groups":
        _check_order(found, layout)
    columns = {}
    for name, record in layout.records.items():
        chosen = keys == ord(record.key)
        columns[name] = Columns(record, found.rows[chosen], found.lines[chosen])
        _check(columns[name], found)
    groups = _groups(found, layout, columns) if layout.framing == "groups" else []
    found.errors.kept.sort(key=lambda problem: problem.line)
    return ReadFile(
        layout, columns["data"], groups, found.code, found.line_end, found.errors.kept, found.errors.count,
        found.notes.kept,
    )  # fmt: skip


def _check_order(found: Frame, layout: Layout) -> None:
    """`(header data* trailer)+ end`."""
    import numpy as np

    if not len(found.rows):
        return
    allowed = np.zeros((256, 256), dtype=bool)
    for earlier, after in _FOLLOWS.items():
        for key in after:
            allowed[ord(earlier) if earlier else 0, ord(key)] = True
    keys = found.rows[:, 0]
    before = np.concatenate((np.zeros(1, dtype=np.uint8), keys[:-1]))
    bad = np.flatnonzero(~allowed[before, keys])
    for at in bad[:200]:
        was, key = (chr(int(k)) if k else "" for k in (before[at], keys[at]))
        found.errors.add(int(found.lines[at]), "データ区分", "bankfile.order", before=was or "先頭", key=key)
    found.errors.more(max(0, len(bad) - 200))
    if keys[-1] != ord("9"):
        found.errors.add(int(found.lines[-1]), "", "bankfile.no_end")
    ends = int((keys == ord("9")).sum())
    if ends > 1:
        found.notes.add(int(found.lines[-1]), "", "bankfile.extra_ends", count=ends)


def _masks(record: Record) -> NDArray[Any]:
    """For each byte of a record the classes that it may be of."""
    import numpy as np

    masks = np.zeros(record.fields[-1].end, dtype=np.uint8)
    for one in record.fields:
        masks[one.start : one.end] = TEXT if one.kind == "C" else DIGIT | SPACE if one.optional else DIGIT
    return masks


def _check(columns: Columns, found: Frame) -> None:
    """Every byte of every record of a kind, and what single fields ask for."""
    import numpy as np

    masks = _masks(columns.record)
    fillers = np.zeros(len(masks), dtype=bool)
    for one in columns.record.fields:
        fillers[one.start : one.end] = one.filler
    for begin in range(0, len(columns), _AT_ONCE):
        rows, lines = columns.rows[begin : begin + _AT_ONCE], columns.lines[begin : begin + _AT_ONCE]
        classes = np.frombuffer(rows.tobytes().translate(CLASSES), dtype=np.uint8).reshape(rows.shape)
        # What all bytes of a place have in common tells whether any record has to be looked at by itself.
        shared = np.bitwise_and.reduce(classes, axis=0)
        if ((shared & masks) == 0).any() and (bad := (classes & masks) == 0).any():
            _tell_places(bad, rows, lines, columns.record, found.errors, "bankfile.character")
        if (np.bitwise_or.reduce(classes, axis=0) & UNUSUAL).any():
            _tell_places((classes & UNUSUAL) != 0, rows, lines, columns.record, found.notes, "bankfile.unusual")
        if fillers.any() and ((shared[fillers] & SPACE) == 0).any():
            stray = ((classes & SPACE) == 0) & ((classes & masks) != 0) & fillers
            _tell_places(stray, rows, lines, columns.record, found.notes, "bankfile.filler")
        for one in columns.record.fields:
            _check_field(one, rows, lines, found.errors)


def _tell_places(bad: Any, rows: Matrix, lines: Any, record: Record, told: Told, code: str) -> None:
    """One word for each field of each line that has such bytes."""
    import numpy as np

    for one in record.fields:
        within = bad[:, one.start : one.end].any(axis=1)
        places = np.flatnonzero(within)
        for at in places[:200]:
            raw = rows[at, one.start : one.end].tobytes()
            kind = "bankfile.number" if code == "bankfile.character" and one.kind == "N" else code
            told.add(int(lines[at]), one.title, kind, value=shown(raw), bytes=_stray(raw))
        told.more(max(0, len(places) - 200))


def shown(raw: bytes) -> str:
    """Bytes as a person can read them; what is no character as ・."""
    return "".join(
        bytes((b,)).decode("cp932") if 0x20 <= b < 0x7F or 0xA1 <= b <= 0xDF else "・" for b in raw
    ).rstrip()  # fmt: skip


def _stray(raw: bytes) -> str:
    return " ".join(f"{b:02X}" for b in raw if not (0x20 <= b < 0x7F or 0xA1 <= b <= 0xDF))[:60]


def _check_field(one: Field, rows: Matrix, lines: Any, told: Told) -> None:
    import numpy as np

    part = rows[:, one.start : one.end]
    if one.fixed is not None:
        wanted = np.frombuffer(one.fixed.encode(), dtype=np.uint8)
        bad, code = (part != wanted).any(axis=1), "bankfile.fixed"
    elif one.choices and one.length == 1:
        known = np.frombuffer("".join(one.choices).encode(), dtype=np.uint8)
        bad, code = ~np.isin(part[:, 0], known), "bankfile.choice"
    elif one.positive:
        bad, code = (part == ord("0")).all(axis=1), "bankfile.not_positive"
    else:
        return
    if bad.any():
        places = np.flatnonzero(bad)
        for at in places[:200]:
            words = one.fixed or "、".join(one.choices)
            told.add(int(lines[at]), one.title, code, value=shown(part[at].tobytes()), words=words)
        told.more(max(0, len(places) - 200))


def _ints(rows: Matrix, one: Field) -> NDArray[Any]:
    import numpy as np

    if one.length > 18:
        raise ValueError(f"{one.name} has more digits than an int64")
    digits = rows[:, one.start : one.end] - np.uint8(0x30)
    digits = np.where(digits <= 9, digits, np.uint8(0))
    # Floating point is exact to 15 digits, and multiplies many times faster.
    kind = np.float64 if one.length <= 15 else np.int64
    powers = (10 ** np.arange(one.length - 1, -1, -1, dtype=np.int64)).astype(kind)
    found: NDArray[Any] = (digits.astype(kind) @ powers).astype(np.int64)
    return found


def _groups(found: Frame, layout: Layout, columns: Mapping[str, Columns]) -> list[Group]:
    """Headers with their trailers; what the trailer says is compared with what stands above it."""
    import numpy as np

    headers, trailers, data = columns["header"], columns["trailer"], columns["data"]
    if len(headers) != len(trailers):
        found.errors.add(0, "", "bankfile.unpaired", headers=len(headers), trailers=len(trailers))
        return []
    groups = []
    for n in range(len(headers)):
        begin, end = (int(np.searchsorted(data.lines, side.lines[n])) for side in (headers, trailers))
        group = Group(_fields(headers, n), _fields(trailers, n), begin, end)
        _check_totals(group, data, int(trailers.lines[n]), found.errors)
        groups.append(group)
    return groups


def _fields(columns: Columns, n: int) -> dict[str, Any]:
    one = Columns(columns.record, columns.rows[n : n + 1], columns.lines[n : n + 1])
    return {f.name: int(one.ints(f.name)[0]) if is_amount(f) else one.texts(f.name)[0] for f in one.record.fields}


def totals(data: Columns, begin: int, end: int) -> dict[str, int]:
    """What the trailer over these records must say. A cancelled credit (取消区分 1) counts apart."""
    part = Columns(data.record, data.rows[begin:end], data.lines[begin:end])
    amounts = part.ints("amount")
    found = {"count": len(part), "amount": int(amounts.sum())}
    if data.record.has("result"):
        done = part.rows[:, data.record.field("result").start] == ord("0")
        found |= {"ok_count": int(done.sum()), "ok_amount": int(amounts[done].sum())}
        found |= {"ng_count": found["count"] - found["ok_count"], "ng_amount": found["amount"] - found["ok_amount"]}
    if data.record.has("cancel"):
        taken_back = part.rows[:, data.record.field("cancel").start] == ord("1")
        found |= {"cancel_count": int(taken_back.sum()), "cancel_amount": int(amounts[taken_back].sum())}
        found["count"] -= found["cancel_count"]
        found["amount"] -= found["cancel_amount"]
    if data.record.has("direction"):
        came = part.rows[:, data.record.field("direction").start] == ord("1")
        found |= {"in_count": int(came.sum()), "in_amount": int(amounts[came].sum()), "record_count": len(part)}
        found |= {"out_count": len(part) - found["in_count"], "out_amount": found["amount"] - found["in_amount"]}
    return found


def is_request(trailer: Mapping[str, Any]) -> bool:
    """Does a trailer of account transfers say nothing of results?"""
    return not any(trailer.get(name, 0) for name in ("ok_count", "ok_amount", "ng_count", "ng_amount"))


def _check_totals(group: Group, data: Columns, line: int, errors: Told) -> None:
    counted = totals(data, group.begin, group.end)
    if data.record.has("result") and is_request(group.trailer):
        if counted["ng_count"]:
            errors.add(line, "振替結果コード", "bankfile.results_in_request", count=counted["ng_count"])
        counted = {name: counted[name] for name in ("count", "amount")}
    for name, value in counted.items():
        if name in group.trailer and group.trailer[name] != value:
            title = _TITLES.get(name, name)
            errors.add(line, title, "bankfile.total", said=group.trailer[name], counted=value)


_TITLES: Final = {
    "count": "合計件数", "amount": "合計金額", "ok_count": "振替済件数", "ok_amount": "振替済金額",
    "ng_count": "振替不能件数", "ng_amount": "振替不能金額", "cancel_count": "取消合計件数",
    "cancel_amount": "取消合計金額", "in_count": "入金件数", "in_amount": "入金額合計", "out_count": "出金件数",
    "out_amount": "出金額合計", "record_count": "データ・レコード件数",
}  # fmt: skip
