"""What every stable matching has in common, by counting alone: which options of which units are still undecided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from .blocking import Groups, closed, open_options
from .instance import Instance
from .tables import Bools, Ints, ranges

ALIVE: Final = 1 << 40
"""The stamp of what was not struck out."""


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


class Shape:
    """Index arrays of an instance that every round uses.

    The outcomes that hold entry e are `holders[holder_at[e] : holder_at[e + 1]]`; option o's groups begin at
    `group_at[o]`.
    """

    def __init__(self, instance: Instance, grouped: Groups) -> None:
        self.instance, self.grouped = instance, grouped
        self.counts = np.diff(instance.option_at)
        self.options, self.units = int(instance.option_at[-1]), len(self.counts)
        self.begins, self.some = instance.option_at[:-1], self.counts > 0
        self.unit = np.repeat(np.arange(self.units), self.counts)
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

    def possible(self, alive: Bools) -> Bools:
        """Entries that some remaining outcome of their unit holds."""
        marked = np.zeros(len(self.owner), dtype=np.bool_)
        marked[self.entry[alive[self.outcome]]] = True
        return marked

    def left(self, alive: Bools) -> Ints:
        """Remaining outcomes of each unit."""
        options = np.add.reduceat(np.append(alive[: self.options], False).astype(np.int64), self.begins) * self.some
        return options + alive[self.options :]

    def sure(self, alive: Bools, exempt: Bools) -> Bools:
        """Entries that all remaining outcomes of their unit hold, and the best remaining one of units of one child."""
        uses = np.bincount(self.entry[alive[self.outcome]], minlength=len(self.owner))
        marked: Bools = (uses > 0) & (uses == self.left(alive)[self.owner])
        here = np.flatnonzero(alive[: self.options])
        units, first = np.unique(self.unit[here], return_index=True)
        best = here[first]
        kept = self.alone[units] & ~exempt[best]
        at = self.instance.place_at[units[kept]] + best[kept] - self.begins[units[kept]]
        entries = self.instance.place[at]
        marked[entries[entries >= 0]] = True
        return marked


def narrow(shape: Shape, exempt: Bools | None = None, told: Callable[[str, int], None] | None = None) -> Narrowed:
    """Strike out outcomes until nothing changes, by two rules that hold in every stable matching.

    1. If an option is open even when every child that may still come holds a seat, its unit gets it or a better one:
       what is worse is struck out.
    2. A unit of one child whose best remaining option is a slot sits there, or the slot is full above it. So if the
       children above an option's worst child for whom that holds (or who sit there in every remaining outcome of
       their unit) leave too little room, the option is struck out.

    `exempt` options may block: the rules then hold for every matching that no other option blocks.
    """
    exempt = np.zeros(shape.options, dtype=np.bool_) if exempt is None else exempt
    stamp = np.full(shape.options + shape.units, ALIVE, dtype=np.int64)
    why = np.full(len(stamp), -1, dtype=np.int64)
    rounds = 0
    while True:
        before = int((stamp == ALIVE).sum())
        _strike_worse(shape, exempt, stamp, why, 2 * rounds)
        refused = np.flatnonzero(closed(shape.instance, shape.grouped, shape.sure(stamp == ALIVE, exempt)))
        refused = refused[stamp[shape.grouped.option[refused]] == ALIVE]
        stamp[shape.grouped.option[refused]] = 2 * rounds + 1
        why[shape.grouped.option[refused]] = refused
        rounds += 1
        if told:
            told("narrow", rounds)
        empty = np.flatnonzero(shape.left(stamp == ALIVE) == 0)
        if empty.size or int((stamp == ALIVE).sum()) == before:
            return Narrowed(stamp, why, empty, rounds)


def _strike_worse(shape: Shape, exempt: Bools, stamp: Ints, why: Ints, now: int) -> None:
    free = np.flatnonzero(open_options(shape.instance, shape.grouped, shape.possible(stamp == ALIVE)) & ~exempt)
    units, first = np.unique(shape.unit[free], return_index=True)
    limit: Ints = np.full(shape.units, shape.options, dtype=np.int64)
    limit[units] = free[first]
    below = np.concatenate((np.arange(shape.options) > limit[shape.unit], limit < shape.options))
    by = np.concatenate((limit[shape.unit], limit))
    struck = below & (stamp == ALIVE)
    stamp[struck] = now
    why[struck] = by[struck]


def undecided(shape: Shape, narrowed: Narrowed) -> Ints:
    """Units with more than one remaining outcome."""
    return np.flatnonzero(shape.left(narrowed.stamp == ALIVE) > 1)


def first_remaining(shape: Shape, narrowed: Narrowed) -> Ints:
    """The best remaining outcome of each unit, as an option from 0 (its number of options: status quo)."""
    outcome: Ints = shape.counts.astype(np.int64)
    here = np.flatnonzero(narrowed.stamp[: shape.options] == ALIVE)
    units, first = np.unique(shape.unit[here], return_index=True)
    outcome[units] = ranges(np.zeros_like(shape.counts), shape.counts)[here[first]]
    return outcome
