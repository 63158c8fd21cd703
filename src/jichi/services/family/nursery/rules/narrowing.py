"""What every stable matching has in common, by counting alone: which options of which units are still undecided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np

from .blocking import Groups
from .instance import Instance
from .tables import Bools, Ints, ranges

ALIVE: Final = 1 << 40
"""The stamp of what was not struck out."""
FEW: Final = 3_000
"""Below so many, looking at each is faster than passing over everything."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """In every stable matching each unit holds an outcome that is not struck out.

    Outcomes are the options, numbered through, then the status quo of each unit. `stamp` says in which half round one
    was struck out (even: rule 1, odd: rule 2), `why` by which option (rule 1) or group (rule 2). `empty` are units with
    nothing left: if there is one, no stable matching exists.
    """

    stamp: Ints
    why: Ints
    empty: Ints
    rounds: int
    exempt: Bools
    left: Ints
    uses: Ints
    sure: Bools
    """What it came to, to go on from: outcomes left of each unit, outcomes left that hold each entry, entries that are
    sure to be held.
    """


class Shape:
    """Index arrays of an instance that every round uses.

    The outcomes that hold entry e are `holders[holder_at[e] : holder_at[e + 1]]`; option o's groups begin at
    `group_at[o]`, an outcome's placements at `placed_at[o]`, a group's own entries at `own_at[g]`; the groups of slot s
    are `at_slot[slot_at[s] : slot_at[s + 1]]`.
    """

    def __init__(self, instance: Instance, grouped: Groups) -> None:
        self.instance, self.grouped = instance, grouped
        self.counts = np.diff(instance.option_at)
        self.options, self.units = int(instance.option_at[-1]), len(self.counts)
        self.begins = instance.option_at[:-1]
        self.unit = np.repeat(np.arange(self.units), self.counts)
        self.unit_of = np.append(self.unit, np.arange(self.units))
        seated = instance.place >= 0
        owner = np.repeat(np.arange(self.options), np.repeat(instance.unit_size, self.counts))
        staying = np.flatnonzero(instance.stay >= 0)
        self.entry = np.concatenate((instance.place[seated], instance.stay[staying]))
        self.outcome = np.concatenate((owner[seated], self.options + instance.child_unit[staying]))
        self.alone = instance.unit_size == 1
        self.owner = instance.child_unit[instance.entry_child]
        order = np.argsort(self.entry, kind="stable")
        self.holders = self.outcome[order]
        self.holder_at = np.searchsorted(self.entry[order], np.arange(len(self.owner) + 1))
        self.group_at = np.searchsorted(grouped.option, np.arange(self.options + 1))
        self.placed_at = np.searchsorted(self.outcome, np.arange(self.options + self.units + 1))
        self.own_at = np.searchsorted(grouped.own_group, np.arange(len(grouped.slot) + 1))
        self.at_slot = np.argsort(grouped.slot, kind="stable")
        self.slot_at = np.searchsorted(grouped.slot[self.at_slot], np.arange(len(instance.capacity) + 1))

    def outcomes_of(self, unit: int) -> Ints:
        """All outcomes of a unit: its options, then what it has now."""
        return np.append(np.arange(self.begins[unit], self.begins[unit] + self.counts[unit]), self.options + unit)

    def outcomes(self, units: Ints) -> Ints:
        """All outcomes of units: their options, then what each has now."""
        return np.concatenate((ranges(self.begins[units], self.counts[units]), self.options + units))

    def closed(self, groups: Ints, marked: Bools) -> Bools:
        """Of these groups, whether their slot refuses them when the marked entries hold seats."""
        grouped, slot = self.grouped, self.grouped.slot[groups]
        first, worst = self.instance.slot_at[slot], grouped.worst[groups]
        over = grouped.need[groups] + (_counted if len(groups) < FEW else _summed)(marked, first, worst)
        counts = self.own_at[groups + 1] - self.own_at[groups]
        own = marked[grouped.own_entry[ranges(self.own_at[groups], counts)]]
        over -= np.bincount(np.repeat(np.arange(len(groups)), counts)[own], minlength=len(groups))
        found: Bools = over > self.instance.capacity[slot]
        return found

    def groups_at(self, slots: Ints) -> Ints:
        """The groups of options at slots."""
        return self.at_slot[ranges(self.slot_at[slots], self.slot_at[slots + 1] - self.slot_at[slots])]


def _summed(marked: Bools, first: Ints, end: Ints) -> Ints:
    """How many are marked from each first to before each end, by prefix sums over everything."""
    before = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(marked, dtype=np.int64)))
    return before[end] - before[first]


def _counted(marked: Bools, first: Ints, end: Ints) -> Ints:
    """The same by looking at those in between alone."""
    counts = end - first
    return np.bincount(np.repeat(np.arange(len(first)), counts)[marked[ranges(first, counts)]], minlength=len(first))


def _distinct(numbers: Ints, size: int) -> Ints:
    """The numbers in ascending order, each once; all are below `size`."""
    if len(numbers) < FEW:
        return np.unique(numbers)
    marked = np.zeros(size, dtype=np.bool_)
    marked[numbers] = True
    return np.flatnonzero(marked)


def firsts(unit: Ints, options: Ints) -> Ints:
    """Of options in ascending order the first of each unit."""
    units = unit[options]
    new = np.ones(len(options), dtype=np.bool_)
    new[1:] = units[1:] != units[:-1]
    return options[new]


class _State:
    """What is struck out so far, and what follows from it: which entries may hold a seat, which surely do."""

    def __init__(self, shape: Shape, exempt: Bools, base: Narrowed | None) -> None:
        self.shape, self.exempt = shape, exempt
        fresh, slots = base is None, len(shape.instance.capacity)
        if base is None:
            base = _unstruck(shape)
        self.stamp, self.why = base.stamp.copy(), base.why.copy()
        self.left, self.uses, self.sure = base.left.copy(), base.uses.copy(), base.sure.copy()
        self.rounds = base.rounds
        self.empty: list[int] = np.flatnonzero(self.left == 0).tolist()
        self.struck: list[Ints] = []
        self.seated: list[Ints] = []
        """Units with nothing left; outcomes struck out and entries that became sure, one step after the other."""
        self.units = np.full(shape.units, fresh, dtype=np.bool_)
        self.gone = np.full(slots, fresh, dtype=np.bool_)
        self.asked = np.flatnonzero(base.exempt & ~exempt)
        self.units[shape.unit[self.asked]] = True
        """Units with fewer outcomes than when it was asked last what is sure; slots that fewer may come to; options
        to look at besides.
        """

    def strike(self, outcomes: Ints, why: Ints, now: int) -> None:
        """Strike out outcomes that remain."""
        shape = self.shape
        self.stamp[outcomes], self.why[outcomes] = now, why
        units = shape.unit_of[outcomes]
        np.subtract.at(self.left, units, 1)
        self.struck.append(outcomes)
        gone = units[self.left[units] == 0]
        if len(gone):
            self.empty = sorted({*self.empty, *gone.tolist()})
        counts = shape.placed_at[outcomes + 1] - shape.placed_at[outcomes]
        entries = shape.entry[ranges(shape.placed_at[outcomes], counts)]
        np.subtract.at(self.uses, entries, 1)
        self.units[units] = True
        self.gone[shape.instance.entry_slot[entries[self.uses[entries] == 0]]] = True

    def take_back(self, steps: int, seats: int) -> None:
        """Undo what was done since there were so many steps and seats."""
        shape = self.shape
        for outcomes in self.struck[steps:]:
            self.stamp[outcomes], self.why[outcomes] = ALIVE, -1
            np.add.at(self.left, shape.unit_of[outcomes], 1)
            counts = shape.placed_at[outcomes + 1] - shape.placed_at[outcomes]
            np.add.at(self.uses, shape.entry[ranges(shape.placed_at[outcomes], counts)], 1)
        for entries in self.seated[seats:]:
            self.sure[entries] = False
        del self.struck[steps:], self.seated[seats:]
        self.units[:], self.gone[:], self.asked = False, False, self.asked[:0]
        self.empty = [unit for unit in self.empty if not self.left[unit]]

    def found(self) -> Narrowed:
        """What it came to."""
        empty = np.array(self.empty, dtype=np.int64)
        return Narrowed(
            self.stamp, self.why, empty, self.rounds, self.exempt, self.left, self.uses, self.sure
        )  # fmt: skip

    def strike_worse(self, now: int) -> None:
        """Rule 1, for options at slots that fewer may come to. Those that rule 2 struck out are among them: if such a
        one is open there is no matching of the kind looked for, and its unit is left with nothing.
        """
        shape = self.shape
        more = shape.grouped.option[shape.groups_at(np.flatnonzero(self.gone))]
        asked = _distinct(np.concatenate((self.asked, more)), shape.options)
        asked = asked[~self.exempt[asked] & ((self.stamp[asked] == ALIVE) | (self.stamp[asked] % 2 == 1))]
        self.gone[:], self.asked = False, self.asked[:0]
        counts = shape.group_at[asked + 1] - shape.group_at[asked]
        closed = shape.closed(ranges(shape.group_at[asked], counts), self.uses > 0)
        shut = np.zeros(len(asked), dtype=np.bool_)
        shut[np.repeat(np.arange(len(asked)), counts)[closed]] = True
        free = firsts(shape.unit, asked[~shut])
        units = shape.unit[free]
        worse, limit = shape.outcomes(units), np.concatenate((np.repeat(free, shape.counts[units]), free))
        kept = (self.stamp[worse] == ALIVE) & (worse > limit)
        self.strike(worse[kept], limit[kept], now)

    def strike_refused(self, now: int) -> None:
        """Rule 2, at slots where more are sure than before."""
        shape, slots = self.shape, self._more_sure()
        groups = shape.groups_at(slots)
        groups = groups[self.stamp[shape.grouped.option[groups]] == ALIVE]
        groups = groups[shape.closed(groups, self.sure)]
        options, first = np.unique(shape.grouped.option[groups], return_index=True)
        self.strike(options, groups[first], now)

    def _more_sure(self) -> Ints:
        """Slots where entries became sure: all remaining outcomes of their unit hold them, or it is the best remaining
        one of a unit of one child. That stays true of what is struck out later: then the slot is full above it.
        """
        shape, units = self.shape, np.flatnonzero(self.units)
        outcomes = shape.outcomes(units)
        outcomes = outcomes[self.stamp[outcomes] == ALIVE]
        counts = shape.placed_at[outcomes + 1] - shape.placed_at[outcomes]
        entries = shape.entry[ranges(shape.placed_at[outcomes], counts)]
        always = entries[self.uses[entries] == self.left[shape.owner[entries]]]
        best = firsts(shape.unit, outcomes[outcomes < shape.options])
        best = best[shape.alone[shape.unit[best]] & ~self.exempt[best]]
        found = np.concatenate((always, shape.entry[shape.placed_at[best]]))
        found = found[~self.sure[found]]
        self.sure[found] = True
        self.seated.append(found)
        self.units[:] = False
        return _distinct(shape.instance.entry_slot[found], len(self.gone))


def narrow(
    shape: Shape,
    exempt: Bools | None = None,
    told: Callable[[str, int], None] | None = None,
    *,
    base: Narrowed | None = None,
) -> Narrowed:
    """Strike out outcomes until nothing changes, by two rules that hold in every stable matching.

    1. If an option is open even when every child that may still come holds a seat, its unit gets it or a better one:
       what is worse is struck out.
    2. A unit of one child whose best remaining option is a slot sits there, or the slot is full above it. So if the
       children above an option's worst child for whom that holds (or who sit there in every remaining outcome of
       their unit) leave too little room, the option is struck out.

    `exempt` options may block: the rules then hold for every matching that no other option blocks. `base` is an earlier
    narrowing to go on from, with the same options exempt or more: what it struck out stays so.
    """
    state = _State(shape, np.zeros(shape.options, dtype=np.bool_) if exempt is None else exempt, base)
    _narrowed(state, told)
    return state.found()


def _narrowed(state: _State, told: Callable[[str, int], None] | None = None) -> None:
    """Both rules in turn until nothing changes, or a unit is left with nothing."""
    while True:
        steps = len(state.struck)
        state.strike_worse(2 * state.rounds)
        state.strike_refused(2 * state.rounds + 1)
        state.rounds += 1
        if told:
            told("narrow", state.rounds)
        if state.empty or not any(map(len, state.struck[steps:])):
            return


def _unstruck(shape: Shape) -> Narrowed:
    outcomes = shape.options + shape.units
    return Narrowed(
        stamp=np.full(outcomes, ALIVE, dtype=np.int64), why=np.full(outcomes, -1, dtype=np.int64),
        empty=np.zeros(0, dtype=np.int64), rounds=0, exempt=np.zeros(shape.options, dtype=np.bool_),
        left=shape.counts + 1, uses=np.bincount(shape.entry, minlength=len(shape.owner)),
        sure=np.zeros(len(shape.owner), dtype=np.bool_),
    )  # fmt: skip


class Assumptions:
    """A narrowing in which units are taken to hold one of their remaining outcomes, and that is taken back again."""

    def __init__(self, shape: Shape, narrowed: Narrowed) -> None:
        self.shape, self.since = shape, 2 * narrowed.rounds
        """What was struck out in this half round or later rests on assumptions."""
        self._state = _State(shape, narrowed.exempt, narrowed)
        self.stamp, self.why, self.left = self._state.stamp, self._state.why, self._state.left

    @property
    def empty(self) -> list[int]:
        """Units left with nothing."""
        return self._state.empty

    @contextmanager
    def assume(self, unit: int, option: int) -> Iterator[None]:
        """Strike out the other outcomes of a unit, and what follows from that."""
        state = self._state
        before, steps, seats = state.rounds, len(state.struck), len(state.seated)
        mine = self.shape.outcomes_of(unit)
        others = mine[(state.stamp[mine] == ALIVE) & (np.arange(len(mine)) != option)]
        state.strike(others, np.full(len(others), -1, dtype=np.int64), 2 * state.rounds)
        state.rounds += 1
        _narrowed(state)
        yield
        state.take_back(steps, seats)
        state.rounds = before


def undecided(shape: Shape, narrowed: Narrowed) -> Ints:
    """Units with more than one remaining outcome."""
    return np.flatnonzero(narrowed.left > 1)


def first_remaining(shape: Shape, narrowed: Narrowed) -> Ints:
    """The best remaining outcome of each unit, as an option from 0 (its number of options: status quo)."""
    outcome: Ints = shape.counts.astype(np.int64)
    best = firsts(shape.unit, np.flatnonzero(narrowed.stamp[: shape.options] == ALIVE))
    outcome[shape.unit[best]] = best - shape.begins[shape.unit[best]]
    return outcome
