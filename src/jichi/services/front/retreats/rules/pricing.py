"""What a stay costs, line by line with the rule of each line, and what cancelling costs on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from jichi.engines.payments.rules import ChargeLine
from jichi.kernel.errors import Invalid
from jichi.kernel.localized import LocalizedText

from .tariff import MEALS, Tariff

PLANS: Final = {"none": (), "breakfast": ("breakfast",), "two": ("dinner", "breakfast")}
"""Plan of meals → the meals of each night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a price: `unit_yen` × `persons` × `nights`. `what`: a season's key, a meal, or a tax's title."""

    kind: str
    what: str
    person: str
    persons: int
    nights: int
    unit_yen: int
    first: date

    @property
    def yen(self) -> int:
        """The sum of the line."""
        return self.unit_yen * self.persons * self.nights


@dataclass(frozen=True, slots=True)
class Priced:
    """Lines in the order of a bill: nights, meals, taxes."""

    lines: tuple[Line, ...]

    @property
    def total_yen(self) -> int:
        """Everything."""
        return sum(one.yen for one in self.lines)

    @property
    def before_tax_yen(self) -> int:
        """Without local taxes: what cancellation charges are taken of, for nobody who stays away owes the tax."""
        return sum(one.yen for one in self.lines if one.kind != "tax")


def priced(tariff: Tariff, *, party: Mapping[str, int], check_in: date, nights: int, meals: str) -> Priced:
    """The price of a stay.

    Args:
        party: kind of person → how many.
        meals: key of `PLANS`.

    Raises:
        Invalid: "retreats.price_missing": a kind of person or a meal has no price; nothing is guessed.
    """
    days = [check_in + timedelta(days=n) for n in range(nights)]
    lines: list[Line] = []
    by_season: dict[str, list[date]] = {}
    for day in days:
        by_season.setdefault(tariff.season_of(day).key, []).append(day)
    for season, own in by_season.items():
        for person, count in _counted(party):
            unit = tariff.prices.get(season, {}).get(person)
            if unit is None:
                raise Invalid("retreats.price_missing")
            lines.append(_line("night", season, person, count, own, unit))
    for meal in PLANS[meals]:
        for person, count in _counted(party):
            unit = tariff.meals.get(meal, {}).get(person)
            if unit is None:
                raise Invalid("retreats.price_missing")
            lines.append(_line("meal", meal, person, count, days, unit))
    for tax in tariff.taxes:
        own = [day for day in days if tax.has(day)]
        for person, count in _counted(party):
            if own and person in tax.classes:
                lines.append(_line("tax", tax.title, person, count, own, tax.yen))
    return Priced(tuple(one for one in lines if one.unit_yen))


def _counted(party: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(person, count) for person, count in party.items() if count > 0]


def _line(kind: str, what: str, person: str, persons: int, days: list[date], unit: int) -> Line:
    return Line(
        kind=kind, what=what, person=person, persons=persons, nights=len(days), unit_yen=unit, first=days[0]
    )  # fmt: skip


def plans_of(tariff: Tariff) -> tuple[str, ...]:
    """Plans of meals that the tariff has prices for."""
    return tuple(plan for plan, meals in PLANS.items() if all(tariff.meals.get(meal) for meal in meals))


def meal_word(meal: str) -> str:
    """The Japanese word of a meal."""
    return MEALS[meal]


@dataclass(frozen=True, slots=True)
class ChargeFrom:
    """One row of the table of charges of a stay: from this day on; None: until the day before the next row."""

    first: date | None
    percent: int
    yen: int


def charge_table(tariff: Tariff, *, before_tax_yen: int, check_in: date) -> tuple[ChargeFrom, ...]:
    """取消料 as dates: the first row is free; yen below one are dropped."""
    rows = [ChargeFrom(None, 0, 0)]
    for band in sorted(tariff.bands, key=lambda one: -one.days):
        first = check_in - timedelta(days=band.days)
        rows.append(ChargeFrom(first, band.percent, before_tax_yen * band.percent // 100))
    return tuple(rows)


def charge_on(tariff: Tariff, *, before_tax_yen: int, check_in: date, day: date) -> ChargeFrom:
    """What cancelling costs on a day; after arrival as on its day."""
    rows = charge_table(tariff, before_tax_yen=before_tax_yen, check_in=check_in)
    return [row for row in rows if row.first is None or row.first <= day][-1]


KIND_TITLES: Final[dict[str, LocalizedText]] = {
    "night": {"ja": "宿泊", "easy": "泊まるお金", "en": "Nights", "zh-hans": "住宿", "ko": "숙박"},
    "meal": {"ja": "食事", "easy": "食事", "en": "Meals", "zh-hans": "餐食", "ko": "식사"},
    "tax": {"ja": "税", "easy": "税金", "en": "Local taxes", "zh-hans": "税", "ko": "세금"},
}
"""What a charge says of a stay; line by line it stands on the page of the stay."""


def charge_lines(lines: Iterable[Line]) -> tuple[ChargeLine, ...]:
    """A bill as payments ask for it: nights, meals and taxes, each in one sum."""
    sums = dict.fromkeys(KIND_TITLES, 0)
    for one in lines:
        sums[one.kind] += one.yen
    return tuple(ChargeLine(kind, KIND_TITLES[kind], yen, 1) for kind, yen in sums.items() if yen)
