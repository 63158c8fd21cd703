"""The fewest blocking coalitions, proven: each refutation names options of which one must block, and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np

from .blocking import blocking
from .components import Board, Component, components, seated
from .easing import ease, rights_of
from .narrowing import Narrowed, Shape, first_remaining, narrow
from .proving import UndecidedError
from .refuting import Refutation
from .searching import options_behind, probe
from .settling import Left, fewest_hitting, smallest_hitting
from .tables import Bools, Ints

TRIES: Final = 800
"""Tries at most, however few the options."""
SMALL: Final = 5_000
"""With so many options all smallest sets are asked even where several coalitions must be left."""
LARGE: Final = 150_000
"""With more options components need not be solved by their best."""
STEPS: Final = 12
"""Tries, once the search has ended, for a matching that can be shown at all."""
PROOFS: Final = 600
"""Tries at most, once a large ward's matching was met, to show that none has fewer."""
GLANCED: Final = 24
"""Units of the components that are solved where it is only asked what else is refuted."""
TRACED: Final = 8
"""Units left with nothing whose reasons are looked for in one try."""
WORK: Final = 150_000_000
"""Options looked at, over all tries, before the search stops with a bound instead of a proof."""


Sets: TypeAlias = tuple[frozenset[int], ...]


def _apart(sets: Sequence[frozenset[int]]) -> Sets:
    """Those that share nothing with one before them."""
    found: list[frozenset[int]] = []
    met: set[int] = set()
    for one in sets:
        if met.isdisjoint(one):
            found.append(one)
            met |= one
    return tuple(found)


@dataclass(slots=True)
class Search:
    """What is known: sets of options of which one must block, and the best matching met with the fewest."""

    shape: Shape
    told: Callable[[str, int], None] | None = None
    refutations: list[frozenset[int]] = field(default_factory=list)
    tries: int = 0
    limit: int = 0
    near: frozenset[int] = frozenset()
    """The options let block when last all refutations known seemed settled."""
    widest: Narrowed | None = None
    """The narrowing with most options exempt: what it struck out, those with fewer strike out too."""
    excluded: list[frozenset[int]] = field(default_factory=list)
    met: _Best | None = None

    def __post_init__(self) -> None:
        self.limit = self.limit or min(TRIES, max(40, WORK // max(1, self.shape.options)))

    def attempt(self, allowed: frozenset[int], *, glance: bool = False) -> Ints | Sets:
        """The best matching that none but the allowed options block; or sets of options of which one each must block.

        The sets share no option; the first is the smallest. With `glance` large components count as solvable, and what
        is found need not be a matching.

        Raises:
            UndecidedError: the limit of tries or of the solver's steps is reached.
        """
        if self.tries >= self.limit:
            raise UndecidedError
        self.tries += 1
        if self.told:
            self.told("prove", self.tries)
        found = self._attempt(allowed, glance)
        if isinstance(found, tuple):
            self.refutations += found
        return found

    def _attempt(self, allowed: frozenset[int], glance: bool) -> Ints | Sets:
        exempt: Bools = np.zeros(self.shape.options, dtype=np.bool_)
        exempt[list(allowed)] = True
        base = self._base(exempt)
        narrowed = narrow(self.shape, exempt, base=base)
        trace = Refutation(self.shape, narrowed, exempt)
        if narrowed.empty.size:
            sets = (trace.options_behind(trace.outcomes_of(unit)) for unit in narrowed.empty[:TRACED].tolist())
            return _apart(sorted(sets, key=lambda found: (len(found), sorted(found))))
        if glance and (self.widest is None or base is None):
            self.widest = narrowed
        outcome = first_remaining(self.shape, narrowed)
        parts = components(self.shape, narrowed, exempt)
        board = Board(self.shape, narrowed, parts)
        for part in parts:
            if glance and len(part.units) > GLANCED:
                continue
            try:
                best = board.solve(part, any_will_do=glance or self.shape.options > LARGE, glance=glance)
            except UndecidedError:
                if glance:
                    continue
                raise
            if best is None:
                behind = options_behind(board, part, trace)
                return (self._behind(trace, board, part) if behind is None else behind,)
            outcome[list(part.units)] = best
        return outcome

    def _base(self, exempt: Bools) -> Narrowed | None:
        """An earlier narrowing to go on from; where the widest does not serve, one that all met so far may block."""
        if self.widest is None or not (exempt & ~self.widest.exempt).any():
            return self.widest
        wide = exempt | self.widest.exempt
        wide[list(frozenset().union(*self.refutations))] = True
        wider = narrow(self.shape, wide)
        if wider.empty.size:
            return None
        self.widest = wider
        return wider

    def probed(self, allowed: frozenset[int]) -> Sets:
        """Sets of options as `attempt` gives them, of the large components that it only glances at."""
        exempt: Bools = np.zeros(self.shape.options, dtype=np.bool_)
        exempt[list(allowed)] = True
        narrowed = narrow(self.shape, exempt, base=self._base(exempt))
        trace = Refutation(self.shape, narrowed, exempt)
        parts = components(self.shape, narrowed, exempt)
        board = Board(self.shape, narrowed, parts)
        found = [probe(board, part, trace) for part in parts if len(part.units) > GLANCED]
        sets = _apart([one for one in found if one is not None])
        self.refutations += sets
        return sets

    def _behind(self, trace: Refutation, board: Board, part: Component) -> frozenset[int]:
        """All that a component without solution rests on."""
        around = {int(self.shape.owner[entry]) for slot in board.slots(part) for entry in board.held.get(slot, [])}
        struck = [outcome for unit in {*part.units, *around} for outcome in trace.outcomes_of(unit)]
        return trace.options_behind(struck) | rights_of(self.shape, part)

    def smallest(self) -> Iterator[frozenset[int]]:
        """Smallest sets that hit every refutation, those found meanwhile too, each once."""
        while True:
            chosen = smallest_hitting(self.refutations, self.excluded)
            if chosen is None:
                return
            yield chosen

    def weighed(self, outcome: Ints, allowed: frozenset[int]) -> _Best:
        """A matching with what it is compared by: seats, ranks, ranks in the order of unit ids."""
        order = np.argsort(np.array(self.shape.instance.unit_ids, dtype=object), kind="stable")
        worth = (-seated(self.shape, outcome), int(outcome.sum()), tuple(outcome[order].tolist()))
        return _Best(worth, outcome, len(allowed))


@dataclass(frozen=True, slots=True)
class Least:
    """`outcome` None: stopped before one was met. `bound`: no matching has fewer blocking coalitions."""

    outcome: Ints | None
    bound: int
    proven: bool
    """The outcome has no more than `bound` of them, so it is least."""
    best: bool
    """And among all the least it is the best by seats, ranks and unit order."""


def least_blocking(
    shape: Shape,
    told: Callable[[str, int], None] | None = None,
    *,
    limit: int = 0,
    prefer: frozenset[int] = frozenset(),
) -> Least:
    """The matching with the fewest blocking coalitions.

    Refutations that share no option are collected: there are at least as many blocking coalitions. One option of each
    is sought that settles it when all else is as good as settled; if that works out, their number is proven least.
    Where it does not, smallest sets hitting all refutations are let block one after the other; one that suffices is
    least, or else there is one more refutation (implicit hitting sets, Moreno-Centeno and Karp 2013). Where the sets
    are few, all are asked, which finds the best among the least: `best` says so.

    Options to `prefer` are tried first, and what they come to is not compared with others: for an instance that
    differs little from one whose result they block.
    """
    search = Search(shape, told, limit=limit)
    apart: list[frozenset[int]] = []
    best: _Best | None = None
    try:
        found = search.attempt(frozenset())
        while isinstance(found, tuple):
            apart += found
            found = search.attempt(frozenset().union(*apart), glance=True)
        if apart and shape.options > LARGE:
            return _few(search, apart, prefer)
        if apart:
            best = _all_at_once(search, apart, prefer) or _one_each(search, apart, prefer)
            if best is not None and shape.options > SMALL and (prefer or best.blocking > 1):
                return _settled(search, best, len(apart))
        single = best is not None and best.blocking == 1
        best = _all_single(search, best) if best and single else _all_smallest(search, best)
    except UndecidedError:
        met = best or search.met
        if met is None:
            met = _enough(search, apart)
        return (
            _settled(search, met, len(apart))
            if met
            else Least(None, _bound(search, len(apart)), proven=False, best=False)
        )
    return Least(best.outcome, best.blocking, proven=True, best=shape.options <= LARGE)


def _settled(search: Search, best: _Best, bound: int) -> Least:
    """A matching met, and whether all that was refuted meanwhile shows that none has fewer."""
    bound = _bound(search, bound) if best.blocking > bound else bound
    return Least(best.outcome, bound, proven=best.blocking <= bound, best=False)


def _bound(search: Search, bound: int) -> int:
    """So many must block at least, after all that was refuted."""
    with suppress(UndecidedError):
        bound = max(bound, len(fewest_hitting(search.refutations)))
    return bound


@dataclass(frozen=True, slots=True)
class _Best:
    worth: tuple[Any, ...]
    outcome: Ints
    blocking: int


def _all_at_once(search: Search, apart: list[frozenset[int]], prefer: frozenset[int]) -> _Best | None:
    """A matching that all the preferred options block, where they are no more than must be."""
    if len(prefer) != len(apart):
        return None
    found = search.attempt(prefer)
    return None if isinstance(found, tuple) else search.weighed(found, prefer)


def _one_each(search: Search, apart: list[frozenset[int]], prefer: frozenset[int]) -> _Best | None:
    """A matching that one option of each refutation blocks (two, where it is shown that one is not enough), and nothing
    else; None where that is not found. A refutation that shares no option with those known is added to them.
    """
    left = [Left(one, prefer) for one in apart]
    chosen: dict[int, frozenset[int]] = {}
    while True:
        for place in range(len(apart)):
            if place not in chosen and not _settle(search, apart, left[place], chosen, place):
                return None
        search.near = allowed = frozenset().union(*chosen.values())
        found = search.attempt(allowed)
        if not isinstance(found, tuple):
            return search.weighed(found, allowed)
        if all(found[0].isdisjoint(one) for one in apart):
            apart.append(found[0])
            left.append(Left(found[0], prefer))
            search.widest = None
            search.attempt(frozenset().union(*apart), glance=True)
            continue
        del chosen[max(range(len(apart)), key=lambda place: (len(found[0] & apart[place]), place))]


def _settle(
    search: Search, apart: list[frozenset[int]], left: Left, chosen: dict[int, frozenset[int]], place: int
) -> bool:
    """Choose options for one refutation that leave none when all others are as good as settled."""
    others = frozenset().union(
        *chosen.values(), *(one for at, one in enumerate(apart) if at not in {*chosen, place})
    )  # fmt: skip
    while (options := left.next([one for one in search.refutations if others.isdisjoint(one)])) is not None:
        if not isinstance(search.attempt(others | options, glance=True), tuple):
            chosen[place] = options
            return True
    return False


def _few(search: Search, apart: list[frozenset[int]], prefer: frozenset[int]) -> Least:
    """A matching that few options block in a large ward, with a bound: as few as possible of those that refutations
    name. Where that takes the solver too many steps, what a single option settles is settled first.
    """
    shape, met = search.shape, None
    with suppress(UndecidedError):
        while more := search.probed(frozenset().union(*apart)):
            apart += more
            while isinstance(found := search.attempt(frozenset().union(*apart), glance=True), tuple):
                apart += found
        if prefer and not isinstance(found := search.attempt(prefer), tuple):
            met = search.weighed(found, _blocking(shape, found))
    eased = _enough(search, apart)
    if eased is None and met is None:
        chosen: dict[int, frozenset[int]] = {}
        with suppress(UndecidedError):
            for place, one in enumerate(apart):
                _settle(search, apart, Left(one, prefer, pairs=0), chosen, place)
        search.near = frozenset().union(*chosen.values())
        eased = _enough(search, apart)
    if eased is not None and (met is None or eased.blocking < met.blocking):
        met = eased
    if met is None:
        return Least(None, _bound(search, len(apart)), proven=False, best=False)
    return _shown_least(search, met, len(apart))


def _shown_least(search: Search, met: _Best, bound: int) -> Least:
    """A matching met, or one with fewer, and how few are shown to be possible: smallest sets that meet all refutations
    are let block one after the other, until one suffices or they have as many options as block what was met.
    """
    search.limit = search.tries + PROOFS
    with suppress(UndecidedError):
        while bound < met.blocking:
            allowed = fewest_hitting(search.refutations)
            bound = max(bound, len(allowed))
            if bound >= met.blocking:
                break
            found = search.attempt(allowed)
            if not isinstance(found, tuple):
                met = search.weighed(found, _blocking(search.shape, found))
    return Least(met.outcome, bound, proven=met.blocking <= bound, best=False)


def _enough(search: Search, apart: list[frozenset[int]]) -> _Best | None:
    """A matching that few options block, where the least was not found: the one nearly had, and what it lacks."""
    allowed = search.near
    soft = frozenset().union(*(one for one in apart if allowed.isdisjoint(one)))
    with suppress(UndecidedError):
        for _ in range(STEPS):
            found = ease(search.shape, allowed, soft, search.widest)
            if not isinstance(found, frozenset):
                return search.weighed(found, _blocking(search.shape, found))
            soft |= found
    return None


def _blocking(shape: Shape, outcome: Ints) -> frozenset[int]:
    """The options that block a matching."""
    return frozenset(blocking(shape.instance, shape.grouped, outcome).tolist())


def _all_single(search: Search, best: _Best) -> _Best:
    """The best matching of those that one option blocks.

    Raises:
        UndecidedError: the limit was reached; what was met stands in `search.met`.
    """
    search.met = best
    asked: set[int] = set()
    while left := frozenset.intersection(*search.refutations) - asked:
        option = min(left)
        asked.add(option)
        found = search.attempt(frozenset({option}))
        if not isinstance(found, tuple):
            weighed = search.weighed(found, frozenset({option}))
            if weighed.worth < best.worth:
                search.met = best = weighed
    return best


def _all_smallest(search: Search, best: _Best | None) -> _Best:
    """The best matching of those that a smallest set of options blocks.

    Raises:
        UndecidedError: the limit was reached; what was met stands in `search.met`.
    """
    search.met = best
    for allowed in search.smallest():
        if best is not None and len(allowed) > best.blocking:
            break
        found = search.attempt(allowed)
        if isinstance(found, tuple):
            continue
        search.excluded.append(allowed)
        weighed = search.weighed(found, allowed)
        if best is None or weighed.worth < best.worth:
            search.met = best = weighed
    assert best is not None  # noqa: S101 - letting everything block always suffices
    return best
