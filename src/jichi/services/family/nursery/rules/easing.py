"""A matching that few options block, in a ward too large to look for the least: what can't be settled is eased."""

from __future__ import annotations

import numpy as np

from .components import Board, Component, components
from .narrowing import Narrowed, Shape, first_remaining, narrow
from .proving import ease_component
from .refuting import Refutation
from .tables import Bools, Ints


def ease(
    shape: Shape, allowed: frozenset[int], soft: frozenset[int], base: Narrowed | None = None
) -> Ints | frozenset[int]:
    """A matching that none but the `allowed` options block, as few as possible of the `soft` ones, and in components
    that have no solution with these as few as possible of their own; or options of which one must block besides.

    Raises:
        UndecidedError: the solver came to its limit of steps.
    """
    strict: Bools = np.zeros(shape.options, dtype=np.bool_)
    strict[list(allowed)] = True
    exempt = strict.copy()
    exempt[list(soft)] = True
    if base is not None and (exempt & ~base.exempt).any():
        base = None
    narrowed = narrow(shape, exempt, base=base)
    trace = Refutation(shape, narrowed, exempt)
    if narrowed.empty.size:
        return trace.options_behind(trace.outcomes_of(int(narrowed.empty[0])))
    outcome = first_remaining(shape, narrowed)
    parts = components(shape, narrowed, strict)
    board = Board(shape, narrowed, parts)
    for part in parts:
        best = _solved(board, part, soft)
        if best is None:
            best = ease_component(board, part, rights_of(shape, part))
        if best is None:
            return trace.options_behind(one for unit in part.units for one in trace.outcomes_of(unit))
        outcome[list(part.units)] = best
    return outcome


def _solved(board: Board, part: Component, soft: frozenset[int]) -> tuple[int, ...] | None:
    if rights_of(board.shape, part).isdisjoint(soft):
        return board.solve(part, any_will_do=True)
    return ease_component(board, part, soft)


def rights_of(shape: Shape, part: Component) -> frozenset[int]:
    """The guarded options of a component, numbered through."""
    return frozenset(
        int(shape.begins[unit]) + option
        for unit, listed in zip(part.units, part.guards, strict=True)
        for option in listed
    )
