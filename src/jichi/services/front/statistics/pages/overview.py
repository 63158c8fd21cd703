"""Overview: who came, who began, who sent; by day, week or month, and by procedure."""

from __future__ import annotations

from datetime import date
from typing import Final

from jichi.design.parts import Chart, Figure, Series
from jichi.engines.statistics import queries as counted
from jichi.engines.statistics.queries import StepSum, Total
from jichi.engines.statistics.rules import MINUTES, Period, as_days, buckets, quantile

from ..scope import Scope
from ..sheets import SOURCE, Cell, Grid, Sheet, count, minutes, percent, words

_MEASURES: Final = ("views", "started", "sent", "received")
Totals = dict[tuple[str, str], Total]


def _received(found: Totals) -> tuple[int, int]:
    """All applications, and those that came online."""
    ways = {key: one.count for (measure, key), one in found.items() if measure == "received"}
    return sum(ways.values()), ways.get("web", 0)


def _one(found: Totals, measure: str) -> Total:
    return found.get((measure, ""), Total())


def sheet(scope: Scope) -> Sheet:
    """Nine statements, whatever the period."""
    now, then = (counted.totals(scope.subjects, _MEASURES, period) for period in (scope.period, scope.period.before))
    decide, before = (
        counted.steps(scope.subjects, period).get("decide") for period in (scope.period, scope.period.before)
    )
    lines = counted.series(scope.subjects, _MEASURES, scope.period)
    total, online = _received(now)
    sentence = (
        f"のべ{_one(now, 'views').people:,}人が見て、{_one(now, 'started').count:,}件が書き始められ、"
        f"{total:,}件の申請がありました。"
    )
    if total:
        sentence += f"うちオンラインは{online * 100 / total:.1f}%です。"
    return Sheet(
        title="申請の統計", sentence=sentence, figures=_figures(now, then, decide, before),
        charts=_charts(scope.period, lines), grids=(_by_procedure(scope), _by_time(scope.period, lines)),
        notes=(
            "人数は、日ごとに数えた人数の合計です。同じ人でも、別の日に来れば別に数えます。",
            "ロボットと、数えないでほしいと伝えるブラウザは含みません。",
            *(("2つの手続を見た人は、それぞれの手続で数えます。",) if len(scope.chosen or ()) > 1 else ()),
        ),
    )  # fmt: skip


def _figures(now: Totals, then: Totals, decide: StepSum | None, before: StepSum | None) -> list[Figure]:
    total, online = _received(now)
    total_then, online_then = _received(then)
    median, median_then = (quantile(one.times, 0.5, MINUTES) if one else None for one in (decide, before))
    share, share_then = (
        f"{part * 100 / whole:.1f}" if whole else "―" for part, whole in ((online, total), (online_then, total_then))
    )
    began, sent = _one(now, "started"), _one(now, "sent")
    rows = (
        ("訪れた人", f"{_one(now, 'views').people:,}", f"{_one(then, 'views').people:,}", "人"),
        ("見られたページ", f"{_one(now, 'views').count:,}", f"{_one(then, 'views').count:,}", "回"),
        ("書き始めた申請", f"{began.count:,}", f"{_one(then, 'started').count:,}", "件"),
        ("送られた電子申請", f"{sent.count:,}", f"{_one(then, 'sent').count:,}", "件"),
        ("受け付けた申請", f"{total:,}", f"{total_then:,}", "件"),
        ("オンラインの割合", share, share_then, "%"),
        ("決定までの中央値", as_days(median) or "―", as_days(median_then) or "―", ""),
    )
    return [Figure(label=f"{name}(前の期間は{old})", value=value, unit=unit) for name, value, old, unit in rows]


def named(day: date, period: Period) -> str:
    """A day, week or month under a chart."""
    return f"{day.year}/{day.month}" if period.by == "month" else f"{day.month}/{day.day}"


def _charts(period: Period, lines: dict[tuple[str, date], Total]) -> dict[str, Chart]:
    parts = buckets(period)
    labels = [named(day, period) for day in parts]

    def values(measure: str, *, people: bool = False) -> list[float | None]:
        found = [lines.get((measure, day), Total()) for day in parts]
        return [one.people if people else one.count for one in found]

    came, sent = values("views", people=True), values("sent")
    most = max(range(len(parts)), key=lambda place: came[place] or 0)
    return {
        "visits": Chart(
            title="訪れた人", unit="人", source=SOURCE, kind="line", labels=labels, series=[Series("訪れた人", came)],
            description=f"最も多かったのは{labels[most]}で、{came[most] or 0:,}人でした。",
        ),
        "applications": Chart(
            title="書き始めた申請と送られた申請", unit="件", source=SOURCE, kind="line", labels=labels,
            series=[Series("書き始めた", values("started")), Series("送られた", sent)],
            description=f"この期間に送られた電子申請は{sum(one or 0 for one in sent):,.0f}件です。",
        ),
    }  # fmt: skip


def _by_time(period: Period, lines: dict[tuple[str, date], Total]) -> Grid:
    rows: list[tuple[Cell, ...]] = []
    for day in buckets(period):
        views, *others = (lines.get((measure, day), Total()) for measure in _MEASURES)
        rows.append(
            (words(day.isoformat()), count(views.people), count(views.count), *(count(o.count) for o in others))
        )
    heads = ("始まりの日", "訪れた人", "見られたページ", "書き始めた", "送られた電子申請", "受け付けた申請")
    return Grid(name="by-time", caption="日・週・月ごと", heads=heads, rows=rows)


def _by_procedure(scope: Scope) -> Grid:
    found = counted.by_subject((*_MEASURES, "corrected"), scope.period, scope.chosen)
    took = counted.step_by_subject("decide", scope.period, scope.chosen)
    rows: list[tuple[Cell, ...]] = []
    order = sorted(found, key=lambda slug: (-_one(found[slug], "views").people, slug))
    for slug in order:
        sums, step = found[slug], took.get(slug)
        total, online = _received(sums)
        began, sent = _one(sums, "started").count, _one(sums, "sent").count
        rows.append((
            words(scope.title_of(slug), url=scope.with_procedure(slug)), count(_one(sums, "views").people),
            count(began), count(sent), percent(min(sent, began), began), count(total), percent(online, total),
            minutes(step.minutes / step.count if step and step.count else None),
            percent(step.late if step else 0, step.count if step else 0),
            percent(_one(sums, "corrected").count, total),
        ))  # fmt: skip
    heads = (
        "手続", "訪れた人", "書き始めた", "送られた", "書き終えた割合", "受け付けた申請", "オンライン",
        "決定まで(平均)", "標準処理期間を過ぎた", "補正を求めた",
    )  # fmt: skip
    return Grid(name="by-procedure", caption="手続ごと", heads=heads, rows=rows, shown=60)
