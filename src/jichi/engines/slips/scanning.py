"""Finds barcodes and QR codes in a photo or PDF, in a process of its own with limits on time and memory.

What comes from outside is judged first, as every upload is; a crash, a loop or a bomb costs one short-lived child.
"""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jichi.engines.files.rules.images import clean_picture
from jichi.engines.files.rules.pdfs import check_pdf
from jichi.engines.files.rules.refusal import Refused
from jichi.engines.files.rules.signatures import IMAGE_KINDS, decode_text, sniff
from jichi.kernel.errors import Invalid

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_PAGES: Final = 20
MOST_SYMBOLS: Final = 60
MOST_PIXELS: Final = 40_000_000
DPI: Final = 400
"""PDF pages are looked at as this printer would show them."""
CPU_S: Final = 30
WALL_S: Final = 60
MEMORY_BYTES: Final = 1_500 * 1024 * 1024
_POINTS: Final = 72
_SMALL: Final = 1600
"""Pictures with a shorter side than this are looked at once more, twice as large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """One symbol: page from 1, "bars" or "square", the reader's mark (]C1, ]C0, ]Q1), its text."""

    page: int
    shape: str
    mark: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What was found. `kind`: "picture", "pdf" or "text" (then `text` holds it); `pages`: looked at, of `of_pages`."""

    kind: str
    pages: int
    of_pages: int
    symbols: tuple[Symbol, ...]
    text: str = ""


def scan(data: bytes, name: str) -> Scan:
    """Symbols of a photo (JPEG, PNG, GIF, WebP) or PDF; a text file gives its text. `name` stands in refusals.

    Raises:
        Invalid: "file.empty", "file.too_large", "file.type", "file.unsafe", "file.password", "file.unreadable".
    """
    if not data:
        raise Invalid("file.empty", name=name)
    if len(data) > MOST_BYTES:
        raise too_large(len(data), name)
    source = Path(__file__).resolve().parents[3]
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and code; the picture comes by stdin
            [sys.executable, "-I", "-c", _CHILD, str(source)],
            input=data,
            capture_output=True,
            timeout=WALL_S,
            check=False,
            env={"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired:
        raise Invalid("file.unreadable", name=name, reason="time") from None
    if child.returncode != 0:
        raise Invalid("file.unreadable", name=name, reason="crash")
    return _unpacked(json.loads(child.stdout), name)


def too_large(size: int, name: str) -> Invalid:
    """The refusal of a file of `size` bytes."""
    return Invalid("file.too_large", name=name, max="10MB", size=f"{-(-size * 10 // (1024 * 1024)) / 10:g}MB")


def _unpacked(answer: dict[str, Any], name: str) -> Scan:
    if "refused" in answer:
        code = "file.password" if answer["reason"] == "encrypted" else answer["refused"]
        raise Invalid(code, name=name, reason=answer["reason"])
    symbols = tuple(Symbol(**one) for one in answer.pop("symbols"))
    return Scan(symbols=symbols, **answer)


# -I: no user site, no environment. The path of this package is given, as it may be a checkout.
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from jichi.engines.slips import scanning; scanning.child()"


def child() -> None:
    """The child's whole life: limits, stdin, look, stdout."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        answer = look(data)
    except Refused as refused:
        answer = {"refused": refused.code, "reason": refused.reason}
    sys.stdout.write(json.dumps(answer))


def look(data: bytes) -> dict[str, Any]:
    """Judge and look, in this process; the fields of `Scan`. Raises Refused. Files go through `scan`."""
    kind = sniff(data)
    if kind == "text":
        return {"kind": "text", "pages": 0, "of_pages": 0, "symbols": [], "text": decode_text(data[:4000])}
    if kind == "pdf":
        of_pages = check_pdf(data)
        symbols = [one for page, image in _pages(data) for one in _symbols(image, page)]
        return {"kind": "pdf", "pages": min(of_pages, MOST_PAGES), "of_pages": of_pages,
                "symbols": symbols[:MOST_SYMBOLS]}  # fmt: skip
    if kind not in IMAGE_KINDS:
        raise Refused("file.type", kind)
    from PIL import Image

    picture, _ = clean_picture(data, kind)
    with Image.open(io.BytesIO(picture.data)) as image:
        symbols = _symbols(image.convert("L"), 1)
    return {"kind": "picture", "pages": 1, "of_pages": 1, "symbols": symbols[:MOST_SYMBOLS]}


def _pages(data: bytes) -> Iterator[tuple[int, Image]]:
    """The first pages in grey, at 400 dpi or as large as pixels allow."""
    # pypdfium2 and zxing-cpp are imported here: only the child needs them.
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            width, height = page.get_size()
            scale = min(DPI / _POINTS, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
            yield number + 1, page.render(scale=scale, grayscale=True).to_pil()
            page.close()


def _symbols(image: Image, page: int) -> list[dict[str, Any]]:
    import zxingcpp

    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(image, formats=formats)
    if not found and min(image.size) < _SMALL:
        found = zxingcpp.read_barcodes(image.resize((image.width * 2, image.height * 2)), formats=formats)
    return [
        {
            "page": page, "shape": "square" if one.symbology_identifier.startswith("]Q") else "bars",
            "mark": one.symbology_identifier, "text": one.bytes.decode("utf-8", "replace"),
        }
        for one in found
    ]  # fmt: skip
