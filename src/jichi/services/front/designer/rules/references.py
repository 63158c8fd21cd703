"""Who speaks of a question: conditions, limits, fees, checks; and giving it another name everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .places import MISSING, Place, Plain, at, key_of, with_at

_NAMING: Final = frozenset({"field", "count"})
"""Items that name a question; `address` does below `delivery` alone."""


def uses(data: Plain, field: str) -> list[Place]:
    """Every place that names the question."""
    return [place for place in _naming(data, ()) if at(data, place) == field]


def _naming(value: Plain, place: Place) -> Iterator[Place]:
    if isinstance(value, dict):
        for item, inner in value.items():
            here = (*place, item)
            if isinstance(inner, str) and (item in _NAMING or here == ("delivery", "address")):
                yield here
            else:
                yield from _naming(inner, here)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _naming(inner, (*place, key_of(value, number)))


def renamed(data: Plain, place: Place, new: str) -> Plain:
    """The definition with another id for the question at `place`; everything that names it follows."""
    old = at(data, (*place, "id"))
    if old is MISSING or old == new or not isinstance(old, str):
        return data
    named = uses(data, old)
    for one in named:
        data = with_at(data, one, new)
    return with_at(data, (*place, "id"), new)
