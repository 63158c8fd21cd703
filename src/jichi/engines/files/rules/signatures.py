"""What a file is, judged by its first bytes; never by its name or by what the sender says."""

from __future__ import annotations

import re
from typing import Final

_MAGIC: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (0, b"%PDF-", "pdf"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"PK\x07\x08", "zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole2"),
    (0, b"MZ", "executable"),
    (0, b"\x7fELF", "executable"),
    (0, b"\xca\xfe\xba\xbe", "executable"),
    (0, b"\xcf\xfa\xed\xfe", "executable"),
    (0, b"\xce\xfa\xed\xfe", "executable"),
    (0, b"\x00asm", "executable"),
    (0, b"#!", "script"),
    (0, b"%!PS", "postscript"),
    (0, b"{\\rtf", "rtf"),
    (0, b"Rar!\x1a\x07", "archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive"),
    (0, b"\x1f\x8b", "archive"),
    (0, b"BZh", "archive"),
    (0, b"\xfd7zXZ\x00", "archive"),
    (0, b"(\xb5/\xfd", "archive"),
    (0, b"MSCF", "archive"),
    (257, b"ustar", "archive"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (0, b"BM", "bmp"),
    (0, b"\x00\x00\x01\x00", "ico"),
    (0, b"8BPS", "photoshop"),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", "shortcut"),
)
_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_MARKUP = re.compile(rb"<\s*(!doctype|!--|\?xml|\?php|[a-z][a-z0-9:]*[\s>/])", re.IGNORECASE)
_SVG = re.compile(rb"<\s*([a-z0-9]+:)?svg[\s>/]", re.IGNORECASE)
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))

IMAGE_KINDS: Final = frozenset({"jpeg", "png", "gif", "webp"})


def sniff(data: bytes) -> str:
    """The kind: "jpeg", "png", "gif", "webp", "heic", "avif", "pdf", "zip", "ole2", "svg", "html",
    "executable", "archive", …, "text" (no sign of anything else and readable as text), or "unknown".
    """
    for offset, magic, kind in _MAGIC:
        if data.startswith(magic, offset):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        brands = {data[8:12], *(data[i : i + 4] for i in range(16, min(len(data), 64), 4))}
        if brands & {b"avif", b"avis"}:
            return "avif"
        return "heic" if brands & _HEIF_BRANDS else "video"
    return _sniff_text(data)


def _sniff_text(data: bytes) -> str:
    head = data[:4096]
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            head = head[len(bom) :].decode(encoding, "ignore").encode()
    head = head.lstrip()
    if _MARKUP.match(head):
        return "svg" if _SVG.search(head) else "html"
    # Some browsers' sniffers look past leading text.
    if _SVG.search(head) or re.search(rb"<\s*(script|html|iframe|body)[\s>/]", head, re.IGNORECASE):
        return "html"
    return "text" if is_text(data) else "unknown"


def is_text(data: bytes) -> bool:
    """Readable as UTF-8 or Shift_JIS (CP932), and no control characters but line ends, tab and form feed."""
    try:
        text = decode_text(data)
    except UnicodeDecodeError:
        return False
    return not any((c < " " and c not in "\t\r\n\f") or "\x7f" <= c <= "\x9f" for c in text)


def decode_text(data: bytes) -> str:
    """The text of a CSV or plain-text file: UTF-8 with or without BOM, else CP932; UnicodeDecodeError."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp932")
