"""How text is stored: names keep their glyphs, other input loses its width."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_COMPATIBILITY_IDEOGRAPHS: Final = re.compile("[\uf900-\ufaff\U0002f800-\U0002fa1f]")
_VARIATION_SELECTORS: Final = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Soft hyphens, zero-width characters, direction marks: nothing a person typed on purpose."""
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def compose(text: str) -> str:
    """NFC that keeps CJK compatibility ideographs, which plain NFC would replace by another glyph (神 U+FA19 → 神)."""
    pieces, done = [], 0
    for found in _COMPATIBILITY_IDEOGRAPHS.finditer(text):
        pieces += [unicodedata.normalize("NFC", text[done : found.start()]), found[0]]
        done = found.end()
    return "".join([*pieces, unicodedata.normalize("NFC", text[done:])])


def without_variation_selectors(text: str) -> str:
    """The text without IVS and other variation selectors: the plain glyph of each character."""
    return _VARIATION_SELECTORS.sub("", text)


def normalise_name(text: str) -> str:
    """A name as stored: composed, every glyph and variation selector kept, no compatibility folding.

    Spaces at the ends go; one full-width space separates the parts, as the resident register writes them
    (registry standard; roman names likewise). Control and invisible characters go.
    """
    cleaned = _INVISIBLE.sub("", _CONTROL.sub(" ", compose(text)))
    return "　".join(cleaned.split())


def normalise_input(text: str) -> str:
    """One line of other input (codes, addresses in roman letters, search words): NFKC, single spaces, trimmed."""
    cleaned = _INVISIBLE.sub("", _CONTROL.sub(" ", unicodedata.normalize("NFKC", text)))
    return " ".join(cleaned.split())


def normalise_text(text: str) -> str:
    """Free text of several lines: composed, line ends as \\n, no control or invisible characters.

    Nothing is folded (①, ㈱ and ～ stay); blanks at the ends of lines and of the text go.
    """
    lines = re.split(r"\r\n|\r|\n|\u2028|\u2029|\x85", compose(text))
    cleaned = (_INVISIBLE.sub("", _CONTROL.sub("", line)).rstrip() for line in lines)
    return "\n".join(cleaned).strip("\n").rstrip()


def count_characters(text: str) -> int:
    """Characters as people count them: an IVS or a combining mark belongs to the character before it."""
    plain = without_variation_selectors(compose(text))
    return sum(unicodedata.category(character) not in {"Mn", "Me"} for character in plain)
