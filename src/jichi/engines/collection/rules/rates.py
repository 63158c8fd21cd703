"""Yearly rates of charges for lateness and of interest on refunds, as dated data. A missing year stops everything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from jichi.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class YearRates:
    """Rates of one calendar year in basis points (1/100 %).

    `first`: up to one month after the due day; `second`: after that; `refund`: 還付加算金; `deferral`: what stays
    while a deferral of 15条の5 or 15条の6 runs (15条の9), None where it is not established.
    """

    first: int
    second: int
    refund: int
    deferral: int | None = None


def by_special_rate(special: int, refund: int, *, deferral: int | None = None) -> YearRates:
    """The rates that follow from the special standard rate (延滞金特例基準割合), all in basis points.

    地方税法附則3条の2: first = min(7.3 %, S + 1 %), second = min(14.6 %, S + 7.3 %).
    """
    return YearRates(min(730, special + 100), min(1460, special + 730), refund, deferral)


def _published() -> dict[int, YearRates]:
    before_2014 = {**dict.fromkeys((2000, 2001), 450), **dict.fromkeys(range(2002, 2007), 410), 2007: 440, 2008: 470,
                   2009: 450, **dict.fromkeys(range(2010, 2014), 430)}  # fmt: skip
    special = {2014: 190, 2015: 180, 2016: 180, 2017: 170, 2018: 160, 2019: 160, 2020: 160}
    since_2021 = {2021: (150, 100), 2022: (140, 90), 2023: (140, 90), 2024: (140, 90), 2025: (140, 90),
                  2026: (180, 130)}  # fmt: skip
    return (
        {year: YearRates(rate, 1460, rate) for year, rate in before_2014.items()}
        | {year: by_special_rate(rate, rate) for year, rate in special.items()}
        | {year: by_special_rate(rate, refund, deferral=refund) for year, (rate, refund) in since_2021.items()}
    )


RateTable = Mapping[int, YearRates]
"""Calendar year → its rates."""
PUBLISHED: Final[RateTable] = _published()
"""As cities publish them: Gifu (2014–2021), Fukuroi (2021–2026), Hiroshima and Kusatsu (refunds, 2000 on). Each year
needs a line of its own, added when the rate is announced; nothing is carried on."""


def need_years(table: RateTable, first: int, last: int) -> None:
    """Every year from `first` to `last` is in the table.

    Raises:
        Invalid: "collection.rate_missing" with the first year that is not.
    """
    missing = [year for year in range(first, last + 1) if year not in table]
    if missing:
        raise Invalid("collection.rate_missing", year=missing[0])


def differences(old: RateTable, new: RateTable, years: Iterable[int]) -> tuple[int, ...]:
    """Years for which a new table says something else than the one in force: for the check before it takes effect."""
    return tuple(year for year in years if old.get(year) != new.get(year))
