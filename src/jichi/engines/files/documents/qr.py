"""QR codes: as SVG for pages, as rows of modules for documents."""

from __future__ import annotations

import io

import segno


def _make(text: str) -> segno.QRCode:
    # M: a ticket that was folded once still reads. Micro QR is left out: few readers know it.
    return segno.make_qr(text, error="m")


def qr_svg(text: str) -> bytes:
    """The code as an SVG document with a quiet zone; scale it by CSS. Carries no inline style."""
    out = io.BytesIO()
    _make(text).save(out, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgclass=None, lineclass=None)
    return out.getvalue()


def qr_matrix(text: str) -> list[str]:
    """The modules row by row, "1" dark and "0" light, without quiet zone: what `qr` of base.typ draws."""
    return ["".join("1" if module else "0" for module in row) for row in _make(text).matrix]
