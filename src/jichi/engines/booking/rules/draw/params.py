"""The published rules of a draw: reading them, refusing what is none, and their canonical bytes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

ALGORITHM: Final = "verifiable-lottery-1"
MOST_PASSES: Final = 1000
MOST_PLACES: Final = 999_999_999
LONGEST_ID: Final = 200
_KEYS: Final = ("algorithm", "beacon", "draw_id", "fill", "items", "passes")
UNSEEN: Final = re.compile("[\x00-\x20,\x7f-\xa0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
"""What no id holds: blanks, commas, and characters that nobody sees or that turn the text around."""


class DrawError(ValueError):
    """A file that is no draw, with the place and what is wrong, in English for the command line and for logs."""

    def __init__(self, what: str, *, where: str = "", line: int = 0) -> None:
        self.what, self.where, self.line = what, where, line
        place = ", ".join(part for part in (where, f"line {line}" if line else "") if part)
        super().__init__(f"{place}: {what}" if place else what)


def canonical_json(value: object) -> bytes:
    """UTF-8, keys sorted by code point, no white space, nothing escaped that need not be.

    Raises:
        DrawError: a string that is no Unicode text (half of a surrogate pair).
    """
    return canonical_text(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def canonical_text(text: str) -> bytes:
    """UTF-8 of a text, see `canonical_json`."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise DrawError("holds a character that is none (half of a surrogate pair)") from None


def read_json(data: bytes, where: str) -> Any:
    """The JSON of a file; a key twice in one object is refused, for two readers would see two things.

    Raises:
        DrawError: no UTF-8, no JSON, or nested beyond reason.
    """
    try:
        return json.loads(data.decode(), object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise DrawError(f"is no UTF-8 (byte {error.start})", where=where) from None
    except json.JSONDecodeError as error:
        raise DrawError(f"is no JSON: {error.msg}", where=where, line=error.lineno) from None
    except RecursionError:
        raise DrawError("is nested too deep", where=where) from None
    except DrawError as error:
        raise DrawError(error.what, where=where) from None
    except ValueError as error:
        raise DrawError(f"is no JSON: {error}", where=where) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for n, (key, _) in enumerate(pairs) if key in {k for k, _ in pairs[:n]})
        raise DrawError(f"has the key {twice!r} twice in one object")
    return found


@dataclass(frozen=True)
class Params:
    """The rules of one draw as they were published."""

    published: Mapping[str, Any]
    draw_id: str
    beacon: Mapping[str, Any]
    items: tuple[str, ...]
    capacities: tuple[int, ...]
    passes: int
    strict: bool

    @cached_property
    def canonical(self) -> bytes:
        """The bytes that are hashed."""
        return canonical_json(self.published)

    @cached_property
    def digest(self) -> bytes:
        """P: SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.canonical).digest()

    @property
    def kind(self) -> str:
        """Of the source of randomness: "drand", "text", …"""
        return str(self.beacon["kind"])


def read_params(value: object, where: str = "params") -> Params:
    """Rules from their JSON value.

    Raises:
        DrawError: a key missing, unknown or of the wrong kind; an item twice; a number that is no count.
    """
    if not isinstance(value, dict):
        raise DrawError("must be one JSON object", where=where)
    missing = [key for key in _KEYS if key not in value]
    unknown = sorted(set(value) - set(_KEYS))
    if missing or unknown:
        said = [f"lacks {', '.join(missing)}"] if missing else []
        said += [f"has unknown keys: {', '.join(map(repr, unknown))}"] if unknown else []
        raise DrawError(" and ".join(said), where=where)
    _only_plain(value, where)
    if value["algorithm"] != ALGORITHM:
        raise DrawError(f"algorithm is {value['algorithm']!r}; this program knows {ALGORITHM!r}", where=where)
    if value["fill"] not in ("greedy", "strict"):
        raise DrawError('fill must be "greedy" or "strict"', where=where)
    if not isinstance(value["draw_id"], str) or not value["draw_id"]:
        raise DrawError("draw_id must be a text", where=where)
    beacon = value["beacon"]
    if not isinstance(beacon, dict) or not isinstance(beacon.get("kind"), str):
        raise DrawError('beacon must be an object with a "kind"', where=where)
    items, capacities = _items(value["items"], where)
    found = Params(
        value, value["draw_id"], beacon, items, capacities, count(value["passes"], "passes", 1, MOST_PASSES, where),
        value["fill"] == "strict",
    )  # fmt: skip
    found.canonical  # noqa: B018 - refuses what can't be hashed here and not later
    return found


def _items(value: object, where: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    if not isinstance(value, list) or not value:
        raise DrawError("items must be a list of at least one", where=where)
    names: dict[str, int] = {}
    for number, item in enumerate(value, 1):
        if not isinstance(item, dict) or set(item) != {"id", "capacity"}:
            raise DrawError(f'item {number} must have "id" and "capacity" and nothing else', where=where)
        name = item["id"]
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_ID or UNSEEN.search(name):
            raise DrawError(f"item {number} has an id that is empty, too long or holds a blank or comma", where=where)
        if name in names:
            raise DrawError(f"item {name!r} is named twice", where=where)
        names[name] = count(item["capacity"], f"capacity of {name!r}", 0, MOST_PLACES, where)
    return tuple(names), tuple(names.values())


def count(value: object, name: str, least: int, most: int, where: str) -> int:
    """A whole number within limits; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise DrawError(f"{name} must be a whole number from {least} to {most}", where=where)
    return value


def _only_plain(value: object, where: str) -> None:
    """Objects, lists, texts and whole numbers alone: everything else is written in more than one way."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            todo += one.values()
        elif isinstance(one, list):
            todo += one
        elif isinstance(one, bool) or not isinstance(one, str | int):
            raise DrawError(f"holds {json.dumps(one)}; only texts and whole numbers may stand here", where=where)
