"""A slip's numbers in plain Japanese: every field with its meaning, every fault with what to do. No database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jichi.kernel.calendar import format_date

from .errors import MESSAGES
from .rules import ElSlip, Fault, PaymentBarcode, ocr_faults, printed_lines, read_barcode, read_el_qr, read_jpqr
from .rules.barcode import LENGTH as BARCODE_LENGTH
from .rules.el_qr import LENGTH as EL_QR_LENGTH
from .rules.jpqr import looks_like_jpqr
from .rules.ocr import LOWER, UPPER

MOST_TEXT: Final = 2000
KINDS: Final = {
    "gs1_128": "収納用バーコード(GS1-128)", "el_qr": "eL-QR(地方税統一QRコード)", "jpqr": "JPQR(店の支払い用QRコード)",
    "ocr": "OCRの行", "unknown": "分からない文字",
}  # fmt: skip
_BREAKS: Final = re.compile(r"[\s\u001d]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One field: what it is called, what it says, what that means for the reader ("" where it is plain)."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One symbol or number explained. `barcode` and `el`: for asking the records; `place`: where it stood."""

    kind: str
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]
    place: str = ""
    barcode: PaymentBarcode | None = None
    el: ElSlip | None = None

    @property
    def title(self) -> str:
        """What kind of number it is."""
        return KINDS[self.kind]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is wrong, one sentence each."""
        return tuple(told(fault) for fault in self.faults)


def told(fault: Fault) -> str:
    """The sentence of a fault."""
    return MESSAGES[fault.code].format(**fault.params)


def explain(text: str, *, today: date, place: str = "") -> Explained:
    """Whatever a slip's text is, explained; never raises.

    Args:
        text: a barcode in any spelling, an eL-QR payload, a JPQR payload, OCR lines; longer than 2,000: unknown.
        today: for what has run out.
        place: where it stood ("1ページ"), for the reader.
    """
    text = re.sub(r"^\]Q\d", "", text.strip())
    plain = unicodedata.normalize("NFKC", text[:MOST_TEXT])
    tokens = _BREAKS.sub(" ", plain).split(" ")
    joined = "".join(tokens)
    if len(text) > MOST_TEXT or not joined:
        return _unknown(place)
    if looks_like_jpqr(plain):
        return _jpqr(plain, place)
    if len(joined) == EL_QR_LENGTH or joined.startswith("00020101021227"):
        return _el_qr(joined, today, place)
    if [len(token) for token in tokens] in ([UPPER], [LOWER], [UPPER, LOWER]) and _is_ocr(tokens):
        return _ocr(tokens, place)
    if _like_barcode(joined):
        return _barcode(text, today, place)
    return _unknown(place)


def _unknown(place: str) -> Explained:
    return Explained(kind="unknown", lines=(), faults=(Fault("slip.unknown_text"),), place=place)


def _is_ocr(tokens: Sequence[str]) -> bool:
    """44 digits are an OCR line or a barcode: one that begins with 91 is a line only if its pair says so."""
    if len(tokens[0]) == UPPER or len(tokens) == 2:
        return True
    return not ocr_faults(tokens[0]) and bool(read_barcode(tokens[0]).faults)


def _like_barcode(joined: str) -> bool:
    digits = sum(character.isdecimal() for character in joined)
    return joined.startswith(("]", "(91)", "EAN")) or (
        abs(digits - BARCODE_LENGTH) <= 6 and digits * 4 > len(joined) * 3
    )


def _barcode(text: str, today: date, place: str) -> Explained:
    found = read_barcode(text)
    digits = found.digits
    if len(digits) != BARCODE_LENGTH or not digits.isdecimal():
        return Explained(kind="gs1_128", lines=(), faults=found.faults, place=place)
    day = f"20{digits[30:32]}年{int(digits[32:34])}月{int(digits[34:36])}日"
    first, second = printed_lines(digits)
    lines = (
        Line(label="印字", value=f"{first} / {second}", note="バーコードの下の2行"),
        Line(label="識別子", value=digits[:2], note="91は料金の収納"),
        Line(label="請求者コード", value=digits[2:8], note="収納代行会社か請求者に決められた番号"),
        Line(label="自由使用欄", value=digits[8:29], note="代行会社の番号と納付番号。余りは0"),
        Line(label="再発行", value=digits[29], note="初めて発行したもの" if digits[29] == "0" else "出し直した回数"),
        Line(
            label="支払期限", value="なし(999999)" if digits[30:36] == "999999" else day,
            note="店が受け付ける最後の日。納期限とは別",
        ),
        Line(label="印紙税の区分", value=digits[36], note="0は印紙がいらない。税と公金は0"),
        Line(label="金額", value=f"{int(digits[37:43]):,}円"),
        Line(label="検査数字", value=digits[43]),
    )  # fmt: skip
    faults = list(found.faults)
    if found.barcode and found.barcode.pay_by and found.barcode.pay_by < today:
        faults.append(Fault("slip.expired", {"day": format_date(found.barcode.pay_by)}))
    return Explained(kind="gs1_128", lines=lines, faults=tuple(faults), place=place, barcode=found.barcode)


def _el_qr(text: str, today: date, place: str) -> Explained:
    found = read_el_qr(text, today=today)
    if found.slip is None:
        return Explained(kind="el_qr", lines=(), faults=found.faults, place=place)
    slip = found.slip
    agency, number, confirmation, category = slip.el_number
    lines = (
        Line(label="収納機関番号", value=agency, note="13800は地方税共同機構"),
        Line(label="納付番号(案件特定キー)", value=number),
        Line(label="確認番号", value=confirmation),
        Line(label="納付区分(税目・料金番号)", value=category, note="番号の意味は団体との取り決めの表による"),
        Line(label="金額", value=f"{slip.amount:,}円"),
        Line(label="団体の番号", value=slip.body_code),
        Line(label="税務事務所", value=slip.office),
        Line(label="調定年度", value=slip.levy_year),
        Line(label="課税年度", value=slip.tax_year),
        Line(label="期別", value=slip.period),
        Line(label="納期限", value=format_date(slip.due)),
        Line(label="支払期限", value=format_date(slip.pay_by), note="この日まで納められる"),
    )
    return Explained(kind="el_qr", lines=lines, faults=found.faults, place=place, el=slip)


_JPQR_LABELS: Final = {
    "01": "使い方", "52": "業種", "53": "通貨", "54": "金額", "58": "国", "59": "店の名前", "60": "市区町村",
    "61": "郵便番号",
}  # fmt: skip


def _jpqr(text: str, place: str) -> Explained:
    found = read_jpqr(text)
    lines = [
        Line(label=label, value=_jpqr_value(tag, found.values[tag]))
        for tag, label in _JPQR_LABELS.items()
        if tag in found.values
    ]
    if found.accounts:
        lines.append(Line(label="支払いサービスの項目", value="、".join(found.accounts)))
    lines.append(Line(label="注意", value="店の支払い用です。納付書ではありません"))
    return Explained(kind="jpqr", lines=tuple(lines), faults=found.faults, place=place)


def _jpqr_value(tag: str, value: str) -> str:
    words = {"01": {"11": "何度も使える(11)", "12": "1回の支払い用(12)"}, "53": {"392": "日本円(392)"}}
    return words.get(tag, {}).get(value, value)


def _ocr(tokens: Sequence[str], place: str) -> Explained:
    lines: list[Line] = []
    faults: list[Fault] = []
    for token in tokens:
        faults += ocr_faults(token)
        if len(token) == UPPER and token.isdecimal():
            lines += [
                Line(label="上段 検査数字", value=token[:2]), Line(label="受入口座", value=token[2:13]),
                Line(label="金額", value=f"{int(token[13:24]):,}円"), Line(label="収納機関番号", value=token[25:30]),
                Line(label="税目・料金番号", value=token[31:34]),
            ]  # fmt: skip
        elif len(token) == LOWER and token.isdecimal():
            lines += [
                Line(label="下段 検査数字", value=token[:2]), Line(label="納付番号(案件特定キー)", value=token[2:22]),
                Line(label="確認番号", value=token[22:28]), Line(label="団体の番号", value=token[29:34]),
                Line(label="税務事務所", value=token[34:37]),
            ]  # fmt: skip
    return Explained(kind="ocr", lines=tuple(lines), faults=tuple(faults), place=place)


def together(found: Sequence[Explained]) -> tuple[Fault, ...]:
    """What is wrong with the symbols of one page as a whole: several barcodes, amounts that differ."""
    bars = [one for one in found if one.kind == "gs1_128"]
    squares = [one.el for one in found if one.el is not None]
    faults = []
    if len({one.barcode.digits if one.barcode else one.lines for one in bars}) > 1:
        faults.append(Fault("slip.several_barcodes", {"count": len(bars)}))
    elif bars and squares and bars[0].barcode and bars[0].barcode.amount != squares[0].amount:
        faults.append(
            Fault("slip.symbols_differ", {"bars": f"{bars[0].barcode.amount:,}", "square": f"{squares[0].amount:,}"})
        )
    return tuple(faults)
