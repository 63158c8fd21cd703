"""Options of a family: every allowed combination of its children's wishes, best first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise, product
from math import prod
from typing import Final, TypeAlias

LIMIT: Final = 4_000
"""So many options of a family are kept (W_OPTIONS_TRUNCATED above)."""
SMALL: Final = 20_000
"""Up to so many combinations are listed and sorted; above, they are made in their order."""
Option: TypeAlias = tuple[int, ...]


def expand(
    lists: Sequence[Sequence[int]],
    stay: Sequence[int],
    facility: Callable[[int], int],
    *,
    condition: str,
    solo: str = "",
    split: str = "",
) -> tuple[list[Option], bool]:
    """Options of a family, best first, and whether some were cut off at 4,000.

    Args:
        lists: of each child, elder first, its slots by rank.
        stay: of each child the slot it holds now, or -1. An option never takes it away.
        facility: the facility of a slot.
        condition: SAME, TOGETHER or PARTIAL.
        solo: with PARTIAL EITHER, ELDER (no child has a seat while an elder one has none) or YOUNGER.
        split: SAME_FIRST puts options with more than one facility after those with at most one.

    The order: children without a seat; (with SAME_FIRST) more than one facility; sum of ranks; largest rank; ranks,
    elder first. A child's own state (its seat, or none) stands below its list. The status quo is not among them.
    """
    pools = [[*wishes, own] for wishes, own in zip(lists, stay, strict=True)]
    home = tuple(stay)

    def fits(option: Option) -> bool:
        return option != home and allowed(option, facility, condition=condition, solo=solo)

    if condition == "SAME" or prod(map(len, pools)) <= SMALL:
        together = condition == "SAME"
        vectors = _at_one(pools, facility) if together else product(*(range(len(pool)) for pool in pools))
        found = []
        for ranks in vectors:
            option = tuple(pool[rank] for pool, rank in zip(pools, ranks, strict=True))
            if fits(option):
                apart = split == "SAME_FIRST" and _apart(option, facility)
                found.append((option.count(-1), apart, sum(ranks), max(ranks), ranks, option))
        found.sort()
        return [row[5] for row in found[:LIMIT]], len(found) > LIMIT
    kept = list(islice(_in_order(pools, facility, fits, split == "SAME_FIRST"), LIMIT + 1))
    return kept[:LIMIT], len(kept) > LIMIT


def allowed(option: Option, facility: Callable[[int], int], *, condition: str, solo: str) -> bool:
    """Whether a combination keeps the family's condition."""
    seated = [slot >= 0 for slot in option]
    if condition == "SAME":
        return all(seated) and not _apart(option, facility)
    if condition == "TOGETHER":
        return all(seated)
    if solo == "ELDER":
        return all(elder or not younger for elder, younger in pairwise(seated))
    if solo == "YOUNGER":
        return all(younger or not elder for elder, younger in pairwise(seated))
    return True


def _apart(option: Option, facility: Callable[[int], int]) -> bool:
    return len({facility(slot) for slot in option if slot >= 0}) > 1


def _at_one(pools: list[list[int]], facility: Callable[[int], int]) -> Iterator[Option]:
    """Rank vectors that use at most one facility, each once."""
    places = [{facility(slot): rank for rank, slot in enumerate(pool) if slot >= 0} for pool in pools]
    without = [len(pool) - 1 if pool[-1] < 0 else None for pool in pools]
    found: set[Option] = set()
    for here in sorted(set().union(*places)):
        ways = [
            {rank for rank in (at.get(here), none) if rank is not None}
            for at, none in zip(places, without, strict=True)
        ]
        found |= set(product(*ways))
    yield from sorted(found)


def _in_order(
    pools: list[list[int]], facility: Callable[[int], int], fits: Callable[[Option], bool], together_first: bool
) -> Iterator[Option]:
    """The same order without listing everything: by what the sort key holds, one value after the other."""
    highest = sum(len(pool) - 1 for pool in pools)
    first: dict[int, list[tuple[int, int, Option, Option]]] = {}
    for ranks in _at_one(pools, facility) if together_first else ():
        option = tuple(pool[rank] for pool, rank in zip(pools, ranks, strict=True))
        if fits(option):
            first.setdefault(option.count(-1), []).append((sum(ranks), max(ranks), ranks, option))
    for without in range(sum(pool[-1] < 0 for pool in pools) + 1):
        yield from (row[3] for row in sorted(first.get(without, [])))
        for total in range(highest + 1):
            layer = []
            for ranks in _vectors(pools, total, without):
                option = tuple(pool[rank] for pool, rank in zip(pools, ranks, strict=True))
                if fits(option) and not (together_first and not _apart(option, facility)):
                    layer.append((max(ranks), ranks, option))
            layer.sort()
            yield from (row[2] for row in layer)


def _vectors(pools: list[list[int]], total: int, without: int) -> Iterator[Option]:
    """Rank vectors of a sum in which so many children have no seat."""
    if not pools:
        if total == 0 and without == 0:
            yield ()
        return
    first, rest = pools[0], pools[1:]
    room = sum(len(pool) - 1 for pool in rest)
    for rank in range(max(0, total - room), min(total, len(first) - 1) + 1):
        missing = int(first[rank] < 0)
        if missing <= without <= missing + len(rest):
            for tail in _vectors(rest, total - rank, without - missing):
                yield (rank, *tail)
