"""Who sits where, and what each slot answers to those who would come: counted again by the verifier (`recounting`)."""

from __future__ import annotations

import numpy as np

from .cells import Marks, Numbers
from .recounting import Book


class Seating:
    """A matching, from the facility of each child (-1: none).

    `chosen`: the option of each unit from 0, its number of options: what it has now; 0 where officials placed it.
    `above`: of each pair, the children of other units at its slot with priority over it; pinned ones always.
    """

    def __init__(self, book: Book, place: Numbers) -> None:
        self.book, self.place = book, place
        pairs, slots = book.pairs, len(book.capacity)
        self.slot = book.slot(place, book.group)
        self.taken = np.bincount(self.slot[self.slot >= 0], minlength=slots)
        self.pinned = book.pinned[book.unit]
        """Of each child, whether officials placed it."""
        self.by_hand = np.bincount(self.slot[(self.slot >= 0) & self.pinned], minlength=slots)
        self.pair = np.where(self.pinned, -1, pairs.find(np.arange(len(place)), place))
        """The pair that each child holds."""
        self.held = np.zeros(len(pairs.child), dtype=np.bool_)
        self.held[self.pair[self.pair >= 0]] = True
        before = np.append(0, np.cumsum(self.held))
        self.above = before[:-1] - before[pairs.slot_at[pairs.slot]] + self.by_hand[pairs.slot]
        self._put_own_aside()
        self.chosen = self._outcomes()
        self._ask()

    def _put_own_aside(self) -> None:
        """Siblings at the slot do not stand above each other."""
        book, pairs = self.book, self.book.pairs
        unit = book.unit[pairs.child]
        linked = np.flatnonzero((book.size[unit] > 1) & ~book.pinned[unit])
        unit = unit[linked]
        for number in range(int(book.size.max(initial=0)) if len(linked) else 0):
            there = number < book.size[unit]
            sibling = book.members[np.where(there, book.member_at[unit] + number, 0)]
            mine = self.pair[sibling]
            over = there & (mine >= 0) & (pairs.slot[mine] == pairs.slot[linked]) & (mine < linked)
            self.above[linked[over]] -= 1

    def _outcomes(self) -> Numbers:
        """The option each unit holds; -1 where it is none of its list."""
        book = self.book
        count = np.diff(book.option_at)
        chosen = np.where(book.pinned, 0, count)
        only = np.flatnonzero(book.plain & ~book.pinned)
        child = book.members[book.member_at[only]]
        moved = self.place[child] != book.current[child]
        rank = np.where(self.pair[child] >= 0, np.append(book.pairs.rank, -1)[self.pair[child]], -1)
        chosen[only[moved]] = rank[moved]
        for unit, options in book.listed.items():
            children = book.children_of(unit)
            held = tuple(self.place[children].tolist())
            if not book.pinned[unit] and held != tuple(book.current[children].tolist()):
                chosen[unit] = options.index(held) if held in options else -1
        return chosen

    def _ask(self) -> None:
        """What options better than the outcome ask of slots, the lowest-priority child's pair for each option and
        slot: `asked_option`, `asked_pair`, `asked_need`; `open`: the options that no slot refuses.
        """
        book, pairs = self.book, self.book.pairs
        unit = book.unit[book.wish_child]
        better = book.plain[unit] & (pairs.rank[pairs.of_wish] < self.chosen[unit])
        options = [(book.option_at[unit] + pairs.rank[pairs.of_wish])[better]]
        asked, need = [pairs.of_wish[better]], [np.ones(int(better.sum()), dtype=np.int64)]
        rows = [row for unit in book.listed for row in self._asked_by(unit)]
        listed = np.array(rows, dtype=np.int64).reshape(-1, 3)
        self.asked_option = np.concatenate((*options, listed[:, 0]))
        self.asked_pair = np.concatenate((*asked, listed[:, 1]))
        self.asked_need = np.concatenate((*need, listed[:, 2]))
        self.asked_slot = pairs.slot[self.asked_pair]
        self.refused: Marks = self.above[self.asked_pair] + self.asked_need > book.capacity[self.asked_slot]
        refused = np.zeros(int(book.option_at[-1]), dtype=np.bool_)
        refused[self.asked_option[self.refused]] = True
        self.better = np.zeros(len(refused), dtype=np.bool_)
        self.better[self.asked_option] = True
        self.open: Marks = self.better & ~refused

    def _asked_by(self, unit: int) -> list[tuple[int, int, int]]:
        """(option, worst pair, children) for each slot of each better option of a unit with a list of its own."""
        book, first = self.book, int(self.book.option_at[unit])
        children, slots = book.children_of(unit), book.pairs.slot
        better = book.listed[unit][: max(0, int(self.chosen[unit]))]
        if not better:
            return []
        child = np.array(children * len(better))
        facility = np.array(better, dtype=np.int64).reshape(-1)
        pair = book.pairs.find(child, facility)
        slot = np.where(pair >= 0, slots[pair], -1)
        rows = []
        size = len(children)
        for number, (mine, there) in enumerate(
            zip(pair.reshape(-1, size).tolist(), slot.reshape(-1, size).tolist(), strict=True)
        ):
            met: dict[int, tuple[int, int]] = {}
            for one, at in zip(mine, there, strict=True):
                if at >= 0:
                    worst, need = met.get(at, (-1, 0))
                    met[at] = max(worst, one), need + 1
            rows += [(first + number, worst, need) for worst, need in met.values()]
        return rows

    def names_of(self, option: int) -> tuple[str, int]:
        """(unit, option rank) of an option."""
        unit = int(np.searchsorted(self.book.option_at, option, side="right")) - 1
        return self.book.unit_names[unit], option - int(self.book.option_at[unit]) + 1

    def is_child_optimal(self) -> bool:
        """Whether every child likes this stable matching at least as well as any other; all units have one child.

        At each slot, take the child of highest priority that would rather be there. If some stable matching is better
        for a child, each slot that it fills otherwise would take that one, from a slot that it fills otherwise too: so
        going from slots to where that child sits now never ends. If it ends from each slot, this matching is best.
        (Where it goes round, those children may all move on, and what results is stable and better.)
        """
        slots = len(self.book.capacity)
        wanted = np.sort(self.asked_pair)
        slot = self.book.pairs.slot[wanted]
        first = wanted[np.append(True, slot[1:] != slot[:-1])[: len(wanted)]]
        following = np.full(slots + 1, slots, dtype=np.int64)
        seat = self.slot[self.book.pairs.child[first]]
        following[self.book.pairs.slot[first]] = np.where(seat >= 0, seat, slots)
        for _ in range(slots.bit_length()):
            following = following[following]
        return bool((following == slots).all())
