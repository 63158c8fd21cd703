"""Documents (PDF): tagged, titled, in the ward's letterhead, the same bytes for the same input.

`render_pdf` sets a room's Typst template with data; people's texts are data and never markup.
"""

from .coverage import missing_glyphs, printable
from .picture import svg_to_png
from .qr import qr_matrix, qr_svg
from .render import DocumentError, render_pdf

__all__ = ["DocumentError", "missing_glyphs", "printable", "qr_matrix", "qr_svg", "render_pdf", "svg_to_png"]
