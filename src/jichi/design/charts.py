"""Bar and line charts as SVG without scripts: five series at most, told apart by dash or hatch, then colour.

Axis from 0, direct labels at lines, the same numbers as a table beneath. Colours come from the style sheet
(classes s1 … s5), so they obey the policy against inline styles.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from hashlib import sha256
from typing import Final
from unicodedata import east_asian_width

from django.utils.safestring import SafeString

from .html import esc, safe
from .labels import label
from .parts import Chart, Series

WIDTH: Final = 720
HEIGHT: Final = 320
LEFT: Final = 84
TOP: Final = 56
BOTTOM: Final = 44
MAX_SERIES: Final = 5
NAME_HEIGHT: Final = 26
NARROW: Final = 6
"""More labels than this don't fit under a chart on a phone: every second one is hidden there."""
LETTER: Final = 18.0
"""Width of a full-width letter under the axis; others take half of it."""
SUPPRESSED: Final = "X(秘匿)"

_HATCHES: Final = (
    "",
    '<path d="M0 8L8 0" class="h"/>',
    '<path d="M0 0L8 8" class="h"/>',
    '<circle cx="4" cy="4" r="1.5" class="hd"/>',
    '<path d="M4 0V8M0 4H8" class="h"/>',
)


def hatch_id(chart: Chart, row: int) -> str:
    """The id of the pattern of a series: another one for each chart, so that a page may have several."""
    told = f"{chart.title}\n{chart.unit}\n{[(one.name, list(one.values)) for one in chart.series]}"
    return f"hatch{row + 1}-{sha256(told.encode()).hexdigest()[:8]}"


def nice_top(highest: float, *, counts: bool = False) -> float:
    """The end of the axis: the next of 1, 2, 2.5, 5 × 10ⁿ at or above the highest value.

    `counts`: whole things; the four steps of the axis are then whole as well (4, 8, 20, 40, 80 …).
    """
    if counts:
        quarter = nice_top(max(1, math.ceil(highest / 4)))
        return 4 * math.ceil(quarter)
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    for step in (1, 2, 2.5, 5, 10):
        if step * power >= highest:
            return step * power
    return 10 * power


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _highest(series: Sequence[Series]) -> float:
    return max((v for s in series for v in s.values if v is not None), default=0.0)


def _axis(top: float, right: float, unit: str) -> str:
    html = ""
    for part in range(5):
        value = top * part / 4
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part / 4
        html += f'<line class="grid" x1="{LEFT}" x2="{right:.0f}" y1="{y:.1f}" y2="{y:.1f}"/>'
        html += f'<text x="{LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{_number(value)}</text>'
    return f'{html}<text x="{LEFT - 8}" y="20" text-anchor="end">{esc(unit)}</text>'


def _below(x: float, name: str, *, odd: bool) -> str:
    """A label under the axis; the odd ones give way on a narrow page."""
    more = ' class="odd"' if odd else ""
    return f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 30}" text-anchor="middle"{more}>{esc(name)}</text>'


def _lines_of(name: str, room: float) -> list[str]:
    """A long label in two lines; what is longer still ends in … (the table has it whole)."""
    lines, width = [""], 0.0
    for letter in name:
        wide = LETTER if east_asian_width(letter) in "WFA" else LETTER / 2
        if width + wide > room and lines[-1]:
            if len(lines) == 2:
                lines[-1] = f"{lines[-1][:-1]}…"
                break
            lines, width = [*lines, ""], 0.0
        lines[-1] += letter
        width += wide
    return lines


def _wrapped(x: float, name: str, room: float) -> str:
    """A label under the axis where there are few: in two lines if one is too long for its room."""
    lines = _lines_of(name, room)
    if len(lines) == 1:
        return _below(x, name, odd=False)
    return "".join(
        f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20 + row * 20}" text-anchor="middle">{esc(line)}</text>'
        for row, line in enumerate(lines)
    )


def _bars(chart: Chart, top: float, right: float) -> str:
    group = (right - LEFT) / max(len(chart.labels), 1)
    width = min(56.0, group * 0.72 / max(len(chart.series), 1))
    scale = (HEIGHT - TOP - BOTTOM) / top
    hatches = [hatch_id(chart, row) for row in range(len(chart.series))]
    html = ""
    for place, name in enumerate(chart.labels):
        start = LEFT + place * group + (group - width * len(chart.series)) / 2
        for row, series in enumerate(chart.series):
            value = series.values[place]
            x = start + row * width
            if value is None:
                box = f'x="{x:.1f}" y="{HEIGHT - BOTTOM - 24}" width="{width - 2:.1f}" height="24"'
                html += f'<rect class="hidden-value" {box}/>'
                continue
            tall = value * scale
            y = HEIGHT - BOTTOM - tall
            box = f'x="{x:.1f}" y="{y:.1f}" width="{width - 2:.1f}" height="{tall:.1f}"'
            html += f'<rect class="bar s{row + 1}" {box}/>'
            if row:
                html += f'<rect class="hatch" fill="url(#{hatches[row]})" {box}/>'
            if len(chart.series) == 1:
                html += (
                    f'<text x="{x + width / 2 - 1:.1f}" y="{y - 6:.1f}" text-anchor="middle">{_number(value)}</text>'
                )
        x = LEFT + (place + 0.5) * group
        many = len(chart.labels) > NARROW
        html += _below(x, name, odd=place % 2 == 1) if many else _wrapped(x, name, group - LETTER / 2)
    return html


def _line(series: Series, row: int, xs: Sequence[float], scale: float) -> str:
    points = [
        (x, HEIGHT - BOTTOM - v * scale) if v is not None else None for x, v in zip(xs, series.values, strict=True)
    ]
    html, run = "", list[tuple[float, float]]()
    cut = series.forecast_from if series.forecast_from is not None else len(points)
    for part, name in (
        (points[:cut], "line"),
        (points[max(cut - 1, 0) :] if cut < len(points) else [], "line forecast"),
    ):
        run = []
        for point in [*part, None]:
            if point is not None:
                run.append(point)
                continue
            if len(run) > 1:
                path = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
                html += f'<polyline class="{name} s{row + 1}" points="{path}"/>'
            elif run:
                html += f'<circle class="dot s{row + 1}" cx="{run[0][0]:.1f}" cy="{run[0][1]:.1f}" r="4"/>'
            run = []
    return html


def _names(ends: Sequence[tuple[str, float, float]]) -> str:
    """Names at the ends of their lines, moved down where they would cover each other."""
    placed: list[tuple[str, float, float]] = []
    free = 0.0
    for name, x, y in sorted(ends, key=lambda end: end[2]):
        free = max(y + 6, free)
        placed.append((name, x, free))
        free += NAME_HEIGHT
    # What would run into the labels of the axis moves up, all together.
    over = max(0.0, (placed[-1][2] if placed else 0.0) - (HEIGHT - BOTTOM + 2))
    return "".join(
        f'<text class="line-name" x="{x + 8:.1f}" y="{y - over:.1f}">{esc(name)}</text>' for name, x, y in placed
    )


def _ends(chart: Chart, xs: Sequence[float], scale: float) -> list[tuple[str, float, float]]:
    found = []
    for series in chart.series:
        known = [(x, v) for x, v in zip(xs, series.values, strict=True) if v is not None]
        if known:
            found.append((series.name, known[-1][0], HEIGHT - BOTTOM - known[-1][1] * scale))
    return found


def _lines(chart: Chart, top: float, right: float) -> str:
    step = (right - LEFT) / max(len(chart.labels) - 1, 1)
    xs = [LEFT + place * step for place in range(len(chart.labels))]
    scale = (HEIGHT - TOP - BOTTOM) / top
    html = "".join(_line(series, row, xs, scale) for row, series in enumerate(chart.series))
    html += _names(_ends(chart, xs, scale))
    every = max(1, math.ceil(len(chart.labels) / 12))
    for place in range(0, len(chart.labels), every):
        html += _below(xs[place], chart.labels[place], odd=place // every % 2 == 1 and len(chart.labels) > NARROW)
    return html


def _legend(chart: Chart) -> str:
    if chart.kind == "line" or len(chart.series) < 2:
        return ""
    rows = ""
    for i, series in enumerate(chart.series):
        hatch = f'<rect fill="url(#{hatch_id(chart, i)})" width="16" height="16"/>' if i else ""
        bar = f'<rect class="bar s{i + 1}" width="16" height="16"/>{hatch}'
        swatch = f'<svg class="swatch" viewBox="0 0 16 16" aria-hidden="true">{bar}</svg>'
        rows += f"<li>{swatch}<span>{esc(series.name)}</span></li>"
    return f'<ul class="legend">{rows}</ul>'


def _defs(chart: Chart) -> str:
    patterns = "".join(
        f'<pattern id="{hatch_id(chart, i)}" width="8" height="8" patternUnits="userSpaceOnUse">{_HATCHES[i]}</pattern>'
        for i in range(1, len(chart.series))
    )
    return f"<defs>{patterns}</defs>" if patterns and chart.kind == "bar" else ""


def _table(chart: Chart) -> str:
    heads = "".join(f'<th scope="col" class="num">{esc(s.name)}</th>' for s in chart.series)
    unit = f"({esc(chart.unit)})" if chart.unit else ""
    rows = ""
    for place, name in enumerate(chart.labels):
        cells = "".join(
            f'<td class="num">{SUPPRESSED if s.values[place] is None else _number(s.values[place] or 0)}</td>'
            for s in chart.series
        )
        rows += f'<tr><th scope="row">{esc(name)}</th>{cells}</tr>'
    return (
        f'<details class="as-table" open><summary><span>{esc(label("word.as_table"))}</span></summary>'
        f'<div class="scroll" tabindex="0" role="region"'
        f' aria-label="{esc(chart.title)}"><table class="table small-table"><caption>{esc(chart.title)}{unit}</caption>'
        f'<thead><tr><th scope="col">{esc(label("word.item"))}</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )


def chart_body(chart: Chart) -> str:
    """What is drawn: patterns, axis, bars or lines, in a box of `WIDTH` by `HEIGHT`. ValueError: over five series."""
    if len(chart.series) > MAX_SERIES:
        raise ValueError("at most five series: use small multiples")
    right = float(WIDTH - (120 if chart.kind == "line" else 8))
    whole = all(float(v).is_integer() for s in chart.series for v in s.values if v is not None)
    top = nice_top(_highest(chart.series), counts=whole)
    body = _bars(chart, top, right) if chart.kind == "bar" else _lines(chart, top, right)
    return f"{_defs(chart)}{_axis(top, right, chart.unit)}{body}"


def render_chart(chart: Chart) -> SafeString:
    """The chart, its source, and its numbers as a table. ValueError for more than five series."""
    body = chart_body(chart)
    source = f'<p class="source">{esc(label("word.source"))}: {esc(chart.source)}</p>' if chart.source else ""
    name = f"{chart.title}。{chart.description}"
    return safe(
        f'<figure class="chart"><figcaption>{esc(chart.title)}</figcaption>'
        f"<p>{esc(chart.description)}</p>{_legend(chart)}"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{esc(name)}">'
        f"{body}</svg>{source}{_table(chart)}</figure>"
    )
