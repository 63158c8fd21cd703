"""Drop-off (離脱): for each page of a form how many reached it, went on, left, met an error; the time it took."""

from __future__ import annotations

from typing import Final

from jichi.design.parts import Chart, Figure, Series
from jichi.engines.statistics import queries as counted
from jichi.engines.statistics.queries import PageSum
from jichi.engines.statistics.rules import SECONDS, quantile

from ..queries import AFTER, BEFORE, VersionPages, version_pages
from ..scope import Scope
from ..sheets import SOURCE, Cell, Grid, Sheet, count, fitting, percent, seconds, words

VERSIONS: Final = 3
"""So many versions are shown, newest first."""
ENOUGH: Final = 5
"""Times of fewer are not told: one slow person is no rule."""
_SHARES: Final = (0.5, 0.9)
_HEADS: Final = (
    "ページ", "着いた", "次へ進んだ", "ここで離れた", "離れた割合", "誤りで戻った", "誤りの割合", "誤りの回数",
    "時間(中央値)", "時間(90%)",
)  # fmt: skip


def _busiest(scope: Scope) -> str:
    """Without a procedure chosen: the one begun most often."""
    found = counted.by_subject(("started",), scope.period, scope.chosen)
    most = sorted(found, key=lambda slug: (-found[slug]["started", ""].count, slug))
    return most[0] if most else next(iter(scope.known), "")


def sheet(scope: Scope) -> Sheet:
    """At most six statements."""
    slug = scope.procedure or _busiest(scope)
    found = counted.pages(slug, scope.period)
    before = counted.pages(slug, scope.period.before)
    versions = sorted({one.version for one in found}, reverse=True)[:VERSIONS]
    told = {version: version_pages(version) for version in versions}
    title = scope.title_of(slug) if slug else "手続"
    grids, charts = [], {}
    for place, version in enumerate(versions):
        rows = _ordered([one for one in found if one.version == version], told[version])
        grids.append(
            Grid(name=f"version-{place + 1}", caption=told[version].title, heads=_HEADS,
                 rows=_rows(rows))
        )  # fmt: skip
        if place == 0 and rows:
            charts = {"reached": _chart(title, rows), "time": _times(title, rows)}
    return Sheet(
        title=f"離脱: {title}", sentence=_sentence(found, versions, told), figures=_figures(found, before),
        charts=charts, grids=grids,
        notes=(
            "1件の書きかけを1日に1回数えます。2日に分けて書いた申請は、両方の日に数えます。",
            f"時間は、{ENOUGH}回以上測れたページだけを示します。1時間を超えて開いていたものは含みません。",
        ),
    )  # fmt: skip


def _ordered(rows: list[PageSum], told: VersionPages) -> list[tuple[PageSum, str]]:
    """In the order of the form, with their headings; pages it does not know come last, by their id."""
    places = {page: place for place, (page, _title) in enumerate(told.pages)}
    names = dict(told.pages)
    ordered = sorted(rows, key=lambda one: (places.get(one.page, len(places)), one.page))
    return [(one, names.get(one.page, one.page)) for one in ordered]


def _rows(rows: list[tuple[PageSum, str]]) -> list[tuple[Cell, ...]]:
    """Pages from the first question on carry the number they have under the charts."""
    numbers = {one.page: place for place, (one, _name) in enumerate(_questions(rows), start=1)}
    return [_row(one, f"{numbers[one.page]}. {name}" if one.page in numbers else name) for one, name in rows]


def _row(one: PageSum, name: str) -> tuple[Cell, ...]:
    left = max(0, one.reached - one.went_on)
    enough = sum(one.times.values()) >= ENOUGH
    median, most = (quantile(one.times, share, SECONDS) if enough else None for share in _SHARES)
    return (
        words(name), count(one.reached), count(one.went_on), count(left), percent(left, one.reached), count(one.erred),
        percent(one.erred, one.reached), count(one.errors), seconds(median), seconds(most),
    )  # fmt: skip


def _questions(rows: list[tuple[PageSum, str]]) -> list[tuple[PageSum, str]]:
    return [(one, name) for one, name in rows if one.page not in BEFORE]


def _chart(title: str, rows: list[tuple[PageSum, str]]) -> Chart:
    shown = _questions(rows)
    worst = max(shown, key=lambda row: _lost(row[0]), default=None)
    text = f"最も多く離れたのは「{worst[1]}」で、着いた人の{_lost(worst[0]):.1f}%です。" if worst else ""
    return Chart(
        title=f"{title}: ページごとの人数", unit="件", source=SOURCE, description=text,
        labels=fitting([name for _one, name in shown]),
        series=[
            Series("着いた", [one.reached for one, _name in shown]),
            Series("次へ進んだ", [one.went_on for one, _name in shown]),
        ],
    )  # fmt: skip


def _times(title: str, rows: list[tuple[PageSum, str]]) -> Chart:
    shown = _questions(rows)
    medians = [quantile(one.times, 0.5, SECONDS) if sum(one.times.values()) >= ENOUGH else None for one, _name in shown]
    known = [(value, name) for value, (_one, name) in zip(medians, shown, strict=True) if value is not None]
    return Chart(
        title=f"{title}: ページごとの時間(中央値)", unit="秒", source=SOURCE,
        description=f"最も長くかかるのは「{max(known)[1]}」です。"
        if known
        else f"{ENOUGH}回以上測れたページは、まだありません。",
        labels=fitting([name for _one, name in shown]),
        series=[Series("中央値", [None if value is None else round(value) for value in medians])],
    )  # fmt: skip


def _lost(one: PageSum) -> float:
    return max(0, one.reached - one.went_on) * 100 / one.reached if one.reached else 0.0


def _ends(found: tuple[PageSum, ...]) -> tuple[int, int, int]:
    """Began, came to the last look, sent."""
    began = sum(one.went_on for one in found if one.page in BEFORE)
    checked = sum(one.reached for one in found if one.page == ":check")
    return began, checked, sum(one.went_on for one in found if one.page == ":check")


def _figures(found: tuple[PageSum, ...], before: tuple[PageSum, ...]) -> list[Figure]:
    now, then = _ends(found), _ends(before)
    names = ("書き始めた", "確認まで来た", "送った")
    figures = [
        Figure(label=f"{name}(前の期間は{old:,})", value=f"{value:,}", unit="件")
        for name, value, old in zip(names, now, then, strict=True)
    ]
    return [*figures, Figure(label="書き終えた割合", value=f"{now[2] * 100 / now[0]:.1f}" if now[0] else "―", unit="%")]


def _sentence(found: tuple[PageSum, ...], versions: list[int], told: dict[int, VersionPages]) -> str:
    if not versions:
        return "この期間に書かれた申請は、まだありません。期間か手続を変えてください。"
    rows = _questions(_ordered([one for one in found if one.version == versions[0]], told[versions[0]]))
    rows = [row for row in rows if row[0].page not in AFTER] or rows
    if not rows:
        return "この期間に、質問のページに着いた申請はありません。"
    worst, name = max(rows, key=lambda row: _lost(row[0]))
    if not _lost(worst):
        return "どのページでも、途中で離れた申請はありません。"
    return (
        f"途中で離れた申請が最も多いのは「{name}」です(着いた{worst.reached:,}件の{_lost(worst):.1f}%)。"
        f"{f'誤りで戻った申請は{worst.erred:,}件です。' if worst.erred else ''}"
    )
