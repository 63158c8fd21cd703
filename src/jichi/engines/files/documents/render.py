"""Setting a PDF with Typst, inside this process; fonts are loaded once.

Data and pictures travel in memory: nothing personal touches the disk, even if the process is killed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import jichi

from .coverage import FONTS, printable

PACKAGE = Path(jichi.__file__).resolve().parent
_MAIN = (Path(__file__).resolve().parent / "main.typ").read_text(encoding="utf-8")
_TEMPLATE_PATH = re.compile(r"[A-Za-z0-9_/.-]+\.typ")
_LANGUAGES = {
    "ja": ("ja", "JP"),
    "easy": ("ja", "JP"),
    "en": ("en", "GB"),
    "zh-hans": ("zh", "CN"),
    "ko": ("ko", "KR"),
}
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Stated as date of creation where the caller gives none, so that the same input gives the same bytes."""


class DocumentError(Exception):
    """The template or its data is wrong: a fault of ours, never of the person who asked."""


def render_pdf(
    *,
    template: Path,
    data: Mapping[str, Any],
    title: str,
    language: str,
    images: Mapping[str, bytes] | None = None,
    author: str = "",
    made_at: datetime | None = None,
) -> bytes:
    """A tagged PDF (PDF/UA-1) with title and language.

    Args:
        template: a `.typ` file inside the `jichi` package that defines `document(data)`; see base.typ.
        data: JSON-able; texts in it are shown as they are and never read as markup. What the font
            lacks becomes 〓 (ask `missing_glyphs` beforehand to tell the reader).
        title: the document's title, shown by readers instead of a file name.
        language: "ja", "easy", "en", "zh-hans", "ko".
        images: name → content (PNG, JPEG or SVG), for `picture(name, alt: …)`.
        author: who issues it, usually the ward.
        made_at: aware moment written as date of creation; leave it out for a fixed one.

    Same input, same bytes. Raises DocumentError where the template can't be set.
    """
    path = "/jichi/" + template.resolve().relative_to(PACKAGE).as_posix()
    if not _TEMPLATE_PATH.fullmatch(path):
        raise DocumentError(f"not a template's path: {path}")
    lang, region = _LANGUAGES[language]
    job = {
        "title": printable(title) or "-",
        "author": printable(author),
        "lang": lang,
        "region": region,
        "data": _fit(dict(data)),
        "images": {name: list(content) for name, content in (images or {}).items()},
    }
    return _compile(_MAIN.replace("{template}", path), json.dumps(job, ensure_ascii=False), made_at or _EPOCH)


def _fit(value: Any) -> Any:
    """Every text as the font can print it: one rare sign must not cost the whole document."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _fit(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_fit(item) for item in value]
    return value


def _compile(main: str, job: str, made_at: datetime) -> bytes:
    import typst

    try:
        made = typst.compile(
            main.encode(),
            root=str(PACKAGE.parent),
            sys_inputs={"job": job},
            font_paths=fonts(),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards="ua-1",
            timestamp=int(made_at.timestamp()),
        )
    except typst.TypstError as error:
        raise DocumentError(f"{error.message} {' '.join(error.hints)}".strip()) from error
    if not isinstance(made, bytes):
        raise DocumentError("no document came out")
    return made


@lru_cache(maxsize=1)
def fonts() -> Any:
    """The fonts of documents, read once."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
