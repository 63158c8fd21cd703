"""A page of figures as data: one sentence, key figures, charts beside tables. Drawn, and saved as CSV, in one place."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import east_asian_width

from jichi.design.charts import SUPPRESSED
from jichi.design.parts import Chart, Figure
from jichi.engines.statistics.rules import as_days, as_minutes
from jichi.kernel.text import safe_csv_cell

SOURCE: Final = "申請の統計"
NOTHING: Final = "―"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table shows, and what the file says."""

    text: str
    value: str = ""
    number: bool = True
    url: str = ""


def words(text: str, url: str = "") -> Cell:
    """A cell of words."""
    return Cell(text, text, number=False, url=url)


def count(value: int | None) -> Cell:
    """A number; None is hidden because it is small."""
    return Cell(SUPPRESSED, "X") if value is None else Cell(f"{value:,}", str(value))


def percent(part: int | None, whole: int) -> Cell:
    """A share; hidden with its part."""
    if part is None:
        return Cell(SUPPRESSED, "X")
    return Cell(f"{part * 100 / whole:.1f}%", f"{part * 100 / whole:.1f}") if whole else Cell(NOTHING)


def seconds(value: float | None) -> Cell:
    """Time on a page."""
    return Cell(as_minutes(value), str(round(value))) if value is not None else Cell(NOTHING)


def minutes(value: float | None) -> Cell:
    """Time of a step; days in the file."""
    return Cell(as_days(value), f"{value / 1440:.3f}") if value is not None else Cell(NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table. `shown`: so many rows on the page, all in the file. The first column heads its row."""

    name: str
    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    shown: int = 200

    @property
    def head_cells(self) -> list[tuple[str, bool]]:
        """(head, is it over numbers)."""
        kinds = [cell.number for cell in self.rows[0]] if self.rows else [False] * len(self.heads)
        return list(zip(self.heads, kinds, strict=True))

    @property
    def page_rows(self) -> Sequence[Sequence[Cell]]:
        """The rows that the page shows."""
        return self.rows[: self.shown]

    @property
    def hidden_rows(self) -> int:
        """How many more the file has."""
        return max(0, len(self.rows) - self.shown)

    def csv(self) -> bytes:
        """UTF-8 with BOM."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(self.heads)
        for row in self.rows:
            writer.writerow([cell.value if cell.number else safe_csv_cell(cell.value) for cell in row])
        return b"\xef\xbb\xbf" + text.getvalue().encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a page tells."""

    title: str
    sentence: str
    figures: Sequence[Figure] = ()
    charts: dict[str, Chart]
    grids: Sequence[Grid]
    notes: Sequence[str] = ()


def fitting(names: Sequence[str]) -> list[str]:
    """Names that fit under so many bars, cut short; where they would be too short to tell apart, their places."""
    room = 64 // max(1, len(names))
    cut = [_cut(name, room) for name in names]
    if room < 6 or len(set(cut)) < len(set(names)):
        return [f"{place}番目" if room > 6 else str(place) for place in range(1, len(names) + 1)]
    return cut


def _cut(name: str, room: int) -> str:
    """As much of a name as fits; Japanese letters are two wide."""
    widths = [2 if east_asian_width(letter) in "WFA" else 1 for letter in name]
    if sum(widths) <= room:
        return name
    most = next((at for at in range(len(name)) if sum(widths[: at + 1]) > room - 2), len(name))
    return f"{name[:most]}…"
