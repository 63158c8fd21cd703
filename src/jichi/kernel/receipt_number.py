"""受付番号: eight characters that are easy to read out, the last of them a check character.

The alphabet has 32 characters (no 0, 1, I, O), so the check can be computed in the field of 32
elements: the check character is Σ weight · character with eight different weights other than 0. Hence
every single wrong character and every swap of any two characters is noticed. A number opens
nothing by itself; whoever stores it makes it unique.
"""

from __future__ import annotations

import unicodedata
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH: Final = 8

_POLYNOMIAL: Final = 0b111101
"""x⁵ + x⁴ + x³ + x² + 1, irreducible over the field of two elements."""
_BASE: Final = 3
"""Its powers 1 to 7 are the weights; the check character itself has weight 1, the power 0."""

_DROPPED: Final = frozenset("-‐‑‒–—―−ー_.")


def _times(left: int, right: int) -> int:
    """Product in the field of 32 elements."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 32:
            left ^= _POLYNOMIAL
        right >>= 1
    return product


def _weights() -> tuple[int, ...]:
    powers = [_BASE]
    while len(powers) < LENGTH - 1:
        powers.append(_times(powers[-1], _BASE))
    return tuple(powers)


WEIGHTS: Final = _weights()


def check_character(seven: str) -> str:
    """The eighth character for seven characters of the alphabet."""
    total = 0
    for character, weight in zip(seven, WEIGHTS, strict=True):
        total ^= _times(ALPHABET.index(character), weight)
    return ALPHABET[total]


def new_number(random_bytes: bytes) -> str:
    """A number from random bytes, e.g. "K7M42QF9"; 35 bits are used.

    Args:
        random_bytes: at least five bytes from `secrets.token_bytes`.

    Raises:
        ValueError: fewer than five bytes.
    """
    if len(random_bytes) < 5:
        raise ValueError("five random bytes are needed")
    bits = int.from_bytes(random_bytes[:5], "big")
    seven = "".join(ALPHABET[bits >> 5 * place & 31] for place in range(LENGTH - 1))
    return seven + check_character(seven)


def format_number(number: str) -> str:
    """In two groups, as shown: K7M4-2QF9."""
    return f"{number[:4]}-{number[4:]}"


def parse_number(text: str) -> str | None:
    """The number somebody typed, in any width and case, with or without hyphens and spaces.

    Returns:
        the eight characters as stored, or None if it can't be one of ours.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    kept = "".join(c for c in plain if c not in _DROPPED and not c.isspace())
    if len(kept) != LENGTH or any(c not in ALPHABET for c in kept):
        return None
    return kept if check_character(kept[:-1]) == kept[-1] else None
