"""PDF files: every object is looked at, also those that only a repairing viewer would find.

Refused: encrypted, damaged; JavaScript, actions that start, send or fetch something; embedded files;
XFA; media and 3D; anything before `%PDF-` or behind `%%EOF`; a ZIP that shares the file.
Let in: links people click, form fields, an opening view ("open at page 3").
"""

from __future__ import annotations

import io
import logging
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .refusal import Refused

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_OBJECTS = 100_000
MAX_PAGES = 2_000
MAX_DEPTH = 60

_FORBIDDEN_KEYS = {
    "/JS": "javascript",
    "/JavaScript": "javascript",
    "/XFA": "xfa",
    "/EF": "embedded",
    "/EmbeddedFiles": "embedded",
    "/AA": "action",
    "/RichMediaContent": "media",
    "/RichMediaSettings": "media",
    "/3DD": "media",
}
_FORBIDDEN_ACTIONS = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/SubmitForm": "action",
    "/ImportData": "action",
    "/GoToE": "embedded",
    "/GoToR": "action",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/GoTo3DView": "media",
    "/RichMediaExecute": "media",
}
_FORBIDDEN_TYPES = {"/EmbeddedFile": "embedded"}
_FORBIDDEN_SUBTYPES = {
    "/FileAttachment": "embedded",
    "/RichMedia": "media",
    "/Screen": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/3D": "media",
}
_GAP = rb"(?:[\s\0]|%[^\r\n]*[\r\n])"
_OBJECT = re.compile(rb"(?<![0-9])\d{1,10}" + _GAP + rb"+\d{1,5}" + _GAP + rb"+obj(?![A-Za-z])" + _GAP + rb"*")
_FORBIDDEN_WORDS = re.compile(rb"/(JS|JavaScript|Launch|EmbeddedFiles?|EF|XFA|AA|RichMedia|SubmitForm|ImportData)\b")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_UNPARSED = 4096
_TAIL = re.compile(rb"%%EOF[\s\0]{0,1024}\Z")


def check_pdf(data: bytes) -> int:
    """Number of pages. Raises Refused: file.unsafe with reason "encrypted", "javascript", "launch",
    "action", "embedded", "xfa", "media", "polyglot", "size"; file.unreadable with "pdf".
    """
    # pypdf, because it repairs like viewers do; imported here, it takes a while to load.
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    _check_frame(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = PdfReader(io.BytesIO(data), strict=False)
            if reader.is_encrypted:
                raise Refused("file.unsafe", "encrypted")
            _Search(reader, data).run()
            pages = len(reader.pages)
    except Refused:
        raise
    except Exception:  # a parser of damaged data fails in many ways
        raise Refused("file.unreadable", "pdf") from None
    if pages > MAX_PAGES:
        raise Refused("file.unsafe", "size")
    if pages < 1:
        raise Refused("file.unreadable", "pdf")
    return pages


def _check_frame(data: bytes) -> None:
    if not data.startswith(b"%PDF-"):
        raise Refused("file.unsafe", "polyglot")
    if not _TAIL.search(data[-2048:]):
        # cut off (no end at all), or something else after the end
        raise Refused("file.unsafe", "polyglot") if b"%%EOF" in data else Refused("file.unreadable", "pdf")
    if b"PK\x01\x02" in data and zipfile.is_zipfile(io.BytesIO(data)):
        raise Refused("file.unsafe", "polyglot")


class _Search:
    """Looks at the objects the cross-reference names, then at all that look like objects in the bytes."""

    def __init__(self, reader: PdfReader, data: bytes) -> None:
        self._reader = reader
        self._data = data
        self._seen = 0

    def run(self) -> None:
        self._look(self._reader.trailer, 0)
        for value in self._named():
            self._look(value, 0)
        for value in self._found():
            self._look(value, 0)

    def _named(self) -> Iterator[Any]:
        """By cross-reference. One that can't be read makes the file damaged, unless nothing uses it."""
        from pypdf.generic import IndirectObject

        reader = self._reader
        numbers = {(n, g) for g, entries in reader.xref.items() for n in entries if n != 0}
        numbers |= {(n, 0) for n in reader.xref_objStm}
        if len(numbers) > MAX_OBJECTS:
            raise Refused("file.unsafe", "size")
        for number, generation in sorted(numbers):
            yield IndirectObject(number, generation, reader).get_object()

    def _found(self) -> Iterator[Any]:
        """By appearance: viewers that rebuild a broken cross-reference would find these."""
        from pypdf.generic import StreamObject

        # Strict from here: the forgiving mode drops what follows an error without saying so.
        self._reader.strict = True
        for count, match in enumerate(_OBJECT.finditer(self._data)):
            if count > MAX_OBJECTS:
                raise Refused("file.unsafe", "size")
            value = self._read(self._data, match.end())
            yield value
            if isinstance(value, StreamObject) and value.get("/Type") == "/ObjStm":
                yield from self._packed(value)

    def _packed(self, holder: Any) -> Iterator[Any]:
        content = holder.get_data()
        first = int(holder["/First"])
        for offset in content[:first].split()[1::2][:MAX_OBJECTS]:
            yield self._read(content, first + int(offset))

    def _read(self, data: bytes, at: int) -> Any:
        """The object there; None where ours can't read it and its words hold nothing forbidden."""
        from pypdf.generic import read_object

        stream = io.BytesIO(data)
        stream.seek(at)
        try:
            return read_object(stream, self._reader)
        except Exception:  # digits inside compressed data look like objects, too
            body = data[at : at + _UNPARSED].partition(b"endobj")[0]
            # What our parser can't read another may: then the words alone decide.
            if _FORBIDDEN_WORDS.search(_ESCAPED.sub(lambda m: bytes([int(m[1], 16)]), body)):
                raise Refused("file.unsafe", "action") from None
            return None

    def _look(self, value: Any, depth: int) -> None:
        from pypdf.generic import ArrayObject, DictionaryObject

        self._seen += 1
        if depth > MAX_DEPTH or self._seen > 20 * MAX_OBJECTS:
            raise Refused("file.unsafe", "size")
        if isinstance(value, DictionaryObject):
            self._judge(value)
            for key in value:
                self._look(value.raw_get(key), depth + 1)
        elif isinstance(value, ArrayObject):
            for item in list.__iter__(value):
                self._look(item, depth + 1)

    def _judge(self, value: Any) -> None:
        for key in value:
            if key in _FORBIDDEN_KEYS:
                raise Refused("file.unsafe", _FORBIDDEN_KEYS[key])
        if "/Encrypt" in value and "/Root" in value:
            raise Refused("file.unsafe", "encrypted")
        for key, table in (
            ("/S", _FORBIDDEN_ACTIONS),
            ("/Type", _FORBIDDEN_TYPES),
            ("/Subtype", _FORBIDDEN_SUBTYPES),
        ):
            found = table.get(str(value.get(key, "")))
            if found:
                raise Refused("file.unsafe", found)
        opening = value.get("/OpenAction")
        # A destination, or going to one, only says at which page to open: nearly every report has it.
        if opening is not None and hasattr(opening, "get") and opening.get("/S") not in {None, "/GoTo"}:
            raise Refused("file.unsafe", "action")
