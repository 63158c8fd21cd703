"""Which slips get a barcode, and what stands in its free area: the terms of the contract with an agent, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from jichi.kernel.errors import Invalid

from .barcode import FREE_LENGTH, MOST_YEN

USUAL_LIMIT: Final = 300_000
"""Stores and phone apps refuse slips above it (published by several municipalities); a setting all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the contract says: issuer code 6 digits, digits the agent puts first, ceiling in yen, from which day."""

    issuer: str
    prefix: str = ""
    limit_yen: int = USUAL_LIMIT
    valid_from: date = field(default=date.min)


def barcode_refusal(amount: int, terms: Terms, *, handwritten: bool = False) -> str:
    """Why a slip gets no barcode: "slip.handwritten", "slip.over_limit"; "" where it gets one.

    Raises:
        Invalid: "slip.amount_zero" where there is nothing to pay.
    """
    if amount < 1:
        raise Invalid("slip.amount_zero")
    if handwritten:
        return "slip.handwritten"
    return "slip.over_limit" if amount > min(terms.limit_yen, MOST_YEN) else ""


def free_area(key: str, terms: Terms) -> str:
    """The 21 digits of the free area: the agent's digits, our key, zeros on the right.

    Two keys that differ only in zeros at their end would read alike: callers keep keys of one length.

    Raises:
        Invalid: "slip.free_area" where they don't fit or are no digits.
    """
    text = f"{terms.prefix}{key}"
    if not key or not text.isascii() or not text.isdecimal() or len(text) > FREE_LENGTH:
        raise Invalid("slip.free_area", max=FREE_LENGTH - len(terms.prefix))
    return text.ljust(FREE_LENGTH, "0")
