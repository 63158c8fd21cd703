"""Pay-easy (MPN) numbers: agency, payment number, confirmation number, category; text with its leading zeros.

There is no public check digit over them. Lengths are from memory: a municipality's agreement says which hold.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from jichi.kernel.errors import Invalid

_LENGTHS: Final = (("agency", 5, 5), ("number", 1, 20), ("confirmation", 1, 6), ("category", 0, 3))
CONFIRMATION_LENGTH: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PayEasy:
    """What a payer types at a machine or in a bank's app. Raises Invalid ("slip.line_part") for other lengths."""

    agency: str
    number: str
    confirmation: str
    category: str = ""

    def __post_init__(self) -> None:
        for part, least, most in _LENGTHS:
            text: str = getattr(self, part)
            if not least <= len(text) <= most or (text and not (text.isascii() and text.isdecimal())):
                raise Invalid("slip.line_part", part=part, length=most)


def confirmation_number(key: bytes, number: str, reissue: int, *, length: int = CONFIRMATION_LENGTH) -> str:
    """The confirmation number of a payment number: from a keyed hash, so nobody can guess it from the number.

    Args:
        key: the site's secret, at least 16 bytes.
        number: the payment number.
        reissue: of the slip, so that an old paper's confirmation number fits the old paper alone.
        length: how many digits.
    """
    if len(key) < 16:
        raise ValueError("the key is too short")
    digest = hmac.new(key, f"slip-confirmation:{number}:{reissue}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest, 'big') % 10**length:0{length}}"


def same_confirmation(given: str, right: str) -> bool:
    """Whether a typed confirmation number is the right one, in a time that tells nothing of it."""
    return hmac.compare_digest(given.encode(), right.encode())
