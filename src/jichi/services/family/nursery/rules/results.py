"""The result as tables: who sits where, the last admitted of each slot, a witness for every refused option."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from .blocking import Groups, above, blocking, groups, held_entries
from .instance import Instance
from .tables import Bools, Ints
from .writing import Column, coded, listed, numbers

ASSIGNMENTS: Final = ("child_id", "family_id", "facility_id", "status", "option_rank")
CUTOFFS: Final = (
    "facility_id", "class_id", "capacity", "applicants", "admitted", "staying", "remaining", "cutoff_score",
    "cutoff_child",
)  # fmt: skip
REASONS: Final = (
    "unit_id", "option_rank", "child_id", "facility_id", "class_id", "above", "need", "capacity",
)  # fmt: skip
STATUS: Final = ("ADMITTED", "TRANSFERRED", "STAYED", "WAITING")
PROTECTED: Final = 2
"""The public edition shows a cut-off only where at least so many were admitted (a ward may set another number)."""


@dataclass(frozen=True)
class Result:
    """A matching looked at from all sides. `outcome` is the option of each unit, its number of options: status quo."""

    instance: Instance
    outcome: Ints

    @cached_property
    def groups(self) -> Groups:
        """What options ask of slots."""
        return groups(self.instance)

    @cached_property
    def held(self) -> Bools:
        """Entries that hold a seat."""
        return held_entries(self.instance, self.outcome)

    @cached_property
    def above(self) -> Ints:
        """Of each group, how many children of other units sit above its worst child."""
        return above(self.instance, self.groups, self.held)

    @cached_property
    def closed(self) -> Bools:
        """Of each group, whether its slot refuses it."""
        found: Bools = self.above + self.groups.need > self.instance.capacity[self.groups.slot]
        return found

    @cached_property
    def blocking(self) -> Ints:
        """Options that block, numbered through."""
        return blocking(self.instance, self.groups, self.outcome)

    @cached_property
    def slots(self) -> Ints:
        """The slot of each child, -1 without a seat."""
        found = np.full(len(self.instance.stay), -1, dtype=np.int64)
        entries = np.flatnonzero(self.held)
        found[self.instance.entry_child[entries]] = self.instance.entry_slot[entries]
        for unit, slots in self.instance.fixed.items():
            first = int(self.instance.unit_first[unit])
            found[first : first + len(slots)] = slots
        return found

    @cached_property
    def fixed_at(self) -> Ints:
        """Of each slot, how many seats officials gave by hand."""
        return self.instance.full_capacity - self.instance.capacity

    @cached_property
    def last_admitted(self) -> Ints:
        """Of each slot, the entry of the lowest-priority child that came new, or -1."""
        instance = self.instance
        entries = np.flatnonzero(self.held)
        new = entries[instance.tables.current[instance.entry_child[entries]] != instance.entry_slot[entries]]
        found = np.full(len(instance.capacity), -1, dtype=np.int64)
        found[instance.entry_slot[new]] = new
        return found

    @cached_property
    def at_home(self) -> Ints:
        """Of each slot, how many children may stay there because they hold a seat."""
        mine = self.instance.stay[self.instance.stay >= 0]
        return np.bincount(self.instance.entry_slot[mine], minlength=len(self.instance.capacity))

    @property
    def seated(self) -> int:
        """Children with a seat."""
        return int((self.slots >= 0).sum())

    def rank_sum(self) -> int:
        """Option ranks of all units that are not fixed, the status quo one below the last option."""
        ranks = self.outcome + 1
        return int(ranks.sum()) - len(self.instance.fixed)


def assignments(result: Result) -> dict[str, Column]:
    """assignments.csv: one row per child by family and seq; unknown columns of children.csv last."""
    instance, tables = result.instance, result.instance.tables
    counts = np.diff(instance.option_at)
    ranks = np.where(result.outcome < counts, result.outcome + 1, 0)[instance.child_unit]
    columns = (
        listed(tables.child_ids), coded(tables.family_ids, tables.child_family), slot_names(instance, result.slots),
        coded(STATUS, _status(result)), numbers(ranks, shown=ranks > 0),
    )  # fmt: skip
    extra = tables.extra.get("children.csv", {})
    return {
        **dict(zip(ASSIGNMENTS, columns, strict=True)), **{name: listed(cells) for name, cells in extra.items()},
    }  # fmt: skip


def slot_names(instance: Instance, slots: Ints) -> Column:
    """The facilities of slots, empty for -1."""
    tables = instance.tables
    return coded([*(tables.facilities[facility] for facility in tables.slot_facility.tolist()), ""], slots)


def _status(result: Result) -> Ints:
    """Places in STATUS."""
    current = result.instance.tables.current
    found = np.where(current < 0, STATUS.index("ADMITTED"), STATUS.index("TRANSFERRED"))
    found = np.where((current >= 0) & (result.slots == current), STATUS.index("STAYED"), found)
    return np.where(result.slots < 0, STATUS.index("WAITING"), found)


def cutoffs(result: Result, *, public: int = 0) -> Iterator[Sequence[object]]:
    """cutoffs.csv, one row per slot; with `public` the edition that hides scores where fewer were admitted.

    The cut-off is the lowest-priority child admitted by priority; children placed by hand count as admitted, no more.
    """
    instance, tables = result.instance, result.instance.tables
    extra = tables.extra.get("slots.csv", {})
    yield [*(CUTOFFS[:-1] if public else CUTOFFS), *extra]
    slots = len(instance.capacity)
    taken = np.bincount(result.slots[result.slots >= 0], minlength=slots)
    stayed = np.bincount(result.slots[(result.slots >= 0) & (result.slots == tables.current)], minlength=slots)
    listed = np.diff(instance.slot_at) - result.at_home + result.fixed_at
    columns = (listed, taken - stayed, stayed, instance.full_capacity - taken, result.last_admitted)
    more = list(zip(*extra.values(), strict=True)) or [()] * slots
    for slot, (applicants, admitted, staying, remaining, last) in enumerate(
        zip(*(column.tolist() for column in columns), strict=True)
    ):
        score: object = int(instance.entry_score[last]) if last >= 0 and admitted >= public else ""
        row: list[object] = [
            tables.facilities[tables.slot_facility[slot]], tables.classes[tables.slot_class[slot]],
            int(instance.full_capacity[slot]), applicants, admitted, staying, remaining, score,
        ]  # fmt: skip
        if not public:
            row.append(tables.child_ids[instance.entry_child[last]] if last >= 0 else "")
        yield [*row, *more[slot]]


def reasons(result: Result) -> tuple[int, dict[str, Column]]:
    """(rows, columns) of reasons.csv: for each option better than the outcome one slot at which
    above + need > capacity.
    """
    instance, tables, found = result.instance, result.instance.tables, result.groups
    better = found.option < (instance.option_at[:-1] + result.outcome)[found.unit]
    at = np.flatnonzero(better & result.closed)
    option = found.option[at]
    at = at[np.append(True, option[1:] != option[:-1])[: len(at)]]
    slot, unit = found.slot[at], found.unit[at]
    columns = (
        coded(instance.unit_ids, unit), numbers(found.option[at] - instance.option_at[unit] + 1),
        coded(tables.child_ids, instance.entry_child[found.worst[at]]), slot_names(instance, slot),
        coded(tables.classes, tables.slot_class[slot]), numbers(result.above[at] + result.fixed_at[slot]),
        numbers(found.need[at]), numbers(instance.full_capacity[slot]),
    )  # fmt: skip
    return len(at), dict(zip(REASONS, columns, strict=True))


def rank_profile(result: Result) -> dict[str, int]:
    """How many units got their first, second, … option; "status_quo" those that got none."""
    counts = np.diff(result.instance.option_at)
    active = np.ones(len(counts), dtype=np.bool_)
    active[list(result.instance.fixed)] = False
    moved = active & (result.outcome < counts)
    profile = np.bincount(result.outcome[moved]).tolist() if moved.any() else []
    found = {str(rank): int(count) for rank, count in enumerate(profile, 1) if count}
    return {**found, "status_quo": int((active & ~moved).sum())}
