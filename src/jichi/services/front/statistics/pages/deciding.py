"""Time to decision (処理にかかる時間): each step from receipt to dispatch, median and 90 %, what was too late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jichi.design.parts import Chart, Figure, Series
from jichi.engines.routes.rules import RANKS
from jichi.engines.statistics import queries as counted
from jichi.engines.statistics.queries import StepSum
from jichi.engines.statistics.rules import MINUTES, as_days, quantile

from ..scope import Scope
from ..sheets import NOTHING, SOURCE, Cell, Grid, Sheet, count, fitting, minutes, percent, words

STEPS: Final[Mapping[str, str]] = {
    "take": "受付から担当が決まるまで",
    "correct": "補正を待つ",
    "propose": "担当から起案まで",
    **{f"approval:{rank}": f"{word}の承認" for rank, word in RANKS.items()},
    "route": "起案から決定まで",
    "decide": "受付から決定まで",
    "issue": "決定から文書の交付まで",
    "dispatch": "決定から発送まで",
}
"""Steps in their order, as officials call them."""
_SHORT: Final[Mapping[str, str]] = {
    "take": "担当まで", "correct": "補正待ち", "propose": "起案まで", "route": "決裁", "decide": "決定まで",
    "issue": "交付まで", "dispatch": "発送まで",
}  # fmt: skip
_SHARES: Final = (0.5, 0.9)


def sheet(scope: Scope) -> Sheet:
    """Three statements."""
    now, then = (counted.steps(scope.subjects, period) for period in (scope.period, scope.period.before))
    steps = [step for step in STEPS if step in now]
    grid = Grid(
        name="steps", caption="段階ごとの時間",
        heads=("段階", "件数", "中央値", "90%", "平均", "前の期間の中央値"),
        rows=[_row(step, now[step], then.get(step)) for step in steps],
    )  # fmt: skip
    decide = now.get("decide")
    return Sheet(
        title="処理にかかる時間", sentence=_sentence(decide), figures=_figures(decide, then.get("decide")),
        charts={"steps": _chart(now, steps)} if steps else {}, grids=(grid, _by_procedure(scope)),
        notes=(
            "その段階が終わった日で数えます。土日・祝日と、補正を待つ間も時間に含みます。",
            "標準処理期間を過ぎたかは、補正などで延びた期限と比べます。",
            "時間は幅のある区切りに分けて残すので、中央値と90%には1割ほどの誤差があります。",
        ),
    )  # fmt: skip


def _times(one: StepSum | None) -> tuple[float | None, float | None]:
    median, most = (quantile(one.times, share, MINUTES) if one else None for share in _SHARES)
    return median, most


def _row(step: str, one: StepSum, before: StepSum | None) -> tuple[Cell, ...]:
    median, most = _times(one)
    return (
        words(STEPS[step]), count(one.count), minutes(median), minutes(most),
        minutes(one.minutes / one.count if one.count else None), minutes(_times(before)[0]),
    )  # fmt: skip


def _sentence(decide: StepSum | None) -> str:
    median, most = _times(decide)
    if decide is None or median is None:
        return "この期間に決定した案件は、まだありません。"
    late = decide.late * 100 / decide.count
    return (
        f"半分の案件は{as_days(median)}以内、10件中9件は{as_days(most)}以内に決定しました。"
        f"標準処理期間を過ぎたのは{decide.count:,}件中{decide.late:,}件({late:.1f}%)です。"
    )


def _figures(decide: StepSum | None, before: StepSum | None) -> list[Figure]:
    (median, most), (median_then, most_then) = _times(decide), _times(before)
    late, late_then = (
        f"{one.late * 100 / one.count:.1f}" if one and one.count else NOTHING for one in (decide, before)
    )
    return [
        Figure(
            label=f"決定した案件(前の期間は{before.count if before else 0:,})",
            value=f"{decide.count if decide else 0:,}", unit="件",
        ),
        Figure(label=f"中央値(前の期間は{as_days(median_then) or NOTHING})", value=as_days(median) or NOTHING),
        Figure(label=f"90%(前の期間は{as_days(most_then) or NOTHING})", value=as_days(most) or NOTHING),
        Figure(label=f"標準処理期間を過ぎた(前の期間は{late_then}%)", value=late, unit="%", target="0%"),
    ]  # fmt: skip


def _chart(now: dict[str, StepSum], steps: list[str]) -> Chart:
    days = [[round((value or 0) / 1440, 2) for value in _times(now[step])] for step in steps]
    longest = max(zip((pair[0] for pair in days), steps, strict=True))
    return Chart(
        title="段階ごとの日数", unit="日", source=SOURCE,
        description=f"中央値が最も長い段階は「{STEPS[longest[1]]}」で、{longest[0]:.1f}日です。",
        labels=fitting([_SHORT.get(step) or STEPS[step].removesuffix("の承認") for step in steps]),
        series=[Series("中央値", [pair[0] for pair in days]), Series("90%", [pair[1] for pair in days])],
    )  # fmt: skip


def _by_procedure(scope: Scope) -> Grid:
    found = counted.step_by_subject("decide", scope.period, scope.chosen)
    order = sorted(found, key=lambda slug: (-found[slug].count, slug))
    rows = [
        (
            words(scope.title_of(slug), url=scope.with_procedure(slug)), count(found[slug].count),
            minutes(found[slug].minutes / found[slug].count if found[slug].count else None), count(found[slug].late),
            percent(found[slug].late, found[slug].count),
        )
        for slug in order
    ]  # fmt: skip
    heads = ("手続", "決定した案件", "決定まで(平均)", "標準処理期間を過ぎた", "割合")
    return Grid(name="by-procedure", caption="手続ごと", heads=heads, rows=rows, shown=60)
