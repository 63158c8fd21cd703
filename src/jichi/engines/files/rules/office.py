"""Word and Excel files (docx, xlsx): let in only plain ones, without macros, objects or tricks of ZIP."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

from .refusal import Refused

MAX_ENTRIES = 5_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 120
"""Unpacked to packed, over the whole file. Office's XML packs about 1:10, repetitive tables 1:60."""

_MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_MAIN_TYPE = {
    "docx": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_FORBIDDEN_NAME = re.compile(
    r"(?i)vbaproject|vbadata|macrosheets|/activex/|/embeddings/|/ctrlprops/|\.(bin|exe|dll|js|vbs|hta|jar|zip|svg)$"
)
# Printer settings are inert, Excel writes them into nearly every workbook.
_HARMLESS_NAME = re.compile(r"^xl/printerSettings/printerSettings\d+\.bin$")
_FORBIDDEN_XML = re.compile(rb"(?i)<!DOCTYPE|<!ENTITY|macroEnabled|<(\w+:)?ddeLink|<(\w+:)?oleLink|<(\w+:)?oleObject")
_EXTERNAL = re.compile(rb"<Relationship\b[^>]*>", re.IGNORECASE)
_DDE_FIELD = re.compile(rb"(?i)<w:instrText[^>]*>\s*DDE(AUTO)?\b")


def office_kind(data: bytes) -> str | None:
    """ "docx" or "xlsx" by what the package holds; None for any other ZIP."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    return next((kind for kind, main in _MAIN.items() if main in names and "[Content_Types].xml" in names), None)


def check_office(data: bytes, kind: str) -> None:
    """Refuse macros, embedded objects, outside templates, entities, archives that unpack too far.

    Raises Refused: file.unsafe (reason "macro", "embedded", "external", "entity", "bomb", "zip") or
    file.unreadable ("office").
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            _check_layout(data, package, entries)
        unpacked = 0
        for entry in entries:
            unpacked = _check_entry(data, entry, unpacked, kind)
    except Refused:
        raise
    except Exception:  # damaged packages fail in many ways inside zipfile and zlib
        raise Refused("file.unreadable", "office") from None
    if unpacked > MAX_RATIO * len(data):
        raise Refused("file.unsafe", "bomb")


def _check_layout(data: bytes, package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """One package from the first byte to the last: nothing before, between or behind, nothing twice."""
    if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_UNPACKED:
        raise Refused("file.unsafe", "bomb")
    names = [e.filename for e in entries]
    # ends with the end record (22 bytes) and no comment, or another file could hide behind it
    if package.comment or data[-22:-18] != b"PK\x05\x06" or len(set(names)) != len(names):
        raise Refused("file.unsafe", "zip")
    end = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < end or (end == 0 and entry.header_offset != 0):
            raise Refused("file.unsafe", "bomb" if end else "zip")  # overlapping entries are how bombs hide
        end = entry.header_offset + 30 + entry.compress_size
        if entry.filename.startswith(("/", "\\")) or ".." in entry.filename or entry.flag_bits & 0x1:
            raise Refused("file.unsafe", "zip")


def _check_entry(data: bytes, entry: zipfile.ZipInfo, unpacked: int, kind: str) -> int:
    if _FORBIDDEN_NAME.search(entry.filename) and not _HARMLESS_NAME.match(entry.filename):
        raise Refused("file.unsafe", "macro" if "vba" in entry.filename.lower() else "embedded")
    content = _unpack(data, entry, MAX_UNPACKED - unpacked)
    if content.startswith((b"\xd0\xcf\x11\xe0", b"MZ", b"PK\x03\x04", b"\x7fELF")):
        raise Refused("file.unsafe", "embedded")
    if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
        _check_xml(entry.filename, content, kind)
    return unpacked + len(content)


def _unpack(data: bytes, entry: zipfile.ZipInfo, room: int) -> bytes:
    """What really comes out: the declared size may lie, and so may the directory about the name."""
    start = entry.header_offset
    name_length, extra_length = struct.unpack_from("<HH", data, start + 26)
    name = data[start + 30 : start + 30 + name_length]
    if data[start : start + 4] != b"PK\x03\x04" or name != entry.orig_filename.encode():
        raise Refused("file.unsafe", "zip")
    body = data[start + 30 + name_length + extra_length :][: entry.compress_size]
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        engine = zlib.decompressobj(-zlib.MAX_WBITS)
        content = engine.decompress(body, max(room, 0) + 1)
        if len(content) > room:
            raise Refused("file.unsafe", "bomb")
    elif entry.compress_type == zipfile.ZIP_STORED:
        content = body
    else:
        raise Refused("file.unsafe", "zip")
    if len(content) != entry.file_size:
        raise Refused("file.unsafe", "bomb")
    return content


def _check_xml(name: str, content: bytes, kind: str) -> None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", "ignore").encode()
    found = _FORBIDDEN_XML.search(content)
    if found:
        what = found.group().lower()
        reason = "entity" if what.startswith(b"<!") else "macro" if what == b"macroenabled" else "embedded"
        raise Refused("file.unsafe", reason)
    if _DDE_FIELD.search(content):
        raise Refused("file.unsafe", "external")
    if name == "[Content_Types].xml" and _MAIN_TYPE[kind] not in content:
        raise Refused("file.unsafe", "macro")  # a template or macro-enabled type under a plain name
    if name.endswith(".rels"):
        for relation in _EXTERNAL.findall(content):
            # links people click are fine; anything the program fetches by itself is not
            if re.search(rb"""TargetMode\s*=\s*["']External["']""", relation) and b"/hyperlink" not in relation:
                raise Refused("file.unsafe", "external")
