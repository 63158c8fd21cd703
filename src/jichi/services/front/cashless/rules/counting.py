"""The drawer: what lies in it by denomination, and what a close makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jichi.kernel.errors import FieldError, Invalid

PIECES: Final = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 5, 1)
"""Notes and coins in circulation, in yen."""
MOST_PIECES: Final = 99_999


def checked_pieces(given: Mapping[int, str]) -> dict[int, int]:
    """Denomination → number of pieces, as typed; nothing typed is none. What is none is left out.

    Raises:
        Invalid: field "p<denomination>": "cashless.pieces".
    """
    wrong, found = {}, {}
    for piece in PIECES:
        text = given.get(piece, "").strip().replace(",", "")
        count = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else (0 if not text else -1)
        if not 0 <= count <= MOST_PIECES:
            wrong[f"p{piece}"] = FieldError("cashless.pieces", {"max": MOST_PIECES})
        elif count:
            found[piece] = count
    if wrong:
        raise Invalid(fields=wrong)
    return found


def pieces_total(pieces: Mapping[int, int]) -> int:
    """Yen of these pieces."""
    return sum(piece * count for piece, count in pieces.items())


@dataclass(frozen=True, slots=True)
class Close:
    """A close: what the drawer should hold, what it holds, and what must happen next."""

    expected_yen: int
    counted_yen: int
    needs_reason: bool
    needs_second: bool

    @property
    def difference_yen(self) -> int:
        """現金過不足: too much is positive."""
        return self.counted_yen - self.expected_yen


def close_of(*, float_yen: int, cash_yen: int, counted_yen: int, confirm_over_yen: int) -> Close:
    """Opening float and net cash of the day against what was counted.

    Args:
        confirm_over_yen: a difference beyond this is looked at by a second person; any difference has a reason.
    """
    expected = float_yen + cash_yen
    off = abs(counted_yen - expected)
    return Close(expected, counted_yen, needs_reason=off > 0, needs_second=off > confirm_over_yen)
