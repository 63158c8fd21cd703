"""The lists of wishes: choices.csv, options.csv of families with a list of their own, and pins.csv."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .reading import CHOICES, OPTIONS, PINS, group_starts
from .tables import Ints, Sheet, looked_up, order_of, texts, whole_numbers

if TYPE_CHECKING:
    from .reading import _Reading


def read_choices(reading: _Reading) -> None:
    """choices.csv: references, repetitions, lists that go on below the current facility."""
    sheet = reading.sheet("choices.csv", CHOICES)
    if sheet is None:
        return
    parts = []
    for first, cells in sheet.chunks(CHOICES):
        parts.append(_choices_of(reading, sheet, first, cells))
    empty: Ints = np.zeros((6, 0), dtype=np.int64)
    record, child, slot, rank, bonus, local = np.concatenate([empty, *parts], axis=1)
    del parts
    order = order_of(child, rank)
    record, child, slot, rank = record[order], child[order], slot[order], rank[order]
    tables = reading.tables
    same = child[1:] == child[:-1]
    for at in np.flatnonzero(same & (rank[1:] == rank[:-1])) + 1:
        sheet.report("E_DUP_RANK", int(record[at]), tables.child_ids[child[at]], f"rank={rank[at]}")
    by_slot = order_of(child, slot, record)
    twice = (child[by_slot][1:] == child[by_slot][:-1]) & (slot[by_slot][1:] == slot[by_slot][:-1])
    for at in by_slot[np.flatnonzero(twice) + 1]:
        name = tables.facilities[tables.slot_facility[slot[at]]]
        sheet.report("E_DUP_CHOICE", int(record[at]), tables.child_ids[child[at]], name)
    if local.any():
        used = int(np.flatnonzero(local[order])[0])
        sheet.report("W_LOCAL_TB", int(record[used]), tables.child_ids[child[used]], f"{np.count_nonzero(local)}行")
    kept = _above_current(reading, sheet, record, child, slot)
    _warn_of_empty(reading, sheet, record[kept], child[kept], slot[kept])
    tables.choice_at = group_starts(child[kept], len(tables.child_ids))
    tables.choice_slot = slot[kept]
    tables.choice_bonus, tables.choice_local = bonus[order][kept], local[order][kept]


def _choices_of(reading: _Reading, sheet: Sheet, first: int, cells: list[Sequence[str]]) -> Ints:
    """(record, child, slot, rank, bonus, local) of the sound rows of a chunk."""
    tables, ids = reading.tables, cells[0]

    def wrong(column: str):  # type: ignore[no-untyped-def]  # a closure that `whole_numbers` names the type of
        return lambda at, cell: sheet.report("E_NUMBER", first + at, ids[at], f"{column}={cell[:40]}")

    child, facility = looked_up(ids, reading.child_of), looked_up(cells[2], reading.facility_of)
    rank = whole_numbers(cells[1], wrong("rank"))
    bonus = whole_numbers(cells[3], wrong("bonus"), blank=0)
    local = whole_numbers(cells[4], wrong("local_tb"), blank=0)
    group = np.where(child >= 0, tables.child_class[child], -1) if len(tables.child_ids) else child
    slot = np.full(len(ids), -1, dtype=np.int64)
    known = (facility >= 0) & (group >= 0)
    slot[known] = tables.slot_of[facility[known], group[known]]
    for at in np.flatnonzero(child < 0).tolist():
        sheet.report("E_NO_CHILD", first + at, ids[at])
    for at in np.flatnonzero((child >= 0) & (slot < 0)).tolist():
        sheet.report("E_NO_SLOT", first + at, ids[at], cells[2][at])
    found = np.stack((np.arange(first, first + len(ids)), child, slot, rank, bonus, local))
    return found[:, slot >= 0]


def _above_current(reading: _Reading, sheet: Sheet, record: Ints, child: Ints, slot: Ints) -> Ints:
    """Rows above the child's own seat; what is dropped below it is told once a child."""
    tables = reading.tables
    own = np.flatnonzero(slot == tables.current[child])
    if not own.size:
        return np.arange(len(child))
    ends = np.full(len(tables.child_ids), len(child), dtype=np.int64)
    np.minimum.at(ends, child[own], own)
    below = np.flatnonzero(np.arange(len(child)) > ends[child])
    for at in below[np.unique(child[below], return_index=True)[1]]:
        sheet.report("W_BELOW_CURRENT", int(record[at]), tables.child_ids[child[at]])
    return np.flatnonzero(np.arange(len(child)) < ends[child])


def _warn_of_empty(reading: _Reading, sheet: Sheet, record: Ints, child: Ints, slot: Ints) -> None:
    tables = reading.tables
    held = np.bincount(tables.current[tables.current >= 0], minlength=len(tables.vacancy))
    capacity = tables.vacancy + held
    for at in np.flatnonzero(capacity[slot] <= 0) if len(capacity) else ():
        sheet.report("W_ZERO_SLOT", int(record[at]), tables.child_ids[child[at]], tables.slot_name(int(slot[at])))
    counts = np.bincount(child, minlength=len(tables.child_ids))
    for number in np.flatnonzero(counts == 0):
        family = tables.child_family[number]
        if family < 0 or tables.condition[family] != "EXPLICIT":
            reading.child_sheet.report("W_EMPTY_LIST", int(reading.child_record[number]), tables.child_ids[number])


def read_options(reading: _Reading) -> None:
    """options.csv, needed where a family's condition is EXPLICIT."""
    tables = reading.tables
    wanted = {number for number, condition in enumerate(tables.condition) if condition == "EXPLICIT"}
    if "options.csv" not in reading.files and not wanted:
        return
    sheet = reading.sheet("options.csv", OPTIONS)
    if sheet is None:
        return
    family, ranks, child, facility = texts(sheet, OPTIONS)
    rank = reading.numbers(sheet, "option_rank", ranks, child)
    found: dict[int, dict[int, dict[int, int]]] = {}
    lines: dict[tuple[int, int], int] = {}
    for record, name in enumerate(child):
        home, one = reading.family_of.get(family[record], -1), reading.child_of.get(name, -1)
        if home < 0:
            sheet.report("E_NO_FAMILY", record, family[record])
        elif one < 0:
            sheet.report("E_NO_CHILD", record, name)
        elif home not in wanted or tables.child_family[one] != home:
            sheet.report("E_OPTION", record, name, "EXPLICITの世帯の児童ではない")
        else:
            number = int(rank[record])
            option = found.setdefault(home, {}).setdefault(number, {})
            lines.setdefault((home, number), record)
            slot = _slot_named(reading, one, facility[record])
            if slot is None:
                sheet.report("E_NO_SLOT", record, name, facility[record])
            elif one in option:
                sheet.report("E_OPTION", record, name, "1つの組合せに2回")
            option[one] = -1 if slot is None else slot
    for home in sorted(wanted):
        _options_of(reading, sheet, home, found.get(home, {}), lines)


def _slot_named(reading: _Reading, child: int, facility: str) -> int | None:
    """-1 for no seat, None where the facility has no slot of the child's class."""
    if not facility:
        return -1
    number, group = reading.facility_of.get(facility, -1), int(reading.tables.child_class[child])
    slot = int(reading.tables.slot_of[number, group]) if number >= 0 and group >= 0 else -1
    return slot if slot >= 0 else None


def _options_of(
    reading: _Reading, sheet: Sheet, home: int, listed: dict[int, dict[int, int]], lines: dict[tuple[int, int], int]
) -> None:
    tables = reading.tables
    members = np.flatnonzero(tables.child_family == home).tolist()
    stay = tuple(int(tables.current[one]) for one in members)
    kept: list[tuple[int, ...]] = []
    for rank in sorted(listed):
        record = lines[home, rank]
        if set(listed[rank]) != set(members):
            sheet.report("E_OPTION", record, tables.family_ids[home], f"option_rank={rank}に児童が足りない")
            continue
        option = tuple(listed[rank][one] for one in members)
        if option == stay:
            if rank != max(listed):
                sheet.report("W_BELOW_CURRENT", record, tables.family_ids[home], f"option_rank={rank}")
            break
        if any(slot < 0 <= before for slot, before in zip(option, stay, strict=True)):
            sheet.report("E_OPTION", record, tables.family_ids[home], f"option_rank={rank}は在籍中の枠を失わせる")
        elif option in kept:
            sheet.report("E_OPTION", record, tables.family_ids[home], f"option_rank={rank}は上の組合せと同じ")
        kept.append(option)
    if not kept:
        reading.family_sheet.report("W_EMPTY_LIST", reading.family_record[home], tables.family_ids[home])
    tables.explicit[home] = kept


def read_pins(reading: _Reading) -> None:
    """pins.csv: children whose place is fixed (blank facility: none), all of a linked family or none of it."""
    if "pins.csv" not in reading.files:
        return
    sheet = reading.sheet("pins.csv", PINS)
    if sheet is None:
        return
    tables, lines = reading.tables, {}
    for record, (name, facility) in enumerate(zip(*texts(sheet, PINS), strict=True)):
        child = reading.child_of.get(name, -1)
        slot = _slot_named(reading, child, facility) if child >= 0 else None
        if child < 0:
            sheet.report("E_NO_CHILD", record, name)
        elif child in tables.pins:
            sheet.report("E_PIN", record, name, "2回")
        elif slot is None:
            sheet.report("E_NO_SLOT", record, name, facility)
        else:
            tables.pins[child], lines[child] = slot, record
    held = np.bincount(tables.current[tables.current >= 0], minlength=len(tables.vacancy))
    room = (tables.vacancy + held).tolist()
    for child, slot in tables.pins.items():
        family = tables.child_family[child]
        others = (
            np.flatnonzero(tables.child_family == family).tolist() if tables.condition[family] != "INDEPENDENT" else []
        )
        if any(one not in tables.pins for one in others):
            sheet.report("E_PIN", lines[child], tables.child_ids[child], "きょうだいの一部だけ")
        if slot >= 0:
            room[slot] -= 1
            if room[slot] < 0:
                sheet.report("E_PIN", lines[child], tables.child_ids[child], f"枠を超える {tables.slot_name(slot)}")
