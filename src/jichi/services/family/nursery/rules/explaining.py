"""Why a child has or has not each facility it listed: a code, the figures behind it, the sentence for the notice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from .instance import Instance
from .results import Result
from .tables import Bools, Ints

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


def explain(result: Result) -> Iterator[Sequence[object]]:
    """explain.csv: one row per child and facility of its list, by child and rank; the sentence for what was refused."""
    instance, tables = result.instance, result.instance.tables
    yield EXPLAIN
    child, slot, rank, score = _listed(instance)
    entry = _entries_of(instance, slot, child)
    code, sibling, where = _codes(result, child, slot, rank, entry)
    position = np.where(entry >= 0, entry - instance.slot_at[slot] - result.at_home[slot] + 1, 0).tolist()
    listed = (np.diff(instance.slot_at) - result.at_home + result.fixed_at)[slot].tolist()
    last = result.last_admitted[slot]
    cut = np.where(last >= 0, instance.entry_score[last], 0).tolist() if len(instance.entry_score) else [0] * len(slot)
    names = [tables.facilities[number] for number in tables.slot_facility[slot].tolist()]
    ids = [tables.child_ids[number] for number in child.tolist()]
    for at, (name, facility, place, said) in enumerate(zip(ids, names, rank.tolist(), code, strict=True)):
        cutoff = cut[at] if last[at] >= 0 else ""
        sentence = ""
        if said not in {"GRANTED", "HIGHER_CHOICE"}:
            sentence = SENTENCES[said].format(
                applicants=listed[at], position=position[at], cutoff="なし" if cutoff == "" else cutoff,
                sibling=sibling.get(at, ""), facility=where.get(at, ""),
            )  # fmt: skip
        yield (
            name, facility, place, said, position[at] or "", listed[at], cutoff, score[at], sibling.get(at, ""),
            sentence,
        )  # fmt: skip


def _listed(instance: Instance) -> tuple[Ints, Ints, Ints, list[int]]:
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
    return rows[0], rows[1], rows[2], rows[3].tolist()


def _entries_of(instance: Instance, slot: Ints, child: Ints) -> Ints:
    """The entry of each pair, -1 where no option holds it."""
    if not len(instance.entry_slot):
        return np.full(len(slot), -1, dtype=np.int64)
    pair = instance.entry_slot * len(instance.stay) + instance.entry_child
    sorter = np.argsort(pair, kind="stable")
    wanted = slot * len(instance.stay) + child
    at = sorter[np.minimum(np.searchsorted(pair, wanted, sorter=sorter), len(pair) - 1)]
    return np.where(pair[at] == wanted, at, -1)


def _codes(
    result: Result, child: Ints, slot: Ints, rank: Ints, entry: Ints
) -> tuple[list[str], dict[int, str], dict[int, str]]:
    """The code of each row; for SIBLING the sibling and its facility, by row."""
    instance = result.instance
    got = result.slots[child]
    granted = np.zeros(len(instance.stay), dtype=np.int64) + (1 << 40)
    granted[child[slot == got]] = rank[slot == got]
    ended = np.append(instance.entry_slot, -1)[entry] if len(entry) else entry
    before = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(result.held, dtype=np.int64)))
    over = before[entry] - before[instance.slot_at[slot]]
    refused = over + 1 > instance.capacity[slot]
    words = np.where(refused & (ended >= 0), "CUTOFF", "BLOCKING_LEFT")
    words = np.where(instance.full_capacity[slot] <= 0, "NO_SEAT", words)
    words = np.where(rank > granted[child], "HIGHER_CHOICE", words)
    words = np.where(slot == got, "GRANTED", words)
    found = [str(word) for word in words.tolist()]
    sibling: dict[int, str] = {}
    where: dict[int, str] = {}
    families = _Linked(result)
    pinned = np.zeros(len(instance.unit_size), dtype=np.bool_)
    pinned[list(instance.fixed)] = True
    unit = instance.child_unit[child]
    for at in np.flatnonzero(pinned[unit]).tolist():
        found[at] = "PINNED"
    open_rows: Bools = (instance.unit_size[unit] > 1) & ~pinned[unit] & (words != "GRANTED")
    open_rows &= (words != "HIGHER_CHOICE") & (words != "NO_SEAT")
    for at in np.flatnonzero(open_rows).tolist():
        found[at], brother, place = families.code(int(unit[at]), int(entry[at]))
        if brother >= 0:
            sibling[at] = instance.tables.child_ids[brother]
            where[at] = instance.tables.facilities[instance.tables.slot_facility[place]]
    return found, sibling, where


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
