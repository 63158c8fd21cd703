"""Figures as they may be published: small numbers of people are not shown, nor what gives them away."""

from __future__ import annotations

from collections.abc import Mapping

HIDDEN = None
"""What stands in a published table instead of a small number."""


def protected(counts: Mapping[str, int], below: int) -> dict[str, int | None]:
    """Counts of people of one whole whose sum is published; small ones hidden.

    A number from 1 to `below` - 1 is hidden; if it is the only one, the next smallest that is not 0 is hidden with it,
    so that nobody finds it by subtracting (秘匿処理、補完秘匿).
    """
    hidden = {key for key, count in counts.items() if 0 < count < below}
    if len(hidden) == 1:
        others = sorted((count, key) for key, count in counts.items() if count > 0 and key not in hidden)
        hidden |= {others[0][1]} if others else set()
    return {key: HIDDEN if key in hidden else count for key, count in counts.items()}
