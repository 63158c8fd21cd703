"""Two matchings made one: where they differ in places that have nothing to do with each other, the better of each."""

from __future__ import annotations

import numpy as np

from .blocking import Groups, blocking
from .instance import Instance
from .tables import Ints


def mixed(
    instance: Instance, grouped: Groups, kept: Ints, blocked: Ints, other: Ints, blocked_there: Ints
) -> tuple[Ints, Ints]:
    """(matching, options that block it): `kept`, with those differences of `other` that leave fewer to block.

    Units that differ belong together when they meet at a slot, in either matching. Each such region leaves the seats of
    all other slots as they are, so any choice of regions is a feasible matching again.

    Args:
        blocked, blocked_there: the options that block `kept` and `other`.
    """
    regions = _Regions(instance, kept, other)
    before, after = regions.count(grouped, blocked), regions.count(grouped, blocked_there)
    better = np.array([after[n] < before[n] for n in range(regions.number)], dtype=np.bool_)
    if not better.any():
        return kept, blocked
    found = kept.copy()
    taken = regions.units[better[regions.of_unit[regions.units]]]
    found[taken] = other[taken]
    left = blocking(instance, grouped, found)
    return (found, left) if len(left) < len(blocked) else (kept, blocked)


class _Regions:
    """The units in which two matchings differ, and the slots they have in either, by regions."""

    def __init__(self, instance: Instance, one: Ints, other: Ints) -> None:
        self.units = np.flatnonzero(one != other)
        self.of_slot: dict[int, int] = {}
        self.of_unit = np.full(len(one), -1, dtype=np.int64)
        slots = [_slots(instance, unit, (int(one[unit]), int(other[unit]))) for unit in self.units.tolist()]
        parent = {slot: slot for met in slots for slot in met}

        def root(slot: int) -> int:
            while parent[slot] != slot:
                parent[slot] = parent[parent[slot]]
                slot = parent[slot]
            return slot

        for first, *more in slots:
            for slot in more:
                parent[root(slot)] = root(first)
        numbers: dict[int, int] = {}
        self.of_slot = {slot: numbers.setdefault(root(slot), len(numbers)) for slot in parent}
        self.of_unit[self.units] = [self.of_slot[met[0]] for met in slots]
        self.number = len(numbers)

    def count(self, grouped: Groups, options: Ints) -> list[int]:
        """Options that concern each region: of a unit that differs, or at a slot of the region."""
        found = [0] * self.number
        for option in options.tolist():
            at = int(np.searchsorted(grouped.option, option))
            concerned = {int(self.of_unit[grouped.unit[at]])}
            while at < len(grouped.option) and grouped.option[at] == option:
                concerned.add(self.of_slot.get(int(grouped.slot[at]), -1))
                at += 1
            for region in concerned - {-1}:
                found[region] += 1
        return found


def _slots(instance: Instance, unit: int, options: tuple[int, int]) -> list[int]:
    """The slots where a unit has a child in one of two outcomes; two outcomes that differ have one at least."""
    count = int(instance.option_at[unit + 1] - instance.option_at[unit])
    first, size = int(instance.unit_first[unit]), int(instance.unit_size[unit])
    entries: list[int] = []
    for option in options:
        entries += instance.option(unit, option) if option < count else instance.stay[first : first + size].tolist()
    return list(dict.fromkeys(int(instance.entry_slot[entry]) for entry in entries if entry >= 0))
