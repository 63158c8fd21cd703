"""The input tables, read and checked: every error of every file in one run, with file, line and id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from .problems import Problem
from .tables import Ints, Sheet, looked_up, open_sheet, order_of, pointers, texts, whole_numbers

SLOTS: Final = ("facility_id", "class_id", "vacancy")
CHILDREN: Final = ("child_id", "family_id", "seq", "class_id", "index", "lottery", "current_facility_id")
FAMILIES: Final = ("family_id", "condition", "solo", "split")
CHOICES: Final = ("child_id", "rank", "facility_id", "bonus", "local_tb")
OPTIONS: Final = ("family_id", "option_rank", "child_id", "facility_id")
PINS: Final = ("child_id", "facility_id")
FILES: Final = ("slots.csv", "children.csv", "families.csv", "choices.csv", "options.csv", "pins.csv")
CONDITIONS: Final = frozenset({"SINGLE", "INDEPENDENT", "SAME", "TOGETHER", "PARTIAL", "EXPLICIT"})
SOLO: Final = frozenset({"EITHER", "ELDER", "YOUNGER"})
_KEY: Final = re.compile(r"tb[0-9]+")


@dataclass(slots=True)
class Tables:
    """Checked tables. Facilities, classes, slots and families are in the order of their ids, children by family and
    seq, choices by child and rank; -1 stands for none. Numbers name places in these orders.
    """

    facilities: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    slot_facility: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    slot_class: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    vacancy: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    slot_of: Ints = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    family_ids: list[str] = field(default_factory=list)
    condition: list[str] = field(default_factory=list)
    solo: list[str] = field(default_factory=list)
    split: list[str] = field(default_factory=list)
    child_ids: list[str] = field(default_factory=list)
    child_family: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    child_seq: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    child_class: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    index: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    keys: list[Ints] = field(default_factory=list)
    current: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    choice_at: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    choice_slot: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    choice_bonus: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    choice_local: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    explicit: dict[int, list[tuple[int, ...]]] = field(default_factory=dict)
    pins: dict[int, int] = field(default_factory=dict)
    extra: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Columns of slots.csv and children.csv that we do not know, in the orders above: carried through."""
    child_line: dict[int, int] = field(default_factory=dict)

    def slot_name(self, slot: int) -> str:
        """ "facility:class", for findings."""
        return f"{self.facilities[self.slot_facility[slot]]}:{self.classes[self.slot_class[slot]]}"


def read(files: Mapping[str, bytes], encoding: str = "utf-8") -> tuple[Tables | None, list[Problem]]:
    """Tables of {file name: bytes}, and all findings; None where one of them is an error.

    `encoding` is "utf-8" (with or without BOM) or "cp932". Ties are found later, by `instance.build`.
    """
    reading = _Reading(dict(files), encoding)
    reading.slots()
    reading.families()
    reading.children()
    if not reading.failed:
        from .reading_lists import read_choices, read_options, read_pins

        read_choices(reading)
        read_options(reading)
        read_pins(reading)
    problems = sorted(reading.problems, key=lambda one: (FILES.index(one.file), one.line, one.code, one.id))
    return (None if any(one.is_error for one in problems) else reading.tables), problems


class _Reading:
    """What has been read so far."""

    def __init__(self, files: dict[str, bytes], encoding: str) -> None:
        self.files, self.encoding = files, encoding
        self.problems: list[Problem] = []
        self.tables = Tables()
        self.facility_of: dict[str, int] = {}
        self.class_of: dict[str, int] = {}
        self.family_of: dict[str, int] = {}
        self.child_of: dict[str, int] = {}
        self.failed = False
        """A file of those that others refer to could not be read: their references can't be judged."""

    def sheet(self, name: str, needed: tuple[str, ...], *, referred: bool = False) -> Sheet | None:
        """The sheet of a file; `referred` says that others can't be judged without it."""
        found = open_sheet(self.files, name, needed, self.encoding, self.problems)
        self.failed |= found is None and referred
        return found

    def numbers(self, sheet: Sheet, column: str, cells: list[str], ids: list[str], first: int = 0) -> Ints:
        """A column of integers; what is none is reported with the row's id."""
        return whole_numbers(
            cells, lambda at, cell: sheet.report("E_NUMBER", first + at, ids[at], f"{column}={cell[:40]}")
        )

    def named(self, sheet: Sheet, ids: list[str], code: str) -> list[int]:
        """Records whose id is not empty and came for the first time; the others are reported."""
        seen: set[str] = set(ids)
        if len(seen) == len(ids) and "" not in seen:
            return list(range(len(ids)))
        seen.clear()
        kept = []
        for record, one in enumerate(ids):
            if not one:
                sheet.report("E_COLUMN", record, detail="IDが空")
            elif one in seen:
                sheet.report(code, record, one)
            else:
                seen.add(one)
                kept.append(record)
        return kept

    def slots(self) -> None:
        """slots.csv."""
        sheet = self.sheet("slots.csv", SLOTS, referred=True)
        if sheet is None:
            return
        facility, group, cells = texts(sheet, SLOTS)
        vacancy = self.numbers(sheet, "vacancy", cells, facility)
        names = [f"{a}\0{b}" if a and b else "" for a, b in zip(facility, group, strict=True)]
        kept = self.named(sheet, names, "E_DUP_SLOT")
        self.problems[:] = [_without_nul(one) for one in self.problems]
        for record in np.flatnonzero(vacancy < 0):
            sheet.report("E_NEGATIVE", int(record), facility[record], f"{vacancy[record]}")
        tables = self.tables
        tables.facilities = sorted({facility[record] for record in kept})
        tables.classes = sorted({group[record] for record in kept})
        self.facility_of = {name: number for number, name in enumerate(tables.facilities)}
        self.class_of = {name: number for number, name in enumerate(tables.classes)}
        kept.sort(key=lambda record: (facility[record], group[record]))
        tables.slot_facility = looked_up([facility[record] for record in kept], self.facility_of)
        tables.slot_class = looked_up([group[record] for record in kept], self.class_of)
        tables.vacancy = vacancy[kept]
        tables.slot_of = np.full((len(tables.facilities), len(tables.classes)), -1, dtype=np.int64)
        tables.slot_of[tables.slot_facility, tables.slot_class] = np.arange(len(kept))
        tables.extra["slots.csv"] = _extra(sheet, SLOTS, kept)

    def families(self) -> None:
        """families.csv; that conditions fit the children is judged with these."""
        sheet = self.sheet("families.csv", FAMILIES, referred=True)
        if sheet is None:
            return
        ids, condition, solo, split = texts(sheet, FAMILIES)
        kept = sorted(self.named(sheet, ids, "E_DUP_FAMILY"), key=ids.__getitem__)
        for record in kept:
            wrong = condition[record] not in CONDITIONS or split[record] not in {"", "SAME_FIRST"}
            wrong |= solo[record] not in (SOLO if condition[record] == "PARTIAL" else SOLO | {""})
            if wrong:
                said = f"{condition[record]} {solo[record]} {split[record]}".strip()
                sheet.report("E_CONDITION", record, ids[record], said)
        tables = self.tables
        tables.family_ids = [ids[record] for record in kept]
        tables.condition = [condition[record] for record in kept]
        tables.solo = [solo[record] for record in kept]
        tables.split = [split[record] for record in kept]
        self.family_of = {name: number for number, name in enumerate(tables.family_ids)}
        self.family_record = kept
        self.family_sheet = sheet

    def children(self) -> None:
        """children.csv, with what it says of families."""
        sheet = self.sheet("children.csv", CHILDREN, referred=True)
        if sheet is None:
            return
        keys = sorted((name for name in sheet.header if _KEY.fullmatch(name)), key=lambda name: int(name[2:]))
        counted = ("seq", "index", *keys, "lottery")
        ids, family, group, current, *cells = texts(
            sheet, ("child_id", "family_id", "class_id", "current_facility_id", *counted)
        )
        columns = [self.numbers(sheet, name, column, ids) for name, column in zip(counted, cells, strict=True)]
        del cells
        kept = self.named(sheet, ids, "E_DUP_CHILD")
        if self.failed:
            return
        families = looked_up(family, self.family_of)
        for record in kept:
            if families[record] < 0:
                sheet.report("E_NO_FAMILY", record, ids[record], family[record])
        at = np.array(kept, dtype=np.int64)
        order = at[order_of(families[at], columns[0][at])]
        tables = self.tables
        tables.child_ids = [ids[record] for record in order]
        tables.child_family, tables.child_seq = families[order], columns[0][order]
        tables.child_class = looked_up([group[record] for record in order], self.class_of)
        tables.index = columns[1][order]
        tables.keys = [column[order] for column in columns[2:]]
        known = frozenset((*CHILDREN, *keys))
        tables.extra["children.csv"] = _extra(sheet, known, order.tolist())
        self.child_of = {name: number for number, name in enumerate(tables.child_ids)}
        self._siblings(sheet, order)
        self._current(sheet, order, [current[record] for record in order])

    def _siblings(self, sheet: Sheet, order: Ints) -> None:
        tables = self.tables
        same = (tables.child_family[1:] == tables.child_family[:-1]) & (tables.child_family[1:] >= 0)
        for at in np.flatnonzero(same & (tables.child_seq[1:] == tables.child_seq[:-1])) + 1:
            sheet.report("E_DUP_SEQ", int(order[at]), tables.child_ids[at], f"{tables.child_seq[at]}")
        sizes = np.bincount(tables.child_family[tables.child_family >= 0], minlength=len(tables.family_ids))
        for number in np.flatnonzero(sizes == 0):
            self.family_sheet.report("E_EMPTY_FAMILY", self.family_record[number], tables.family_ids[number])
        for number in np.flatnonzero(sizes > 1):
            if tables.condition[number] == "SINGLE":
                detail = f"SINGLEで児童が{sizes[number]}人"
                self.family_sheet.report("E_CONDITION", self.family_record[number], tables.family_ids[number], detail)

    def _current(self, sheet: Sheet, order: Ints, names: list[str]) -> None:
        tables = self.tables
        tables.current = np.full(len(names), -1, dtype=np.int64)
        for number in [number for number, name in enumerate(names) if name]:
            facility, group = self.facility_of.get(names[number], -1), int(tables.child_class[number])
            slot = int(tables.slot_of[facility, group]) if facility >= 0 and group >= 0 else -1
            tables.current[number] = slot
            if slot < 0:
                sheet.report("E_CURRENT_SLOT", int(order[number]), tables.child_ids[number], names[number])
        self.child_sheet, self.child_record = sheet, order


def _without_nul(problem: Problem) -> Problem:
    if "\0" not in problem.id:
        return problem
    return Problem(problem.code, problem.file, problem.line, problem.id.replace("\0", ":"), problem.detail)


def _extra(sheet: Sheet, known: tuple[str, ...] | frozenset[str], order: list[int]) -> dict[str, list[str]]:
    names = [name for name in sheet.header if name and name not in known]
    return {name: [cells[record] for record in order] for name, cells in zip(names, texts(sheet, names), strict=True)}


def group_starts(sorted_numbers: Ints, groups: int) -> Ints:
    """Pointers into rows sorted by their group's number."""
    return pointers(np.bincount(sorted_numbers, minlength=groups).astype(np.int64))
