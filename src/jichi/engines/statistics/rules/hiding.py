"""Small numbers of people, which could point to somebody: hidden, and a second one so that no sum gives them away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

NO_HIDING: Final = 0


def hidden(counts: Sequence[int], below: int) -> tuple[int | None, ...]:
    """The counts with those from 1 to `below` - 1 hidden (None).

    Where just one is hidden, the smallest of the others goes too: the sum of all is told elsewhere, and what is
    missing from it would be the number. A count of 0 says nothing of anybody and stays, unless nothing else is left.
    """
    small = [place for place, count in enumerate(counts) if 0 < count < below]
    if len(small) == 1 and len(counts) > 1:
        others = sorted(
            (counts[place] == 0, counts[place], place) for place in range(len(counts)) if place not in small
        )
        small.append(others[0][2])
    return tuple(None if place in small else count for place, count in enumerate(counts))
