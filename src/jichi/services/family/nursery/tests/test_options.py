"""Options of families: the order of the contract, and the limit of 4,000."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..rules import options
from ..rules.options import LIMIT, allowed, expand


def facility(slot: int) -> int:
    """Slots 0, 1 are at facility 0, 2, 3 at 1, …"""
    return slot // 2


def listed(lists: list[list[int]], stay: list[int], condition: str, solo: str, split: str) -> list[tuple[int, ...]]:
    """The order by its definition."""
    pools = [[*wishes, own] for wishes, own in zip(lists, stay, strict=True)]
    found = []
    for ranks in product(*(range(len(pool)) for pool in pools)):
        option = tuple(pool[rank] for pool, rank in zip(pools, ranks, strict=True))
        if option != tuple(stay) and allowed(option, facility, condition=condition, solo=solo):
            apart = split == "SAME_FIRST" and len({facility(slot) for slot in option if slot >= 0}) > 1
            found.append((option.count(-1), apart, sum(ranks), max(ranks), ranks, option))
    return [row[-1] for row in sorted(found)]


@pytest.mark.parametrize("small", [options.SMALL, 0], ids=["listed", "in order"])
@pytest.mark.parametrize(
    ("condition", "solo"),
    [("SAME", ""), ("TOGETHER", ""), ("PARTIAL", "EITHER"), ("PARTIAL", "ELDER"), ("PARTIAL", "YOUNGER")],
)
@pytest.mark.parametrize("split", ["", "SAME_FIRST"])
def test_options_stand_in_the_order_of_the_contract(
    small: int, condition: str, solo: str, split: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "SMALL", small)

    @settings(max_examples=12, deadline=None, database=None)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        children = data.draw(st.integers(2, 3))
        lists, stay = [], []
        for _ in range(children):
            group = data.draw(st.integers(0, 1))
            slots = [2 * place + group for place in data.draw(st.permutations(range(4)))]
            own = data.draw(st.sampled_from([-1, -1, slots[-1]]))
            lists.append(slots[: data.draw(st.integers(0, 3))])
            stay.append(own)
        wanted = listed(lists, stay, condition, solo, split)
        assert expand(lists, stay, facility, condition=condition, solo=solo, split=split) == (wanted, False)

    check()


def test_the_limit_is_told_and_long_lists_do_not_take_long() -> None:
    lists = [list(range(0, 90, 2))] * 5
    found, cut = expand(lists, [-1] * 5, facility, condition="PARTIAL", solo="EITHER")
    assert (len(found), cut) == (LIMIT, True)
    assert found[:2] == [(0, 0, 0, 0, 0), (0, 0, 0, 0, 2)]
    assert expand(lists, [-1] * 5, facility, condition="SAME")[0] == [(slot,) * 5 for slot in range(0, 90, 2)]
