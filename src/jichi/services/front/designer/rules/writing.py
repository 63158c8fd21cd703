"""Writing a definition as the readable file that `forms.rules.read_yaml` reads: one order, one layout, no loss."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from jichi.engines.forms.rules.example_files import written_of
from jichi.kernel.localized import LANGUAGES

from .places import Plain
from .shape import Shape, items_of, shapes_of

EXAMPLES: Final = "examples"
WIDTH: Final = 100
"""Columns that a short map or list may take to stand on one line."""
PARTS: Final = frozenset({"part", "either", "condition", "value"})
_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_FIRST: Final = frozenset("-?:,[]{}#&*!|>'\"%@`=<~+.0123456789 ")
_NOT_IN_FLOW: Final = frozenset(",[]{}")
_SPECIAL: Final = frozenset({"true", "false", "null", "~", ""})
_SIMPLE_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_WIDE: Final = "\u3000"


def ordered(value: Plain, shape: Shape | None = None, name: str = "") -> Plain:
    """The same content in the order in which definitions are written: items as in the schema, languages as ours."""
    if isinstance(value, dict):
        known = _order(value, shape, name)
        inner = shapes_of(name) if shape is None or shape.kind in PARTS else {}
        return {key: ordered(value[key], inner.get(key), inner[key].of if key in inner else "") for key in known}
    if isinstance(value, list):
        item = items_of(shape) if shape else None
        return [ordered(one, item, item.of if item else "") for one in value]
    return value


def _order(value: dict[str, Plain], shape: Shape | None, name: str) -> list[str]:
    if shape is None or shape.kind in PARTS:
        first = [key for key in shapes_of(name) if key in value]
    else:
        first = [code for code in LANGUAGES if code in value]
    return [*first, *sorted(key for key in value if key not in first)]


def file_of(source: dict[str, Plain], examples: Sequence[Mapping[str, Any]]) -> str:
    """The file of a design, with its examples."""
    found: dict[str, Any] = dict(source)
    if examples:
        found[EXAMPLES] = written_of(examples)
    return to_yaml(found)


def to_yaml(data: dict[str, Plain]) -> str:
    """The file: canonical order, a blank line between the pages and the large parts, LF at line ends.

    `forms.rules.read_yaml(to_yaml(data)).data` is `data` again, whatever texts it holds.
    """
    lines: list[str] = []
    found = ordered({key: value for key, value in data.items() if key != EXAMPLES})
    assert isinstance(found, dict)  # noqa: S101 - a dict in, a dict out
    if EXAMPLES in data:  # in the order of their making, below everything else
        found[EXAMPLES] = data[EXAMPLES]
    for key, value in found.items():
        large = _is_large(key, value, len(key) + 2)
        if large and lines and lines[-1]:
            lines.append("")
        lines += _entry(key, value, 0)
        if large:
            lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _entry(key: str, value: Plain, depth: int) -> list[str]:
    """The lines of `key: value` at a depth (in steps of two blanks)."""
    before = f"{'  ' * depth}{_key(key)}:"
    if _is_large(key, value, len(before) + 1):
        return [before, *_block(value, depth + 1)]
    if isinstance(value, str) and "\n" in value and (lines := _literal(value, depth + 1)) is not None:
        return [f"{before} {lines[0]}", *lines[1:]]
    return [f"{before} {_flow(value, top=True)}"]


def _block(value: Plain, depth: int) -> list[str]:
    if isinstance(value, dict):
        return [line for key, inner in value.items() for line in _entry(key, inner, depth)]
    assert isinstance(value, list)  # noqa: S101 - scalars never get here
    found: list[str] = []
    for one in value:
        found += _item(one, depth)
    return found


def _item(value: Plain, depth: int) -> list[str]:
    dash = f"{'  ' * depth}- "
    if value and _is_large("", value, len(dash)):
        inner = _block(value, depth + 1)
        return [dash + inner[0].lstrip(" "), *inner[1:]]
    if isinstance(value, str) and "\n" in value and (lines := _literal(value, depth + 1)) is not None:
        return [dash + lines[0], *lines[1:]]
    return [dash + _flow(value, top=True)]


def _literal(text: str, depth: int) -> list[str] | None:
    """The text as a literal block, or None where one would lose something."""
    lines = text.removesuffix("\n").split("\n")
    plain = all(_is_plain_character(c) for line in lines for c in line)
    if not plain or not lines[0].strip() or lines[0][0] == " " or not lines[-1].strip():
        return None
    if any(line != line.rstrip(" ") for line in lines):
        return None
    return ["|" if text.endswith("\n") else "|-", *(f"{'  ' * depth}{line}" if line else "" for line in lines)]


def _is_large(key: str, value: Plain, used: int) -> bool:
    """Does it take lines of its own: too long for one, or holding a list of parts?"""
    if not isinstance(value, (dict, list)) or not value:
        return False
    return _holds_parts(key, value) or not _fits(_flow(value), used)


def _holds_parts(key: str, value: Plain) -> bool:
    if isinstance(value, dict):
        return any(_holds_parts(item, inner) for item, inner in value.items())
    return isinstance(value, list) and key not in {"all", "any"} and any(isinstance(one, dict) for one in value)


def _fits(flow: str, used: int) -> bool:
    return "\\n" not in flow and used + sum(2 if ord(c) > 0x2E7F else 1 for c in flow) <= WIDTH


def _flow(value: Plain, *, top: bool = False) -> str:
    """The value on one line; `top`: not inside of brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _scalar(value, in_flow=not top)


def _key(key: str) -> str:
    return key if _KEY.fullmatch(key) and key not in _SPECIAL else _quoted(key)


def _scalar(text: str, *, in_flow: bool) -> str:
    unsafe = (
        text in _SPECIAL or text[0] in _FIRST or text[-1] in " :" or ": " in text or " #" in text
        or not all(_is_plain_character(c) for c in text) or _WIDE in (text[0], text[-1])
        or (in_flow and any(c in _NOT_IN_FLOW or c == ":" for c in text))
    )  # fmt: skip
    return _quoted(text) if unsafe else text


def _is_plain_character(character: str) -> bool:
    return character.isprintable() or character == _WIDE


def _quoted(text: str) -> str:
    return '"' + "".join(_SIMPLE_ESCAPES.get(c) or (c if _is_plain_character(c) else _escape(c)) for c in text) + '"'


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04X}" if number <= 0xFFFF else f"\\U{number:08X}"
