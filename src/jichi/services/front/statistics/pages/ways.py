"""Ways (利用の方法): languages, telephone or desktop, with and without JavaScript, online or on paper; other pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from jichi.design.parts import Chart, Figure, Series
from jichi.engines.cases.presentation import CHANNEL_WORDS
from jichi.engines.statistics import queries as counted
from jichi.engines.statistics.queries import Total
from jichi.engines.statistics.rules import hidden
from jichi.kernel.localized import NATIVE_NAME

from ..scope import Scope
from ..sheets import SOURCE, Grid, Sheet, count, fitting, percent, words

DEVICES: Final = {"phone": "電話", "tablet": "タブレット", "desktop": "パソコン"}
SCRIPTS: Final = {"with": "あり", "without": "なし"}
_KINDS: Final[Mapping[str, tuple[str, str, Mapping[str, str], bool]]] = {
    "device": ("機器(訪れた人)", "人", DEVICES, True),
    "language": ("ことば(訪れた人)", "人", NATIVE_NAME, True),
    "received": ("申請の受け方", "件", CHANNEL_WORDS, False),
    "received_language": ("申請のことば", "件", NATIVE_NAME, False),
    "script": ("JavaScript(書きかけの申請)", "件", SCRIPTS, True),
}
"""Measure → (title, unit, words of its keys, people or counts)."""
Totals = dict[tuple[str, str], Total]


def sheet(scope: Scope) -> Sheet:
    """Three statements at most."""
    now, then = (
        counted.totals(scope.subjects, (*_KINDS, "place"), period) for period in (scope.period, scope.period.before)
    )
    grids, charts = [], {}
    for measure, (title, unit, named, _people) in _KINDS.items():
        numbers = _numbers(now, measure)
        grids.append(_grid(measure, numbers, _numbers(then, measure), scope.below))
        if any(numbers.values()):
            most = max(numbers, key=lambda key: numbers[key])
            share = numbers[most] * 100 / sum(numbers.values())
            charts[measure] = Chart(
                title=title, unit=unit, source=SOURCE, labels=fitting(list(named.values())),
                description=f"最も多いのは「{named[most]}」で、{share:.1f}%です。",
                series=[Series(unit, list(hidden(list(numbers.values()), scope.below)))],
            )  # fmt: skip
    if scope.subjects == list(counted.ALL):
        grids.append(_places(now, scope.below))
    return Sheet(
        title="利用の方法", sentence=_sentence(now), figures=_figures(now, then), charts=charts, grids=grids,
        notes=(f"{scope.below}より少ない数と、それを計算で分からせる数は示しません。",) if scope.below else (),
    )  # fmt: skip


def _numbers(found: Totals, measure: str) -> dict[str, int]:
    _title, _unit, named, people = _KINDS[measure]
    sums = {key: found.get((measure, key), Total()) for key in named}
    return {key: one.people if people else one.count for key, one in sums.items()}


def _grid(measure: str, now: dict[str, int], then: dict[str, int], below: int) -> Grid:
    title, unit, named, _people = _KINDS[measure]
    shown, shown_then = hidden(list(now.values()), below), hidden(list(then.values()), below)
    total, total_then = sum(now.values()), sum(then.values())
    rows = [
        (words(named[key]), count(one), percent(one, total), count(old), percent(old, total_then))
        for key, one, old in zip(now, shown, shown_then, strict=True)
    ]
    heads = ("種類", unit, "割合", f"前の期間({unit})", "前の期間の割合")
    return Grid(name=measure.replace("_", "-"), caption=title, heads=heads, rows=rows)


def _share(found: Totals, measure: str, key: str, below: int = 0) -> str:
    numbers = _numbers(found, measure)
    total = sum(numbers.values())
    return f"{numbers[key] * 100 / total:.1f}" if total and not 0 < numbers[key] < below else "―"


def _sentence(now: Totals) -> str:
    if not any(_numbers(now, "device").values()):
        return "この期間に訪れた人は、まだいません。"
    return (
        f"訪れた人の{_share(now, 'device', 'phone')}%が電話から見ています。"
        f"日本語のほかのことばは{100 - float(_share(now, 'language', 'ja')):.1f}%です。"
    )


def _figures(now: Totals, then: Totals) -> list[Figure]:
    rows = (
        ("電話の割合", "device", "phone"),
        ("オンラインの割合", "received", "web"),
        ("JavaScriptなし", "script", "without"),
    )
    return [
        Figure(label=f"{name}(前の期間は{_share(then, measure, key)}%)", value=_share(now, measure, key), unit="%")
        for name, measure, key in rows
    ]


def _places(now: Totals, below: int) -> Grid:
    """Pages outside of procedures, by their address."""
    found = {key: one for (measure, key), one in now.items() if measure == "place"}
    order = sorted(found, key=lambda key: (-found[key].count, key))
    people = [found[key].people for key in order]
    return Grid(
        name="places", caption="手続のほかのページ", heads=("ページ", "見られた回数", "訪れた人"), shown=40,
        rows=[
            (words(_address(key)), count(found[key].count), count(number if number == 0 or number >= below else None))
            for key, number in zip(order, people, strict=True)
        ],
    )  # fmt: skip


def _address(view_name: str) -> str:
    """Where a page lies, if that needs no number; else its name inside."""
    try:
        with override("ja"):
            return reverse(view_name)
    except NoReverseMatch:
        return view_name
