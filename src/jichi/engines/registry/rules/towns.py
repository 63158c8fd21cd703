"""Towns (町丁・字) as files bring them: readings and centres as a table, shapes as GeoJSON. Pure.

What a file lacks it does not change: a missing column, an empty cell, a town that is not named.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.tables import LineError, read_table, write_table
from jichi.kernel.text import to_katakana

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "town_key": ("町字コード", "町字id", "町コード", "key_code", "town_key"),
    "name": ("町名", "町字名", "町丁名", "name"),
    "kana": ("フリガナ", "カナ", "読み", "読み仮名", "町名カナ", "町字カナ", "kana"),
    "postcode": ("郵便番号", "postcode"),
    "latitude": ("緯度", "latitude", "lat"),
    "longitude": ("経度", "longitude", "lon", "lng"),
}
"""Field → headings that mean it, the one we write first."""
_KEYS: Final = ("key_code", "town_key", "町字コード", "KEY_CODE", "code")
_READING: Final = re.compile(r"[ァ-ヺー・0-9 -]{1,100}")
_KEY: Final = re.compile(r"[0-9A-Za-z-]{1,20}")
_NUMERALS: Final = str.maketrans("0123456789", "〇一二三四五六七八九")
_CHOME: Final = re.compile(r"([0-9]{1,2})(?=丁目)")
MOST_POINTS: Final = 2000
"""So many corners a shape may have: a page draws all of them."""

Ring: TypeAlias = list[list[float]]
_LAND: Final = {"latitude": (20.0, 46.0), "longitude": (122.0, 154.0)}


@dataclass(frozen=True, slots=True)
class Place:
    """A town as the page of towns and the map show it."""

    town_key: str
    name: str
    kana: str
    postcode: str
    latitude: float | None
    longitude: float | None
    outline: list[Ring] | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class TownChange:
    """What a file says of one town: only what it brings."""

    town_key: str
    values: Mapping[str, Any]


def same_name(name: str) -> str:
    """A town's name for comparing: 芝１丁目, 芝1丁目 and 芝一丁目 are one."""

    def in_kanji(found: re.Match[str]) -> str:
        tens, ones = divmod(int(found[1]), 10)
        head = "" if tens == 0 else ("" if tens == 1 else str(tens).translate(_NUMERALS)) + "十"
        return head + (str(ones).translate(_NUMERALS) if ones else "")

    return _CHOME.sub(in_kanji, unicodedata.normalize("NFKC", name).replace(" ", ""))


def by_reading(places: Collection[Place]) -> list[Place]:
    """In the order of their readings; blocks of one town by their keys, towns without a reading last."""
    return sorted(places, key=lambda one: (not one.kana, re.sub(r"[0-9]+.*", "", one.kana), one.town_key))


def read_towns(data: bytes, known: Mapping[str, str]) -> tuple[TownChange, ...]:
    """The rows of a file of towns (CSV or TSV), or of a GeoJSON of their shapes.

    Args:
        known: town key → name of the towns there are; rows without a key find theirs by its name.

    Raises:
        Refused: lines that can't be taken, each with its place.
    """
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{":
        return _shapes(data, known)
    table = read_table(data, COLUMNS, ())
    wrong = list(table.errors)
    if not wrong and not {"town_key", "name"} & set(table.headings):
        wrong.append(LineError(1, COLUMNS["town_key"][0], FieldError("table.no_column")))
    keys = {same_name(name): key for key, name in known.items()}
    found: dict[str, TownChange] = {}
    for line, cells in table.rows if not wrong else ():
        try:
            change = _row(cells, known, keys)
            if change.town_key in found:
                raise _Wrong("town_key" if cells.get("town_key") else "name", FieldError("registry.town_twice"))
            found[change.town_key] = change
        except _Wrong as error:
            wrong.append(LineError(line, table.headings.get(error.column, ""), error.error))
    if wrong:
        raise Refused(wrong)
    return tuple(found.values())


class _Wrong(Exception):
    def __init__(self, column: str, error: FieldError) -> None:
        self.column, self.error = column, error
        super().__init__(column)


class Refused(Invalid):
    """A file of towns that can't be taken: nothing of it was."""

    code = "registry.file_refused"

    def __init__(self, lines: list[LineError]) -> None:
        self.lines = tuple(lines)
        super().__init__(self.code, count=len(lines))


def _row(cells: Mapping[str, str], known: Mapping[str, str], keys: Mapping[str, str]) -> TownChange:
    key, name = cells.get("town_key", ""), unicodedata.normalize("NFC", cells.get("name", ""))
    if not key:
        if same_name(name) not in keys:
            raise _Wrong("name", FieldError("registry.unknown_town"))
        key = keys[same_name(name)]
    elif not _KEY.fullmatch(key):
        raise _Wrong("town_key", FieldError("registry.town_key"))
    if key not in known and not name:
        raise _Wrong("town_key", FieldError("registry.unknown_town"))
    values: dict[str, Any] = {"name": name} if key not in known else {}
    if cells.get("kana"):
        values["kana"] = to_katakana(unicodedata.normalize("NFKC", cells["kana"]))
        if not _READING.fullmatch(values["kana"]):
            raise _Wrong("kana", FieldError("field.kana"))
    if cells.get("postcode"):
        values["postcode"] = re.sub("[^0-9]", "", unicodedata.normalize("NFKC", cells["postcode"]))
        if len(values["postcode"]) != 7:
            raise _Wrong("postcode", FieldError("field.postcode"))
    values |= {name: _degrees(name, cells[name]) for name in _LAND if cells.get(name)}
    if ("latitude" in values) is not ("longitude" in values):
        raise _Wrong("latitude", FieldError("registry.town_degrees"))
    return TownChange(key, values)


def _degrees(name: str, text: str) -> float:
    try:
        found = float(unicodedata.normalize("NFKC", text))
    except ValueError:
        found = math.nan
    if not _LAND[name][0] <= found <= _LAND[name][1]:
        raise _Wrong(name, FieldError("registry.town_degrees"))
    return round(found, 6)


def _shapes(data: bytes, known: Mapping[str, str]) -> tuple[TownChange, ...]:
    """Shapes of a GeoJSON by the key in their properties; shapes of towns we do not have are left out."""
    try:
        features = json.loads(data)["features"]
        found: dict[str, list[Ring]] = {}
        for number, feature in enumerate(features, start=1):
            key = next((str(feature["properties"][name]) for name in _KEYS if name in feature["properties"]), "")
            if key in known:
                found.setdefault(key, []).extend(_rings(feature["geometry"], number))
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise Refused([LineError(0, "", FieldError("registry.not_geojson"))]) from error
    if not found:
        raise Refused([LineError(0, "", FieldError("registry.no_shapes"))])
    return tuple(TownChange(key, {"outline": rings}) for key, rings in found.items())


def _rings(geometry: Mapping[str, Any], number: int) -> Iterator[Ring]:
    """Outer rings; holes are not drawn."""
    kind, given = geometry["type"], geometry["coordinates"]
    for part in {"Polygon": [given], "MultiPolygon": given}[kind]:
        ring = [[round(float(x), 5), round(float(y), 5)] for x, y, *_height in part[0]]
        inside = all(122 <= x <= 154 and 20 <= y <= 46 for x, y in ring)
        if not 4 <= len(ring) <= MOST_POINTS or not inside:
            raise Refused([LineError(0, "", FieldError("registry.bad_shape", {"number": number, "max": MOST_POINTS}))])
        yield ring


def write_towns(places: Collection[Place]) -> bytes:
    """The towns as the table that `read_towns` takes, without their shapes."""
    rows = (
        (one.town_key, one.name, one.kana, one.postcode, _text(one.latitude), _text(one.longitude)) for one in places
    )
    return write_table([headings[0] for headings in COLUMNS.values()], rows)


def _text(degrees: float | None) -> str:
    return "" if degrees is None else f"{degrees:.6f}"
