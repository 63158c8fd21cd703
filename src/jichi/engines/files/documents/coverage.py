"""Which characters the document font can write: read from the font itself (tables cmap 12 and 14)."""

from __future__ import annotations

import struct
import unicodedata
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).resolve().parent.parent / "fonts"
REGULAR = FONTS / "JichiDocument-Regular.otf"


def missing_glyphs(text: str) -> list[str]:
    """The characters a document can't show as written, each once, in order of appearance.

    A character with a variation selector (異体字セレクタ) whose form the font lacks is named with its
    selector: the document then shows the usual form, and the caller marks it as reduced (縮退).
    """
    plain, forms = _coverage()
    missing: list[str] = []
    for index, character in enumerate(text):
        code = ord(character)
        if _is_selector(code):
            pair = text[max(index - 1, 0) : index + 1]
            if (ord(pair[0]), code) not in forms and pair not in missing:
                missing.append(pair)
        elif code not in plain and character not in missing and _is_visible(character):
            missing.append(character)
    return missing


GETA = "〓"
"""What stands where a character can't be printed: the typesetters' sign for it."""


def printable(text: str) -> str:
    """The text with what the font lacks replaced by 〓 and what nobody sees taken out.

    Not normalised: the old forms of characters in names (U+FA19 神) would be lost.
    """
    if text.isascii() and text.isprintable():
        return text
    plain, forms = _coverage()
    out: list[str] = []
    before = 0
    for character in text:
        code = ord(character)
        if _is_selector(code):
            if (before, code) in forms:
                out.append(character)
        elif character == "\n" or code in plain:
            out.append(character)
        elif character == "\t":
            out.append(" ")
        elif unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
            out.append(GETA)
        before = code
    return "".join(out)


def _is_visible(character: str) -> bool:
    return character not in "\n\r\t" and unicodedata.category(character) != "Cf"


def _is_selector(code: int) -> bool:
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


@lru_cache(maxsize=1)
def _coverage() -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    font = REGULAR.read_bytes()
    cmap = _table(font, b"cmap")
    plain: set[int] = set()
    forms: set[tuple[int, int]] = set()
    (count,) = struct.unpack_from(">H", cmap, 2)
    for i in range(count):
        (offset,) = struct.unpack_from(">I", cmap, 4 + 8 * i + 4)
        (kind,) = struct.unpack_from(">H", cmap, offset)
        if kind == 12:
            plain |= _segments(cmap, offset)
        elif kind == 14:
            forms |= _variations(cmap, offset)
    return frozenset(plain), frozenset(forms)


def _table(font: bytes, tag: bytes) -> bytes:
    (count,) = struct.unpack_from(">H", font, 4)
    for i in range(count):
        name, _, offset, length = struct.unpack_from(">4sIII", font, 12 + 16 * i)
        if name == tag:
            return font[offset : offset + length]
    raise ValueError(f"the font has no table {tag!r}")


def _segments(cmap: bytes, at: int) -> set[int]:
    (groups,) = struct.unpack_from(">I", cmap, at + 12)
    found: set[int] = set()
    for i in range(groups):
        first, last, _ = struct.unpack_from(">III", cmap, at + 16 + 12 * i)
        found.update(range(first, last + 1))
    return found


def _variations(cmap: bytes, at: int) -> set[tuple[int, int]]:
    (records,) = struct.unpack_from(">I", cmap, at + 6)
    found: set[tuple[int, int]] = set()
    for i in range(records):
        record = at + 10 + 11 * i
        selector = int.from_bytes(cmap[record : record + 3], "big")
        default, special = struct.unpack_from(">II", cmap, record + 3)
        if default:
            (ranges,) = struct.unpack_from(">I", cmap, at + default)
            for j in range(ranges):
                entry = at + default + 4 + 4 * j
                first = int.from_bytes(cmap[entry : entry + 3], "big")
                found.update((code, selector) for code in range(first, first + cmap[entry + 3] + 1))
        if special:
            (mappings,) = struct.unpack_from(">I", cmap, at + special)
            for j in range(mappings):
                entry = at + special + 4 + 5 * j
                found.add((int.from_bytes(cmap[entry : entry + 3], "big"), selector))
    return found
