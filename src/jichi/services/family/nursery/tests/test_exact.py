"""Everything tried on tiny instances: coalitions, stable matchings, the least count and the child-optimal result."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings

from ..rules import components, least, searching
from ..rules.blocking import blocking, groups
from ..rules.deferred import deferred_acceptance
from ..rules.families import insert_families
from ..rules.instance import Instance, build
from ..rules.least import least_blocking
from ..rules.matching import match
from ..rules.mixing import mixed
from ..rules.narrowing import ALIVE, Shape, narrow
from ..rules.reading import read
from .exhaustive import Files, Small, files
from .small import plain, tables, without_stable

LOOSE = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def instance_of(given_files: Files) -> Instance:
    found, problems = read(given_files)
    assert found is not None, problems
    instance, ties = build(found)
    assert instance is not None, ties
    return instance


def worth(small: Small, chosen: tuple[int, ...]) -> tuple[int, int, int, tuple[int, ...]]:
    """What the best among all matchings has least of."""
    return len(small.blocking(chosen)), -small.seated(chosen), sum(chosen), chosen


@settings(max_examples=70, deadline=None, suppress_health_check=LOOSE, database=None)
@given(tables())
def test_options_and_blocking_coalitions_are_those_of_the_definition(given_files: Files) -> None:
    instance, small = instance_of(given_files), plain(given_files)
    assert instance.unit_ids == [unit.name for unit in small.units]
    names = instance.tables
    for number, unit in enumerate(small.units):
        for rank, option in enumerate(unit.options):
            slots = [instance.entry_slot[entry] if entry >= 0 else -1 for entry in instance.option(number, rank)]
            assert option == tuple(names.facilities[names.slot_facility[s]] if s >= 0 else "" for s in slots)
    grouped = groups(instance)
    for chosen in small.matchings():
        wanted = [instance.option_at[instance.unit_ids.index(unit)] + option for unit, option in small.blocking(chosen)]
        assert blocking(instance, grouped, np.array(chosen)).tolist() == sorted(wanted)


@settings(max_examples=100, deadline=None, suppress_health_check=LOOSE, database=None)
@given(tables())
def test_narrowing_never_strikes_out_a_stable_matching(given_files: Files) -> None:
    instance, small = instance_of(given_files), plain(given_files)
    shape = Shape(instance, groups(instance))
    narrowed = narrow(shape)
    for chosen in small.matchings():
        if small.blocking(chosen):
            continue
        assert not narrowed.empty.size
        for unit, option in enumerate(chosen):
            last = option == shape.counts[unit]
            assert narrowed.stamp[shape.options + unit if last else instance.option_at[unit] + option] == ALIVE


@pytest.mark.parametrize(
    ("tried", "nodes", "examples"),
    [(components.TRIED, searching.NODES, 120), (0, searching.NODES, 60), (0, 0, 30)],
    ids=["all tried", "branching", "CP-SAT"],
)
def test_the_least_and_best_matching_is_found_and_proven(
    tried: int, nodes: int, examples: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(components, "TRIED", tried)
    monkeypatch.setattr(searching, "NODES", nodes)

    @settings(max_examples=examples, deadline=None, suppress_health_check=LOOSE, database=None)
    @given(tables())
    def check(given_files: Files) -> None:
        instance, small = instance_of(given_files), plain(given_files)
        best = min(worth(small, chosen) for chosen in small.matchings())
        found = least_blocking(Shape(instance, groups(instance)))
        assert found.proven
        assert found.best
        assert found.outcome is not None
        assert worth(small, tuple(found.outcome.tolist())) == best
        assert found.bound == best[0]

    check()


@settings(max_examples=40, deadline=None, suppress_health_check=LOOSE, database=None)
@given(tables())
def test_a_search_that_ends_early_still_shows_a_matching_and_a_true_bound(given_files: Files) -> None:
    instance, small = instance_of(given_files), plain(given_files)
    best = min(len(small.blocking(chosen)) for chosen in small.matchings())
    found = least_blocking(Shape(instance, groups(instance)), limit=2)
    assert found.bound <= best
    if found.outcome is not None:
        left = len(small.blocking(tuple(found.outcome.tolist())))
        assert left == best if found.proven else left >= best


@pytest.mark.parametrize("tried", [components.TRIED, 0], ids=["all tried", "solver"])
def test_what_is_found_in_a_large_ward_is_a_matching_with_a_true_bound_and_the_same_each_time(
    tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(least, "LARGE", 0)
    monkeypatch.setattr(least, "GLANCED", 1)
    monkeypatch.setattr(components, "TRIED", tried)
    met: set[int] = set()

    @settings(max_examples=60, deadline=None, suppress_health_check=LOOSE, database=None)
    @example(without_stable("0"))
    @example(without_stable("0", "1"))
    @given(tables())
    def check(given_files: Files) -> None:
        instance, small = instance_of(given_files), plain(given_files)
        best = min(len(small.blocking(chosen)) for chosen in small.matchings())
        found, again = (least_blocking(Shape(instance, groups(instance))) for _ in range(2))
        assert found.bound <= best
        assert found.outcome is not None
        assert again.outcome is not None
        assert found.outcome.tolist() == again.outcome.tolist()
        chosen = tuple(found.outcome.tolist())
        assert chosen in set(small.matchings())
        left = len(small.blocking(chosen))
        assert found.proven
        assert left == best == found.bound
        met.add(best)

    check()
    assert {0, 1, 2} <= met


@settings(max_examples=80, deadline=None, suppress_health_check=LOOSE, database=None)
@given(tables())
def test_verdicts_are_true(given_files: Files) -> None:
    instance, small = instance_of(given_files), plain(given_files)
    best = min(worth(small, chosen) for chosen in small.matchings())
    for policy in ("stable", "most-seated"):
        matched = match(instance, "stable" if policy == "stable" else "most-seated")
        chosen = tuple(matched.result.outcome.tolist())
        assert len(small.blocking(chosen)) == best[0] == matched.bound
        assert matched.verdict in ({"LEAST_BLOCKING"} if best[0] else {"CHILD_OPTIMAL", "STABLE", "STABLE_MAX"})
        if matched.verdict in {"STABLE_MAX", "LEAST_BLOCKING"}:
            assert worth(small, chosen) == best


@settings(max_examples=70, deadline=None, suppress_health_check=LOOSE, database=None)
@given(tables(linked=False))
def test_one_child_instances_get_the_child_optimal_matching(given_files: Files) -> None:
    instance, small = instance_of(given_files), plain(given_files)
    found = tuple(deferred_acceptance(instance).tolist())
    stable = [chosen for chosen in small.matchings() if not small.blocking(chosen)]
    assert found in stable
    assert all(all(mine <= other for mine, other in zip(found, chosen, strict=True)) for chosen in stable)


@settings(max_examples=80, deadline=None, suppress_health_check=LOOSE, database=None)
@given(tables())
def test_placing_family_after_family_ends_in_a_feasible_matching(given_files: Files) -> None:
    instance, small = instance_of(given_files), plain(given_files)
    found = insert_families(instance, groups(instance), deferred_acceptance(instance))
    assert tuple(found.outcome.tolist()) in set(small.matchings())


def test_asking_at_once_and_one_by_one_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    from ..rules import deferred
    from ..rules.generating import generate
    from ..rules.writing import table_bytes

    made = generate(children=800, seed=5, linked=False)
    instance = instance_of({name: table_bytes(name, rows, "utf-8") for name, rows in made.items()})
    monkeypatch.setattr(deferred, "FEW", 0)
    at_once = deferred_acceptance(instance)
    monkeypatch.setattr(deferred, "FEW", 10_000)
    assert (deferred_acceptance(instance) == at_once).all()
    assert not len(blocking(instance, groups(instance), at_once))


def test_a_family_without_wishes_keeps_what_it_has() -> None:
    instance = instance_of(files([("A", "0", 1)], [("F", "SINGLE", [("0", 1, "", "A")])]))
    assert match(instance).result.slots.tolist() == [0]


@settings(max_examples=60, deadline=None, suppress_health_check=LOOSE, database=None)
@given(tables())
def test_what_is_mixed_of_two_matchings_is_one_and_blocks_no_more(given_files: Files) -> None:
    instance, small = instance_of(given_files), plain(given_files)
    grouped = groups(instance)
    feasible = [tuple(chosen) for chosen in small.matchings()]
    for one, other in zip(feasible, reversed(feasible), strict=True):
        kept, there = np.array(one), np.array(other)
        before = blocking(instance, grouped, kept)
        found, left = mixed(instance, grouped, kept, before, there, blocking(instance, grouped, there))
        assert tuple(found.tolist()) in feasible
        assert left.tolist() == blocking(instance, grouped, found).tolist()
        assert len(left) < len(before) or (found is kept and left is before)
