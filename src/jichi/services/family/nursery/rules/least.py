"""The fewest blocking coalitions, proven: each refutation names options of which one must block, and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np

from .components import Board, Component, components, seated
from .narrowing import Shape, first_remaining, narrow
from .proving import UndecidedError, solver
from .refuting import Refutation
from .tables import Bools, Ints

SMALL: Final = 5_000
"""With so many options all smallest sets are asked even where several coalitions must be left."""
LARGE: Final = 150_000
"""With more options only what narrowing refutes is counted; a bound is what comes of it, seldom a proof."""
TRACED: Final = 24
"""Units left with nothing whose reasons are looked for in one try."""
WORK: Final = 100_000_000
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
    beyond: int = 0
    """1: besides those of the sets one more option blocks, nobody knows which."""
    excluded: list[frozenset[int]] = field(default_factory=list)
    met: _Best | None = None

    def __post_init__(self) -> None:
        self.limit = self.limit or max(40, WORK // max(1, self.shape.options))

    def attempt(self, allowed: frozenset[int], *, any_will_do: bool = False) -> Ints | Sets:
        """The best matching that none but the allowed options block; or sets of options of which one each must block.

        The sets share no option; the first is the smallest.

        Raises:
            UndecidedError: the limit of tries or of the solver's steps is reached.
        """
        if self.tries >= self.limit:
            raise UndecidedError
        self.tries += 1
        if self.told:
            self.told("prove", self.tries)
        found = self._attempt(allowed, any_will_do)
        if isinstance(found, tuple):
            self.refutations += found
        return found

    def _attempt(self, allowed: frozenset[int], any_will_do: bool) -> Ints | Sets:
        exempt: Bools = np.zeros(self.shape.options, dtype=np.bool_)
        exempt[list(allowed)] = True
        narrowed = narrow(self.shape, exempt)
        trace = Refutation(self.shape, narrowed, exempt)
        if narrowed.empty.size:
            sets = (trace.options_behind(trace.outcomes_of(unit)) for unit in narrowed.empty[:TRACED].tolist())
            return _apart(sorted(sets, key=lambda found: (len(found), sorted(found))))
        outcome = first_remaining(self.shape, narrowed)
        parts = components(self.shape, narrowed, exempt)
        board = Board(self.shape, narrowed, parts)
        for part in parts:
            try:
                best = board.solve(part, any_will_do=any_will_do)
            except UndecidedError:
                if any_will_do:
                    continue  # not refuted; the matching that is kept is asked for in full
                raise
            if best is None:
                if self.shape.options > LARGE:
                    self.beyond = 1
                    raise UndecidedError
                return (self._behind(trace, board, part),)
            outcome[list(part.units)] = best
        return outcome

    def _behind(self, trace: Refutation, board: Board, part: Component) -> frozenset[int]:
        """All that a component without solution rests on."""
        first = self.shape.instance.option_at
        rights = {
            int(first[unit]) + option for unit, listed in zip(part.units, part.guards, strict=True) for option in listed
        }
        around = {int(self.shape.owner[entry]) for slot in board.slots(part) for entry in board.held.get(slot, [])}
        struck = [outcome for unit in {*part.units, *around} for outcome in trace.outcomes_of(unit)]
        return trace.options_behind(struck) | rights

    def smallest(self) -> Iterator[frozenset[int]]:
        """Smallest sets that hit every refutation, those found meanwhile too, each once."""
        while True:
            chosen = _hitting(self.refutations, self.excluded)
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
    """The outcome has `bound` of them, so it is least."""
    best: bool
    """And among all the least it is the best by seats, ranks and unit order."""


def least_blocking(
    shape: Shape,
    told: Callable[[str, int], None] | None = None,
    *,
    limit: int = 0,
    known: tuple[Ints, int] | None = None,
) -> Least:
    """The matching with the fewest blocking coalitions.

    Args:
        known: a matching, and how many coalitions block it: where the search ends early, it may be proven by then.


    Refutations that share no option are collected: there are at least as many blocking coalitions. One option of each
    is sought that settles it when all else is as good as settled; if that works out, their number is proven least.
    Then, and where it does not, smallest sets hitting all refutations are let block one after the other; one that
    suffices is least, or else there is one more refutation (implicit hitting sets, Moreno-Centeno and Karp 2013). That
    also finds the best among the least, where the sets are few: `best` says whether all were asked.
    """
    search = Search(shape, told, limit=limit)
    best: _Best | None = None
    apart: list[frozenset[int]] = []
    try:
        found = search.attempt(frozenset())
        while isinstance(found, tuple):
            apart += found
            if known is not None and len(apart) == known[1] and shape.options > LARGE:
                return Least(known[0], known[1], proven=True, best=False)
            found = search.attempt(frozenset().union(*apart), any_will_do=True)
        if apart:
            if shape.options > LARGE:
                raise UndecidedError
            best = _one_each(search, apart)
        if best is not None and len(apart) > 1 and shape.options > SMALL:
            return Least(best.outcome, len(apart), proven=True, best=False)
        best = _all_smallest(search, best)
    except UndecidedError:
        met = best or search.met
        bound = len(apart) + search.beyond
        if known is not None and known[1] <= bound:
            return Least(known[0], bound, proven=True, best=False)
        proven = met is not None and met.blocking <= bound
        return Least(met.outcome if proven and met else None, bound, proven=proven, best=False)
    return Least(best.outcome, best.blocking, proven=True, best=True)


@dataclass(frozen=True, slots=True)
class _Best:
    worth: tuple[Any, ...]
    outcome: Ints
    blocking: int


def _one_each(search: Search, apart: list[frozenset[int]]) -> _Best | None:
    """A matching that one option of each refutation blocks, and nothing else; None where one is not enough."""
    chosen: frozenset[int] = frozenset()
    for place, refutation in enumerate(apart):
        others = chosen.union(*apart[place + 1 :])
        candidates = sorted(refutation)
        while candidates:
            option = candidates.pop(len(candidates) // 2)
            found = search.attempt(others | {option}, any_will_do=True)
            if not isinstance(found, tuple):
                chosen |= {option}
                break
            candidates = [one for one in candidates if all(one in refutation for refutation in found)]
        else:
            return None
    found = search.attempt(chosen)
    return None if isinstance(found, tuple) else search.weighed(found, chosen)


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


def _hitting(sets: list[frozenset[int]], excluded: list[frozenset[int]]) -> frozenset[int] | None:
    """A smallest set that meets every one of `sets` and contains none of `excluded`."""
    if not sets:
        return None if frozenset() in excluded else frozenset()
    if any(not one for one in sets):
        return None
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    x = {option: model.new_bool_var("") for option in sorted(frozenset().union(*sets))}
    for one in sets:
        model.add_bool_or([x[option] for option in sorted(one)])
    for one in excluded:
        model.add_bool_or([~x[option] for option in sorted(one)])
    model.minimize(sum(x.values()))
    asked = solver()
    status = asked.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    if status != cp_model.OPTIMAL:
        raise UndecidedError
    return frozenset(option for option, literal in x.items() if asked.value(literal))
