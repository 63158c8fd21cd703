"""The tariff of a house (料金表) as data: seasons, prices by kind of person, meals, taxes, cancellation charges."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from jichi.kernel.errors import FieldError
from jichi.kernel.localized import LocalizedText

CLASSES: Final = {
    "resident_adult": "区民の大人", "resident_child": "区民の子ども", "works_adult": "在勤・在学の大人",
    "works_child": "在勤・在学の方の子ども", "other_adult": "そのほかの大人", "other_child": "そのほかの子ども",
    "infant": "幼児(寝具なし)",
}  # fmt: skip
"""Kind of person → its Japanese word. What a kind may be is the tariff's: one that has no price is not offered."""
ADULTS: Final = ("resident_adult", "works_adult", "other_adult")
MEALS: Final = {"breakfast": "朝食", "dinner": "夕食"}
NORMAL: Final = "normal"
"""The season of every night that no dated season has."""
MOST_YEN: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """期間: nights from `first` to `last`, both included; the normal one has no dates."""

    key: str
    title: LocalizedText
    first: date | None = None
    last: date | None = None

    def has(self, night: date) -> bool:
        """Is the night one of this season's?"""
        return self.first is not None and self.last is not None and self.first <= night <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """A local tax per person and night (入湯税: 地方税法701条の2, raised by the place where the house stands)."""

    title: str
    yen: int
    classes: tuple[str, ...]
    first: date | None = None
    last: date | None = None

    def has(self, night: date) -> bool:
        """Is it due for a night?"""
        return (self.first is None or self.first <= night) and (self.last is None or night <= self.last)


@dataclass(frozen=True, slots=True)
class Band:
    """取消料: from so many days before arrival on, this percentage."""

    days: int
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What a house asks, from a day on. `prices`: season → kind of person → yen a night; `meals`: meal → kind → yen."""

    seasons: tuple[Season, ...] = (Season(key=NORMAL, title={"ja": "通常期間"}),)
    prices: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    meals: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    taxes: tuple[Tax, ...] = ()
    bands: tuple[Band, ...] = ()

    def season_of(self, night: date) -> Season:
        """The season of a night; the normal one where no dated one has it."""
        normal = next((one for one in self.seasons if one.key == NORMAL), Season(key=NORMAL, title={"ja": "通常期間"}))
        return next((one for one in self.seasons if one.has(night)), normal)

    def offered(self) -> tuple[str, ...]:
        """Kinds of persons that have a price in some season, in the order of `CLASSES`."""
        found = {kind for row in self.prices.values() for kind in row}
        return tuple(kind for kind in CLASSES if kind in found)


def problems(tariff: Tariff) -> tuple[FieldError, ...]:
    """What stands in the way of publishing: a missing price above all. Nobody is charged a price that nobody set."""
    found: list[FieldError] = []
    offered = tariff.offered()
    if not set(offered) & set(ADULTS):
        found.append(FieldError("retreats.no_prices"))
    if NORMAL not in {one.key for one in tariff.seasons}:
        found.append(FieldError("retreats.no_normal"))
    for season in tariff.seasons:
        for kind in offered:
            if kind not in tariff.prices.get(season.key, {}):
                found.append(_missing(str(season.title["ja"]), kind))
    for meal, row in tariff.meals.items():
        found += [_missing(MEALS[meal], kind) for kind in offered if row and kind not in row]
    found += _overlaps(tariff.seasons)
    if not tariff.bands:
        found.append(FieldError("retreats.no_bands"))
    ordered = sorted(tariff.bands, key=lambda one: one.days)
    if [one.percent for one in ordered] != sorted((one.percent for one in ordered), reverse=True):
        found.append(FieldError("retreats.bands_fall"))
    return tuple(found)


def _missing(what: str, kind: str) -> FieldError:
    return FieldError("retreats.missing", {"what": what, "kind": CLASSES[kind]})


def _overlaps(seasons: Sequence[Season]) -> list[FieldError]:
    dated = sorted((one.first, one.last, str(one.title["ja"])) for one in seasons if one.first and one.last)
    return [
        FieldError("retreats.seasons_overlap", {"one": before[2], "other": after[2]})
        for before, after in itertools.pairwise(dated)
        if after[0] <= before[1]
    ]


def tariff_to(tariff: Tariff) -> dict[str, Any]:
    """As JSON, days as ISO texts."""
    return {
        "seasons": [
            {"key": one.key, "title": dict(one.title), "first": _iso(one.first), "last": _iso(one.last)}
            for one in tariff.seasons
        ],
        "prices": {season: dict(row) for season, row in tariff.prices.items()},
        "meals": {meal: dict(row) for meal, row in tariff.meals.items()},
        "taxes": [
            {"title": one.title, "yen": one.yen, "classes": list(one.classes), "first": _iso(one.first),
             "last": _iso(one.last)} for one in tariff.taxes
        ],
        "bands": [[one.days, one.percent] for one in tariff.bands],
    }  # fmt: skip


def tariff_from(data: Mapping[str, Any]) -> Tariff:
    """What `tariff_to` wrote."""
    return Tariff(
        seasons=tuple(
            Season(key=one["key"], title=one["title"], first=_day(one["first"]), last=_day(one["last"]))
            for one in data.get("seasons", ())
        ),
        prices=data.get("prices", {}), meals=data.get("meals", {}),
        taxes=tuple(
            Tax(title=one["title"], yen=one["yen"], classes=tuple(one["classes"]), first=_day(one["first"]),
                last=_day(one["last"])) for one in data.get("taxes", ())
        ),
        bands=tuple(Band(days, percent) for days, percent in data.get("bands", ())),
    )  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
