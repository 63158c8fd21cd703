"""Runs the checks of `rules` on an upload in a process of its own, with limits on time and memory.

Decoders and parsers are where hostile files do their harm: there, a crash, a loop or a bomb costs one
short-lived child, not the web process. Without Django, so that the child starts fast.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .rules import signatures
from .rules.images import Picture, clean_picture
from .rules.office import check_office, office_kind
from .rules.pdfs import check_pdf
from .rules.refusal import Refused

CPU_S = 20
WALL_S = 40
MEMORY_BYTES = 1_500 * 1024 * 1024

_OFFICE_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
KINDS = ("image", "pdf", "docx", "xlsx", "csv", "text")
_TYPE_REFUSED = frozenset({"heic", "avif", "tiff", "bmp", "video", "text", "unknown", "rtf", "photoshop", "ico"})
"""Kinds that are merely not wanted. All others that are not allowed are called unsafe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What may be stored: the bytes (pictures: new ones), the type by content, a thumbnail for pictures."""

    data: bytes
    media_type: str
    thumbnail: Picture | None = None


def examine(data: bytes, allow: tuple[str, ...]) -> Inspected:
    """Judge the content, in this process. Raises Refused. Uploads go through `examine_apart`."""
    kind = signatures.sniff(data)
    if kind in signatures.IMAGE_KINDS and "image" in allow:
        full, small = clean_picture(data, kind)
        return Inspected(data=full.data, media_type=full.media_type, thumbnail=small)
    if kind == "pdf" and "pdf" in allow:
        check_pdf(data)
        return Inspected(data=data, media_type="application/pdf")
    if kind != "pdf" and b"%PDF-" in data[:1024]:
        raise Refused("file.unsafe", "polyglot")  # viewers search for the beginning, so this may be a PDF too
    if kind == "zip":
        office = office_kind(data)
        if office and office in allow:
            check_office(data, office)
            return Inspected(data=data, media_type=_OFFICE_TYPES[office])
        kind = office or "archive"
    if kind == "text" and {"csv", "text"} & set(allow):
        return Inspected(data=data, media_type="text/csv" if "csv" in allow else "text/plain")
    if kind in KINDS or kind in signatures.IMAGE_KINDS or kind in _TYPE_REFUSED:
        raise Refused("file.type", kind)
    raise Refused("file.unsafe", kind)


def examine_apart(data: bytes, allow: tuple[str, ...]) -> Inspected:
    """`examine` in a child process. Raises Refused, file.unreadable also where the child died."""
    source = Path(__file__).resolve().parents[3]
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and code; the upload comes by stdin
            [sys.executable, "-I", "-c", _CHILD, str(source), json.dumps(allow)],
            input=data,
            capture_output=True,
            timeout=WALL_S,
            check=False,
            env={"PATH": os.defpath},
        )
    except subprocess.TimeoutExpired:
        raise Refused("file.unreadable", "time") from None
    head, _, body = child.stdout.partition(b"\n")
    if child.returncode != 0 or not head:
        raise Refused("file.unreadable", "crash")
    return _unpack(json.loads(head), body, data)


# -I: no user site, no environment. The path of this package is given, as it may be a checkout.
_CHILD = (
    "import sys, json; sys.path.insert(0, sys.argv[1]); "
    "from jichi.engines.files import inspection; inspection.child(tuple(json.loads(sys.argv[2])))"
)


def child(allow: tuple[str, ...]) -> None:
    """The child's whole life: limits, stdin, examine, stdout."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    head: dict[str, object]
    parts: list[bytes] = []
    try:
        found = examine(data, allow)
        small = found.thumbnail
        head = {"media_type": found.media_type, "same": found.data is data, "lengths": []}
        parts = [found.data] if found.data is not data else []
        if small:
            head["thumbnail"] = [small.media_type, small.width, small.height]
            parts.append(small.data)
        head["lengths"] = [len(p) for p in parts]
    except Refused as refused:
        head = {"code": refused.code, "reason": refused.reason}
    except (MemoryError, RecursionError):
        head = {"code": "file.unreadable", "reason": "memory"}
    out = sys.stdout.buffer
    out.write(json.dumps(head).encode() + b"\n")
    for part in parts:
        out.write(part)
    out.flush()
    os._exit(0)  # nothing to tidy up, and hostile data may have left destructors in a bad state


def _unpack(head: Any, body: bytes, data: bytes) -> Inspected:
    if "code" in head:
        raise Refused(head["code"], head["reason"])
    parts, at = [], 0
    for length in head["lengths"]:
        parts.append(body[at : at + length])
        at += length
    thumbnail = None
    if "thumbnail" in head:
        media_type, width, height = head["thumbnail"]
        thumbnail = Picture(data=parts.pop(), media_type=media_type, width=width, height=height)
    full = data if head["same"] else parts.pop()
    return Inspected(data=full, media_type=head["media_type"], thumbnail=thumbnail)
