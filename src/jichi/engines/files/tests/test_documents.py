"""PDF documents: tagged, titled, readable, the same bytes for the same input; text is never markup."""

from __future__ import annotations

import io
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from jichi.engines.files import documents, inspection
from jichi.kernel import clock

LETTER = Path(__file__).parent / "documents" / "letter.typ"
ADDRESS = "http://localhost:8000/verify/K7M42QF9-abcdefgh"


def data(**changes: object) -> dict[str, object]:
    return {
        "ward": "みどり区",
        "number": "K7M4-2QF9",
        "title": "二十歳のつどい 参加票",
        "language": "ja",
        "lead": "𠮷田 髙﨑 凜 様の申請を受け付けました。",
        "facts-title": "申請の内容",
        "facts": [["氏名", "𠮷田 花子"], ["国籍", "대한민국"]],
        "note": ["お願い", "当日はこの参加票を見せてください。"],
        "header": ["日付", "場所"],
        "rows": [["2027年1月11日", "区民ホール"]],
        "qr": documents.qr_matrix(ADDRESS),
        "qr-alt": f"確認用のコード {ADDRESS}",
        **changes,
    }


def render(**options: Any) -> bytes:
    given: dict[str, Any] = {"template": LETTER, "data": data(), "title": "参加票", "language": "ja", **options}
    return documents.render_pdf(**given)


def text_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_titled_tagged_and_in_a_language() -> None:
    reader = PdfReader(io.BytesIO(render(author="みどり区")))
    root: Any = reader.trailer["/Root"]
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("参加票", "みどり区")
    assert root["/Lang"] == "ja-JP"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert root["/StructTreeRoot"]["/K"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert [round(float(x), 1) for x in reader.pages[0].mediabox[2:]] == [595.3, 841.9]


@pytest.mark.parametrize(
    ("language", "lang", "word"),
    [
        ("ja", "ja-JP", "受付番号K7M4-2QF9"),
        ("easy", "ja-JP", "あなたの番号K7M4-2QF9"),
        ("en", "en-GB", "ReferencenumberK7M4-2QF9"),
        ("zh-hans", "zh-CN", "受理编号K7M4-2QF9"),
        ("ko", "ko-KR", "접수번호K7M4-2QF9"),
    ],
)
def test_in_five_languages(language: str, lang: str, word: str) -> None:
    pdf = render(language=language, data=data(language=language))
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == lang  # type: ignore[index]  # an indirect object
    assert word in text_of(pdf)


def test_the_letterhead_is_on_every_page() -> None:
    pdf = render(data=data(rows=[[f"{i}日", "区民ホール"] for i in range(100)]))
    pages = ["".join(p.extract_text().split()) for p in PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) == 4
    assert all(page.startswith(f"みどり区受付番号K7M4-2QF9{n}/4") for n, page in enumerate(pages, 1))
    assert all("日付場所" in page for page in pages)


def test_names_with_rare_characters_are_there_to_be_read_and_copied() -> None:
    rare = "𠮷野家髙橋﨑山凜瀨邊塚德"
    assert documents.missing_glyphs(rare) == []
    assert rare in text_of(render(data=data(lead=rare)))


def test_the_form_of_a_character_follows_its_selector() -> None:
    usual, other = "葛\U000e0100城", "葛\U000e0101城"
    assert documents.missing_glyphs(usual + other) == []
    assert render(data=data(lead=usual)) != render(data=data(lead=other))


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("東京都みどり区 1-2-3 ABC", []),
        ("😀花😀", ["😀"]),
        ("ສະບາຍ", ["ສ", "ະ", "ບ", "າ", "ຍ"]),
        ("渡邉\U000e0101", []),
        ("亜\U000e01ef", ["亜\U000e01ef"]),
        ("똠방각하 김민준 뷁", []),
        ("张伟 刘洋 龙", []),
        ("a\u200bb\n\t", []),
        ("\U000e0100", ["\U000e0100"]),
        ("①㈱㎡", []),
    ],
)
def test_missing_glyphs(text: str, missing: list[str]) -> None:
    assert documents.missing_glyphs(text) == missing


@pytest.mark.parametrize("codec", ["shift_jis", "cp932", "euc_jis_2004", "gb2312"])
def test_the_font_covers_the_character_sets(codec: str) -> None:
    writable = []
    for code in [*range(0x20, 0xE000), *range(0xF900, 0xFFF0), *range(0x20000, 0x2A6E0)]:
        try:
            chr(code).encode(codec)
        except UnicodeEncodeError:
            continue
        writable.append(chr(code))
    missing = documents.missing_glyphs("".join(writable))
    # Accents and Greek, Cyrillic or Arabic letters of these sets aside: every Han character and kana is there.
    assert [c for c in missing if (c >= "\u3040" and c < "\uac00") or c >= "\uf900"] == []


def test_same_input_same_bytes_also_from_four_threads() -> None:
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(render())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(made) == {render()}
    assert len(made) == 4
    metadata = PdfReader(io.BytesIO(made[0])).metadata
    assert metadata is not None
    assert metadata.creation_date == datetime(2000, 1, 1, tzinfo=UTC)


def test_the_moment_of_making_can_be_stated() -> None:
    moment = datetime(2026, 5, 1, 9, 0, tzinfo=clock.TOKYO)
    metadata = PdfReader(io.BytesIO(render(made_at=moment))).metadata
    assert metadata is not None
    assert metadata.creation_date == moment


@pytest.mark.parametrize(
    "hostile",
    [
        "#let x = 1",
        '#import "/jichi/config/settings.py"',
        '#read("/jichi/config/settings.py")',
        "*bold* _it_ $x^2$ @ref <label> = heading",
        '"; panic()',
        "\\u{41} `raw` // comment /* c */",
        "[[]](){}",
    ],
)
def test_text_of_people_is_shown_as_it_is(hostile: str) -> None:
    pdf = render(data=data(lead=hostile), title=hostile)
    assert "".join(hostile.split()) in text_of(pdf)
    metadata = PdfReader(io.BytesIO(pdf)).metadata
    assert metadata is not None
    assert metadata.title == hostile


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_set(text: str) -> None:
    both = data(lead=text, facts=[[text, text]])  # labels are bold
    assert render(data=both, title=text).startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("花😀子", "花〓子"),
        ("a\u202eb\u200bc\x1f", "abc"),
        ("亜\U000e01ef葛\U000e0100", "亜葛\U000e0100"),
        ("1\t2\n3", "1 2\n3"),
        ("神\ufa19", "神\ufa19"),
    ],
)
def test_what_the_font_lacks_is_marked_not_fatal(text: str, printed: str) -> None:
    assert documents.printable(text) == printed
    assert "".join(printed.split()) in text_of(render(data=data(lead=text)))


@pytest.mark.parametrize("text", ["똠방각하", "葛\U000e0100城", "𠮷", "画龙点睛", "伽羅"])
def test_bold_borrows_from_regular_what_it_lacks(text: str) -> None:
    assert text.replace("\U000e0100", "") in text_of(render(data=data(facts=[[text, "x"]]))).replace("\U000e0100", "")


def test_pictures_are_handed_in() -> None:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(out, "PNG")
    pdf = render(data=data(picture="seal.png"), images={"seal.png": out.getvalue()})
    assert len(PdfReader(io.BytesIO(pdf)).pages[0].images) == 1
    with pytest.raises(documents.DocumentError, match="does not contain key"):
        render(data=data(picture="../../config/settings.py"), images={"seal.png": out.getvalue()})


def test_a_template_lies_inside_the_package(tmp_path: Path) -> None:
    outside = tmp_path / "x.typ"
    outside.write_text("#let document(data) = []")
    with pytest.raises(ValueError, match="subpath"):
        render(template=outside)


def test_what_is_wrong_in_a_template_is_an_error_of_ours() -> None:
    with pytest.raises(documents.DocumentError, match="dictionary does not contain key"):
        render(data={"ward": "みどり区"})


def test_the_qr_code_is_the_one_of_the_address() -> None:
    matrix = documents.qr_matrix(ADDRESS)
    assert matrix == ["".join(map(str, row)) for row in segno.make_qr(ADDRESS, error="m").matrix]
    # Drawn as many bars as there are runs of dark modules, each in the right place.
    runs = sum(len([r for r in row.split("0") if r]) for row in matrix)
    page: Any = PdfReader(io.BytesIO(render(data=data(facts=[], rows=[], header=["a"])))).pages[0]
    drawn = page.get_contents().get_data()
    assert drawn.count(b"\nf\n") + drawn.count(b"\nf*\n") >= runs


def test_the_qr_code_as_svg_has_no_inline_style() -> None:
    svg = documents.qr_svg(ADDRESS)
    root = ET.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert b"style" not in svg
    assert b"<?xml" not in svg
    assert b"script" not in svg


def test_our_own_documents_pass_our_own_inspection() -> None:
    assert inspection.examine(render(), ("pdf",)).media_type == "application/pdf"
