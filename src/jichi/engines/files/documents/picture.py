"""A drawing as PNG, set with the house's own fonts, for where SVG is not taken."""

from __future__ import annotations

import json

from .render import DocumentError, fonts

_MAIN = b"""#set page(width: auto, height: auto, margin: 0pt)
#set text(font: "Jichi Document")
#image(bytes(json(bytes(sys.inputs.drawing))), format: "svg")"""
DOTS_PER_INCH = 144.0


def svg_to_png(drawing: bytes) -> bytes:
    """The PNG of an SVG of our own making. Raises DocumentError where it can't be drawn."""
    import typst

    try:
        made = typst.compile(
            _MAIN, sys_inputs={"drawing": json.dumps(list(drawing))}, font_paths=fonts(), ignore_system_fonts=True,
            format="png", ppi=DOTS_PER_INCH,
        )  # fmt: skip
    except typst.TypstError as error:
        raise DocumentError(f"{error.message} {' '.join(error.hints)}".strip()) from error
    if not isinstance(made, bytes):
        raise DocumentError("no picture came out")
    return made
