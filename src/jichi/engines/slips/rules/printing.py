"""Bars and squares as vector paths on whole dots of the printer: never scaled, so no scanner meets half a dot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .code128 import SYMBOL_MODULES, bar_widths

MM_PER_INCH: Final = 25.4
WIDEST_MM: Final = 60.0
"""With quiet zones: what readers at tills see at once."""
QUIET: Final = 10
"""Modules of white on each side of the bars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """Resolution, dots a module of the barcode, dots a module of the QR code."""

    dpi: int
    bar_dots: int
    square_dots: int

    @property
    def dot_mm(self) -> float:
        """One dot in millimetres."""
        return MM_PER_INCH / self.dpi

    @property
    def bars_mm(self) -> float:
        """Width of the bars without quiet zones."""
        return SYMBOL_MODULES * self.bar_dots * self.dot_mm

    @property
    def whole_mm(self) -> float:
        """Width with a quiet zone of ten modules on each side."""
        return (SYMBOL_MODULES + 2 * QUIET) * self.bar_dots * self.dot_mm

    def snapped(self, mm: float) -> float:
        """The nearest place that lies on a whole dot."""
        return round(mm / self.dot_mm) * self.dot_mm


PRINTERS: Final = {
    300: Printer(dpi=300, bar_dots=2, square_dots=6),
    400: Printer(dpi=400, bar_dots=3, square_dots=8),
    600: Printer(dpi=600, bar_dots=4, square_dots=12),
}
"""By resolution: the widest bars that stay within 60 mm; squares of the QR code of about 0.5 mm."""


def bar_path(digits: str, height: int) -> str:
    """The bars as an SVG path: x in modules from 0 to 288, y from 0 to `height`. A bar is one closed rectangle."""
    pieces, at = [], 0
    for place, width in enumerate(bar_widths(digits)):
        if place % 2 == 0:
            pieces.append(f"M{at} 0h{width}v{height}h-{width}z")
        at += width
    return "".join(pieces)


def square_path(rows: Sequence[bytes]) -> str:
    """Dark squares of a QR code as an SVG path in modules: neighbours in a row are one rectangle, no hairlines.

    Args:
        rows: one byte a module, 0 is dark.
    """
    pieces = []
    for y, row in enumerate(rows):
        x, width = 0, len(row)
        while (x := row.find(0, x)) >= 0:
            end = x
            while end < width and row[end] == 0:
                end += 1
            pieces.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
            x = end
    return "".join(pieces)
