"""What narrowing left undecided, solved exactly: by trying all where that is little, else with CP-SAT."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from .blocking import held_entries
from .narrowing import ALIVE, Narrowed, Shape, first_remaining, undecided
from .tables import Bools, Ints

TRIED: Final = 3_000
"""Components with so many combinations are solved by trying them all."""


@dataclass(frozen=True, slots=True)
class Component:
    """Units that meet at slots while something is undecided; `options` are the remaining outcomes of each (its count:
    status quo), `guards` those of its options that must not be open when the unit has a worse one.
    """

    units: tuple[int, ...]
    options: tuple[tuple[int, ...], ...]
    guards: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> int:
        """Combinations."""
        total = 1
        for options in self.options:
            total *= len(options)
        return total


def components(shape: Shape, narrowed: Narrowed, exempt: Bools) -> list[Component]:
    """The undecided units, apart where nothing that one of them may take can matter to another.

    What was struck out by rule 2 is refused by others who sit above, so it can't block. But at a slot where the unit
    itself has a child those others may have been kept away by that child, which the unit puts aside when it asks for
    another place there: such options are guarded too, also those of decided units.
    """
    parent: dict[int, int] = {}

    def root(unit: int) -> int:
        while parent[unit] != unit:
            parent[unit] = parent[parent[unit]]
            unit = parent[unit]
        return unit

    met: dict[int, int] = {}
    left: dict[int, tuple[tuple[int, ...], tuple[int, ...]]] = {}
    instance = shape.instance
    free = undecided(shape, narrowed).tolist()
    for unit in sorted({*free, *_looking_home(shape, narrowed)}):
        alive, guards = _left(shape, narrowed, unit, exempt)
        if len(alive) == 1 and not guards:
            continue
        left[unit], parent[unit] = (alive, guards), unit
        for option in (*alive, *guards):
            for entry in instance.option(unit, option):
                if entry >= 0:
                    other = met.setdefault(int(instance.entry_slot[entry]), unit)
                    parent[root(unit)] = root(other)
    found: dict[int, list[int]] = {}
    for unit in left:
        found.setdefault(root(unit), []).append(unit)
    groups = [sorted(units, key=lambda unit: instance.unit_ids[unit]) for units in found.values()]
    return [
        Component(tuple(units), tuple(left[unit][0] for unit in units), tuple(left[unit][1] for unit in units))
        for units in groups
    ]


def _looking_home(shape: Shape, narrowed: Narrowed) -> list[int]:
    """Units of several children with an option that rule 2 struck out at a slot where they have a child."""
    linked = shape.instance.unit_size > 1
    linked[list(shape.instance.fixed)] = False
    slots = len(shape.instance.capacity)
    struck = np.flatnonzero(linked[shape.unit] & (narrowed.stamp[: shape.options] % 2 == 1))
    there = shape.unit[struck] * slots + shape.grouped.slot[narrowed.why[struck]]
    alive = np.flatnonzero((narrowed.stamp[shape.outcome] == ALIVE) & linked[shape.owner[shape.entry]])
    entries = shape.entry[alive]
    mine = np.sort(shape.owner[entries] * slots + shape.instance.entry_slot[entries])
    if not len(mine):
        return []
    met = mine[np.minimum(np.searchsorted(mine, there), len(mine) - 1)] == there
    found: list[int] = np.unique(shape.unit[struck[met]]).tolist()
    return found


def _left(shape: Shape, narrowed: Narrowed, unit: int, exempt: Bools) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(remaining outcomes, guarded options) of a unit."""
    instance, first, count = shape.instance, int(shape.instance.option_at[unit]), int(shape.counts[unit])
    stamps = narrowed.stamp[first : first + count].tolist()
    alive = [option for option in range(count) if stamps[option] == ALIVE]
    if narrowed.stamp[shape.options + unit] == ALIVE:
        alive.append(count)
    guards = [option for option in alive[:-1] if option < count]
    if instance.unit_size[unit] > 1:
        slots = {
            option: {int(instance.entry_slot[e]) for e in instance.option(unit, option) if e >= 0} for option in alive
        }
        for option in range(min(alive[-1], count)):
            if stamps[option] != ALIVE and stamps[option] % 2 == 1:
                slot = int(shape.grouped.slot[narrowed.why[first + option]])
                if any(worse > option and slot in slots[worse] for worse in alive):
                    guards.append(option)
    return tuple(alive), tuple(option for option in sorted(guards) if not exempt[first + option])


class Board:
    """The decided units in their seats, and a component's units that try theirs."""

    def __init__(self, shape: Shape, narrowed: Narrowed, parts: list[Component]) -> None:
        self.shape, self.narrowed = shape, narrowed
        self.decided = first_remaining(shape, narrowed)
        free = np.zeros(shape.units, dtype=np.bool_)
        free[[unit for part in parts for unit in part.units]] = True
        self.held: dict[int, list[int]] = {}
        entries = np.flatnonzero(held_entries(shape.instance, self.decided))
        entries = entries[~free[shape.owner[entries]]]
        slots = {slot for part in parts for slot in self.slots(part)}
        for entry, slot in zip(entries.tolist(), shape.instance.entry_slot[entries].tolist(), strict=True):
            if slot in slots:
                self.held.setdefault(slot, []).append(entry)

    def slots(self, part: Component) -> set[int]:
        """Slots that matter to a component."""
        return {
            slot
            for unit, options, guards in zip(part.units, part.options, part.guards, strict=True)
            for option in (*options, *guards)
            for slot in self.groups(unit, option)
        }

    def groups(self, unit: int, option: int) -> dict[int, list[int]]:
        """Slot → entries that an option of a unit puts there."""
        found: dict[int, list[int]] = {}
        for entry in self.shape.instance.option(unit, option):
            if entry >= 0:
                found.setdefault(int(self.shape.instance.entry_slot[entry]), []).append(entry)
        return found

    def solve(self, component: Component, *, any_will_do: bool = False, glance: bool = False) -> tuple[int, ...] | None:
        """The best outcomes of a component's units, in their order; None if none is free of blocking.

        Best: most children with a seat, then the least sum of option ranks, then the first by option ranks in the
        order of unit ids. So the answer is one, whatever the way it is found. With `any_will_do` it need not be
        best. With `glance` the solver is left out.

        Raises:
            UndecidedError: a limit of steps was reached.
        """
        if component.size > TRIED:
            return self._searched(component, any_will_do=any_will_do, glance=glance)
        choices = [
            [(option, self.groups(unit, option)) for option in options]
            for unit, options in zip(component.units, component.options, strict=True)
        ]
        guards = self._guards(component)
        best: tuple[tuple[int, int, tuple[int, ...]], tuple[int, ...]] | None = None
        for chosen in product(*choices):
            options = tuple(option for option, _ in chosen)
            worth = _worth(chosen)
            if (best is None or worth < best[0]) and self._holds(component, guards, chosen):
                best = (worth, options)
                if any_will_do:
                    break
        return best[1] if best else None

    def _searched(self, component: Component, *, any_will_do: bool, glance: bool) -> tuple[int, ...] | None:
        from .proving import UndecidedError, solve_component
        from .searching import search_component

        try:
            return search_component(self, component, any_will_do=any_will_do)
        except UndecidedError:
            if glance:
                raise
            return solve_component(self, component, any_will_do=any_will_do)

    def worth(self, component: Component, options: tuple[int, ...]) -> tuple[int, int, tuple[int, ...]]:
        """What outcomes of a component's units are compared by: less is better."""
        return _worth(self._chosen(component, options))

    def holds(self, component: Component, options: tuple[int, ...]) -> bool:
        """Whether outcomes of a component's units are feasible and nothing guarded blocks them."""
        return self._holds(component, self._guards(component), self._chosen(component, options))

    def _chosen(self, component: Component, options: tuple[int, ...]) -> tuple[tuple[int, dict[int, list[int]]], ...]:
        pairs = zip(component.units, options, strict=True)
        return tuple((option, self.groups(unit, option)) for unit, option in pairs)

    def _guards(self, component: Component) -> list[list[tuple[int, dict[int, list[int]]]]]:
        return [
            [(option, self.groups(unit, option)) for option in listed]
            for unit, listed in zip(component.units, component.guards, strict=True)
        ]

    def _holds(
        self,
        component: Component,
        guards: list[list[tuple[int, dict[int, list[int]]]]],
        chosen: tuple[tuple[int, dict[int, list[int]]], ...],
    ) -> bool:
        capacity = self.shape.instance.capacity
        seats: dict[int, list[tuple[int, int]]] = {}
        for unit, (_, used) in zip(component.units, chosen, strict=True):
            for slot, entries in used.items():
                seats.setdefault(slot, [(-1, entry) for entry in self.held.get(slot, [])])
                seats[slot] += [(unit, entry) for entry in entries]
        if any(len(found) > capacity[slot] for slot, found in seats.items()):
            return False
        return not any(
            better < option and self._open(unit, used, seats)
            for unit, listed, (option, _) in zip(component.units, guards, chosen, strict=True)
            for better, used in listed
        )

    def _open(self, unit: int, used: dict[int, list[int]], seats: dict[int, list[tuple[int, int]]]) -> bool:
        for slot, entries in used.items():
            there = seats.get(slot) or [(-1, entry) for entry in self.held.get(slot, [])]
            above = sum(entry < max(entries) and other != unit for other, entry in there)
            if above + len(entries) > self.shape.instance.capacity[slot]:
                return False
        return True


def _worth(chosen: tuple[tuple[int, dict[int, list[int]]], ...]) -> tuple[int, int, tuple[int, ...]]:
    options = tuple(option for option, _ in chosen)
    return -sum(len(entries) for _, used in chosen for entries in used.values()), sum(options), options


def seated(shape: Shape, outcome: Ints) -> int:
    """Children with a seat, those placed by hand not counted."""
    return int(held_entries(shape.instance, outcome).sum())
