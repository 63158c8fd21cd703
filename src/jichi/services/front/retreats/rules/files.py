"""A tariff as a CSV file: one line for each season, price, meal, tax and charge; errors name line and column."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from jichi.kernel.calendar import parse_date
from jichi.kernel.errors import FieldError
from jichi.kernel.tables import LineError, read_table, write_table

from .tariff import CLASSES, MEALS, MOST_YEN, NORMAL, Band, Season, Tariff, Tax

COLUMNS: Final = {
    "kind": ("種類",), "what": ("項目", "名前"), "person": ("人の区分", "区分"), "first": ("始まり", "開始日"),
    "last": ("終わり", "終了日"), "yen": ("円", "金額", "料金"), "percent": ("割合", "%"), "days": ("日前", "何日前"),
    "easy": ("やさしい日本語",), "en": ("英語",), "zh-hans": ("中国語",), "ko": ("韓国語",),
}  # fmt: skip
KINDS: Final = {"期間": "season", "料金": "price", "食事": "meal", "税": "tax", "取消料": "band"}
PERSON_OF: Final = {word: key for key, word in CLASSES.items()}
MEAL_OF: Final = {word: key for key, word in MEALS.items()}
MOST_ROWS: Final = 2000


@dataclass(frozen=True, slots=True)
class ReadTariff:
    """What a file says, or what is wrong with it."""

    tariff: Tariff
    errors: tuple[LineError, ...] = ()


def season_key(title: str) -> str:
    """The key of a season by its Japanese name: the ordinary one is 通常…, the others are known by their names."""
    return NORMAL if title.startswith("通常") else title


def read_tariff(data: bytes) -> ReadTariff:
    """A tariff from a CSV (UTF-8 or Shift_JIS). One wrong cell, and nothing is taken."""
    table = read_table(data, COLUMNS, ("kind",), most=MOST_ROWS)
    errors = list(table.errors)
    made = _Reading(table.headings)
    for line, cells in table.rows:
        made.take(line, cells)
    errors += made.finish()
    return ReadTariff(made.tariff() if not errors else Tariff(), tuple(errors))


class _Reading:
    """A file as far as it was read."""

    def __init__(self, headings: Mapping[str, str]) -> None:
        self.headings = headings
        self.errors: list[LineError] = []
        self.seasons: dict[str, Season] = {}
        self.prices: dict[str, dict[str, int]] = {}
        self.meals: dict[str, dict[str, int]] = {}
        self.taxes: list[Tax] = []
        self.bands: list[Band] = []
        self.seen: dict[tuple[str, ...], int] = {}
        self.asked: list[tuple[int, str]] = []

    def wrong(self, line: int, column: str, code: str, **params: Any) -> None:
        self.errors.append(LineError(line, self.headings.get(column, COLUMNS[column][0]), FieldError(code, params)))

    def take(self, line: int, cells: Mapping[str, str]) -> None:
        kind = KINDS.get(cells["kind"])
        if kind is None:
            self.wrong(line, "kind", "retreats.kind", text=cells["kind"][:40])
            return
        before = len(self.errors)
        first, last = self.day(line, cells, "first"), self.day(line, cells, "last")
        yen = self.number(line, cells, "yen", MOST_YEN) if kind in ("price", "meal", "tax") else 0
        days = self.number(line, cells, "days", 365) if kind == "band" else 0
        percent = self.number(line, cells, "percent", 100) if kind == "band" else 0
        if len(self.errors) > before or not self.once(line, kind, cells):
            return
        if kind == "season":
            self.season(line, cells, first, last)
        elif kind == "price":
            self.asked.append((line, cells.get("what", "")))
            for person in self.persons(line, cells):
                self.prices.setdefault(season_key(cells.get("what", "")), {})[person] = yen
        elif kind == "meal":
            meal = MEAL_OF.get(cells.get("what", ""))
            if meal is None:
                self.wrong(line, "what", "retreats.season", text=cells.get("what", "")[:40])
            for person in self.persons(line, cells) if meal else ():
                self.meals.setdefault(str(meal), {})[person] = yen
        elif kind == "tax":
            people = tuple(self.persons(line, cells))
            if not cells.get("what"):
                self.wrong(line, "what", "field.required")
            self.taxes.append(Tax(title=cells.get("what", ""), yen=yen, classes=people, first=first, last=last))
        else:
            self.bands.append(Band(days, percent))

    def once(self, line: int, kind: str, cells: Mapping[str, str]) -> bool:
        key = (kind, *(cells.get(name, "") for name in ("what", "person", "first", "last", "days")))
        if self.seen.setdefault(key, line) != line:
            self.wrong(line, "kind", "retreats.twice", first=self.seen[key])
            return False
        return True

    def season(self, line: int, cells: Mapping[str, str], first: date | None, last: date | None) -> None:
        name = cells.get("what", "")
        if not name:
            self.wrong(line, "what", "field.required")
            return
        key = season_key(name)
        if key != NORMAL and (first is None or last is None or last < first):
            self.wrong(line, "last", "retreats.days")
            return
        title = {"ja": name} | {code: cells[code] for code in ("easy", "en", "zh-hans", "ko") if cells.get(code)}
        kept = (first, last) if key != NORMAL else (None, None)
        self.seasons[key] = Season(key=key, title=title, first=kept[0], last=kept[1])

    def persons(self, line: int, cells: Mapping[str, str]) -> Iterator[str]:
        for word in cells.get("person", "").replace("、", ",").split(","):
            person = PERSON_OF.get(word.strip())
            if person is None:
                self.wrong(line, "person", "retreats.person", text=word.strip()[:40])
            else:
                yield person

    def number(self, line: int, cells: Mapping[str, str], column: str, most: int) -> int:
        text = (
            unicodedata.normalize("NFKC", cells.get(column, "")).replace(",", "").removesuffix("円").removesuffix("%")
        )
        if text.isdecimal() and len(text) < 9 and int(text) <= most:
            return int(text)
        self.wrong(line, column, "retreats.number", least=0, most=most)
        return 0

    def day(self, line: int, cells: Mapping[str, str], column: str) -> date | None:
        text = cells.get(column, "")
        if not text:
            return None
        try:
            return parse_date(text)
        except ValueError:
            self.wrong(line, column, "retreats.day", text=text[:40])
            return None

    def finish(self) -> list[LineError]:
        for line, name in self.asked:
            if season_key(name) not in self.seasons:
                self.wrong(line, "what", "retreats.season", text=name[:40])
        return sorted(self.errors, key=lambda one: one.line)

    def tariff(self) -> Tariff:
        return Tariff(
            seasons=tuple(self.seasons.values()), prices=self.prices, meals=self.meals, taxes=tuple(self.taxes),
            bands=tuple(self.bands),
        )  # fmt: skip


def write_tariff(tariff: Tariff) -> bytes:
    """A tariff as the CSV that `read_tariff` takes."""
    names = {season.key: str(season.title["ja"]) for season in tariff.seasons}
    rows: list[dict[str, str]] = []
    for season in tariff.seasons:
        other = {code: season.title[code] for code in ("easy", "en", "zh-hans", "ko") if season.title.get(code)}
        rows.append({"kind": "期間", "what": names[season.key], **_dates(season.first, season.last), **other})
    for key, prices in tariff.prices.items():
        rows += [
            {"kind": "料金", "what": names.get(key, key), "person": CLASSES[person], "yen": str(yen)}
            for person, yen in prices.items()
        ]
    for meal, prices in tariff.meals.items():
        rows += [
            {"kind": "食事", "what": MEALS[meal], "person": CLASSES[person], "yen": str(yen)}
            for person, yen in prices.items()
        ]
    for tax in tariff.taxes:
        people = "、".join(CLASSES[person] for person in tax.classes)
        rows.append(
            {"kind": "税", "what": tax.title, "person": people, "yen": str(tax.yen), **_dates(tax.first, tax.last)}
        )
    rows += [{"kind": "取消料", "days": str(band.days), "percent": str(band.percent)} for band in tariff.bands]
    headings = [names[0] for names in COLUMNS.values()]
    return write_table(headings, ([row.get(name, "") for name in COLUMNS] for row in rows))


def _dates(first: date | None, last: date | None) -> dict[str, str]:
    return {"first": first.isoformat() if first else "", "last": last.isoformat() if last else ""}
