"""Components too large to try all, by assuming one outcome of a unit after the other and narrowing what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .narrowing import ALIVE, Assumptions
from .proving import UndecidedError
from .refuting import Behind

if TYPE_CHECKING:
    from .components import Board, Component
    from .refuting import Refutation

NODES: Final = 250
"""Assumptions made for one component, before it is left to the solver."""
Worth = tuple[int, int, tuple[int, ...]]


class _Search:
    """The best solution met, how many assumptions were made, and what those that failed rest on."""

    def __init__(self, board: Board, component: Component, *, any_will_do: bool, behind: Behind | None = None) -> None:
        self.board, self.component, self.any_will_do = board, component, any_will_do
        self.best: tuple[Worth, tuple[int, ...]] | None = None
        self.nodes, self.behind = 0, behind
        self.tried = Assumptions(board.shape, board.narrowed)
        self.explained = True
        self.units = list(component.units)

    def visit(self) -> None:
        """Look at everything that remains."""
        self.nodes += 1
        if self.nodes > NODES:
            raise UndecidedError
        if self.tried.empty:
            self._explain(self.tried.empty[0])
            return
        left = self.tried.left[self.units].tolist()
        if max(left) == 1:
            self._ends()
            return
        unit = self.units[min((count, at) for at, count in enumerate(left) if count > 1)[1]]
        self._explain(unit)
        for option in self._alive(unit):
            if self.best and self.any_will_do:
                return
            with self.tried.assume(unit, option):
                self.visit()

    def _explain(self, unit: int) -> None:
        if self.behind and not self.best:
            self.behind.add(self.tried, unit)

    def _alive(self, unit: int) -> list[int]:
        mine = self.board.shape.outcomes_of(unit)
        found: list[int] = (self.tried.stamp[mine] == ALIVE).nonzero()[0].tolist()
        return found

    def _ends(self) -> None:
        options = tuple(self._alive(unit)[0] for unit in self.units)
        worth = self.board.worth(self.component, options)
        if (self.best is None or worth < self.best[0]) and self.board.holds(self.component, options):
            self.best = worth, options
        elif self.best is None:
            self.explained = False


def search_component(board: Board, component: Component, *, any_will_do: bool = False) -> tuple[int, ...] | None:
    """`Board.solve` by branching: the same answer, or with `any_will_do` the first one met.

    Raises:
        UndecidedError: too many assumptions would be needed.
    """
    search = _Search(board, component, any_will_do=any_will_do)
    search.visit()
    return search.best[1] if search.best else None


def options_behind(board: Board, component: Component, trace: Refutation) -> frozenset[int] | None:
    """Options of which one must block because a component has no solution; None where it is not found by branching."""
    search = _Search(board, component, any_will_do=True, behind=Behind(trace))
    try:
        search.visit()
    except UndecidedError:
        return None
    return search.behind.options() if search.behind and search.explained and not search.best else None


def probe(board: Board, component: Component, trace: Refutation) -> frozenset[int] | None:
    """Options of which one must block because a unit of several children can hold none of its remaining outcomes; None
    where each such unit, taken alone, can hold one. What follows from each outcome is found by narrowing.
    """
    tried, alone = Assumptions(board.shape, board.narrowed), board.shape.alone
    for unit, options in zip(component.units, component.options, strict=True):
        if alone[unit] or len(options) < 2 or _can(tried, unit, options):
            continue
        behind = Behind(trace)
        behind.add(tried, unit)
        for option in options:
            with tried.assume(unit, option):
                behind.add(tried, tried.empty[0])
        return behind.options()
    return None


def _can(tried: Assumptions, unit: int, options: tuple[int, ...]) -> bool:
    """Whether one of these outcomes of a unit leaves every other unit something."""
    for option in options:
        with tried.assume(unit, option):
            empty = bool(tried.empty)
        if not empty:
            return True
    return False
