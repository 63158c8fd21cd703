"""Two people at one design: where what one typed meets what the other saved meanwhile."""

from __future__ import annotations

from collections.abc import Collection

from .places import Place, Plain, at


def meets(base: Plain, now: Plain, place: Place, items: Collection[str]) -> list[str]:
    """Items of the part at `place` that somebody else changed since `base`; the part itself gone is all of them.

    Args:
        base: the design as the form showed it. now: as it is. items: what the form asks for.
    """
    before, after = at(base, place), at(now, place)
    if not isinstance(after, dict):
        return list(items)
    if not isinstance(before, dict):
        return []
    return [item for item in items if before.get(item) != after.get(item)]
