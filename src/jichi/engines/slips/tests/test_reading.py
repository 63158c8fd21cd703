"""`jichi payments read` and what it stands on: numbers, photos and PDFs explained; hostile files kept apart."""

from __future__ import annotations

import io
import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.kernel import clock
from jichi.kernel.errors import Invalid

from ..commands import main
from ..errors import MESSAGES
from ..examining import examine_file, examine_text
from ..explaining import explain
from ..scanning import MOST_BYTES, scan
from . import papers
from .test_barcode import GOOD
from .test_el_qr import PAYLOAD, SHOP

NOON: Final = datetime(2026, 7, 1, 12, tzinfo=clock.TOKYO)
DATED: Final = "91900000937876771795161754124126083102999992"


@pytest.fixture(autouse=True)
def _a_day_before_it_runs_out() -> Any:
    with clock.standing_at(NOON):
        yield


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    status = main(["read", *argv])
    out, err = capsys.readouterr()
    return status, out, err


# -- texts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "codes"),
    [
        (GOOD, "gs1_128", []),
        ("(91)929023-2520700000101234999002\n999999-0-015435-7", "gs1_128", []),
        ("]C0" + GOOD, "gs1_128", ["slip.not_gs1"]),
        (GOOD[:-1] + "8", "gs1_128", ["slip.check_digit"]),
        (GOOD[:-1], "gs1_128", ["slip.length"]),
        ("91900000937876771795161754124126063002999992", "gs1_128", ["slip.check_digit"]),
        (PAYLOAD, "el_qr", []),
        ("]Q1" + PAYLOAD, "el_qr", []),
        (PAYLOAD[:200], "el_qr", ["slip.length"]),
        (SHOP, "jpqr", []),
        (SHOP[:-1] + "!", "jpqr", ["slip.crc"]),
        ("610000000000000000001234521380000100000", "ocr", ["slip.ocr_pair"]),
        (PAYLOAD[29:68], "ocr", []),
        (PAYLOAD[68:112], "ocr", []),
        (f"{PAYLOAD[29:68]}\n{PAYLOAD[68:112]}", "ocr", []),
        ("", "unknown", ["slip.unknown_text"]),
        ("こんにちは", "unknown", ["slip.unknown_text"]),
        ("1" * 5000, "unknown", ["slip.unknown_text"]),
        ("https://example.jp/pay?x=12345678901234567890123456789012345678901234", "unknown", ["slip.unknown_text"]),
    ],
)
def test_every_kind_of_number_is_told_apart(text: str, kind: str, codes: list[str]) -> None:
    found = explain(text, today=NOON.date())
    assert (found.kind, [fault.code for fault in found.faults]) == (kind, codes)
    assert all(found.sentences)


def test_a_barcode_is_explained_field_by_field() -> None:
    found = explain(DATED, today=NOON.date())
    assert [(line.label, line.value) for line in found.lines] == [
        ("印字", "(91)900000-9378767717951617541241 / 260831-0-299999-2"), ("識別子", "91"),
        ("請求者コード", "900000"), ("自由使用欄", "937876771795161754124"), ("再発行", "1"),
        ("支払期限", "2026年8月31日"), ("印紙税の区分", "0"), ("金額", "299,999円"), ("検査数字", "2"),
    ]  # fmt: skip
    late = explain(DATED, today=datetime(2026, 9, 1, tzinfo=clock.TOKYO).date())
    assert [fault.code for fault in late.faults] == ["slip.expired"]


@given(st.text(max_size=120))
@settings(max_examples=60)
def test_explaining_never_raises(text: str) -> None:
    assert explain(text, today=NOON.date()).kind


def test_every_code_has_a_sentence_and_every_sentence_ends() -> None:
    assert all(text.endswith(("。", "}")) for text in MESSAGES.values())


# -- photos and PDFs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "PDF"])
def test_a_photo_or_pdf_gives_its_symbols(kind: str) -> None:
    sheet = papers.page(papers.bars(DATED), papers.square(PAYLOAD))
    if kind == "JPEG":
        sheet = papers.photographed(sheet)
    how = {"resolution": 200} if kind == "PDF" else {}
    found = examine_file(papers.saved(sheet, kind, **how), name="slip", today=NOON.date())
    assert sorted(one.kind for one in found.found) == ["el_qr", "gs1_128"]
    assert {one.place for one in found.found} == {"1ページ" if kind == "PDF" else ""}
    # amounts of two unlike vectors: that too is said
    assert [fault.code for fault in found.faults] == ["slip.symbols_differ"]


@pytest.mark.parametrize(("fnc1", "codes"), [(True, []), (False, ["slip.not_gs1"])])
def test_bars_without_fnc1_are_no_payment_barcode(fnc1: bool, codes: list[str]) -> None:
    picture = papers.saved(papers.page(papers.bars(DATED, fnc1=fnc1)))
    (one,) = examine_file(picture, name="slip.png", today=NOON.date()).found
    assert [fault.code for fault in one.faults] == codes


def test_two_barcodes_on_one_paper_are_a_fault() -> None:
    sheet = papers.page(papers.bars(DATED), papers.bars(GOOD))
    found = examine_file(papers.saved(sheet), name="slip.png", today=NOON.date())
    assert [fault.code for fault in found.faults] == ["slip.several_barcodes"]


def test_an_empty_sheet_says_how_to_take_a_better_photo() -> None:
    found = examine_file(
        papers.saved(papers.page(papers.bars(DATED).point(lambda _: 255))), name="a", today=NOON.date()
    )
    assert ([fault.code for fault in found.faults], found.right) == (["slip.nothing_found"], False)


def _bomb() -> bytes:
    """A PNG whose head promises 40,000 × 40,000 pixels."""
    data = bytearray(papers.saved(papers.bars(GOOD, height=1)))
    data[16:24] = (40_000).to_bytes(4, "big") * 2
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"x" * (MOST_BYTES + 1), "file.too_large"),
        (b"PK\x03\x04" + b"\0" * 100, "file.type"),
        (b"MZ" + b"\0" * 100, "file.type"),
        (b"%PDF-1.7\nnothing\n%%EOF\n", "file.unreadable"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "file.unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file.type"),
    ],
)
def test_what_is_no_slip_is_refused_with_a_reason(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        scan(data, "a.bin")
    assert refused.value.code == code


def test_a_bomb_costs_nothing() -> None:
    with pytest.raises(Invalid) as refused:
        scan(_bomb(), "a.png")
    assert refused.value.code in {"file.unsafe", "file.unreadable"}


# -- the command ---------------------------------------------------------------------------------------


def test_the_command_says_what_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, GOOD)
    assert (status, "金額: 15,435円" in out, "○ 誤りは見つかりません。" in out) == (0, True, True)


def test_the_command_says_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, GOOD[:-1] + "8")
    assert status == 1
    assert "× 検査数字が合いません。最後は7のはずですが、8です。" in out


def test_the_command_reads_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "slip.png"
    path.write_bytes(papers.saved(papers.page(papers.bars(DATED))))
    status, out, _ = run(capsys, str(path), "--json")
    found = json.loads(out)
    assert (status, found["right"], found["found"][0]["kind"]) == (0, True, "gs1_128")
    assert found["found"][0]["fields"][7] == {"label": "金額", "value": "299,999円", "note": ""}


def test_faults_in_json_carry_code_and_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "--json", "]C0" + GOOD)
    assert (status, json.loads(out)["found"][0]["faults"][0]["code"]) == (1, "slip.not_gs1")


@pytest.mark.parametrize("text", ["こんにちは", "\0", "x" * 9000])
def test_what_is_no_slip_gives_its_own_status(capsys: pytest.CaptureFixture[str], text: str) -> None:
    status, out, _ = run(capsys, text)
    assert (status, "納付書の番号や符号ではありません" in out) == (3, True)


def test_a_file_that_cannot_be_read_is_said_in_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04" + b"\0" * 100)
    assert run(capsys, str(path)) == (
        3,
        "",
        "a.zipは受け取れない種類のファイルです。写真(JPEG・PNG)かPDFを選んでください。\n",
    )


def test_a_huge_file_is_not_even_opened(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 20 * 1024**3)
    status, _, err = run(capsys, str(path))
    assert (status, "大きすぎます" in err) == (3, True)


def test_numbers_may_come_by_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{GOOD}\n".encode())))
    assert run(capsys, "-")[0] == 0


def test_typed_and_pasted_texts_are_examined_alike() -> None:
    assert examine_text(f" {GOOD} ", today=NOON.date()).right
