"""Layouts as data: a table of columns for each kind of record, and how such a table is read.

A layout is text, one line a field: `place length type name title rule…`; `record NAME KEY` begins a record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from jichi.kernel.errors import Invalid

Framing: TypeAlias = Literal["groups", "data_only"]
"""groups: `(header data* trailer)+ end`; data_only: what is no data record is passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `start` counts from 0; `kind`: N digits from the right with zeros, C text from the left with blanks.

    `fixed` is the only value it may have; a `filler` holds blanks; an `optional` N field may be blank.
    """

    name: str
    title: str
    start: int
    length: int
    kind: Literal["N", "C"]
    fixed: str | None = None
    filler: bool = False
    optional: bool = False
    choices: tuple[str, ...] = ()
    positive: bool = False

    @property
    def end(self) -> int:
        """The place after its last byte."""
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Record:
    """One kind of record; `key` is its first byte."""

    name: str
    key: str
    fields: tuple[Field, ...]

    @property
    def given(self) -> tuple[Field, ...]:
        """Fields whose value somebody gives, in their order."""
        return tuple(one for one in self.fields if one.fixed is None and not one.filler)

    def field(self, name: str) -> Field:
        """The field of this name; KeyError."""
        for one in self.fields:
            if one.name == name:
                return one
        raise KeyError(name)

    def has(self, name: str) -> bool:
        """Is there a field of this name?"""
        return any(one.name == name for one in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A file of records of one length. `confirmed`: by a public source; else to be asked of the bank or agent."""

    name: str
    title: str
    length: int
    records: dict[str, Record] = field(default_factory=dict)
    framing: Framing = "groups"
    confirmed: bool = True

    @property
    def data(self) -> Record:
        """The record that comes many times."""
        return self.records["data"]

    def record(self, name: str) -> Record | None:
        """Header, data, trailer or end; None where the layout says nothing of it."""
        return self.records.get(name)


_NAMES: Final = ("header", "data", "trailer", "end")


def read_layout(text: str) -> Layout:
    """A layout from its table.

    Raises:
        Invalid: "bankfile.layout" with the line and what is wrong with it.
    """
    head: dict[str, str] = {}
    records: dict[str, list[Field]] = {}
    keys: dict[str, str] = {}
    current = ""
    for number, raw in enumerate(text.splitlines(), 1):
        words = raw.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] in {"layout", "title", "length", "framing", "confirmed"}:
            head[words[0]] = " ".join(words[1:])
        elif words[0] == "record" and len(words) == 3 and words[1] in _NAMES and len(words[2]) == 1:
            current = words[1]
            records[current], keys[current] = [], words[2]
        elif current:
            records[current].append(_field(words, number, records[current]))
        else:
            raise _wrong(number, raw)
    return _layout(head, records, keys)


def _layout(head: dict[str, str], records: dict[str, list[Field]], keys: dict[str, str]) -> Layout:
    length = int(head.get("length", "0"))
    if not head.get("layout") or length < 1 or "data" not in records:
        raise _wrong(1, "layout, length, record data")
    for name, fields in records.items():
        if fields[-1].end != length:
            raise _wrong(1, f"record {name}: {fields[-1].end} ≠ {length}")
    return Layout(
        name=head["layout"], title=head.get("title", head["layout"]), length=length,
        records={name: Record(name, keys[name], tuple(fields)) for name, fields in records.items()},
        framing="data_only" if head.get("framing") == "data_only" else "groups",
        confirmed=head.get("confirmed", "yes") == "yes",
    )  # fmt: skip


def _field(words: list[str], number: int, before: list[Field]) -> Field:
    if len(words) < 5 or not (words[0].isdecimal() and words[1].isdecimal()) or words[2] not in {"N", "C"}:
        raise _wrong(number, " ".join(words))
    start = int(words[0]) - 1
    if start != (before[-1].end if before else 0):
        raise _wrong(number, " ".join(words))
    rules = words[5:]
    fixed = next((rule[1:] for rule in rules if rule.startswith("=")), None)
    choices = next((tuple(rule[3:].split(",")) for rule in rules if rule.startswith("in:")), ())
    return Field(
        name=words[3], title=words[4], start=start, length=int(words[1]), kind="N" if words[2] == "N" else "C",
        fixed=fixed, filler="blank" in rules, optional="optional" in rules, choices=choices,
        positive="positive" in rules,
    )  # fmt: skip


def _wrong(number: int, what: str) -> Invalid:
    return Invalid("bankfile.layout", line=number, what=what)
