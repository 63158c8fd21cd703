"""PDF forms as lines of words with their places, and the fields that a PDF form has of its own.

Nothing of the file runs; what carries programs, other files or a password is refused, and so is what is too large.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .rules import DefinitionError, Problem
from .rules.drafting import Cell, Line

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_PAGES: Final = 20
MOST_WORDS: Final = 20_000
_RUNS: Final = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    x: float
    y: float
    size: float

    @property
    def end(self) -> float:
        """Where it ends, by the usual widths of letters."""
        return self.x + sum(self.size if ord(letter) > 0xFF else self.size * 0.5 for letter in self.text)


def read_pdf(content: bytes) -> tuple[Line, ...]:
    """The lines of a PDF: of its own fields where it has them, otherwise of what is printed.

    Raises:
        DefinitionError: no PDF, one that is not safe or too large to read, or one without words (a scan).
    """
    if len(content) > MOST_BYTES:
        raise _refused("too_large", "ファイルが大きすぎます。", "10MBまでにする")
    if not content.lstrip()[:5].startswith(b"%PDF-"):
        raise _refused("not_pdf", "PDFとして読めません。", "PDFで保存し直す")
    if any(word in content for word in _RUNS):
        message = "プログラムや添付の入ったPDFは受け取れません。"
        raise _refused("hostile", message, "印刷からPDFに保存し直す")
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise _refused("encrypted", "パスワードの付いたPDFです。", "パスワードを外して保存する")
        if len(reader.pages) > MOST_PAGES:
            raise _refused("too_many_pages", "ページが多すぎます。", f"{MOST_PAGES}ページまでにする")
        found = (*_printed(reader, titles_only=True), *_fields(reader)) if reader.get_fields() else ()
        found = found or tuple(_printed(reader))
    except DefinitionError:
        raise
    except Exception as error:
        raise _refused("not_pdf", "PDFとして読めません。", "PDFで保存し直す") from error
    if not found:
        raise _refused("no_words", "文字のないPDFです(画像だけ)。", "もとのExcelやWordから保存したPDFを使う")
    return found


def _refused(code: str, message: str, fix: str) -> DefinitionError:
    return DefinitionError([Problem(f"file.{code}", 0, "", message, fix)])


def _fields(reader: Any) -> Iterator[Line]:
    """A line for each field: its label, and what may be chosen."""
    for number, (name, one) in enumerate((reader.get_fields() or {}).items(), start=1):
        label = str(one.get("/TU") or name.split(".")[-1])[:60]
        kind = str(one.get("/FT", ""))
        states = tuple(str(state).lstrip("/") for state in one.get("/_States_", ()) or one.get("/Opt", ()) or ())
        choices = tuple(state for state in states if state not in {"Off", ""})[:50]
        place = f"入力欄{number}「{name[:40]}」"
        if kind == "/Btn" and len(choices) < 2:
            yield Line((Cell(f"{label} □はい □いいえ"),), place)
        elif kind in {"/Btn", "/Ch"}:
            yield Line((Cell(label, choices=choices),), place)
        elif kind == "/Tx":
            yield Line((Cell(label),), place)


def _printed(reader: Any, *, titles_only: bool = False) -> Iterator[Line]:
    """The words of every page as lines from top to bottom, cells apart where there is a gap."""
    total = 0
    for number, page in enumerate(reader.pages, start=1):
        words: list[_Word] = []

        def keep(text: str, cm: Any, tm: Any, _font: Any, size: float, words: list[_Word] = words) -> None:
            for part in str(text).split("\n"):
                if part.strip() and len(words) < MOST_WORDS:
                    words.append(_placed(part, cm, tm, size))

        page.extract_text(visitor_text=keep)
        total += len(words)
        if total > MOST_WORDS:
            raise _refused("too_many_words", "文字が多すぎます。", "様式のページだけにする")
        lines = list(_lines(words))
        for line, cells in enumerate(lines[:1] if titles_only else lines, start=1):
            yield Line(cells, f"{number}ページ {line}行目")


def _placed(text: str, cm: Sequence[float], tm: Sequence[float], size: float) -> _Word:
    """A word where it stands on the page: its own matrix inside the one around it."""
    x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
    y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
    return _Word(text, float(x), float(y), abs(float(size * tm[3] * cm[3])) or 10.0)


def _lines(words: Sequence[_Word]) -> Iterator[tuple[Cell, ...]]:
    rows: list[list[_Word]] = []
    for word in sorted(words, key=lambda one: (-one.y, one.x)):
        if rows and abs(rows[-1][0].y - word.y) <= max(2.0, word.size * 0.4):
            rows[-1].append(word)
        else:
            rows.append([word])
    for row in rows:
        yield tuple(_cells(sorted(row, key=lambda one: one.x)))


def _cells(row: Sequence[_Word]) -> Iterator[Cell]:
    """Words next to each other are one cell; columns are counted in letters."""
    joined: list[_Word] = []
    for word in row:
        if joined and word.x - joined[-1].end > 1.2 * word.size:
            yield _cell(joined)
            joined = []
        joined.append(word)
    if joined:
        yield _cell(joined)


def _cell(words: Sequence[_Word]) -> Cell:
    size = words[0].size or 10.0
    return Cell("".join(word.text for word in words), words[0].x / size, (words[-1].end - words[0].x) / size)
