"""The fewest options that meet all sets, against trying all; what is assumed in a narrowing is taken back whole."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..rules.blocking import groups
from ..rules.narrowing import ALIVE, Assumptions, Shape, narrow
from ..rules.settling import fewest_hitting
from .exhaustive import Files
from .small import tables
from .test_exact import instance_of

SETS = st.lists(st.frozensets(st.integers(0, 9), min_size=1, max_size=5), max_size=8)


@settings(max_examples=60, deadline=None, database=None)
@given(SETS)
def test_what_is_left_out_changes_nothing_in_the_number(sets: list[frozenset[int]]) -> None:
    found = fewest_hitting(sets)
    assert all(found & one for one in sets)
    fewer = (frozenset(chosen) for chosen in combinations(range(10), max(0, len(found) - 1)))
    assert not found or not any(all(chosen & one for one in sets) for chosen in fewer)


@settings(
    max_examples=40, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)  # fmt: skip
@given(tables())
def test_assuming_and_taking_back_leaves_the_narrowing_as_it_was(given_files: Files) -> None:
    instance = instance_of(given_files)
    shape = Shape(instance, groups(instance))
    exempt = np.arange(shape.options) % 2 == 0
    narrowed = narrow(shape, exempt)
    if narrowed.empty.size:
        return
    tried = Assumptions(shape, narrowed)
    for unit in range(shape.units):
        for option in np.flatnonzero(narrowed.stamp[shape.outcomes_of(unit)] == ALIVE).tolist():
            with tried.assume(unit, option):
                assert tried.left[unit] <= 1
            assert tried.stamp.tolist() == narrowed.stamp.tolist()
            assert tried.left.tolist() == narrowed.left.tolist()
            assert not tried.empty
