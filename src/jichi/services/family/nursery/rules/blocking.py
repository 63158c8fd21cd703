"""Blocking coalitions by counting: at each slot of an option, above + need > capacity, or the option is open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .instance import Instance
from .tables import Bools, Ints, ranges


@dataclass(frozen=True, slots=True)
class Groups:
    """What options ask of slots: option `option` of `unit` puts `need` children at `slot`, the lowest is `worst`.

    Sorted by option; `first[o]` is where option o's groups begin. `own_group`, `own_entry`: entries at the group's
    slot above `worst` that belong to the unit itself, wherever it may place its children.
    """

    option: Ints
    unit: Ints
    slot: Ints
    worst: Ints
    need: Ints
    own_group: Ints
    own_entry: Ints


def groups(instance: Instance) -> Groups:
    """The groups of all options of all units."""
    counts = np.diff(instance.option_at)
    parts = []
    for size in sorted(set(instance.unit_size.tolist())):
        units = np.flatnonzero((instance.unit_size == size) & (counts > 0))
        parts.append(_of_size(instance, units, counts[units], size))
    found = np.concatenate([np.zeros((5, 0), dtype=np.int64), *parts], axis=1)
    option, unit, slot, worst, need = found[:, np.argsort(found[0], kind="stable")]
    own_group, own_entry = _own(instance, unit, slot, worst)
    return Groups(option, unit, slot, worst, need, own_group, own_entry)


def _of_size(instance: Instance, units: Ints, counts: Ints, size: int) -> Ints:
    entries = instance.place[ranges(instance.place_at[units], counts * size)].reshape(-1, size)
    option, unit = ranges(instance.option_at[units], counts), np.repeat(units, counts)
    slots = np.where(entries >= 0, instance.entry_slot[entries], -1) if len(instance.entry_slot) else entries
    parts = []
    for column in range(size):
        here = slots == slots[:, column : column + 1]
        head = (slots[:, column] >= 0) & ~here[:, :column].any(axis=1)
        worst = np.where(here, entries, -1).max(axis=1)
        parts.append(np.stack((option, unit, slots[:, column], worst, here.sum(axis=1)))[:, head])
    return np.concatenate(parts, axis=1)


def _own(instance: Instance, unit: Ints, slot: Ints, worst: Ints) -> tuple[Ints, Ints]:
    """Pairs (group, entry) of a unit's own entries at the group's slot above its worst."""
    linked = np.flatnonzero(instance.unit_size[unit] > 1)
    if not linked.size:
        return linked, linked
    owner = instance.child_unit[instance.entry_child]
    pair = owner * (len(instance.capacity) + 1) + instance.entry_slot
    order = np.argsort(pair, kind="stable")
    wanted = unit[linked] * (len(instance.capacity) + 1) + slot[linked]
    low = np.searchsorted(pair, wanted, side="left", sorter=order)
    high = np.searchsorted(pair, wanted, side="right", sorter=order)
    group, entry = np.repeat(linked, high - low), order[ranges(low, high - low)]
    above = entry < worst[group]
    return group[above], entry[above]


def above(instance: Instance, grouped: Groups, marked: Bools) -> Ints:
    """For each group, the marked entries of other units at its slot with priority over its worst child."""
    before = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(marked, dtype=np.int64)))
    own = np.bincount(grouped.own_group[marked[grouped.own_entry]], minlength=len(grouped.slot))
    return before[grouped.worst] - before[instance.slot_at[grouped.slot]] - own


def closed(instance: Instance, grouped: Groups, marked: Bools) -> Bools:
    """For each group, whether its slot refuses it when the marked entries hold seats."""
    full: Bools = above(instance, grouped, marked) + grouped.need > instance.capacity[grouped.slot]
    return full


def open_options(instance: Instance, grouped: Groups, marked: Bools) -> Bools:
    """For each option, whether no slot of it refuses it."""
    refused = np.bincount(grouped.option[closed(instance, grouped, marked)], minlength=int(instance.option_at[-1]))
    free: Bools = refused == 0
    return free


def held_entries(instance: Instance, outcome: Ints) -> Bools:
    """Which entries hold seats when unit u has its option `outcome[u]` (the number of its options: status quo)."""
    marked = np.zeros(len(instance.entry_slot), dtype=np.bool_)
    counts = np.diff(instance.option_at)
    moved = np.flatnonzero(outcome < counts)
    size = instance.unit_size
    placed = instance.place[ranges(instance.place_at[moved] + outcome[moved] * size[moved], size[moved])]
    still = np.flatnonzero(outcome >= counts)
    stayed = instance.stay[ranges(instance.unit_first[still], size[still])]
    marked[placed[placed >= 0]] = True
    marked[stayed[stayed >= 0]] = True
    return marked


def blocking(instance: Instance, grouped: Groups, outcome: Ints) -> Ints:
    """Options (numbered through) that are open and better than what their unit has: the blocking coalitions."""
    free = open_options(instance, grouped, held_entries(instance, outcome))
    counts = np.diff(instance.option_at)
    better = np.arange(int(instance.option_at[-1])) < np.repeat(instance.option_at[:-1] + outcome, counts)
    return np.flatnonzero(free & better)
