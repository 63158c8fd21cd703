"""Deferred acceptance on arrays: the child-optimal matching of units of one child (Gale and Shapley 1962)."""

from __future__ import annotations

from bisect import insort
from typing import Final

import numpy as np

from .instance import Instance
from .tables import Ints

FEW: Final = 200
"""Below so many children still asking, one after the other is faster than all at once."""


def deferred_acceptance(instance: Instance) -> Ints:
    """The option of each unit (its number of options: status quo) when units of several children stay where they are.

    What it gives units of one child is the matching that each of them likes best among the stable ones; it does not
    depend on the order of asking.
    """
    size, end = instance.unit_size, instance.place_at[1:]
    outcome = np.diff(instance.option_at).astype(np.int64)
    alone = np.flatnonzero(size == 1)
    pointer = instance.place_at[:-1].copy()
    held = np.zeros(len(instance.entry_slot), dtype=np.bool_)
    staying = instance.stay[instance.stay >= 0]
    guarded = instance.child_unit[instance.entry_child[staying]]
    held[staying[size[guarded] > 1]] = True
    owner = instance.child_unit[instance.entry_child]
    limit = np.where(instance.capacity > 0, instance.slot_at[1:], instance.slot_at[:-1])
    asking = alone
    home = instance.stay[instance.unit_first]
    ended = np.zeros(len(size), dtype=np.bool_)
    while asking.size > FEW:
        over = pointer[asking] >= end[asking]
        done = asking[over]
        ended[done] = True
        entry = np.where(over, home[asking], 0)
        entry[~over] = instance.place[pointer[asking[~over]]]
        asking, entry = asking[entry >= 0], entry[entry >= 0]
        good = (entry < limit[instance.entry_slot[entry]]) | ended[asking]
        refused, asked = asking[~good], entry[good]
        held[asked] = True
        lost = _overfull(instance, held, limit)
        held[lost] = False
        asking = np.concatenate((refused, owner[lost]))
        pointer[asking] += 1
    _one_by_one(instance, asking, pointer, held, ended, owner)
    outcome[alone] = np.minimum(pointer[alone] - instance.place_at[alone], outcome[alone])
    return outcome


def _overfull(instance: Instance, held: np.typing.NDArray[np.bool_], limit: Ints) -> Ints:
    """Entries over their slot's capacity; `limit` becomes the last entry of each slot that is full now."""
    entries = np.flatnonzero(held)
    slots = instance.entry_slot[entries]
    counts = np.bincount(slots, minlength=len(instance.capacity))
    place = np.arange(len(entries)) - (np.cumsum(counts) - counts)[slots]
    room = instance.capacity[slots]
    last = place == room - 1
    limit[slots[last]] = entries[last]
    return entries[place >= room]


def _one_by_one(
    instance: Instance, asking: Ints, pointer: Ints, held: np.typing.NDArray[np.bool_],
    ended: np.typing.NDArray[np.bool_], owner: Ints,
) -> None:  # fmt: skip
    """The same for the last few, each child in turn."""
    waiting = asking.tolist()
    seats: dict[int, list[int]] = {}
    while waiting:
        unit = waiting.pop()
        at = int(pointer[unit])
        if at >= instance.place_at[unit + 1]:
            entry = -1 if ended[unit] else int(instance.stay[instance.unit_first[unit]])
            ended[unit] = True
            if entry < 0:
                continue
        else:
            entry = int(instance.place[at])
        slot = int(instance.entry_slot[entry])
        if slot not in seats:
            first, last = int(instance.slot_at[slot]), int(instance.slot_at[slot + 1])
            seats[slot] = (np.flatnonzero(held[first:last]) + first).tolist()
        insort(seats[slot], entry)
        if len(seats[slot]) > instance.capacity[slot]:
            loser = int(owner[seats[slot].pop()])
            pointer[loser] += 1
            waiting.append(loser)
