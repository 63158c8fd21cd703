"""A chart as a picture of its own, for papers and slides: SVG with its colours, title, names and source inside."""

from __future__ import annotations

import math
from typing import Final

from .charts import HEIGHT, LEFT, WIDTH, chart_body, hatch_id
from .html import esc
from .labels import label
from .parts import Chart

_TITLE_AT: Final = 34
_HEAD: Final = 56
_FOOT: Final = 40
_NAME_STEP: Final = 30
# The colours of the style sheet (classes s1 … s5): a picture on its own has no style sheet.
_STYLE: Final = (
    "text{font:18px 'Jichi Document','Noto Sans JP','BIZ UDPGothic',sans-serif;fill:#4d4d4d}"
    ".title{font-size:22px;font-weight:700;fill:#1a1a1a}.small{font-size:15px}.grid{stroke:#cccccc}.bar.s1{fill:#0017c1}.bar.s2{fill:#8b3200}"
    ".bar.s3{fill:#008bf2}.bar.s4{fill:#b78f00}.bar.s5{fill:#767676}.dot.s1{fill:#0017c1}.dot.s2{fill:#8b3200}"
    ".dot.s3{fill:#008bf2}.dot.s4{fill:#b78f00}.dot.s5{fill:#767676}.line{fill:none;stroke-width:3}"
    ".line.s1{stroke:#0017c1}.line.s2{stroke:#8b3200;stroke-dasharray:12 5}.line.s3{stroke:#008bf2;"
    "stroke-dasharray:2 5;stroke-linecap:round}.line.s4{stroke:#b78f00;stroke-dasharray:10 4 2 4}"
    ".line.s5{stroke:#767676;stroke-width:1.5}.line.forecast{stroke-dasharray:6 6}.line-name{font-weight:700;"
    "fill:#1a1a1a}.h{stroke:#fff;stroke-width:2;fill:none}.hd{fill:#fff}.hidden-value{fill:none;stroke:#767676;"
    "stroke-dasharray:3 3}"
)


def _names(chart: Chart) -> tuple[str, int]:
    """The names of a bar chart's series below the title, and how high they are."""
    if chart.kind == "line" or len(chart.series) < 2:
        return "", 0
    html = ""
    for row, series in enumerate(chart.series):
        y = _HEAD + 12 + row * _NAME_STEP
        box = f'x="{LEFT}" y="{y - 14}" width="16" height="16"'
        hatch = f'<rect fill="url(#{hatch_id(chart, row)})" {box}/>' if row else ""
        html += f'<rect class="bar s{row + 1}" {box}/>{hatch}'
        html += f'<text x="{LEFT + 26}" y="{y}">{esc(series.name)}</text>'
    return html, len(chart.series) * _NAME_STEP


def chart_picture(chart: Chart, *, as_of: str = "") -> bytes:
    """The chart as an SVG file. ValueError for more than five series.

    Args:
        as_of: when the numbers stood, as text; written beside the source.
    """
    body = chart_body(chart)
    names, tall = _names(chart)
    height = math.ceil(_HEAD + tall + HEIGHT + _FOOT)
    below = "　".join(
        part for part in (f"{label('word.source')}: {chart.source}" if chart.source else "", as_of) if part
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" aria-label="{esc(f"{chart.title}。{chart.description}")}"><style>{_STYLE}</style>'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/><text class="title" x="16" y="{_TITLE_AT}">'
        f'{esc(chart.title)}</text>{names}<g transform="translate(0 {_HEAD + tall - 16})">{body}</g>'
        f'<text class="small" x="16" y="{height - 16}">{esc(below)}</text></svg>'
    ).encode()
