"""Which options to let block next, so that all that is refuted is settled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .proving import UndecidedError, solver

PAIRS: Final = 400
"""Pairs of options tried to settle a refutation that no single one settles."""


class Left:
    """What may settle one refutation: single options, then pairs."""

    def __init__(self, refutation: frozenset[int], prefer: frozenset[int]) -> None:
        listed = sorted(refutation)
        spread = sorted(range(len(listed)), key=lambda at: (abs(2 * at - len(listed)), at))
        self.singles = sorted((listed[at] for at in spread), key=lambda option: option not in prefer)
        """In the order of trying: what is preferred, then from the middle."""
        self.pairs = PAIRS

    def next(self, unmet: Sequence[frozenset[int]]) -> frozenset[int] | None:
        """The fewest options, at most two, that meet every refutation which what else may block does not meet; None
        where there are none, or too many pairs were tried.
        """
        if not unmet:
            return frozenset()
        common = frozenset.intersection(*unmet)
        for option in self.singles if common else ():
            if option in common:
                return frozenset({option})
        if not self.pairs:
            return None
        self.pairs -= 1
        smallest: frozenset[int] = min(unmet, key=len)
        for option in sorted(smallest):
            both = frozenset.intersection(*(one for one in unmet if option not in one))
            if both:
                return frozenset({option, min(both, key=lambda one: (abs(one - option), one))})
        return None


def smallest_hitting(sets: list[frozenset[int]], excluded: list[frozenset[int]]) -> frozenset[int] | None:
    """A smallest set that meets every one of `sets` and contains none of `excluded`; None where there is none.

    Raises:
        UndecidedError: the solver came to its limit of steps.
    """
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
