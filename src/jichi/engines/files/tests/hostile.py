"""Hostile and harmless files, built here byte by byte: none lies in the repository as a file."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    """A picture whose left half is red and right half blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    image = image.convert(mode)
    if mode == "RGBA":
        image.putpixel((0, 0), (0, 0, 0, 0))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo_with_place() -> bytes:
    """A JPEG lying on its side, with a camera's EXIF: orientation, GPS, a comment, a maker's name."""
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate by 90 degrees to show upright
    exif[0x010F] = "SecretMaker"
    exif.get_ifd(0x8825)[2] = (35.0, 41.0, 22.0)
    return picture("JPEG", (60, 40), exif=exif, comment=b"private comment")


def png_of_huge_size(width: int = 100_000, height: int = 100_000) -> bytes:
    """A few hundred bytes that claim ten thousand million pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def archive(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return out.getvalue()


def office(kind: str = "docx", extra: dict[str, bytes] | None = None, main_type: str = "") -> bytes:
    """The smallest Word or Excel file, with further parts."""
    main = "word/document.xml" if kind == "docx" else "xl/workbook.xml"
    declared = main_type or (DOCX_MAIN if kind == "docx" else XLSX_MAIN)
    types = f'<Types><Override PartName="/{main}" ContentType="{declared}"/></Types>'
    return archive({"[Content_Types].xml": types.encode(), main: b"<x/>", **(extra or {})})


def pdf(pages: int = 1) -> PdfWriter:
    """A blank document to add things to."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    return writer


def written(writer: PdfWriter) -> bytes:
    """The bytes of a document."""
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_with_root(key: str, value: object) -> bytes:
    """A document with one more entry in its catalogue."""
    writer = pdf()
    writer.root_object[NameObject(key)] = value
    return written(writer)


def action(kind: str, **entries: object) -> DictionaryObject:
    """An action dictionary."""
    made = DictionaryObject({NameObject("/S"): NameObject(kind)})
    for key, value in entries.items():
        made[NameObject("/" + key)] = value
    return made


def pdf_with_annotation(subtype: str, act: DictionaryObject | None = None) -> bytes:
    """A page with one annotation."""
    writer = pdf()
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject(subtype),
            NameObject("/Rect"): ArrayObject([NumberObject(0)] * 4),
        }
    )
    if act is not None:
        note[NameObject("/A")] = act
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])
    return written(writer)


def pdf_javascript() -> bytes:
    """Runs a script when opened."""
    return pdf_with_root("/OpenAction", action("/JavaScript", JS=TextStringObject("app.alert(1)")))


def pdf_attachment() -> bytes:
    """Carries another file."""
    writer = pdf()
    writer.add_attachment("run.exe", b"MZ")
    return written(writer)


def pdf_encrypted() -> bytes:
    """Needs a password."""
    writer = pdf()
    writer.encrypt("secret", algorithm="RC4-128")
    return written(writer)


def pdf_hidden_object() -> bytes:
    """Holds a script that no cross-reference names; a viewer that rebuilds the file finds it."""
    plain = written(pdf())
    hidden = b"99 0 obj\n<< /Type /Action /S /JavaScript /J#53 (app.alert\\(1\\)) >>\nendobj\n"
    at = plain.rindex(b"\nxref\n") + 1
    moved = plain[:at] + hidden + plain[at:]
    return moved.replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + len(hidden)))


def pdf_unparsable_object() -> bytes:
    """A script in an object so broken that only a forgiving viewer reads it."""
    plain = written(pdf())
    hidden = b"99 0 %c\nobj << /X @ /S /J#61vaScript >>\nendobj\n"
    at = plain.rindex(b"\nxref\n") + 1
    moved = plain[:at] + hidden + plain[at:]
    return moved.replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + len(hidden)))


def pdf_packed_object() -> bytes:
    """The same inside a compressed object stream, again named by nothing."""
    script = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
    content = zlib.compress(b"98 0 " + script)
    hidden = (
        b"97 0 obj\n<< /Type /ObjStm /N 1 /First 5 /Filter /FlateDecode /Length %d >>\nstream\n" % len(content)
        + content
        + b"\nendstream\nendobj\n"
    )
    plain = written(pdf())
    at = plain.rindex(b"\nxref\n") + 1
    moved = plain[:at] + hidden + plain[at:]
    return moved.replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + len(hidden)))


def text(value: str) -> TextStringObject:
    """A PDF text."""
    return TextStringObject(value)


def overlapping_bomb() -> bytes:
    """A docx whose directory names the same compressed megabytes a hundred times."""
    kernel = office("docx", {"word/media/a.xml": b"\0" * 1_000_000})
    with zipfile.ZipFile(io.BytesIO(kernel)) as package:
        start = package.start_dir
        last = package.infolist()[-1]
    directory = kernel[start:]
    entry_at = directory.rindex(b"PK\x01\x02")
    end_at = directory.rindex(b"PK\x05\x06")
    entry, before = directory[entry_at:end_at], directory[:entry_at]
    name = last.filename.encode()
    copies = b"".join(entry.replace(name, b"word/media/%1s.xml" % bytes([98 + i])) for i in range(20))
    total = 3 + 20
    new = before + entry + copies
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, total, total, len(new), start, 0)
    return kernel[:start] + new + end


def lying_bomb() -> bytes:
    """A docx with an entry that says it holds 10 bytes and unpacks to 300 MB."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(body.compress(b"\0" * 1_000_000) for _ in range(300)) + body.flush()
    name = b"word/media/a.xml"
    plain = office("docx")
    with zipfile.ZipFile(io.BytesIO(plain)) as package:
        start = package.start_dir
    head = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 33, 0, len(packed), 10, len(name), 0) + name
    directory = plain[start : plain.rindex(b"PK\x05\x06")] + (
        struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            b"PK\x01\x02",
            20,
            20,
            0,
            8,
            0,
            33,
            0,
            len(packed),
            10,
            len(name),
            0,
            0,
            0,
            0,
            0,
            start,
        )
        + name
    )
    begin = start + len(head) + len(packed)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 3, 3, len(directory), begin, 0)
    return plain[:start] + head + packed + directory + end
