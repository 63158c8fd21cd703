"""The one-byte characters of bank files: JIS X 0201 as CP932 writes it, and EBCDIC with kana (code kind 1).

EBCDIC: the positions that IBM290 and IBM930 share; what they do not share is not read.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Code: TypeAlias = Literal["jis", "ebcdic"]

MARKS: Final = "ﾞﾟ"
KANA: Final = "ｦ" + "".join(chr(code) for code in range(0xFF71, 0xFF9E)) + MARKS
WRITTEN: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" + KANA + " ()-./,\\｢｣")
"""What a C field may hold in a file we write; no small kana, no long-vowel mark."""
READ_ALSO: Final = frozenset("'+:?")
"""What is taken from other systems without a word."""

_LETTERS: Final = (("ABCDEFGHI", 0xC1), ("JKLMNOPQR", 0xD1), ("STUVWXYZ", 0xE2), ("0123456789", 0xF0))
_SINGLE: Final = {" ": 0x40, ".": 0x4B, "(": 0x4D, ")": 0x5D, "-": 0x60, "/": 0x61, ",": 0x6B, "\\": 0x5B,
                  "｢": 0x42, "｣": 0x43, "ｦ": 0x46}  # fmt: skip
_KANA_RUNS: Final = (
    ("ｱｲｳｴｵｶｷｸｹｺ", 0x81), ("ｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉ", 0x8C), ("ﾊﾋﾌ", 0x9D), ("ﾍﾎﾏﾐﾑﾒﾓﾔﾕ", 0xA2), ("ﾖﾗﾘﾙ", 0xAC),
    ("ﾚﾛﾜﾝﾞﾟ", 0xBA),
)  # fmt: skip


def _ebcdic_of() -> dict[str, int]:
    found = dict(_SINGLE)
    for letters, start in (*_LETTERS, *_KANA_RUNS):
        found |= {letter: start + n for n, letter in enumerate(letters)}
    return found


EBCDIC: Final = _ebcdic_of()
"""Character → its byte."""
UNREADABLE: Final = 0x00
"""What a byte without a meaning becomes; no field allows it."""


def _tables() -> tuple[bytes, bytes]:
    to_jis, to_ebcdic = bytearray(256), bytearray(256)
    for character, byte in EBCDIC.items():
        jis = character.encode("cp932")[0]
        to_jis[byte], to_ebcdic[jis] = jis, byte
    return bytes(to_jis), bytes(to_ebcdic)


TO_JIS, TO_EBCDIC = _tables()


def to_jis(data: bytes, code: Code) -> bytes:
    """Bytes of a file as JIS; bytes that mean nothing in EBCDIC become 0x00."""
    return data if code == "jis" else data.translate(TO_JIS)


def from_jis(data: bytes, code: Code) -> bytes:
    """JIS bytes in the code of a file."""
    return data if code == "jis" else data.translate(TO_EBCDIC)


def classes() -> bytes:
    """A table byte → DIGIT | TEXT | SPACE | UNUSUAL (bits 1, 2, 4, 8) of JIS bytes."""
    table = bytearray(256)
    for byte in range(256):
        known = 0x20 <= byte < 0x7F or 0xA1 <= byte <= 0xDF
        if not known:
            continue
        character = bytes((byte,)).decode("cp932")
        table[byte] = TEXT
        if character in "0123456789":
            table[byte] |= DIGIT
        elif character == " ":
            table[byte] |= SPACE
        elif character not in WRITTEN | READ_ALSO:
            table[byte] |= UNUSUAL
    return bytes(table)


DIGIT: Final = 1
TEXT: Final = 2
SPACE: Final = 4
UNUSUAL: Final = 8
CLASSES: Final = classes()
