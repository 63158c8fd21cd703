"""Pictures of slips for tests: bars and squares drawn as a printer would, and what a phone makes of them."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageFilter

from .. import rules


def bars(digits: str, *, module: int = 3, height: int = 80, fnc1: bool = True) -> Image.Image:
    """The payment barcode as a picture with its quiet zones; without FNC1 it is a plain Code 128."""
    values = list(rules.symbol_values(digits))
    if not fnc1:
        values = [105, *values[2:-2]]
        values += [(105 + sum(place * value for place, value in enumerate(values[1:], start=1))) % 103, 106]
    from ..rules.code128 import _WIDTHS

    row, dark = bytearray(b"\xff" * 10 * module), True
    for width in (int(width) for value in values for width in _WIDTHS[value]):
        row += (b"\0" if dark else b"\xff") * (module * width)
        dark = not dark
    row += b"\xff" * 10 * module
    return Image.frombytes("L", (len(row), height), bytes(row) * height)


def square(text: str, *, module: int = 6) -> Image.Image:
    """A QR code as a picture, by another encoder than the one that draws slips."""
    import segno

    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="png", scale=module, border=4)
    return Image.open(out).convert("L")


def page(*pictures: Image.Image) -> Image.Image:
    """White paper with pictures one under the other."""
    width = max(picture.width for picture in pictures) + 120
    sheet = Image.new("L", (width, sum(picture.height + 60 for picture in pictures) + 60), 255)
    top = 60
    for picture in pictures:
        sheet.paste(picture, (60, top))
        top += picture.height + 60
    return sheet


def photographed(sheet: Image.Image) -> Image.Image:
    """Turned a little, greyish and not quite sharp."""
    turned = sheet.rotate(4, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    return turned.filter(ImageFilter.GaussianBlur(0.8)).point(lambda value: 40 + value * 170 // 255)


def saved(sheet: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    """The picture as a file: "PNG", "JPEG" or "PDF"."""
    out = io.BytesIO()
    sheet.save(out, kind, **how)
    return out.getvalue()
