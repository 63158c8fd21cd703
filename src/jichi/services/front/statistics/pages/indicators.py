"""Indicators (指標): what each room of the house is steered by, by the month, as it was observed."""

from __future__ import annotations

from datetime import date

from django.conf import settings

from jichi.design.parts import Chart, Figure, Series
from jichi.engines.statistics import queries as counted
from jichi.engines.statistics.rules import Period, buckets
from jichi.kernel.calendar import add_months
from jichi.kernel.manifest import Indicator, load_manifests

from ..scope import Scope
from ..sheets import NOTHING, SOURCE, Cell, Grid, Sheet, words

MONTHS = 13
_MORE = {"up": "多いほどよい", "down": "少ないほどよい", "": ""}


def indicators() -> list[Indicator]:
    """Every indicator of the house."""
    return [one for manifest in load_manifests(tuple(settings.JICHI_ROOMS)) for one in manifest.indicators]


def sheet(scope: Scope) -> Sheet:
    """One statement."""
    last = scope.period.last.replace(day=1)
    first = min(add_months(last, -(MONTHS - 1)), scope.period.first.replace(day=1))
    months = list(buckets(Period(first=first, last=scope.period.last, by="month")))
    known = indicators()
    found: dict[tuple[str, date], float] = {
        (one.indicator, one.period): float(one.value)
        for one in counted.observations([one.key for one in known], first, last)
        if one.value is not None
    }
    charts, figures = {}, []
    for one in known:
        values = [found.get((one.key, month)) for month in months]
        there = [(month, value) for month, value in zip(months, values, strict=True) if value is not None]
        newest = there[-1] if there else None
        title = one.title["ja"]
        told = (f"{newest[0].year}年{newest[0].month}月" if newest else "まだなし", _MORE[one.wanted])
        figures.append(
            Figure(
                label=f"{title}({'、'.join(part for part in told if part)})",
                value=_told(newest[1] if newest else None), unit=one.unit,
            )
        )  # fmt: skip
        if there:
            charts[one.key.replace(".", "-").replace("_", "-")] = Chart(
                title=title, unit=one.unit, source=SOURCE, kind="line",
                description=f"{there[0][0].year}年{there[0][0].month}月は{_told(there[0][1])}{one.unit}、"
                f"{there[-1][0].year}年{there[-1][0].month}月は{_told(there[-1][1])}{one.unit}です。",
                labels=[f"{day.year}/{day.month}" for day, _value in there],
                series=[Series(title, [value for _day, value in there])],
            )  # fmt: skip
    return Sheet(
        title="指標", sentence="各課の指標を、月ごとに測った時のまま示します。直した値は、新しい実績として残ります。",
        figures=figures, charts=charts, grids=(_grid(known, months, found),),
    )  # fmt: skip


def _told(value: float | None) -> str:
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if value.is_integer() else f"{value:,.1f}"


def _grid(known: list[Indicator], months: list[date], found: dict[tuple[str, date], float]) -> Grid:
    rows: list[tuple[Cell, ...]] = []
    for month in months:
        values = [found.get((one.key, month)) for one in known]
        cells = (Cell(_told(value), "" if value is None else f"{value:g}") for value in values)
        rows.append((words(f"{month.year}年{month.month}月"), *cells))
    heads = ("月", *(f"{one.title['ja']}({one.unit})" for one in known))
    return Grid(name="by-month", caption="月ごと", heads=heads, rows=rows)
