"""Why a child has or has not each facility it listed: a code, the figures behind it, the sentence for the notice."""

from __future__ import annotations

from typing import Final

import numpy as np

from .instance import Instance
from .reading import Tables
from .results import Result, slot_names
from .tables import Ints, found_in
from .writing import Column, coded, numbers, quoted

EXPLAIN: Final = (
    "child_id", "facility_id", "choice_rank", "code", "priority_position", "applicants", "cutoff_score", "own_score",
    "blocking_child_of_family", "sentence",
)  # fmt: skip
SENTENCES: Final[dict[str, str]] = {
    "GRANTED": "この施設に内定しました。",
    "HIGHER_CHOICE": "希望順位が上の施設または組合せに内定したため、選考していません。",
    "CUTOFF": "選考順位が内定最終順位に達しなかったため"
    "（申込者{applicants}人中{position}番目、内定最終指数{cutoff}）。",
    "NO_SEAT": "今回の募集がなかったため。",
    "SAME_CLASS": "同じクラスにきょうだい全員の枠がなかったため（申込者{applicants}人中{position}番目）。",
    "SIBLING": "この児童の選考順位は内定に足りますが、"
    "きょうだい（{sibling}）の{facility}の選考順位が達しなかったため。",
    "CONDITION": "申込みのきょうだいの条件では、この施設に入ることができないため。",
    "BLOCKING_LEFT": "選考順位は内定に足りますが、きょうだいの条件が互いに両立しないため、"
    "内定できませんでした。担当課が確認します。",
    "PINNED": "担当課が入所先を定めました。",
}  # fmt: skip
"""Code → sentence (保留理由). Also the only codes there are."""


NO_CUT: Final = -(1 << 62)
"""Stands for a slot where nobody was admitted."""
CODES: Final = tuple(SENTENCES)
TOLD: Final = frozenset(CODES) - {"GRANTED", "HIGHER_CHOICE"}
"""Codes whose sentence is written."""


def explain(result: Result) -> tuple[int, dict[str, Column]]:
    """(rows, columns) of explain.csv: one row per child and facility of its list, by child and rank; the sentence for
    what was refused.
    """
    instance, tables = result.instance, result.instance.tables
    child, slot, rank, score = _listed(instance)
    entry = _entries_of(instance, slot, child)
    code, siblings = _codes(result, child, slot, rank, entry)
    position = np.where(entry >= 0, entry - instance.slot_at[slot] - result.at_home[slot] + 1, 0)
    listed = (np.diff(instance.slot_at) - result.at_home + result.fixed_at)[slot]
    last = result.last_admitted[slot]
    cut = np.where(last >= 0, np.append(instance.entry_score, 0)[last], 0)
    brothers = np.full(len(code), -1, dtype=np.int64)
    brothers[list(siblings)] = [brother for brother, _ in siblings.values()]
    columns = (
        coded(tables.child_ids, child), slot_names(instance, slot), numbers(rank), coded(CODES, code),
        numbers(position, shown=position != 0), numbers(listed), numbers(cut, shown=last >= 0), numbers(score),
        coded([*tables.child_ids, ""], brothers),
        _Sentences(tables, code, siblings, listed, position, np.where(last >= 0, cut, NO_CUT)),
    )  # fmt: skip
    return len(code), dict(zip(EXPLAIN, columns, strict=True))


class _Sentences:
    """The column of sentences."""

    def __init__(
        self, tables: Tables, code: Ints, siblings: dict[int, tuple[int, int]], applicants: Ints, position: Ints,
        cutoff: Ints,
    ) -> None:  # fmt: skip
        self.tables, self.code, self.siblings = tables, code, siblings
        self.figures = applicants, position, cutoff
        self.plain = np.array([SENTENCES[code] if code in TOLD else "" for code in CODES], dtype=object)
        self.filled = [number for number, code in enumerate(CODES) if code in TOLD and "{" in SENTENCES[code]]

    def __call__(self, part: slice) -> list[str]:
        code = self.code[part]
        found = self.plain[code]
        for number in self.filled:
            rows = np.flatnonzero(code == number)
            found[rows] = self._filled(SENTENCES[CODES[number]], rows + part.start)
        cells: list[str] = found.tolist()
        return cells

    def _filled(self, sentence: str, rows: Ints) -> list[str]:
        applicants, position, cutoff = (values[rows].tolist() for values in self.figures)
        if "{sibling}" not in sentence:
            return [
                sentence.format(applicants=n, position=m, cutoff="なし" if score == NO_CUT else score)
                for n, m, score in zip(applicants, position, cutoff, strict=True)
            ]
        tables = self.tables
        met = [self.siblings[row] for row in rows.tolist()]
        names = [(tables.child_ids[one], tables.facilities[tables.slot_facility[slot]]) for one, slot in met]
        return [quoted(sentence.format(sibling=sibling, facility=facility)) for sibling, facility in names]


def _listed(instance: Instance) -> tuple[Ints, Ints, Ints, Ints]:
    """(child, slot, rank, own score) of every listed facility; of EXPLICIT families by first option it stands in."""
    tables = instance.tables
    counts = np.diff(tables.choice_at)
    child = np.repeat(np.arange(len(counts)), counts)
    special = np.isin(tables.child_family[child], list(tables.explicit)) if tables.explicit else child < 0
    rank = np.arange(len(child)) - tables.choice_at[child] + 1
    score = tables.index[child] + tables.choice_bonus
    rows = [column[~special] for column in (child, tables.choice_slot, rank, score)]
    more: list[tuple[int, int, int, int]] = []
    bonus = {
        (one, slot): extra
        for one, slot, extra in zip(
            child[special].tolist(), tables.choice_slot[special].tolist(), tables.choice_bonus[special].tolist(),
            strict=True,
        )
    }  # fmt: skip
    for family, options in tables.explicit.items():
        for place, one in enumerate(np.flatnonzero(tables.child_family == family).tolist()):
            seen = dict.fromkeys(option[place] for option in options)
            slots = [slot for slot in seen if slot >= 0 and slot != tables.current[one]]
            more += [
                (one, slot, number, int(tables.index[one]) + bonus.get((one, slot), 0))
                for number, slot in enumerate(slots, 1)
            ]
    if more:
        rows = [np.append(row, column) for row, column in zip(rows, zip(*more, strict=True), strict=True)]
        order = np.lexsort((rows[2], rows[0]))
        rows = [row[order] for row in rows]
    return rows[0], rows[1], rows[2], rows[3]


def _entries_of(instance: Instance, slot: Ints, child: Ints) -> Ints:
    """The entry of each pair, -1 where no option holds it."""
    pair = instance.entry_slot * len(instance.stay) + instance.entry_child
    sorter = np.argsort(pair, kind="stable")
    at = found_in(pair[sorter], slot * len(instance.stay) + child)
    return np.append(sorter, -1)[at]


def _codes(result: Result, child: Ints, slot: Ints, rank: Ints, entry: Ints) -> tuple[Ints, dict[int, tuple[int, int]]]:
    """The place in CODES for each row; for SIBLING the sibling and its slot, by row."""
    instance = result.instance
    got = result.slots[child]
    granted = np.full(len(instance.stay), 1 << 40, dtype=np.int64)
    granted[child[slot == got]] = rank[slot == got]
    before = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(result.held, dtype=np.int64)))
    over = before[entry] - before[instance.slot_at[slot]]
    refused = (over + 1 > instance.capacity[slot]) & (entry >= 0)
    pinned = np.zeros(len(instance.unit_size), dtype=np.bool_)
    pinned[list(instance.fixed)] = True
    unit = instance.child_unit[child]
    found = np.full(len(child), CODES.index("BLOCKING_LEFT"), dtype=np.int64)
    for code, rows in (
        ("CUTOFF", refused), ("NO_SEAT", instance.full_capacity[slot] <= 0), ("HIGHER_CHOICE", rank > granted[child]),
        ("GRANTED", slot == got), ("PINNED", pinned[unit]),
    ):  # fmt: skip
        found[rows] = CODES.index(code)
    undecided = (found == CODES.index("BLOCKING_LEFT")) | (found == CODES.index("CUTOFF"))
    siblings: dict[int, tuple[int, int]] = {}
    families = _Linked(result)
    for at in np.flatnonzero((instance.unit_size[unit] > 1) & undecided).tolist():
        code, brother, place = families.code(int(unit[at]), int(entry[at]))
        found[at] = CODES.index(code)
        if brother >= 0:
            siblings[at] = brother, place
    return found, siblings


class _Linked:
    """Codes of children whose family has a condition."""

    def __init__(self, result: Result) -> None:
        self.result, self.instance = result, result.instance
        self.begin = np.searchsorted(result.groups.option, np.arange(int(result.instance.option_at[-1]) + 1)).tolist()
        found = result.groups
        self.slot, self.worst = found.slot.tolist(), found.worst.tolist()
        self.closed = result.closed.tolist()

    def code(self, unit: int, entry: int) -> tuple[str, int, int]:
        """(code, sibling who lacks the priority or -1, its slot) of an entry that was not granted."""
        if entry < 0:
            return "CONDITION", -1, -1
        instance, first = self.instance, int(self.instance.option_at[unit])
        own = [number for number in range(int(self.result.outcome[unit])) if entry in instance.option(unit, number)]
        if not own:
            return "HIGHER_CHOICE", -1, -1
        slot = int(instance.entry_slot[entry])
        seats = self.result.held[instance.slot_at[slot] : entry]
        others = instance.child_unit[instance.entry_child[instance.slot_at[slot] : entry]] != unit
        if int((seats & others).sum()) + 1 > instance.capacity[slot]:
            return "CUTOFF", -1, -1
        for number in own:
            shut = [at for at in range(*self.begin[first + number : first + number + 2]) if self.closed[at]]
            if not shut:
                return "BLOCKING_LEFT", -1, -1
            elsewhere = [at for at in shut if self.slot[at] != slot]
            if len(elsewhere) == len(shut):
                worst = self.worst[shut[0]]
                return "SIBLING", int(instance.entry_child[worst]), int(instance.entry_slot[worst])
        return "SAME_CLASS", -1, -1
