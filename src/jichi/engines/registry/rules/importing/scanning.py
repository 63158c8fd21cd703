"""What a file is written in, found by reading it once: encoding, line ends, checksum. Nothing is guessed silently."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Encoding: TypeAlias = Literal["utf-8", "utf-8-sig", "utf-16-le", "cp932", "ascii"]
ENCODINGS: Final[dict[str, str]] = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8(BOMあり)", "utf-16-le": "UTF-16LE", "cp932": "CP932(シフトJIS)",
    "ascii": "ASCII",
}  # fmt: skip
_HEAD: Final = 65_536
_NOT_CP932: Final = re.compile("[\x80\xa0\uf8f0-\uf8f3]")
"""Bytes that stand for nothing in CP932, as Python shows them."""


class UnclearFile(ValueError):
    """A file whose writing can't be told, or is not what was declared; the text says so in Japanese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a file is. `newline` is "CRLF", "LF", "CR" or "mixed"; `quoted` whether every cell of its head is."""

    size: int
    checksum: str
    encoding: Encoding
    newline: str
    quoted: bool


def checksum_of(chunks: Iterable[bytes]) -> str:
    """SHA-256 of a file's bytes, as hexadecimal digits."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def scan(chunks: Iterable[bytes], *, declared: str = "") -> Scan:
    """Read a file once, piece by piece.

    Every encoding it could be in is tried to its end. UTF-8 with a character beyond ASCII is UTF-8: CP932
    text does not happen to be valid UTF-8. What is in none of them, or in another than declared, is refused.

    Args:
        declared: the encoding that mapping or caller names; "" for none.

    Raises:
        UnclearFile: see above; empty files too.
    """
    digest, tries = hashlib.sha256(), _Tries()
    size, head, last = 0, b"", b""
    ends = {"CRLF": 0, "LF": 0, "CR": 0}
    for chunk in _from_its_mark(chunks):
        digest.update(chunk)
        head = head if len(head) >= _HEAD else (head + chunk)[:_HEAD]
        size += len(chunk)
        plain = tries.feed(chunk, wide=head.startswith(codecs.BOM_UTF16_LE))
        _count_ends(ends, last + plain, carried=bool(last))
        last = plain[-1:] or last
    if not size:
        raise UnclearFile("ファイルが空です。")
    encoding = _decide(head, tries, declared)
    if declared and not _agrees(declared, encoding):
        raise UnclearFile(f"文字コードは{ENCODINGS[declared]}のはずですが、{ENCODINGS[encoding]}で書かれています。")
    kinds = [name for name, count in ends.items() if count]
    text = head.decode(encoding, "ignore").lstrip("\ufeff")
    return Scan(
        size=size, checksum=digest.hexdigest(), encoding=encoding,
        newline=kinds[0] if len(kinds) == 1 else "mixed" if kinds else "", quoted=text.startswith('"'),
    )  # fmt: skip


def _from_its_mark(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, the first piece long enough to show a byte order mark."""
    begun: bytes | None = b""
    for chunk in chunks:
        if begun is None:
            yield chunk
        elif len(begun) + len(chunk) >= 4:
            yield begun + chunk
            begun = None
        else:
            begun += chunk
    if begun:
        yield begun


class _Tries:
    """The encodings a file may still be in after what was read of it."""

    def __init__(self) -> None:
        names = ("utf-8", "cp932", "euc_jp", "utf-16-le")
        self.open = {name: codecs.getincrementaldecoder(name)("strict") for name in names}
        self.is_ascii = True

    def feed(self, chunk: bytes, *, wide: bool) -> bytes:
        """Try a piece; answers it in a form whose line ends can be counted."""
        self.is_ascii = self.is_ascii and chunk.isascii()
        plain = chunk
        for name in [*self.open]:
            if (name == "utf-16-le") is not wide:
                continue
            try:
                text = self.open[name].decode(chunk)
            except UnicodeDecodeError:
                del self.open[name]
                continue
            if name == "cp932" and _NOT_CP932.search(text):
                del self.open[name]
            if wide:
                plain = text.encode("utf-8", "replace")
        return plain

    def possible(self) -> set[str]:
        """Those in which the file also ends as it should."""
        whole = set()
        for name, decoder in self.open.items():
            try:
                decoder.decode(b"", final=True)
                whole.add(name)
            except UnicodeDecodeError:
                continue  # it ends in the middle of a character
        return whole


def _decide(head: bytes, tries: _Tries, declared: str) -> Encoding:
    possible = tries.possible()
    if head.startswith(codecs.BOM_UTF16_LE) and "utf-16-le" in possible:
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF8) and "utf-8" in possible:
        return "utf-8-sig"
    if b"\x00" in head:
        raise UnclearFile("文字コードが分かりません。UTF-16ならば、BOMを付けて出力してください。")
    if tries.is_ascii:
        return "ascii"
    if "utf-8" in possible:
        return "utf-8"
    if "cp932" in possible and "euc_jp" in possible and declared != "cp932":
        raise UnclearFile("文字コードがCP932かEUC-JPか決められません。対応表のencodingに書いてください。")
    if "cp932" in possible:
        return "cp932"
    raise UnclearFile("文字コードが分かりません(UTF-8でもCP932でもない文字があります)。出力の設定を確かめてください。")


def _agrees(declared: str, found: str) -> bool:
    return found in (declared, "ascii") or {declared, found} == {"utf-8", "utf-8-sig"}


def _count_ends(ends: dict[str, int], data: bytes, *, carried: bool) -> None:
    """Count line ends; a byte carried over from the piece before was counted there unless it was a CR."""
    both = data.count(b"\r\n")
    feeds, returns = data.count(b"\n"), data.count(b"\r")
    if carried and data[:1] == b"\n":
        feeds -= 1
    if data[-1:] == b"\r":
        returns -= 1  # whether a line feed follows is seen with the next piece
    ends["CRLF"] += both
    ends["LF"] += feeds - both
    ends["CR"] += returns - both
