"""Corrections asked for (補正): in how many cases, for which fields, with which sentence."""

from __future__ import annotations

from collections.abc import Callable

from jichi.design.parts import Chart, Figure, Series
from jichi.engines.statistics import queries as counted
from jichi.engines.statistics.queries import Total
from jichi.engines.statistics.rules import hidden

from ..scope import Scope
from ..sheets import SOURCE, Cell, Grid, Sheet, count, fitting, percent, words

OWN_WORDS = "(担当者が書いた文)"
_MOST = 8


def sheet(scope: Scope) -> Sheet:
    """Three statements."""
    found = counted.by_subject(("corrected", "correction", "received"), scope.period, scope.chosen)
    then = counted.totals(scope.subjects, ("corrected", "received"), scope.period.before)
    received, asked = (sum(_sum(sums, measure) for sums in found.values()) for measure in ("received", "corrected"))
    received_then, asked_then = _sum(then, "received"), _sum(then, "corrected")
    reasons = _reasons(scope, found)
    return Sheet(
        title="補正を求めた理由", sentence=_sentence(asked, received, reasons),
        figures=[
            Figure(label=f"補正を求めた案件(前の期間は{asked_then:,})", value=f"{asked:,}", unit="件"),
            Figure(
                label=f"受け付けた申請に対する割合(前の期間は{_share(asked_then, received_then)}%)",
                value=_share(asked, received), unit="%",
            ),
            Figure(label="求めた項目", value=f"{sum(row[3] for row in reasons):,}", unit="か所"),
        ],
        charts={"reasons": _chart(reasons, scope.below)} if reasons else {},
        grids=(_grid(reasons, scope.below, scope.title_of), _by_procedure(scope, found)),
        notes=(
            "定型の文だけを示します。担当者が自由に書いた文は、統計に残しません。",
            f"{scope.below}件より少ない数は、その申請をした人が分かることがあるため示しません。",
        ) if scope.below else ("定型の文だけを示します。担当者が自由に書いた文は、統計に残しません。",),
    )  # fmt: skip


def _sum(found: dict[tuple[str, str], Total], measure: str) -> int:
    return sum(one.count for (name, _key), one in found.items() if name == measure)


def _share(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.1f}" if whole else "―"


Reason = tuple[str, str, str, int]
"""(slug, field as people call it, sentence, how often)."""


def _reasons(scope: Scope, found: dict[str, dict[tuple[str, str], Total]]) -> list[Reason]:
    rows = []
    for slug, sums in found.items():
        fields = scope.known[slug].fields if slug in scope.known else {}
        for (measure, key), one in sums.items():
            if measure == "correction":
                field, _sep, sentence = key.partition("\n")
                rows.append((slug, fields.get(field, field), sentence or OWN_WORDS, one.count))
    return sorted(rows, key=lambda row: (-row[3], row[:3]))


def _sentence(asked: int, received: int, reasons: list[Reason]) -> str:
    if not asked:
        return "この期間に補正を求めた案件は、ありません。"
    text = f"{asked:,}件の案件で補正を求めました(受け付けた申請の{_share(asked, received)}%)。"
    return f"{text}最も多い項目は「{reasons[0][1]}」です。" if reasons else text


def _grid(reasons: list[Reason], below: int, title: Callable[[str], str]) -> Grid:
    counts = hidden([row[3] for row in reasons], below)
    return Grid(
        name="reasons", caption="項目と文ごと", heads=("項目", "求めた文", "手続", "か所"),
        rows=[
            (words(field), words(sentence), words(title(slug)), count(number))
            for (slug, field, sentence, _count), number in zip(reasons, counts, strict=True)
        ],
    )  # fmt: skip


def _chart(reasons: list[Reason], below: int) -> Chart:
    fields: dict[str, int] = {}
    for _slug, field, _sentence, number in reasons:
        fields[field] = fields.get(field, 0) + number
    most = sorted(fields, key=lambda name: (-fields[name], name))[:_MOST]
    return Chart(
        title="補正を求めた項目", unit="か所", source=SOURCE, description=f"最も多い項目は「{most[0]}」です。",
        labels=fitting(most),
        series=[Series("か所", list(hidden([fields[name] for name in most], below)))],
    )  # fmt: skip


def _by_procedure(scope: Scope, found: dict[str, dict[tuple[str, str], Total]]) -> Grid:
    rows: list[tuple[Cell, ...]] = []
    for slug in sorted(found, key=lambda name: (-_sum(found[name], "corrected"), name)):
        asked, received = _sum(found[slug], "corrected"), _sum(found[slug], "received")
        name = words(scope.title_of(slug), url=scope.with_procedure(slug))
        rows.append((name, count(received), count(asked), percent(asked, received)))
    heads = ("手続", "受け付けた申請", "補正を求めた案件", "割合")
    return Grid(name="by-procedure", caption="手続ごと", heads=heads, rows=rows, shown=60)
