"""What shows through the window of an envelope: post code, address and name, and nothing else; cut into lines."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from jichi.kernel.errors import Invalid

LINE_WIDTH: Final = 44
"""Half-width columns of a line: 22 full-width characters of 10.5 points in a window of 90 mm."""
MOST_LINES: Final = 3
NAME_WIDTH: Final = 36
MOST_NAME_LINES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """To whom a slip goes. `postcode`: 7 digits or ""; `address` with its building; `name` without 様."""

    postcode: str
    address: str
    name: str


def window_lines(to: Addressee) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Post code line, address lines (at most 3), name lines (at most 2, the last with 様).

    Raises:
        Invalid: "slip.window_empty" without address or name, "slip.window_address", "slip.window_name" too long.
    """
    address, name = " ".join(to.address.split()), " ".join(to.name.split())
    if not address or not name:
        raise Invalid("slip.window_empty")
    lines = _cut(address, LINE_WIDTH)
    if len(lines) > MOST_LINES:
        raise Invalid("slip.window_address", max=MOST_LINES * LINE_WIDTH // 2)
    names = _cut(name, NAME_WIDTH)
    if len(names) > MOST_NAME_LINES:
        raise Invalid("slip.window_name", max=MOST_NAME_LINES * NAME_WIDTH // 2)
    code = f"〒{to.postcode[:3]}-{to.postcode[3:]}" if len(to.postcode) == 7 else ""
    return code, lines, (*names[:-1], f"{names[-1]} 様")


def columns(text: str) -> int:
    """How wide a text is, in half-width columns."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"F", "W", "A"} else 1


def _cut(text: str, width: int) -> tuple[str, ...]:
    """Lines of at most `width` columns, at a blank where one lies in the second half of the line.

    A variation selector or mark stays with the character before it.
    """
    lines = []
    while text:
        at, used = 0, 0
        while at < len(text) and used + _columns(text[at]) <= width:
            used += _columns(text[at])
            at += 1
        blank = text.rfind(" ", at // 2, at + 1)
        if at < len(text) and blank > 0:
            at = blank
        lines.append(text[:at].strip())
        text = text[at:].strip()
    return tuple(lines)
