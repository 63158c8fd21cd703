"""Components too large to try all, by assuming one outcome of a unit after the other and narrowing what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .narrowing import ALIVE, Narrowed, assumed
from .proving import UndecidedError
from .tables import Ints

if TYPE_CHECKING:
    from .components import Board, Component

NODES: Final = 250
"""Assumptions made for one component, before it is left to the solver."""
Worth = tuple[int, int, tuple[int, ...]]


class _Search:
    """The best solution met, and how many assumptions were made."""

    def __init__(self, board: Board, component: Component, *, any_will_do: bool) -> None:
        self.board, self.component, self.any_will_do = board, component, any_will_do
        self.best: tuple[Worth, tuple[int, ...]] | None = None
        self.nodes = 0

    def visit(self, narrowed: Narrowed) -> None:
        """Look at everything that remains."""
        self.nodes += 1
        if self.nodes > NODES:
            raise UndecidedError
        if narrowed.empty.size or (self.best and self.any_will_do):
            return
        left = narrowed.left[list(self.component.units)].tolist()
        if max(left) == 1:
            self._ends(narrowed)
            return
        unit = self.component.units[min((count, at) for at, count in enumerate(left) if count > 1)[1]]
        for option in self._alive(narrowed, unit):
            self.visit(assumed(self.board.shape, narrowed, unit, option))

    def _alive(self, narrowed: Narrowed, unit: int) -> list[int]:
        mine: Ints = self.board.shape.outcomes_of(unit)
        found: list[int] = (narrowed.stamp[mine] == ALIVE).nonzero()[0].tolist()
        return found

    def _ends(self, narrowed: Narrowed) -> None:
        options = tuple(self._alive(narrowed, unit)[0] for unit in self.component.units)
        worth = self.board.worth(self.component, options)
        if (self.best is None or worth < self.best[0]) and self.board.holds(self.component, options):
            self.best = worth, options


def search_component(
    board: Board, narrowed: Narrowed, component: Component, *, any_will_do: bool = False
) -> tuple[int, ...] | None:
    """`Board.solve` by branching: the same answer, or with `any_will_do` the first one met.

    Raises:
        UndecidedError: too many assumptions would be needed.
    """
    search = _Search(board, component, any_will_do=any_will_do)
    search.visit(narrowed)
    return search.best[1] if search.best else None
