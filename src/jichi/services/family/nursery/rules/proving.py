"""Components too large to try all, decided with OR-tools CP-SAT; imported only when one is met."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .components import Board, Component

EFFORT: Final = 30.0
"""Deterministic time (steps of the solver, not seconds) for one question."""


QUICK: Final = 5.0
"""The same where any solution will do."""


EASED: Final = 8.0
"""The same where it is asked how few options must block."""


class UndecidedError(Exception):
    """The solver came to its limit of steps without an answer."""


def solver(effort: float = EFFORT) -> Any:
    """A CP-SAT solver whose answer depends on its input alone: one worker, a fixed seed, limits in steps."""
    from ortools.sat.python import cp_model

    found = cp_model.CpSolver()
    found.parameters.num_workers = 1
    found.parameters.random_seed = 1
    found.parameters.max_deterministic_time = effort
    return found


class _Model:
    """One Boolean for each remaining outcome of each unit, capacities, and a row or clause for each better option."""

    def __init__(self, board: Board, component: Component, soft: Container[int] = ()) -> None:
        from ortools.sat.python import cp_model

        self.cp, self.board, self.component = cp_model, board, component
        self.model = cp_model.CpModel()
        self.x = {
            (unit, option): self.model.new_bool_var("")
            for unit, options in zip(component.units, component.options, strict=True)
            for option in options
        }
        self.soft, self.blocking = soft, dict[int, Any]()
        """Options that may block, and the literals that say which do."""
        self.used = {pair: board.groups(*pair) for pair in self.x}
        self.sitting: dict[int, dict[int, list[Any]]] = {}
        owner = board.shape.owner
        for pair, used in self.used.items():
            for slot, entries in used.items():
                for entry in entries:
                    self.sitting.setdefault(slot, {}).setdefault(entry, []).append(self.x[pair])
        self.owner = {entry: int(owner[entry]) for there in self.sitting.values() for entry in there}
        for unit, options in zip(component.units, component.options, strict=True):
            self.model.add_exactly_one(self.x[unit, option] for option in options)
        for slot, there in self.sitting.items():
            room = int(board.shape.instance.capacity[slot]) - len(board.held.get(slot, []))
            self.model.add(sum(one for ways in there.values() for one in ways) <= room)
        for unit, options, guards in zip(component.units, component.options, component.guards, strict=True):
            for guard in guards:
                self._not_blocking(unit, guard, [self.x[unit, worse] for worse in options if worse > guard])

    def _not_blocking(self, unit: int, option: int, worse: list[Any]) -> None:
        capacity = self.board.shape.instance.capacity
        shut = []
        for slot, entries in self.board.groups(unit, option).items():
            worst = max(entries)
            above = [
                one
                for entry, ways in self.sitting.get(slot, {}).items()
                if entry < worst and self.owner[entry] != unit
                for one in ways
            ]
            full = int(capacity[slot]) - len(entries) + 1
            full -= sum(entry < worst for entry in self.board.held.get(slot, []))
            if full <= 0:
                return
            if len(above) >= full:
                literal = self.model.new_bool_var("")
                self.model.add(sum(above) >= full).only_enforce_if(literal)
                shut.append(literal)
        number = int(self.board.shape.begins[unit]) + option
        if number in self.soft:
            shut.append(self.blocking.setdefault(number, self.model.new_bool_var("")))
        for one in worse:
            self.model.add_bool_or([*shut, ~one])

    def ask(
        self, objective: Any = None, *, effort: float = EFFORT, cores: bool = False
    ) -> dict[tuple[int, int], bool] | None:
        """A solution, the least one by the objective if there is one; None if there is none. With `cores` the least is
        sought from below, by what can't be had together.
        """
        if objective is not None:
            self.model.minimize(objective)
        asked = solver(effort)
        if cores:
            asked.parameters.optimize_with_core, asked.parameters.linearization_level = True, 0
        status = asked.solve(self.model)
        self.model.clear_objective()  # type: ignore[no-untyped-call]  # of OR-tools
        if status == self.cp.INFEASIBLE:
            return None
        if status == self.cp.OPTIMAL or (status == self.cp.FEASIBLE and objective is None):
            return {pair: bool(asked.value(one)) for pair, one in self.x.items()}
        raise UndecidedError

    def chosen(self, found: dict[tuple[int, int], bool]) -> tuple[int, ...]:
        """The outcome of each unit in a solution."""
        return tuple(
            next(option for option in options if found[unit, option])
            for unit, options in zip(self.component.units, self.component.options, strict=True)
        )


def solve_component(board: Board, component: Component, *, any_will_do: bool = False) -> tuple[int, ...] | None:
    """`Board.solve` by CP-SAT: one question after the other, each answer made a condition of the next.

    Raises:
        UndecidedError: a question was not decided within its limit of steps.
    """
    model = _Model(board, component)
    found = model.ask(effort=QUICK if any_will_do else EFFORT)
    if found is None or any_will_do:
        return None if found is None else model.chosen(found)
    seats = {pair: sum(map(len, used.values())) for pair, used in model.used.items()}
    for weight in (lambda pair: -seats[pair], lambda pair: pair[1]):
        objective = sum(weight(pair) * one for pair, one in model.x.items())
        found = model.ask(objective)
        assert found is not None  # noqa: S101 - there is a solution
        model.model.add(objective == sum(weight(pair) for pair, chosen in found.items() if chosen))
    for unit, options in zip(component.units, component.options, strict=True):
        rank = sum(option * model.x[unit, option] for option in options)
        if len(options) > 1:
            found = model.ask(rank)
            assert found is not None  # noqa: S101 - the conditions so far have a solution
            model.model.add(rank == sum(option for option in options if found[unit, option]))
    return model.chosen(found)


def ease_component(board: Board, component: Component, soft: Container[int]) -> tuple[int, ...] | None:
    """Outcomes of a component's units that as few `soft` options as possible block; None where those are not enough.

    Raises:
        UndecidedError: that was not decided within the limit of steps.
    """
    model = _Model(board, component, soft)
    found = model.ask(sum(model.blocking.values()), effort=EASED, cores=True)
    return None if found is None else model.chosen(found)
