"""The pipeline: from checked tables to a matching with its verdict, the same for the same input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

import numpy as np

from .blocking import groups
from .components import Board, components
from .deferred import deferred_acceptance
from .families import Found, insert_families
from .instance import Instance, build
from .least import least_blocking
from .narrowing import Shape, first_remaining, narrow
from .problems import Problem
from .proving import UndecidedError
from .reading import Tables
from .results import Result
from .tables import Ints

Policy: TypeAlias = Literal["stable", "most-seated"]
Verdict: TypeAlias = Literal["CHILD_OPTIMAL", "STABLE", "STABLE_MAX", "LEAST_BLOCKING", "BEST_FOUND"]
Told: TypeAlias = Callable[[str, int], None]
POLICIES: Final = ("stable", "most-seated")


class StoppedError(UndecidedError):
    """Raised by `told` when the time somebody set is over: the best found so far is the answer."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A result and what is proven of it."""

    result: Result
    verdict: Verdict
    bound: int
    """No feasible matching has fewer blocking coalitions."""
    best: bool
    """Among the matchings of that count it is proven to be the first by seats, ranks and unit order."""


def match(
    instance: Instance,
    policy: Policy = "stable",
    *,
    seed: int = 0,
    told: Told | None = None,
    prefer: frozenset[int] = frozenset(),
) -> Matched:
    """The matching of an instance.

    Without units of several children: the child-optimal one (CHILD_OPTIMAL). With them, "stable": what placing family
    after family comes to if it is stable (STABLE); "most-seated", or where that failed: the stable matching with most
    children seated, then the least sum of option ranks, then the first by ranks in the order of unit ids (STABLE_MAX).
    Where no stable matching exists, that is proven and the least number of blocking coalitions too (LEAST_BLOCKING);
    BEST_FOUND with a bound where a limit of steps (or `told`, raising StoppedError) ended the search. `prefer`: options
    to let block where some must (`least_blocking`).
    """
    start = deferred_acceptance(instance)
    if not instance.linked.size:
        return Matched(Result(instance, start), "CHILD_OPTIMAL", 0, best=True)
    shape = Shape(instance, groups(instance))
    stable = _Stable(shape, told)
    inserted: Found | None = None
    if policy == "stable" and stable.exists:
        inserted = insert_families(instance, shape.grouped, start, seed=seed, told=stable.told_gently)
        if not len(inserted.blocking):
            return Matched(Result(instance, inserted.outcome), "STABLE", 0, best=False)
    best = stable.best() if stable.exists else None
    if best is not None:
        return Matched(Result(instance, best), "STABLE_MAX", 0, best=True)
    least = least_blocking(shape, told, prefer=prefer)
    if least.outcome is not None and least.proven:
        verdict: Verdict = "LEAST_BLOCKING" if least.bound else "STABLE_MAX" if least.best else "STABLE"
        return Matched(Result(instance, least.outcome), verdict, least.bound, best=least.best)
    if least.outcome is not None:
        return Matched(Result(instance, least.outcome), "BEST_FOUND", least.bound, best=False)
    if inserted is None:
        inserted = insert_families(instance, shape.grouped, start, seed=seed, told=stable.told_gently)
    proven = len(inserted.blocking) <= least.bound
    return Matched(
        Result(instance, inserted.outcome), "LEAST_BLOCKING" if proven else "BEST_FOUND", least.bound, best=False
    )


class _Stable:
    """Whether a stable matching may exist, and the best one."""

    def __init__(self, shape: Shape, told: Told | None) -> None:
        self.shape, self.told = shape, told
        self.narrowed = None
        try:
            self.narrowed = narrow(shape, told=told)
        except StoppedError:
            self.exists = False
        else:
            self.exists = not self.narrowed.empty.size

    def told_gently(self, phase: str, count: int) -> None:
        """Progress of a phase that is never cut short: its result is what stands when all else is stopped."""
        if self.told:
            try:
                self.told(phase, count)
            except StoppedError:
                return

    def best(self) -> Ints | None:
        """The first among all stable matchings by seats, ranks and unit order; None if none or not decided."""
        assert self.narrowed is not None  # noqa: S101 - asked only where `exists`
        exempt = np.zeros(self.shape.options, dtype=np.bool_)
        outcome = first_remaining(self.shape, self.narrowed)
        parts = components(self.shape, self.narrowed, exempt)
        board = Board(self.shape, self.narrowed, parts)
        try:
            for part in parts:
                if self.told:
                    self.told("decide", len(part.units))
                found = board.solve(part)
                if found is None:
                    return None
                outcome[list(part.units)] = found
        except UndecidedError:
            return None
        return outcome


@dataclass(frozen=True, slots=True)
class Changes:
    """What would be different: new vacancies by (facility, class), and families that withdraw."""

    vacancies: Mapping[tuple[str, str], int]
    withdrawn: frozenset[str] = frozenset()


def what_if(
    tables: Tables,
    changes: Changes,
    *,
    policy: Policy = "stable",
    seed: int = 0,
    told: Told | None = None,
    left: Iterable[tuple[str, int]] = (),
) -> tuple[Matched | None, list[Problem]]:
    """The match of tables already read, with changes; a family that withdraws keeps what it has now, or nothing.

    `left`: unit id and option rank of the coalitions that the result without the changes leaves (`blocking` of its
    run.json). They are left again where that is still the fewest, so that what differs comes from the changes.

    Raises:
        KeyError: a slot or family that the tables do not have.
    """
    vacancy, pins = tables.vacancy.copy(), dict(tables.pins)
    slots = {(tables.facilities[f], tables.classes[g]): slot for slot, (f, g) in enumerate(
        zip(tables.slot_facility.tolist(), tables.slot_class.tolist(), strict=True)
    )}  # fmt: skip
    for slot, seats in changes.vacancies.items():
        vacancy[slots[slot]] = seats
    families = {name: number for number, name in enumerate(tables.family_ids)}
    for name in changes.withdrawn:
        for child in np.flatnonzero(tables.child_family == families[name]).tolist():
            pins[child] = int(tables.current[child])
    instance, problems = build(replace(tables, vacancy=vacancy, pins=pins))
    if instance is None:
        return None, problems
    units = {name: unit for unit, name in enumerate(instance.unit_ids)}
    prefer = frozenset(
        int(instance.option_at[units[name]]) + rank - 1
        for name, rank in left
        if name in units and rank <= instance.option_at[units[name] + 1] - instance.option_at[units[name]]
    )
    return match(instance, policy, seed=seed, told=told, prefer=prefer), problems


def differences(before: Result, after: Result) -> list[tuple[str, str, str]]:
    """(child, facility before, facility after) of every child whose place differs; "" is no seat."""
    tables = before.instance.tables
    names = [*(tables.facilities[facility] for facility in tables.slot_facility.tolist()), ""]
    return [
        (tables.child_ids[child], names[before.slots[child]], names[after.slots[child]])
        for child in np.flatnonzero(before.slots != after.slots).tolist()
    ]
