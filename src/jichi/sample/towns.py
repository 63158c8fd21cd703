"""The real towns the invented people live in, and how an address is written there."""

from __future__ import annotations

import csv
import json
import random
import re
from bisect import bisect
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

from .names import DATA

PREFECTURE: Final = "東京都"
WARD: Final = "みどり区"
"""Invented; its towns are those of a real municipality."""
_DIGITS: Final = "〇一二三四五六七八九"
_CHOME: Final = re.compile(r"([０-９]+)丁目$")
_HOUSES: Final = (
    "ハイツ",
    "コーポ",
    "マンション",
    "レジデンス",
    "ハウス",
    "パークタワー",
    "荘",
    "グリーンテラス",
    "メゾン",
)


@dataclass(frozen=True, slots=True)
class SampleTown:
    """One town block. `districts` is a PostgreSQL array literal of the local areas it belongs to.

    `kana` is "" where nobody wrote the reading down; `outline`, rings of [longitude, latitude], None without a shape.
    """

    key: str
    name: str
    base: str
    postcode: str
    households: int
    longitude: float
    latitude: float
    districts: str
    school: int
    kana: str = ""
    outline: list[list[list[float]]] | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Towns:
    """The towns of one municipality; drawn by how many households they have."""

    city_code: str
    towns: tuple[SampleTown, ...]
    totals: tuple[int, ...]

    def draw(self, rng: random.Random) -> SampleTown:
        """A town to live in."""
        return self.towns[bisect(self.totals, rng.random() * self.totals[-1])]


@dataclass(frozen=True, slots=True)
class SampleAddress:
    """Where a household lives."""

    town: SampleTown
    block: str
    building: str

    def parts(self) -> tuple[str, ...]:
        """Postcode, prefecture, city, town key, town, block, building: in the register's column order."""
        town = self.town
        return town.postcode, PREFECTURE, WARD, town.key, town.name, self.block, self.building


def kanji_number(n: int) -> str:
    """1–99 as in town names: 1 → 一, 10 → 十, 12 → 十二, 20 → 二十."""
    tens, ones = divmod(n, 10)
    return ("" if tens == 0 else ("十" if tens == 1 else _DIGITS[tens] + "十")) + (_DIGITS[ones] if ones else "")


def register_name(name: str) -> str:
    """The census's 芝１丁目 as the register writes it: 芝一丁目."""
    return _CHOME.sub(lambda m: kanji_number(int(m.group(1))) + "丁目", name)


@lru_cache(maxsize=8)
def towns_of(city_code: str) -> Towns:
    """The towns of a municipality of Tokyo in which anybody lives.

    Raises:
        ValueError: no such municipality in the data.
    """
    with (DATA / "towns.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["city_code"] == city_code and int(r["households2015"]) > 0]
    if not rows:
        raise ValueError(f"no towns with the code {city_code}; Tokyo's municipalities run from 13101 to 13421")
    readings, (credit, shapes) = _readings(), _outlines(city_code)
    bases: dict[str, int] = {}
    found = []
    for n, r in enumerate(rows):
        base = _CHOME.sub("", r["name"])
        # Invented, of a form that no real postcode has: real ones begin at 001.
        postcode = f"000{bases.setdefault(base, len(bases) + 1):04d}"
        school = n // 8 + 1
        found.append(
            SampleTown(
                key=r["town_key"], name=register_name(r["name"]), base=base, postcode=postcode,
                households=int(r["households2015"]), longitude=float(r["lon"]), latitude=float(r["lat"]),
                districts=f"{{school:{school:02d},association:{n // 3 + 1:03d},election:{n // 4 + 1:02d}}}",
                school=school, kana=_reading(r["name"], readings), outline=shapes.get(r["town_key"]),
                origin=credit if r["town_key"] in shapes else "",
            )
        )  # fmt: skip
    return Towns(city_code, tuple(found), tuple(accumulate(t.households for t in found)))


def _readings() -> dict[str, str]:
    with (DATA / "town_readings.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["kana"] for row in csv.DictReader(file)}


def _reading(name: str, readings: dict[str, str]) -> str:
    """芝１丁目 → シバ1チョウメ."""
    kana, block = readings.get(_CHOME.sub("", name), ""), _CHOME.search(name)
    return f"{kana}{int(block.group(1))}チョウメ" if kana and block else kana


def _outlines(city_code: str) -> tuple[str, dict[str, list[list[list[float]]]]]:
    """Whose shapes they are, and town key → rings; of most municipalities there are none."""
    path = DATA / f"outlines_{city_code}.json"
    if not path.exists():
        return "", {}
    found = json.loads(path.read_text(encoding="utf-8"))
    return found["credit"], found["outlines"]


def draw_address(rng: random.Random, towns: Towns, *, alone: bool) -> SampleAddress:
    """A place to live; who lives alone lives in a block of flats more often."""
    town = towns.draw(rng)
    lot = f"{1 + int(rng.random() ** 1.5 * 28)}番{1 + int(rng.random() ** 1.3 * 30)}"
    if rng.random() > (0.85 if alone else 0.65):
        return SampleAddress(town, lot + "号", "")
    house = _HOUSES[int(rng.random() * len(_HOUSES))]
    floor = 1 + int(rng.random() ** 2 * (30 if house == "パークタワー" else 9))
    return SampleAddress(town, lot + "号", f"{house}{town.base}{floor}{1 + int(rng.random() * 12):02d}号室")
