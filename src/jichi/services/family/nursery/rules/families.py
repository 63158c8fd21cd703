"""Linked families placed one after the other, whoever they displace asks again (after Roth and Peranson 1999)."""

from __future__ import annotations

import random
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final

import numpy as np

from .blocking import Groups, blocking, held_entries
from .instance import Instance
from .mixing import mixed
from .tables import Ints, ranges

PATIENCE: Final = 24
"""So often a linked unit may move in one round of repair; then it stands for a loop and waits for the next round."""
PATIENT: Final = (1, 1, 2, 3, PATIENCE, PATIENCE)
"""In later rounds each has its own: where a loop has no stable end, another one gives in each time."""
ROUNDS: Final = 120
"""Rounds of repair at most."""
LOOKS: Final = 5
"""Matchings looked at in a round."""
IDLE: Final = 16
"""So many rounds without fewer blocking coalitions end the repair."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best matching met, the options that block it, and how many moves were made."""

    outcome: Ints
    blocking: Ints
    moves: int


def insert_families(
    instance: Instance, grouped: Groups, start: Ints, *, seed: int = 0, told: Callable[[str, int], None] | None = None
) -> Found:
    """From a matching of the units of one child to one of all units: stable, or with few blocking coalitions.

    Linked units take their turn by priority, then unit id; in later rounds of repair by orders drawn from `seed`, so
    the result is a function of the arguments. `told(phase, count)` hears of progress.
    """
    floor = Floor(instance, start)
    chance = random.Random(f"repair {seed}")  # noqa: S311 - an order to try, no secret
    linked = instance.linked.tolist()
    for unit in linked:
        floor.ask(unit)
    kept, left = start, np.zeros(0, dtype=np.int64)
    idle, met = 0, False
    for _ in range(ROUNDS):
        idle += 1
        for now, open_now in _looks(instance, grouped, floor):
            before = len(left)
            kept, left = mixed(instance, grouped, kept, left, now, open_now) if met else (now, open_now)
            idle, met = 0 if len(left) < before else idle, True
        if told:
            told("repair", len(left))
        if not len(left) or idle == IDLE:
            break
        floor.take_up(kept)
        chance.shuffle(linked)
        for place, unit in enumerate(linked):
            floor.turn[unit], floor.patience[unit] = place, chance.choice(PATIENT)
        floor.ask_all(_units(instance, left))
    return Found(kept, left, floor.moves)


def _looks(instance: Instance, grouped: Groups, floor: Floor) -> Iterator[tuple[Ints, Ints]]:
    """The matchings that a round comes to, whoever blocks one asking again, and the options that block them."""
    for _ in range(LOOKS):
        floor.settle()
        now = np.array(floor.now, dtype=np.int64)
        open_now = blocking(instance, grouped, now)
        yield now, open_now
        if not floor.ask_all(_units(instance, open_now)):
            return


def _units(instance: Instance, options: Ints) -> list[int]:
    found: list[int] = np.unique(np.searchsorted(instance.option_at, options, side="right") - 1).tolist()
    return found


class Floor:
    """A feasible matching that changes: who sits where, and which units have yet to ask."""

    def __init__(self, instance: Instance, outcome: Ints) -> None:
        self.instance = instance
        self.now: list[int] = []
        self.held: list[list[int]] = []
        self.last: list[int] = np.diff(instance.option_at).tolist()
        self.size: list[int] = instance.unit_size.tolist()
        self.capacity: list[int] = instance.capacity.tolist()
        self.slot: list[int] = instance.entry_slot.tolist()
        self.slot_at: list[int] = instance.slot_at.tolist()
        self.owner: list[int] = instance.child_unit[instance.entry_child].tolist()
        self.place: list[int] = instance.place.tolist()
        self.place_at: list[int] = instance.place_at.tolist()
        self.first: list[int] = instance.unit_first.tolist()
        self.stay: list[int] = instance.stay.tolist()
        self.turn: list[int] = _turns(instance)
        self.sooner: list[int] = _first_options(instance).tolist()
        self.patience: list[int] = []
        self.moves = 0
        self._groups: dict[int, list[list[tuple[int, int, int]]]] = {}
        self._queue: list[tuple[int, int]] = []
        self._waiting: set[int] = set()
        self.take_up(outcome)

    def take_up(self, outcome: Ints) -> None:
        """Go on from this matching, everybody patient again."""
        self.now = outcome.tolist()
        self.patience = [PATIENCE] * len(self.now)
        self.held = [[] for _ in self.capacity]
        for entry in np.flatnonzero(held_entries(self.instance, outcome)).tolist():
            self.held[self.slot[entry]].append(entry)

    def entries(self, unit: int, option: int) -> list[int]:
        """The entries that an option of a unit holds."""
        if option >= self.last[unit]:
            found = self.stay[self.first[unit] : self.first[unit] + self.size[unit]]
        else:
            at = self.place_at[unit] + option * self.size[unit]
            found = self.place[at : at + self.size[unit]]
        return [entry for entry in found if entry >= 0]

    def ask(self, unit: int) -> None:
        """Let a unit look again at the options above what it has."""
        if unit not in self._waiting and self.now[unit] > 0:
            self._waiting.add(unit)
            heappush(self._queue, (self.turn[unit], unit))

    def ask_all(self, units: Sequence[int]) -> bool:
        """Let units look again, those out of patience not; whether there are any."""
        patient = [unit for unit in units if self.patience[unit] > 0]
        for unit in patient:
            self.ask(unit)
        return bool(patient)

    def settle(self) -> None:
        """Every waiting unit takes the best option that is open to it, until none waits."""
        while self._queue:
            _, unit = heappop(self._queue)
            self._waiting.discard(unit)
            if self.patience[unit] <= 0:
                continue
            option = self.best_open(unit)
            if option is not None:
                self._move(unit, option)

    def best_open(self, unit: int) -> int | None:
        """The first option above the present one that no slot refuses."""
        if self.size[unit] == 1:
            at = self.place_at[unit]
            for option in range(self.now[unit]):
                entry = self.place[at + option]
                if entry < 0:
                    continue
                seats, room = self.held[self.slot[entry]], self.capacity[self.slot[entry]]
                if len(seats) < room or (room and entry < seats[-1]):
                    return option
            return None
        groups, mine = self._groups_of(unit), self.entries(unit, self.now[unit])
        return next((option for option in range(self.now[unit]) if self._admits(groups[option], mine)), None)

    def _admits(self, groups: list[tuple[int, int, int]], mine: list[int]) -> bool:
        for slot, worst, need in groups:
            above = bisect_left(self.held[slot], worst)
            for entry in mine:
                if entry < worst and self.slot[entry] == slot:
                    above -= 1
            if above + need > self.capacity[slot]:
                return False
        return True

    def _groups_of(self, unit: int) -> list[list[tuple[int, int, int]]]:
        """(slot, worst entry, children) of each option of a linked unit."""
        if unit not in self._groups:
            found = []
            for option in range(self.last[unit]):
                slots: dict[int, tuple[int, int]] = {}
                for entry in self.entries(unit, option):
                    worst, need = slots.get(self.slot[entry], (-1, 0))
                    slots[self.slot[entry]] = max(worst, entry), need + 1
                found.append([(slot, worst, need) for slot, (worst, need) in slots.items()])
            self._groups[unit] = found
        return self._groups[unit]

    def _move(self, unit: int, option: int) -> None:
        self.moves += 1
        if self.size[unit] > 1:
            self.patience[unit] -= 1
        freed = self._leave(unit)
        self.now[unit] = option
        freed += self._enter(self.entries(unit, option))
        for slot in dict.fromkeys(freed):
            self._reopen(slot)

    def _leave(self, unit: int) -> list[int]:
        slots = []
        for entry in self.entries(unit, self.now[unit]):
            seats = self.held[self.slot[entry]]
            at = bisect_left(seats, entry)
            if at < len(seats) and seats[at] == entry:  # the one that was displaced is out already
                del seats[at]
                slots.append(self.slot[entry])
        return slots

    def _enter(self, entries: list[int]) -> list[int]:
        """Seat entries; whoever is displaced falls back to its status quo and asks again. Slots that lost someone."""
        freed: list[int] = []
        entering = list(entries)
        while entering:
            entry = entering.pop()
            seats = self.held[self.slot[entry]]
            insort(seats, entry)
            if len(seats) > self.capacity[self.slot[entry]]:
                loser = self.owner[seats.pop()]
                freed += [self.slot[entry], *self._leave(loser)]
                self.now[loser] = self.last[loser]
                entering += self.entries(loser, self.last[loser])
                self.ask(loser)
        return freed

    def _reopen(self, slot: int) -> None:
        """Units that the leaving of a child from a slot may have opened it to."""
        seats = self.held[slot]
        room = self.capacity[slot] - len(seats)
        for entry in range(self.slot_at[slot], self.slot_at[slot + 1]):
            unit = self.owner[entry]
            if self.sooner[entry] >= self.now[unit]:
                continue
            if self.size[unit] > 1:
                self.ask(unit)
            elif room > 0:
                room -= 1
                self.ask(unit)


def _turns(instance: Instance) -> list[int]:
    """The place of each unit in the first order: best score of a child, then unit id."""
    score = np.maximum.reduceat(instance.tables.index, instance.unit_first) if len(instance.unit_ids) else np.zeros(0)
    order = sorted(range(len(instance.unit_ids)), key=lambda unit: (-score[unit], instance.unit_ids[unit]))
    turns = np.empty(len(order), dtype=np.int64)
    turns[order] = np.arange(len(order))
    found: list[int] = turns.tolist()
    return found


def _first_options(instance: Instance) -> Ints:
    """For each entry the first option of its unit that holds it (2^62: none does)."""
    found = np.full(len(instance.entry_slot), 1 << 62, dtype=np.int64)
    counts = np.diff(instance.option_at)
    number = np.repeat(ranges(np.zeros_like(counts), counts), np.repeat(instance.unit_size, counts))
    seated = instance.place >= 0
    np.minimum.at(found, instance.place[seated], number[seated])
    return found
