"""A map of nurseries as plain numbers: distances on the ground, outlines and markers in the units of one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final, TypeAlias

Point: TypeAlias = tuple[float, float]
"""(latitude, longitude) in degrees."""
EARTH: Final = 6_371_008.8
"""Mean radius in metres (IUGG)."""
WIDTH: Final = 600
TALLEST: Final = 600
MARGIN: Final = 32


@dataclass(frozen=True, slots=True)
class Marker:
    """A nursery on the picture; `number` is its number in the list beside it."""

    number: int
    code: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of width and height in its own units: outlines of towns as SVG paths, markers, home."""

    width: int
    height: int
    paths: tuple[str, ...]
    markers: tuple[Marker, ...]
    home: tuple[float, float] | None


def metres(one: Point, other: Point) -> float:
    """The distance between two points as the crow flies (haversine)."""
    lat1, lat2 = radians(one[0]), radians(other[0])
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def drawn(
    places: Sequence[tuple[str, Point]], home: Point | None, rings: Sequence[Sequence[Sequence[float]]]
) -> Drawing | None:
    """The picture around these places and the home; None where no place is known.

    Args:
        places: (code, point) in the order of the list, numbered from 1.
        rings: outlines of towns, each [[longitude, latitude] …]; those outside of the picture are left out.
    """
    points = [point for _, point in places] + ([home] if home else [])
    if not places:
        return None
    south, north = min(p[0] for p in points), max(p[0] for p in points)
    west, east = min(p[1] for p in points), max(p[1] for p in points)
    shrink = cos(radians((south + north) / 2))
    span = max((east - west) * shrink, north - south, 0.004)
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * shrink, span * 0.6)
    scale = min(scale, (TALLEST - 2 * MARGIN) / max(north - south, span * 0.6))
    height = max(240, round((north - south) * scale) + 2 * MARGIN)
    left = (WIDTH - (east - west) * shrink * scale) / 2
    top = (height - (north - south) * scale) / 2

    def at(point: Point) -> tuple[float, float]:
        return round(left + (point[1] - west) * shrink * scale, 1), round(top + (north - point[0]) * scale, 1)

    paths = []
    for ring in rings:
        corners = [at((corner[1], corner[0])) for corner in ring]
        if any(0 <= x <= WIDTH and 0 <= y <= height for x, y in corners):
            paths.append("M" + "L".join(f"{x:g} {y:g}" for x, y in corners) + "Z")
    markers = tuple(Marker(n, code, *at(point)) for n, (code, point) in enumerate(places, 1))
    return Drawing(WIDTH, height, tuple(paths), markers, at(home) if home else None)
