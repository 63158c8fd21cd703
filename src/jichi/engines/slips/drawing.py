"""Slips as PDF: Typst sets the page, bars and squares are vector paths on whole dots of the printer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from jichi.engines.files.documents import missing_glyphs, render_pdf, svg_to_png
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Invalid

from .rules import (
    Fault,
    Paper,
    Printer,
    Sender,
    Window,
    bar_path,
    printed_lines,
    require_printable,
    square_path,
    texts_of,
    window_lines,
)
from .rules.code128 import SYMBOL_MODULES

TEMPLATE: Final = Path(__file__).resolve().parent / "templates" / "eng_slips" / "pdf" / "slip.typ"
BAR_MM: Final = 13.0
"""Height of the bars: at least 10 mm are asked for."""


def unprintable(papers: Sequence[Paper]) -> list[tuple[int, Fault]]:
    """What keeps slips from being printed, asked before a run: (place in the row, why).

    A form of a character that the font has only in its usual shape is let through: the usual shape is printed.
    """
    found = []
    for place, paper in enumerate(papers):
        try:
            require_printable(paper)
        except Invalid as error:
            texts = {name: value for name, value in error.params.items() if isinstance(value, str | int)}
            found.append((place, Fault(error.code, texts)))
            continue
        missing = [sign for sign in missing_glyphs(texts_of(paper)) if len(sign) == 1]
        if missing:
            found.append((place, Fault("slip.glyph", {"characters": " ".join(missing)})))
    return found


def draw(
    papers: Sequence[Paper], *, sender: Sender, printer: Printer, window: Window, large: bool, made_at: datetime
) -> bytes:
    """One PDF, a page for each slip, in order; at most a few hundred at a time (memory).

    Args:
        large: bigger letters and fewer words.
        made_at: aware; same input, same bytes.

    Raises:
        Invalid: the first of `unprintable`.
    """
    for _, fault in unprintable(papers):
        raise fault.refusal()
    module = printer.bar_dots * printer.dot_mm
    height = round(BAR_MM / module)
    data = {
        "pages": [_page(paper, sender, height) for paper in papers],
        "ward": sender.ward, "division": sender.division, "phone": sender.phone, "places": sender.places,
        "apps": sender.apps, "limit": f"{sender.limit_yen:,}円", "large": large,
        "window": {"left": window.left, "top": window.top, "width": window.width},
        "bars": {
            "width": printer.bars_mm, "height": height * module, "modules": SYMBOL_MODULES, "tall": height,
            "left": printer.snapped(22.0), "top": printer.snapped(251.0),
        },
        "square": {
            "module": printer.square_dots * printer.dot_mm, "left": printer.snapped(158.0),
            "top": printer.snapped(84.0),
        },
    }  # fmt: skip
    pdf = render_pdf(template=TEMPLATE, data=data, title="納付書", language="ja", author=sender.ward, made_at=made_at)
    _forget()
    return pdf


def _forget() -> None:
    """Let Typst drop what it worked out: it keeps that for ten compilations, half a gigabyte a thousand pages."""
    for _ in range(12):
        svg_to_png(b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')


def _page(paper: Paper, sender: Sender, height: int) -> dict[str, Any]:
    code, address, name = window_lines(paper.to)
    squares, size = squares_of(paper.el_payload) if paper.el_payload else ("", 0)
    return {
        "code": code, "address": address, "name": name, "who": f"{paper.to.name} 様", "title": paper.title,
        "number": _grouped(paper.number), "amount": f"{paper.amount:,}", "due": format_date(paper.due, "ja", "long"),
        "pay_by": format_date(paper.pay_by, "ja", "long") if paper.pay_by else "",
        "issued": format_date(paper.issued, "ja", "long"),
        "again": f"再発行 {paper.reissue}回目" if paper.reissue else "",
        "rows": paper.rows, "bars": bar_path(paper.digits, height) if paper.digits else "",
        "printed": printed_lines(paper.digits) if paper.digits else (), "why": paper.why_none,
        "squares": squares, "size": size, "ocr": paper.ocr,
        "el": [
            [label, _grouped(part)]
            for label, part in zip(("収納機関番号", "納付番号", "確認番号", "納付区分"), _typed(paper), strict=False)
            if part
        ],
    }  # fmt: skip


def _typed(paper: Paper) -> tuple[str, ...]:
    """The numbers a payer types: eL number, otherwise Pay-easy."""
    if paper.el_number or paper.payeasy is None:
        return paper.el_number
    numbers = paper.payeasy
    return numbers.agency, numbers.number, numbers.confirmation, numbers.category


def _grouped(digits: str) -> str:
    """Digits in groups of four, five where they come in fives; up to six stay together."""
    if len(digits) <= 6:
        return digits
    width = 5 if len(digits) % 5 == 0 else 4
    return " ".join(digits[at : at + width] for at in range(0, len(digits), width))


def squares_of(text: str) -> tuple[str, int]:
    """A QR code (error level M) as an SVG path in modules, and how many modules a side has."""
    # The encoder of the library that also reads: ten times faster than the one of pages; tests hold both side by side.
    import zxingcpp

    image = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(
        scale=1, add_quiet_zones=False
    )
    side = image.shape[0]
    flat = bytes(image)  # type: ignore[call-overload] # a buffer, as its stubs do not say
    return square_path([flat[at : at + side] for at in range(0, side * side, side)]), side
