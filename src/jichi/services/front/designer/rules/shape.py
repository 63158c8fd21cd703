"""What a definition may hold, read from the schema of forms: which items a part has, and what each of them takes.

Nothing here lists kinds of questions or items: what forms learns, the designer knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias

from jichi.engines.forms.rules import FACTS, LIFE_EVENTS, json_schema
from jichi.engines.forms.rules.fields import CELLS

ShapeKind: TypeAlias = Literal[
    "text", "texts", "line", "lines", "number", "switch", "choice", "choices", "part", "parts", "condition", "value",
    "words", "map", "fixed", "either",
]  # fmt: skip
"""text: in five languages; line: one short text; switch: true or false; choice and choices: of `options`;
part: items of its own; condition; value: a limit (number, day, fact, answer); words: lists by language;
either: a number or line, or a part instead."""

_PICKED: Final = {("Field", "shows"): FACTS, ("", "life_events"): LIFE_EVENTS}
"""Lists of words that are picked from those there are."""
_PREFIX: Final = "#/$defs/"
NAMES: Final = ("id", "code", "value")
"""Items by which the members of a list are told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What one item takes. `of`: name of the part (or of the members); `low` … `high`: of a number or a count."""

    kind: ShapeKind
    required: bool = False
    of: str = ""
    options: tuple[str, ...] = ()
    default: Any = None
    low: int | None = None
    high: int | None = None
    longest: int | None = None
    plain: Literal["number", "line", ""] = ""
    """Of `either`: what stands there when it is no part."""


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    return json_schema()


def _node(name: str) -> dict[str, Any]:
    return _schema()["$defs"][name] if name else _schema()


@lru_cache(maxsize=200)
def shapes_of(name: str) -> Mapping[str, Shape]:
    """Item → shape of a part by its name ("Field", "FeeItem", …; "" for the whole), in their written order."""
    node = _node(name)
    needed = set(node.get("required", ()))
    found = {key: _shape(one, required=key in needed) for key, one in node.get("properties", {}).items()}
    for (part, item), options in _PICKED.items():
        if part == name and item in found:
            found[item] = replace(found[item], kind="choices", options=tuple(options))
    return found


def exists(name: str) -> bool:
    """Is there such a part?"""
    return name == "" or name in _schema()["$defs"]


def kinds() -> tuple[str, ...]:
    """Every kind of question, in the order in which forms has them."""
    return shapes_of("Field")["kind"].options


def column_kinds() -> tuple[str, ...]:
    """Kinds of question that a column of a table may have."""
    return tuple(CELLS)


@lru_cache(maxsize=100)
def _of_kind(kind: str) -> tuple[frozenset[str], frozenset[str]]:
    for rule in _node("Field").get("allOf", ()):
        if rule["if"]["properties"]["kind"].get("const") == kind:
            then = rule["then"]
            return frozenset(then["propertyNames"]["enum"]), frozenset(then.get("required", ()))
    return frozenset(shapes_of("Field")), frozenset({"id", "label"})


def field_shapes(kind: str) -> Mapping[str, Shape]:
    """Items that a question of this kind takes; those it can't do without are `required`."""
    takes, needs = _of_kind(kind)
    return {
        key: replace(shape, required=key in needs or key == "kind")
        for key, shape in shapes_of("Field").items()
        if key in takes
    }


def items_of(shape: Shape) -> Shape | None:
    """The shape of one member of a list."""
    if shape.kind == "parts":
        return Shape(kind="part", of=shape.of, required=True)
    return Shape(kind="text", required=True) if shape.kind == "texts" else None


def _shape(node: dict[str, Any], *, required: bool) -> Shape:
    default = node.get("default")
    branches = [one for one in (*node.get("anyOf", ()), *node.get("oneOf", ())) if one.get("type") != "null"]
    if len(branches) == 1:
        return replace(_shape(branches[0], required=required), default=default)
    if branches:
        return replace(_either(branches), required=required, default=default)
    return replace(_single(node), required=required, default=default)


def _either(branches: list[dict[str, Any]]) -> Shape:
    types = {one.get("type", "") for one in branches}
    part = next((_named(one) for one in branches if "$ref" in one), "")
    if types == {"integer", ""} and part:
        whole = next(one for one in branches if one.get("type") == "integer")
        return Shape(kind="either", of=part, plain="number", low=whole.get("minimum"), high=whole.get("maximum"))
    if types == {"string", ""} and part:
        return Shape(kind="either", of=part, plain="line")
    return Shape(kind="value", of=part)


def _named(node: dict[str, Any]) -> str:
    return str(node["$ref"]).removeprefix(_PREFIX)


def _single(node: dict[str, Any]) -> Shape:
    if "$ref" in node:
        name = _named(node)
        own: dict[str, ShapeKind] = {"Text": "text", "Condition": "condition", "Ref": "value"}
        return Shape(kind=own[name], of="" if name == "Text" else name) if name in own else Shape(kind="part", of=name)
    if "const" in node:
        return Shape(kind="fixed")
    if "enum" in node:
        return Shape(kind="choice", options=tuple(str(one) for one in node["enum"]))
    match node.get("type"):
        case "integer":
            return Shape(kind="number", low=node.get("minimum"), high=node.get("maximum"))
        case "boolean":
            return Shape(kind="switch")
        case "array":
            return _list(node)
        case "object":
            return Shape(kind="words" if isinstance(node.get("additionalProperties"), dict) else "map")
    return Shape(kind="line", longest=node.get("maxLength"))


def _list(node: dict[str, Any]) -> Shape:
    member = _shape(node.get("items", {}), required=True)
    limits: dict[str, Any] = {"low": node.get("minItems", 0), "high": node.get("maxItems")}
    if member.kind == "text":
        return Shape(kind="texts", **limits)
    if member.kind == "choice":
        return Shape(kind="choices", options=member.options, **limits)
    return Shape(kind="parts", of=member.of, **limits) if member.kind == "part" else Shape(kind="lines", **limits)
