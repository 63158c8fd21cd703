"""How long things took, kept as counts in buckets that grow by about a fifth: sums of days can be added up. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Final


def _growing(first: int, last: int, factor: float) -> tuple[int, ...]:
    found = [first]
    while found[-1] < last:
        found.append(max(found[-1] + 1, round(found[-1] * factor)))
    return tuple(found)


SECONDS: Final = _growing(1, 3600, 1.18)
"""Bounds between buckets of the time on a page; bucket 0 is below the first."""
MINUTES: Final = _growing(1, 60 * 24 * 400, 1.18)
"""Bounds between buckets of the time a step of handling took."""


def bucket_of(value: int, bounds: Sequence[int]) -> int:
    """The bucket a value falls in, as PostgreSQL's width_bucket says it."""
    return bisect_right(bounds, value)


def merged(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Counts of several days together."""
    found: dict[str, int] = {}
    for part in parts:
        for bucket, count in part.items():
            found[bucket] = found.get(bucket, 0) + count
    return found


def quantile(times: Mapping[str, int], share: float, bounds: Sequence[int]) -> float | None:
    """The value below which this share lies, within the bucket by proportion; None for no times.

    Off by a tenth at most: that is half a bucket.
    """
    total = sum(times.values())
    if not total:
        return None
    wanted, below = share * total, 0
    for bucket in sorted(map(int, times)):
        count = times[str(bucket)]
        if below + count >= wanted:
            low = bounds[bucket - 1] if bucket else 0
            high = bounds[bucket] if bucket < len(bounds) else low
            return low + (high - low) * (wanted - below) / count
        below += count
    return float(bounds[-1])


def as_minutes(seconds: float | None) -> str:
    """Time on a page in words: 45秒, 3分20秒; "" for None."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}分{rest}秒" if minutes else f"{rest}秒"


def as_days(minutes: float | None) -> str:
    """Time of a step in words: 25分, 3.5時間, 2.4日; "" for None."""
    if minutes is None:
        return ""
    if minutes < 60:
        return f"{minutes:.0f}分"
    return f"{minutes / 60:.1f}時間" if minutes < 60 * 24 else f"{minutes / 1440:.1f}日"
