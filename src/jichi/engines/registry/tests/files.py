"""Files of residents for tests: rows with what a test cares about, the rest made up."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from jichi.engines.registry.mappings import mapping

STANDARD = mapping("standard")
Row = dict[str, str]


def resident(number: str, history: int = 1, **given: str) -> Row:
    """One history row by the standard's column names; `given` overrides them."""
    row = dict.fromkeys(STANDARD.columns, "")
    row |= {
        "市区町村コード": "131032", "宛名番号": number, "個人履歴番号": str(history), "最新フラグ": "1",
        "世帯番号": f"2{number[1:]}", "住民種別": "1", "住民状態": "1", "異動年月日": "2015-04-01", "異動事由": "11",
        "氏名": "試験　花子", "氏_日本人": "試験", "名_日本人": "花子", "氏名_フリガナ": "シケン　ハナコ",
        "生年月日": "2000-03-04", "生年月日_元号": "平成", "性別": "2", "性別表記": "女", "続柄表記": "世帯主",
        "世帯主氏名": "試験　花子", "記載順位": "1", "住所_郵便番号": "000-0001", "住所_都道府県": "東京都",
        "住所_市区郡町村名": "みどり区", "住所_町字コード": "13103001001", "住所_町字": "芝一丁目",
        "住所_番地号表記": "2番3号", "住民となった年月日": "2015-04-01", "選挙人名簿登録有無": "1",
    }  # fmt: skip
    return row | given


def text(rows: list[Row], *, quoting: int = csv.QUOTE_ALL, newline: str = "\r\n", header: bool = True) -> str:
    """The rows as a file."""
    out = io.StringIO()
    writer = csv.DictWriter(
        out, list(rows[0]), quoting=csv.QUOTE_ALL if quoting else csv.QUOTE_MINIMAL, lineterminator=newline
    )
    if header:
        writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(folder: Path, rows: list[Row], name: str = "juki_20260402.csv", encoding: str = "utf-8") -> Path:
    """The rows as a file in a folder."""
    path = folder / name
    path.write_bytes(text(rows).encode(encoding))
    return path
