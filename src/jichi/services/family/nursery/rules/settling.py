"""Which options to let block next, so that all that is refuted is settled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .proving import UndecidedError, solver

PAIRS: Final = 400
"""Pairs of options tried to settle a refutation that no single one settles."""


class Left:
    """What may settle one refutation: single options, then pairs."""

    def __init__(self, refutation: frozenset[int], prefer: frozenset[int], pairs: int = PAIRS) -> None:
        listed = sorted(refutation)
        spread = sorted(range(len(listed)), key=lambda at: (abs(2 * at - len(listed)), at))
        self.singles = sorted((listed[at] for at in spread), key=lambda option: option not in prefer)
        """In the order of trying: what is preferred, then from the middle."""
        self.pairs = pairs

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


def fewest_hitting(sets: Sequence[frozenset[int]]) -> frozenset[int]:
    """One of the smallest sets that meet every one of `sets`.

    Sets that contain another are left out, then options whose sets another option meets too: thousands of options come
    to a handful, of which the solver is asked.

    Raises:
        UndecidedError: the solver came to its limit of steps.
    """
    least: list[frozenset[int]] = []
    for one in sorted(set(sets), key=lambda one: (len(one), sorted(one))):
        if not any(other <= one for other in least):
            least.append(one)
    met: dict[int, int] = {}
    for number, one in enumerate(least):
        for option in one:
            met[option] = met.get(option, 0) | 1 << number
    telling: dict[int, int] = {}
    for option in sorted(met, key=lambda option: (-met[option].bit_count(), option)):
        if all(met[option] & ~other for other in telling.values()):
            telling[option] = met[option]
    return smallest_hitting([one & telling.keys() for one in least], []) or frozenset()
