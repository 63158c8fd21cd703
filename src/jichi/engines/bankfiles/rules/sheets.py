"""CSV files of agents, banks and card firms: their columns mapped to ours, as data.

Amounts are whole yen; days are read as YYYYMMDD, YYYY/MM/DD or YYYY-MM-DD; text is CP932 or UTF-8.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, TypeAlias

from jichi.kernel.errors import NotFound

from .framing import Problem, Told

Kind: TypeAlias = Literal["text", "yen", "day", "time", "digits"]
_DAY: Final = re.compile(r"(\d{4})[-/]?(\d{1,2})[-/]?(\d{1,2})")
_YEN: Final = re.compile(r"-?\d{1,12}")


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: our name, the headings that mean it, what it holds; `zero_is_none`: 0 stands for nothing."""

    name: str
    headings: tuple[str, ...]
    kind: Kind = "text"
    optional: bool = False
    zero_is_none: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV layout. `by_place`: columns are found by their order, the first line is passed over."""

    name: str
    title: str
    columns: tuple[SheetColumn, ...]
    by_place: bool = False
    confirmed: bool = True


def _c(name: str, headings: str, kind: Kind = "text", *, optional: bool = False, zero: bool = False) -> SheetColumn:
    return SheetColumn(name, tuple(headings.split("|")), kind, optional, zero)


SHEETS: Final[Mapping[str, Sheet]] = {
    one.name: one
    for one in (
        Sheet("stores-csv", "収納代行 コンビニ・アプリの結果(CSV)", (
            _c("receipt_kind", "データ種別", "digits"), _c("paid_on", "収納日", "day"),
            _c("paid_at", "収納時刻", "time"), _c("barcode", "バーコード"), _c("area_1", "ユーザー使用欄1"),
            _c("area_2", "ユーザー使用欄2"), _c("stamp_flag", "印紙フラグ"), _c("amount", "金額", "yen"),
            _c("chain", "企業コード"), _c("chain_name", "企業名"), _c("shop", "店舗コード"),
            _c("remit_on", "送金日", "day", optional=True, zero=True), _c("data_on", "データ作成日", "day"),
        ), by_place=True),
        Sheet("credit-csv", "振込入金の一覧(CSV)", (
            _c("booked_on", "勘定日|取引日|入金日", "day"), _c("amount", "金額|入金金額|お預り金額", "yen"),
            _c("payer", "振込依頼人名|摘要|内容"), _c("number", "照会番号|取引番号", optional=True),
            _c("payer_code", "振込依頼人コード", optional=True),
        ), confirmed=False),
        Sheet("payments-csv", "決済会社の精算明細(1件ずつ、CSV)", (
            _c("reference", "決済番号|取引番号"), _c("kind", "区分|取引区分"),
            _c("accepted_on", "売上日|取引日", "day"),
            _c("gross", "売上金額|取引金額|金額", "yen"), _c("fee", "手数料", "yen"),
            _c("tax", "手数料の消費税|消費税", "yen", optional=True), _c("net", "振込金額|差引支払額", "yen"),
            _c("remit_on", "振込日|支払日", "day"),
        ), confirmed=False),
        Sheet("settlement-csv", "決済会社の精算明細(CSV)", (
            _c("from_day", "対象期間開始|期間開始", "day"), _c("to_day", "対象期間終了|期間終了", "day"),
            _c("brand", "ブランド"), _c("count", "件数", "yen"), _c("gross", "売上金額|総額", "yen"),
            _c("rate", "手数料率"), _c("fee", "手数料", "yen"), _c("tax", "手数料の消費税|消費税", "yen"),
            _c("net", "振込金額|差引支払額", "yen"), _c("remit_on", "振込日|支払日", "day"),
            _c("reference", "整理番号", optional=True),
        ), confirmed=False),
        Sheet("remittance-csv", "収納代行 送金の通知(CSV)", (
            _c("remit_on", "送金日|振込日", "day"), _c("chain", "企業コード|チェーン"),
            _c("count", "件数", "yen", optional=True), _c("amount", "金額|収納金額", "yen"),
            _c("fee", "手数料", "yen", optional=True),
        ), confirmed=False),
    )
}  # fmt: skip
"""Name → layout. Headings of banks and firms differ: a site adds theirs (docs/bankfiles.md)."""


def sheet(name: str) -> Sheet:
    """The CSV layout of this name. NotFound."""
    found = SHEETS.get(name)
    if found is None:
        raise NotFound("bankfile.no_layout", name=name)
    return found


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """Rows as (line, name → value), or what is wrong with them."""

    rows: tuple[tuple[int, dict[str, Any]], ...]
    errors: tuple[Problem, ...]
    error_count: int
    notes: tuple[Problem, ...] = ()


def read_sheet(data: bytes, layout: Sheet) -> ReadSheet:
    """All rows of a CSV by its layout."""
    told, notes = Told(), Told()
    if not layout.confirmed:
        notes.add(0, "", "bankfile.unconfirmed", title=layout.title)
    text = _decoded(data)
    rows: list[tuple[int, dict[str, Any]]] = []
    if text is None or "\0" in text:
        told.add(0, "", "bankfile.not_text")
    else:
        reader = csv.reader(io.StringIO(text.rstrip("\x1a"), newline=""), strict=True)
        try:
            _read_rows(reader, layout, rows, told)
        except csv.Error:
            told.add(reader.line_num, "", "bankfile.not_csv")
    if not rows and not told.count:
        told.add(0, "", "bankfile.empty")
    return ReadSheet(tuple(rows), tuple(told.kept), told.count, tuple(notes.kept))


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _read_rows(reader: Any, layout: Sheet, rows: list[tuple[int, dict[str, Any]]], told: Told) -> None:
    places = _places(next(reader, []), layout, told)
    if told.count:
        return
    width = max(places.values()) + 1
    readers = [(places[c.name], c) for c in layout.columns if c.name in places]
    for cells in reader:
        if not any(cells):
            continue
        line = reader.line_num
        if len(cells) < width:
            told.add(line, "", "bankfile.columns", count=len(cells), expected=width)
            continue
        found: dict[str, Any] = {}
        for at, column in readers:
            value, wrong = _value(cells[at].strip(), column)
            if wrong:
                told.add(line, column.headings[0], wrong, value=cells[at][:60])
            found[column.name] = value
        rows.append((line, found))


def _places(cells: Sequence[str], layout: Sheet, told: Told) -> dict[str, int]:
    if layout.by_place:
        if len(cells) < len(layout.columns):
            told.add(1, "", "bankfile.columns", count=len(cells), expected=len(layout.columns))
        return {column.name: at for at, column in enumerate(layout.columns)}
    headings = {cell.strip(): at for at, cell in reversed(list(enumerate(cells)))}
    found = {}
    for column in layout.columns:
        at = next((headings[name] for name in column.headings if name in headings), None)
        if at is not None:
            found[column.name] = at
        elif not column.optional:
            told.add(1, column.headings[0], "bankfile.no_column")
    return found


def _value(cell: str, column: SheetColumn) -> tuple[Any, str]:
    """(value, "" or the code of what is wrong)."""
    if column.optional and (not cell or (column.zero_is_none and not cell.strip("0"))):
        return None, ""
    if column.kind == "text":
        return cell, ""
    if column.kind == "digits":
        return cell, "" if cell.isascii() and cell.isdecimal() else "bankfile.number"
    if column.kind == "yen":
        plain = cell.replace(",", "")
        return (int(plain), "") if _YEN.fullmatch(plain) else (0, "bankfile.number")
    if column.kind == "time":
        digits = cell.replace(":", "")[:4].zfill(4)
        good = digits.isascii() and digits.isdecimal() and digits[:2] < "24" and digits[2:] < "60"
        return (digits, "") if good else ("0000", "bankfile.time")
    return _day(cell)


def _day(cell: str) -> tuple[date | None, str]:
    found = _DAY.fullmatch(cell)
    try:
        return (date(int(found[1]), int(found[2]), int(found[3])), "") if found else (None, "bankfile.day")
    except ValueError:
        return None, "bankfile.day"
