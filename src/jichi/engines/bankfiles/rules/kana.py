"""Names as banks write them (全銀の半角カナ): what a person typed, or what stands in the way.

Source: public descriptions of the record formats of 全銀協, named in docs/bankfiles.md.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from .characters import MARKS, WRITTEN

_LARGE: Final = dict(zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True))
_HALF: Final = {
    unicodedata.normalize("NFKC", chr(code)): chr(code) for code in (*range(0xFF71, 0xFF9E), 0xFF66)
}  # fmt: skip
_DASHES: Final = (0x30FC, 0xFF70, *range(0x2010, 0x2016), 0x2212, 0xFF0D)
_VOICED: Final = (0x3099, 0x309B, 0xFF9E)
_HALF_VOICED: Final = (0x309A, 0x309C, 0xFF9F)
_TO_KATAKANA: Final = 0x60


@dataclass(frozen=True, slots=True)
class Written:
    """A text for a C field. `refused` are the characters of the input that it can't hold, each once, in order."""

    text: str
    refused: tuple[str, ...] = ()


def _katakana(code: int) -> str:
    """One full-width katakana as half-width; "" where there is none (ヰ, ヱ)."""
    letter, *marks = tuple(unicodedata.normalize("NFD", chr(code)))
    half = _HALF.get(_LARGE.get(letter, letter), "")
    return half + "".join("ﾞ" if mark == "\u3099" else "ﾟ" for mark in marks) if half else ""


def _table() -> dict[int, str]:
    found = {ord(c): c.upper() for c in "abcdefghijklmnopqrstuvwxyz"}
    found |= {code: chr(code - 0xFEE0).upper() for code in range(0xFF01, 0xFF5F)}
    found |= dict.fromkeys((12288, 160), " ")
    for code in range(0x30A1, 0x30FB):
        half = _katakana(code)
        if half:
            found[code] = half
            if code <= 0x30F6:
                found[code - _TO_KATAKANA] = half
    small = {"ｧ": "ｱ", "ｨ": "ｲ", "ｩ": "ｳ", "ｪ": "ｴ", "ｫ": "ｵ", "ｬ": "ﾔ", "ｭ": "ﾕ", "ｮ": "ﾖ", "ｯ": "ﾂ"}
    found |= {ord(one): large for one, large in small.items()}
    found |= dict.fromkeys(_DASHES, "-") | dict.fromkeys(_VOICED, "ﾞ") | dict.fromkeys(_HALF_VOICED, "ﾟ")
    return found | {0xA5: "\\", 0xFFE5: "\\", 0x300C: "｢", 0x300D: "｣"}


_TABLE: Final = _table()


def written(text: str, *, wo_as_o: bool = False) -> Written:
    """The text as it stands in a file: half-width, large kana, marks apart; nothing is ever left out or replaced.

    Args:
        wo_as_o: this bank wants ｵ for ｦ.
    """
    found = text.translate(_TABLE)
    if wo_as_o:
        found = found.replace("ｦ", "ｵ")
    if WRITTEN.issuperset(found):
        return Written(found)
    bad = (c for c in text if not WRITTEN.issuperset(c.translate(_TABLE)))
    return Written(found, tuple(dict.fromkeys(bad)))


def cut(text: str, width: int) -> tuple[str, str]:
    """(what fits, what is cut off) of a written text; never between a kana and its mark."""
    if len(text) <= width:
        return text, ""
    end = width - 1 if text[width] in MARKS else width
    return text[:end], text[end:]
