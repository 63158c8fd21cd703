"""Where something stands in a definition: `pages/companion/fields/name/label`, members of lists by their names.

So a place stays what it is while somebody else adds or moves pages. Data is never changed: each change makes a copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from .shape import NAMES, Shape, field_shapes, items_of, shapes_of

Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | bool | None"
Place: TypeAlias = tuple[str, ...]

MISSING: Final = object()
_STEP: Final = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")


def place_of(text: str) -> Place:
    """The place written in an address; empty steps are left out."""
    return tuple(step for step in text.split("/") if step)


def written(place: Place) -> str:
    """The place for an address."""
    return "/".join(place)


def key_of(members: list[Plain], number: int) -> str:
    """The name of a member of a list; "~3" where it has none, or not alone."""
    name = _name(members[number])
    if name and [_name(one) for one in members].index(name) == number:
        return name
    return f"~{number}"


def _name(member: Plain) -> str:
    if isinstance(member, dict):
        for item in NAMES:
            value = member.get(item)
            if isinstance(value, str) and value and not value.startswith("~") and "/" not in value:
                return value
    return ""


def number_of(members: list[Plain], key: str) -> int | None:
    """The position of the member with this key; None: there is none."""
    if key.startswith("~"):
        number = int(key[1:]) if key[1:].isdecimal() and key.isascii() and len(key) < 8 else len(members)
        return number if number < len(members) else None
    names = [_name(one) for one in members]
    return names.index(key) if key in names else None


def at(data: Plain, place: Place) -> Plain | object:
    """What stands there; MISSING where there is nothing."""
    for step in place:
        if isinstance(data, dict) and step in data:
            data = data[step]
        elif isinstance(data, list) and (number := number_of(data, step)) is not None:
            data = data[number]
        else:
            return MISSING
    return data


def part_at(data: Plain, place: Place) -> dict[str, Plain] | None:
    """The items of the part that stands there; None: no such part."""
    found = at(data, place)
    return found if isinstance(found, dict) else None


def list_at(data: Plain, place: Place) -> list[Plain]:
    """The members of the list that stands there; none where there is no list."""
    found = at(data, place)
    return found if isinstance(found, list) else []


def with_at(data: Plain, place: Place, value: Plain | object) -> Plain:
    """The data with another value there; MISSING takes the item or the member away.

    Raises:
        KeyError: what should hold it is not there.
    """
    if not place:
        return value  # type: ignore[return-value] # never MISSING for the whole
    step, rest = place[0], place[1:]
    if isinstance(data, list):
        number = number_of(data, step)
        if number is None:
            raise KeyError(step)
        inner: Plain | object = value if not rest else with_at(data[number], rest, value)
        middle = [] if inner is MISSING else [inner]
        return [*data[:number], *middle, *data[number + 1 :]]  # type: ignore[list-item] # MISSING was taken out
    if not isinstance(data, dict) or (rest and step not in data):
        raise KeyError(step)
    inner = value if not rest else with_at(data[step], rest, value)
    if inner is MISSING:
        return {key: one for key, one in data.items() if key != step}
    return {**data, step: inner}  # type: ignore[dict-item] # MISSING was handled


def shape_at(data: Plain, place: Place) -> Shape | None:
    """What the item there takes; None: definitions have no such item. The whole is a part named ""."""
    shape: Shape | None = Shape(kind="part", required=True)
    for step in place:
        if shape is None:
            return None
        is_part = shape.kind in {"part", "either"}
        shape = part_shapes(data, shape.of).get(step) if is_part else items_of(shape)
        found = at(data, (step,))
        data = None if found is MISSING else found  # type: ignore[assignment] # MISSING was taken out
    return shape


def part_shapes(part: Plain, name: str) -> dict[str, Shape]:
    """Items of a part: for a question those of its kind."""
    if name == "Field" and isinstance(part, dict):
        return dict(field_shapes(str(part.get("kind", ""))))
    return dict(shapes_of(name))


def place_of_problem(path: str, data: Plain) -> Place:
    """The place that a finding names as `pages[0].fields[2].label`; as far as it exists."""
    found: list[str] = []
    for name, number in _STEP.findall(path):
        if number and isinstance(data, list) and int(number) < len(data):
            found.append(key_of(data, int(number)))
            data = data[int(number)]
        elif name and isinstance(data, dict):
            found.append(name)
            if name not in data:
                break
            data = data[name]
        else:
            break
    return tuple(found)


def nearest_part(place: Place, data: Plain) -> tuple[Place, str]:
    """The part whose page shows this place, and the item of it that is meant ("" for the part itself)."""
    for length in range(len(place), -1, -1):
        shape = shape_at(data, place[:length])
        if shape is not None and shape.kind in {"part", "either"} and part_at(data, place[:length]) is not None:
            return place[:length], place[length] if length < len(place) else ""
    return (), ""


def texts_in(value: Plain, place: Place = ()) -> Iterator[tuple[Place, dict[str, Plain] | str]]:
    """Every text in several languages with where it stands; a bare string is one where a text belongs."""
    yield from _texts(value, Shape(kind="part"), place)


def _texts(value: Plain, shape: Shape | None, place: Place) -> Iterator[tuple[Place, dict[str, Plain] | str]]:
    if shape is None:
        return
    if shape.kind == "text" and isinstance(value, (dict, str)):
        yield place, value
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _texts(one, items_of(shape), (*place, key_of(value, number)))
    elif isinstance(value, dict) and shape.kind in {"part", "either"}:
        inner = part_shapes(value, shape.of)
        for key, shape_ in inner.items():
            if key in value:
                yield from _texts(value[key], shape_, (*place, key))
