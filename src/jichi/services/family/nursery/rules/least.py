"""The fewest blocking coalitions, proven: each refutation names options of which one must block, and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from .components import Board, Component, components, seated
from .narrowing import Shape, first_remaining, narrow
from .proving import UndecidedError, solver
from .refuting import Refutation
from .tables import Bools, Ints

WORK: Final = 100_000_000
"""Options looked at, over all tries, before the search stops with a bound instead of a proof."""


@dataclass(slots=True)
class Search:
    """What is known: sets of options of which one must block, and the best matching met with the fewest."""

    shape: Shape
    told: Callable[[str, int], None] | None = None
    refutations: list[frozenset[int]] = field(default_factory=list)
    tries: int = 0
    limit: int = 0

    def __post_init__(self) -> None:
        self.limit = self.limit or max(40, WORK // max(1, self.shape.options))

    def attempt(self, allowed: frozenset[int]) -> Ints | frozenset[int]:
        """The best matching that none but the allowed options block; or options of which one must block.

        Raises:
            UndecidedError: the limit of tries or of the solver's steps is reached.
        """
        if self.tries >= self.limit:
            raise UndecidedError
        self.tries += 1
        exempt: Bools = np.zeros(self.shape.options, dtype=np.bool_)
        exempt[list(allowed)] = True
        narrowed = narrow(self.shape, exempt)
        trace = Refutation(self.shape, narrowed, exempt)
        if narrowed.empty.size:
            sets = (trace.options_behind(trace.outcomes_of(unit)) for unit in narrowed.empty[:8].tolist())
            return min(sets, key=lambda found: (len(found), sorted(found)))
        outcome = first_remaining(self.shape, narrowed)
        parts = components(self.shape, narrowed, exempt)
        board = Board(self.shape, narrowed, parts)
        for part in parts:
            best = board.solve(part)
            if best is None:
                return self._behind(trace, board, part)
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

    excluded: list[frozenset[int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Least:
    """`outcome` None: stopped before one was met. `bound`: no matching has fewer blocking coalitions."""

    outcome: Ints | None
    bound: int
    proven: bool
    """The outcome has `bound` of them, so it is least."""
    best: bool
    """And among all the least it is the best by seats, ranks and unit order."""


def least_blocking(shape: Shape, told: Callable[[str, int], None] | None = None, *, limit: int = 0) -> Least:
    """The matching with the fewest blocking coalitions; among those most children seated, least sum of ranks, first by
    option ranks in the order of unit ids.

    Sets of options that must hold a blocking one are collected; a smallest set hitting them all is allowed to block; a
    matching that it suffices for is least, or else there is one more set (implicit hitting sets, Moreno-Centeno and
    Karp 2013). Then all other sets of that size are asked, for the best matching among the least.
    """
    search = Search(shape, told, limit=limit)
    order = np.argsort(np.array(shape.instance.unit_ids, dtype=object), kind="stable")
    best: tuple[Any, Ints] | None = None
    bound = 0
    try:
        for allowed in search.smallest():
            if best is not None and len(allowed) > bound:
                break
            bound = len(allowed)
            if told:
                told("prove", bound)
            found = search.attempt(allowed)
            if isinstance(found, frozenset):
                search.refutations.append(found)
                continue
            search.excluded.append(allowed)
            worth = (-seated(shape, found), int(found.sum()), tuple(found[order].tolist()))
            if best is None or worth < best[0]:
                best = (worth, found)
    except UndecidedError:
        return Least(best[1] if best else None, bound, proven=best is not None, best=False)
    return Least(best[1] if best else None, bound, proven=best is not None, best=True)


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
