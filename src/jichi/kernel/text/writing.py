"""Text on its way out: Shift_JIS files, cells of CSV files, file names."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_TWINS: Final = str.maketrans(
    {"〜": "～", "−": "－", "‖": "∥", "—": "―", "–": "―", "¢": "￠", "£": "￡", "¬": "￢", "\u00a0": " "}
)
"""Characters that Unicode has twice; Windows' Shift_JIS has the second."""

_FORMULA_START: Final = frozenset("=+-@＝＋－＠−\t\r\n")


def unwritable_in_sjis(text: str) -> list[str]:
    """The characters that Windows' Shift_JIS (CP932) doesn't have, each once, in order; IVS count as such."""
    return list(dict.fromkeys(c for c in text.translate(_TWINS) if not _encodes(c)))


def can_write_sjis(text: str) -> bool:
    """Whether the text can be written in Windows' Shift_JIS without loss of a character."""
    return not unwritable_in_sjis(text)


def to_sjis(text: str, *, replacement: str = "〓") -> bytes:
    """The text in Windows' Shift_JIS; what it doesn't have becomes `replacement` (ask `can_write_sjis` first)."""
    return "".join(c if _encodes(c) else replacement for c in text.translate(_TWINS)).encode("cp932")


def _encodes(character: str) -> bool:
    try:
        character.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def safe_csv_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula.

    Text beginning with = + - @ (of either width), tab or a line end, also after blanks, gets an apostrophe in
    front. Numbers (int, Decimal, Yen as int) are data and stay; None is an empty cell.
    """
    if value is None:
        return ""
    text = str(value)
    if not isinstance(value, str):
        return text if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", text) else safe_csv_cell(text)
    start = text.lstrip(" \u3000\u00a0\ufeff")[:1]
    return f"'{text}" if start in _FORMULA_START and start else text


_NOT_IN_NAMES: Final = re.compile(
    '[<>:"/\\\\|?*\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]'
)
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)


def safe_filename(name: str, *, fallback: str = "file", max_bytes: int = 200) -> str:
    """A file name that every system can store and that leads nowhere else.

    The last part of a path; no separators, control or direction characters, no leading dot, no name
    Windows keeps for devices. Japanese stays. Cut to `max_bytes` of UTF-8 before the extension.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    cleaned = " ".join(_NOT_IN_NAMES.sub("_", last).split()).strip(" ._") or fallback
    if _RESERVED.match(cleaned):
        cleaned = f"_{cleaned}"
    stem, dot, extension = cleaned.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,10}", extension):
        stem, dot, extension = cleaned, "", ""
    room = max_bytes - len(dot + extension)
    return _cut(stem, room).rstrip(" .") + dot + extension


def _cut(text: str, size: int) -> str:
    """As much of the text as fits into `size` bytes of UTF-8."""
    return text.encode()[:size].decode(errors="ignore")
