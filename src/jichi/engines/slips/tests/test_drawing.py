"""The paper: symbols read back at 400 dpi, whole dots, only the address in the window, nothing cut off or blank."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from jichi.kernel import clock
from jichi.kernel.errors import Invalid

from .. import rules
from ..drawing import draw, squares_of, unprintable
from .test_el_qr import FIRST, PAYLOAD

MADE: Final = datetime(2026, 6, 1, tzinfo=clock.TOKYO)
SENDER: Final = rules.Sender(
    ward="みどり区", division="子ども育成課", phone="03-0000-0000", places=rules.Sender.usual_places(),
    apps="見本ペイ、見本バンク",
)  # fmt: skip
LONGEST: Final = rules.Addressee(
    postcode="1234567", address="東京都みどり区" + "本" * 59, name="長" * 17 + " " + "名" * 18
)
USUAL: Final = rules.Addressee(postcode="1234567", address="東京都みどり区本町1丁目2番3号", name="見本 﨑子")
MM: Final = 72 / 25.4


def paper(number: int = 1, **other: Any) -> rules.Paper:
    """A slip with everything on it."""
    amount = int(other.get("amount", 12_000))
    digits = rules.build_barcode(
        issuer="900000", free_area=f"12345{number:016}", reissue=number % 10, pay_by=date(2026, 8, 31), amount=amount
    ).digits
    parts: dict[str, Any] = {
        "to": rules.Addressee(postcode="1234567", address="東京都みどり区本町1丁目2番3号 みどり荘1", name="𠮷田 﨑子"),
        "title": "令和8年度 学童クラブ保育料 第3期", "number": f"{number:016}", "amount": amount,
        "due": date(2026, 6, 30), "issued": date(2026, 6, 1), "pay_by": date(2026, 8, 31), "reissue": number % 10,
        "digits": digits, "el_payload": PAYLOAD, "el_number": FIRST.el_number, "ocr": rules.el_lines(FIRST),
        "rows": (("児童", "𠮷田 花子"), ("月", "令和8年6月分")),
    }  # fmt: skip
    return rules.Paper(**{**parts, **other})


def drawn(papers: Sequence[rules.Paper], *, dpi: int = 400, large: bool = False, window: Any = None) -> bytes:
    return draw(
        papers, sender=SENDER, printer=rules.PRINTERS[dpi], window=window or rules.Window(), large=large, made_at=MADE
    )


def seen(pdf: bytes, page: int = 0, dpi: int = 400) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        image: Image.Image = document[page].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
        return image


def read(image: Image.Image) -> list[tuple[str, str]]:
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(image, formats=formats)
    return sorted((one.symbology_identifier, one.bytes.decode()) for one in found)


@pytest.mark.parametrize(("dpi", "large"), [(300, False), (400, False), (600, True)])
def test_both_symbols_read_back_at_400_dpi(dpi: int, large: bool) -> None:
    papers = [paper(number) for number in (1, 22)]
    pdf = drawn(papers, dpi=dpi, large=large)
    for place, one in enumerate(papers):
        assert read(seen(pdf, place)) == [("]C1", one.digits), ("]Q1", PAYLOAD)]


def _corners(pdf: bytes) -> list[list[tuple[float, float]]]:
    """Corners of every filled path of the first page in points from the upper left, path by path."""
    reader = PdfReader(io.BytesIO(pdf))
    from pypdf.generic import ContentStream

    found: list[list[tuple[float, float]]] = []
    height = float(reader.pages[0].mediabox.height)

    def walk(content: Any, resources: Any, outer: tuple[float, ...]) -> None:
        matrix, stack, points = outer, [], []
        for operands, operator in ContentStream(content, reader).operations:
            if operator == b"q":
                stack.append(matrix)
            elif operator == b"Q":
                matrix = stack.pop()
            elif operator == b"cm":
                matrix = _times([float(value) for value in operands], matrix)
            elif operator in {b"m", b"l"}:
                x, y = (float(value) for value in operands)
                points.append((_at(matrix, x, y)[0], height - _at(matrix, x, y)[1]))
            elif operator == b"re":
                x, y, w, h = (float(value) for value in operands)
                for corner in ((x, y), (x + w, y + h)):
                    points.append((_at(matrix, *corner)[0], height - _at(matrix, *corner)[1]))
            elif operator in {b"f", b"f*"}:
                found.append(points)
                points = []
            elif operator in {b"S", b"n"}:
                points = []
            elif operator == b"Do":
                form = resources["/XObject"][operands[0]]
                inner = [float(value) for value in form.get("/Matrix", [1, 0, 0, 1, 0, 0])]
                walk(form, form.get("/Resources", resources), _times(inner, matrix))

    walk(reader.pages[0].get_contents(), reader.pages[0]["/Resources"], (1, 0, 0, 1, 0, 0))
    return found


def _times(a: Sequence[float], b: Sequence[float]) -> tuple[float, ...]:
    return (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    )  # fmt: skip


def _at(m: Sequence[float], x: float, y: float) -> tuple[float, float]:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


@pytest.mark.parametrize("dpi", [300, 400, 600])
def test_bars_and_squares_stand_on_whole_dots(dpi: int) -> None:
    symbols = [corners for corners in _corners(drawn([paper()], dpi=dpi)) if len(corners) > 100]
    assert len(symbols) == 2
    printer = rules.PRINTERS[dpi]
    for corners in symbols:
        for point in corners:
            for value in point:
                dots = value / 72 * dpi
                assert abs(dots - round(dots)) < 0.02, dots
    across = sorted(round((max(x for x, _ in c) - min(x for x, _ in c)) / 72 * dpi) for c in symbols)
    assert across == sorted([rules.SYMBOL_MODULES * printer.bar_dots, 41 * printer.square_dots])


def _beside_the_address(pdf: bytes) -> set[int]:
    """Shades of grey that show through the window, wherever the paper slides, but for the corner of a short address."""
    window, dpi = rules.Window(), 200
    dot, play = dpi / 25.4, window.play
    edges = (
        window.left - play,
        window.top - play,
        window.left + window.width + play,
        window.top + window.height + play,
    )
    left, top, right, bottom = (round(mm * dot) for mm in edges)
    shown = seen(pdf, dpi=dpi).crop((left, top, right, bottom))
    corner = (round(2 * play * dot) - 2, round(2 * play * dot) - 2)
    shown.paste(255, (*corner, corner[0] + round(16 * dot), corner[1] + round(20 * dot)))
    return {shade for shade, count in enumerate(shown.histogram()) if count}


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("to", [USUAL, LONGEST], ids=["usual", "longest"])
def test_only_the_address_shows_through_the_window(to: rules.Addressee, large: bool) -> None:
    pdf = drawn([paper(to=to)], large=large)
    window = rules.Window()
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[0].get_textpage()
        height = document[0].get_height()
        inside: list[str] = []
        outside: list[str] = []
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            near = (
                right > (window.left - window.play) * MM and left < (window.left + window.width + window.play) * MM
                and height - bottom > (window.top - window.play) * MM
                and height - top < (window.top + window.height + window.play) * MM
            )  # fmt: skip
            (inside if near else outside).append(text.get_text_range(index, 1))
    code, lines, name = rules.window_lines(to)
    shown = re.sub(r"\s", "", "".join(inside))
    assert shown == re.sub(r"\s", "", "".join((code, *lines, *name)))
    assert "納付書" in "".join(outside)
    # and without the address the window, wherever the paper slides, is white: no line, no bar, no letter
    blank = drawn([paper(to=rules.Addressee(postcode="", address=".", name="."))], large=large)
    assert _beside_the_address(blank) == {255}


def test_the_address_stays_inside_when_the_paper_slides() -> None:
    window = rules.Window()
    with pypdfium2.PdfDocument(drawn([paper(to=LONGEST)])) as document:
        text, height = document[0].get_textpage(), document[0].get_height()
        boxes = [text.get_charbox(index) for index in range(text.count_chars())]
    near = [box for box in boxes if height - box[3] < 58 * MM and box[0] < 118 * MM]
    assert min(box[0] for box in near) >= (window.left + window.play) * MM - 1
    assert max(box[2] for box in near) <= (window.left + window.width - window.play) * MM + 4
    assert max(height - box[1] for box in near) <= (window.top + window.height) * MM


@pytest.mark.parametrize("large", [False, True])
def test_the_fullest_slip_stays_on_one_page_and_nothing_overlaps(large: bool) -> None:
    full = paper(
        to=LONGEST, title="題" * 30, rows=(("項" * 8, "値" * 22),) * 6, amount=299_999, reissue=9,
    )  # fmt: skip
    pdf = drawn([full, full], large=large)
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 2
        text, height = document[0].get_textpage(), document[0].get_height()
        boxes = [text.get_charbox(i) for i in range(text.count_chars()) if text.get_text_range(i, 1).strip()]
    tops = [(left, height - top, right, height - bottom) for left, bottom, right, top in boxes]
    assert all(left >= 0 and right <= 210 * MM and bottom <= 297 * MM for left, _, right, bottom in tops)
    middle = [box for box in tops if 62 * MM < box[1] < 189 * MM]
    assert max(bottom for *_, bottom in middle) < 190 * MM
    assert _overlaps(tops) == 0


def _overlaps(boxes: list[tuple[float, float, float, float]]) -> int:
    """Pairs of letters that stand on one another by more than a third of a point both ways."""
    ordered, count = sorted(boxes, key=lambda box: box[1]), 0
    for place, (left, top, right, bottom) in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other[1] > bottom - 1:
                break
            if other[0] < right - 1 and left < other[2] - 1 and top < other[3] - 1:
                count += 1
    return count


def _words(pdf: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def test_above_the_ceiling_there_is_no_barcode_and_it_says_why() -> None:
    pdf = drawn([paper(digits="", why_none="金額が300,000円を超えるためです。")])
    assert read(seen(pdf)) == [("]Q1", PAYLOAD)]
    assert "コンビニエンスストア用のバーコードがありません。金額が300,000円を超えるためです。" in _words(pdf)


def test_what_people_read_is_plain_and_complete() -> None:
    words = _words(drawn([paper(3)]))
    for part in (
        "12,000円", "令和8年(2026年)6月30日(火)", "再発行3回目", "アプリでは領収証書が出ません", "二重に納めないよう",
        "(91)900000-1234500000000000000033", "領収証書", "納付済通知書", "13800", "440184",
    ):  # fmt: skip
        assert part in words, part


def test_rare_characters_are_printed_and_what_the_font_lacks_stops_the_run() -> None:
    assert "𠮷田﨑子" in _words(drawn([paper()]))
    lacking = paper(to=rules.Addressee(postcode="", address="みどり区1", name="\U00031350 太郎"))
    ((place, fault),) = unprintable([paper(), lacking])
    assert (place, fault.code, fault.params) == (1, "slip.glyph", {"characters": "\U00031350"})
    with pytest.raises(Invalid) as refused:
        drawn([lacking])
    assert refused.value.code == "slip.glyph"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": rules.Addressee(postcode="", address="", name="太郎")}, "slip.window_empty"),
        ({"to": rules.Addressee(postcode="", address="本" * 67, name="太郎")}, "slip.window_address"),
        ({"to": rules.Addressee(postcode="", address="本町", name="長" * 37)}, "slip.window_name"),
        ({"title": "題" * 31}, "slip.title"),
        ({"title": " "}, "slip.title"),
        ({"rows": (("月", "6"),) * 7}, "slip.rows"),
        ({"rows": (("月" * 9, "6"),)}, "slip.rows"),
    ],
)
def test_what_would_not_fit_is_refused_and_never_cut(change: dict[str, Any], code: str) -> None:
    ((_, fault),) = unprintable([paper(**change)])
    assert fault.code == code


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ({"left": 3.0}, "slip.window_place"), ({"left": 30.0}, "slip.window_place"),
        ({"top": 20.0}, "slip.window_place"),
        ({"width": 80.0}, "slip.window_small"), ({"height": 30.0}, "slip.window_small"),
    ],
)  # fmt: skip
def test_a_window_that_the_paper_does_not_fit_is_refused(place: dict[str, float], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.Window(**place)
    assert refused.value.code == code


def test_same_input_same_bytes() -> None:
    assert drawn([paper()]) == drawn([paper()])


def test_the_qr_code_is_the_one_another_encoder_makes() -> None:
    import segno

    path, side = squares_of(PAYLOAD)
    rows = [bytearray(b"\xff" * side) for _ in range(side)]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        rows[int(y)][int(x) : int(x) + int(width)] = b"\0" * int(width)
    others = [segno.make_qr(PAYLOAD, error="m", boost_error=False, mask=mask).matrix for mask in range(8)]
    assert [list(row) for row in rows] in [[[0 if dark else 255 for dark in row] for row in one] for one in others]
