"""Invented people's names: common family and given names with their readings, by sex and time of birth."""

from __future__ import annotations

import csv
import random
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

DATA: Final = Path(__file__).parent / "data"
SPACE: Final = "　"
"""Family and given names are separated by one full-width space."""

NATIONALITIES: Final = {
    "cn": 30, "kr": 14, "us": 12, "ph": 8, "tw": 7, "vn": 6,
    "np": 6, "in": 5, "gb": 4, "fr": 3, "br": 2, "id": 2, "mm": 3,
}  # fmt: skip
ALIAS_SHARE: Final = {"kr": 0.55, "tw": 0.2, "cn": 0.12}
RARE_SHARE: Final = 0.02


class Part(NamedTuple):
    """A family or given name: as written, its reading; for foreign names also in roman letters."""

    text: str
    kana: str
    roman: str = ""


class Pool(NamedTuple):
    """Names to draw from, with running totals of their weights."""

    parts: tuple[Part, ...]
    totals: tuple[int, ...]

    def draw(self, rng: random.Random) -> Part:
        """One name."""
        return self.parts[bisect(self.totals, rng.random() * self.totals[-1])]


@dataclass(frozen=True, slots=True)
class Names:
    """All lists, read once."""

    family: Pool
    rare: Pool
    given: dict[tuple[str, int], tuple[Part, ...]]
    foreign: dict[tuple[str, str], tuple[Part, ...]]
    nations: tuple[str, ...]
    nation_totals: tuple[int, ...]

    def family_name(self, rng: random.Random) -> Part:
        """A Japanese family name; one in fifty holds a character that Shift_JIS lacks or a rare variant."""
        return (self.rare if rng.random() < RARE_SHARE else self.family).draw(rng)

    def given_name(self, rng: random.Random, sex: str, year: int) -> Part:
        """A Japanese given name usual for the sex ("1", "2") and year of birth."""
        pool = self.given[sex, max(1900, year)]
        # Earlier names of a list are the commoner ones.
        return pool[int(len(pool) * rng.random() ** 1.4)]

    def nationality(self, rng: random.Random) -> str:
        """A country code by the mix of NATIONALITIES."""
        return self.nations[bisect(self.nation_totals, rng.random() * self.nation_totals[-1])]

    def foreign_family(self, rng: random.Random, nation: str) -> Part:
        """A family name; an empty one where people have a single name."""
        return rng.choice(self.foreign[nation, "family"])

    def foreign_given(self, rng: random.Random, nation: str, sex: str) -> Part:
        """A given name, or the single name."""
        return rng.choice(self.foreign[nation, "male" if sex == "1" else "female"])


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _weighted(name: str) -> Pool:
    rows = list(_rows(name))
    return Pool(tuple(Part(r["name"], r["kana"]) for r in rows), tuple(accumulate(int(r["weight"]) for r in rows)))


@lru_cache(maxsize=1)
def names() -> Names:
    """The lists of this folder."""
    given: defaultdict[tuple[str, int], list[Part]] = defaultdict(list)
    for r in _rows("given_names.csv"):
        for year in range(int(r["born_from"]), int(r["born_to"]) + 1):
            given[r["sex"], year].append(Part(r["name"], r["kana"]))
    foreign: defaultdict[tuple[str, str], list[Part]] = defaultdict(list)
    for r in _rows("foreign_names.csv"):
        foreign[r["nationality"], r["part"]].append(Part(r["kanji"], r["kana"], r["roman"]))
    return Names(
        family=_weighted("family_names.csv"),
        rare=_weighted("family_names_rare.csv"),
        given={k: tuple(v) for k, v in given.items()},
        foreign={k: tuple(v) for k, v in foreign.items()},
        nations=tuple(NATIONALITIES),
        nation_totals=tuple(accumulate(NATIONALITIES.values())),
    )
