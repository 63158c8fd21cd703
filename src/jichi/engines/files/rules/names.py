"""File names: made safe on the way in, quoted for the header on the way out."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

MAX_CHARACTERS = 120
MAX_BYTES = 240
"""Common file systems allow 255 bytes; a few stay free for " (1)" and the like."""
FALLBACK = "file"

_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_RESERVED_CHARACTERS = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
_RESERVED_STEMS = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(?=\.|$)")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}$")

SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "text/csv": ".csv",
    "text/plain": ".txt",
}


def safe_filename(name: str, media_type: str = "") -> str:
    """A name that is harmless in a header, on a screen and on a disk, as near to the given one as can be.

    NFC; no folders; no control, direction-changing, invisible, private-use or unassigned characters;
    none that Windows refuses; at most 120 characters and 240 bytes. With a known `media_type` the
    ending is the one of what the file is, whatever the name said. Applying it twice changes nothing.
    """
    name = unicodedata.normalize("NFC", name)
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in _UNSAFE_CATEGORIES)
    name = unicodedata.normalize("NFC", name).translate(_RESERVED_CHARACTERS)
    stem, suffix = _split(" ".join(name.split()), media_type)
    stem = _tidy(stem)
    if _RESERVED_STEMS.match(stem + suffix):
        stem = "_" + stem
    while len(stem + suffix) > MAX_CHARACTERS or len((stem + suffix).encode()) > MAX_BYTES:
        stem = stem[:-1]
    return (_tidy(stem) or FALLBACK) + suffix


def _tidy(stem: str) -> str:
    """Without the dots and spaces that hide a file or that Windows drops."""
    return stem.strip(". ")


def _split(name: str, media_type: str) -> tuple[str, str]:
    found = _SUFFIX.search(name)
    stem = name[: found.start()] if found else name
    if media_type in SUFFIXES:
        suffix = SUFFIXES[media_type]
        # "report.v2" is a name, not an ending: only cut off what somebody could mistake for a type.
        if found and found.group()[1:].isdigit():
            stem = name
        return stem, suffix
    return stem, found.group() if found else ""


def content_disposition(filename: str, *, inline: bool) -> str:
    """The header's value (RFC 6266; RFC 5987 / 8187 for the name), with an ASCII name for old programs."""
    found = _SUFFIX.search(filename)
    suffix = found.group() if found else ""
    plain = unicodedata.normalize("NFKD", filename.removesuffix(suffix)).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._ ()-]", "_", plain).strip("._ ") or FALLBACK
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}{suffix}\"; filename*=UTF-8''{quote(filename, safe='')}"
