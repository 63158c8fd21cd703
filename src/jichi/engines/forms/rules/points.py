"""A place in words, on the map by latitude and longitude, or both: read, limited, told. Pure.

The map that pages draw fills in the two numbers; whoever has another map, or no script, types them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final

from pydantic import StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from .texts import Part, localized

POINT_PARTS: Final = ("lat", "lng")
_EXACT: Final = Decimal("0.000001")
_SIGNS: Final = re.compile(r"[°度NE北緯東経\s]")
_SAID: Final = localized(
    "北緯{lat}度 東経{lng}度", "北緯{lat}度 東経{lng}度", "{lat}° N, {lng}° E", "北纬{lat}度 东经{lng}度",
    "북위 {lat}도 동경 {lng}도",
)  # fmt: skip

Degrees = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,6})?$")]
"""Degrees as decimal text ("35.658")."""


class Bounds(Part):
    """The part of the map that counts, in degrees (JGD2011)."""

    south: Degrees
    west: Degrees
    north: Degrees
    east: Degrees

    @model_validator(mode="after")
    def _in_order(self) -> Bounds:
        if Decimal(self.south) >= Decimal(self.north) or Decimal(self.west) >= Decimal(self.east):
            raise PydanticCustomError("bounds", "south は north より、west は east より小さくします。", {})
        return self

    def holds(self, lat: str, lng: str) -> bool:
        """Does the point lie in them, edges included?"""
        inside = Decimal(self.south) <= Decimal(lat) <= Decimal(self.north)
        return inside and Decimal(self.west) <= Decimal(lng) <= Decimal(self.east)


JAPAN: Final = Bounds(south="20", west="122", north="46", east="154")


def read_degrees(text: str) -> str | None:
    """Degrees as kept, six places ("35.658000"); "" for nothing, None for what is no such number."""
    plain = _SIGNS.sub("", unicodedata.normalize("NFKC", text[:60])).replace("\u2212", "-")
    if not plain:
        return ""
    try:
        found = Decimal(plain) if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{0,15})?", plain) else None
    except InvalidOperation:
        found = None
    return None if found is None else str(found.quantize(_EXACT))


def split_pair(lat: str, lng: str) -> tuple[str, str]:
    """Both numbers, also where they were pasted into the first box as maps copy them ("35.658, 139.745")."""
    parts = re.split(r"[,\u3001\uff0c]", lat)
    return (parts[0], parts[1]) if not lng.strip() and len(parts) == 2 else (lat, lng)


def point_lines(answer: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """The words, then the degrees."""
    words, lat, lng = (str(answer.get(part) or "") for part in ("words", *POINT_PARTS))
    said = _SAID[language if language in _SAID else "ja"].replace("{lat}", lat).replace("{lng}", lng)
    return (*((words,) if words else ()), *((said,) if lat and lng else ()))
