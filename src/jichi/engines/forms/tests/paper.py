"""Paper forms as a ward has them, made here: two Excel files, a printed PDF, a PDF with fields of its own."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

FONTS = Path(__file__).parents[2] / "files" / "fonts"

SUBSIDY = {
    "A1": "様式第1号(第6条関係)", "F1": "受付印", "A3": "町 会 防 災 訓 練 補 助 金 交 付 申 請 書",
    "E5": "令和　　年　　月　　日", "A6": "みどり区長　様", "A8": "申請者", "B8": "団体名", "B9": "所　在　地",
    "B10": "代表者氏名", "E10": "㊞", "B11": "電話番号", "B12": "メールアドレス", "A14": "1 事業の内容",
    "A15": "事業の名称", "A16": "目的", "A17": "実施日", "B17": "令和　年　月　日", "D17": "参加人数", "F17": "人",
    "A18": "区分", "B18": "□ 新規　□ 継続", "A19": "ほかの補助金", "B19": "有・無", "A20": "季節",
    "A21": "2 収支予算", "A22": "科目", "B22": "数量", "C22": "金額", "D22": "備考", "C23": "円",
    "C24": "円", "A25": "合計", "C25": "円", "A27": "補助金申請額", "C27": "円", "A29": "3 振込先口座",
    "A30": "金融機関名", "D30": "支店名", "A31": "預金種別", "B31": "普通・当座", "D31": "口座番号",
    "A32": "口座名義(カナ)", "A34": "添付書類", "A35": "(1) 事業計画書", "A36": "(2) 見積書の写し",
    "A38": "□ 区が税の納付状況を確認することに同意します。", "A40": "※ 太線の中を記入してください。",
}  # fmt: skip
CARD = {
    "A1": "図書館カード利用届", "A3": "フリガナ", "A4": "氏　　名", "A5": "生年月日",
    "B5": "昭和・平成・令和　年　月　日",
    "A6": "住　　所", "A7": "電話番号", "A8": "個人番号", "A9": "希望する館", "A10": "代理人の欄", "A11": "代理人氏名",
}  # fmt: skip


def workbook(cells: Mapping[str, str], merged: tuple[str, ...] = (), lists: Mapping[str, str] | None = None) -> bytes:
    """An Excel file with one sheet."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "様式"
    for place, text in cells.items():
        sheet[place] = text
    for area in merged:
        sheet.merge_cells(area)
    for place, options in (lists or {}).items():
        rule = DataValidation(type="list", formula1=f'"{options}"')
        sheet.add_data_validation(rule)
        rule.add(place)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def subsidy() -> bytes:
    return workbook(SUBSIDY, ("A3:F3", "A8:A12"), {"B20": "春,夏,秋,冬"})


CLUB = """
#align(center)[#text(size: 16pt)[放課後児童クラブ利用申込書]]
#align(right)[令和　　年　　月　　日]
みどり区長　あて

■ 保護者
#table(columns: (3cm, 5cm, 3cm, 5cm), [フリガナ], [], [生年月日], [昭和・平成　年　月　日], [氏名], [], [電話番号], [],
  [住所], table.cell(colspan: 3)[])
■ 児童
#table(columns: (3cm, 5cm, 3cm, 5cm), [氏名], [], [性別], [男・女], [アレルギー], [有・無], [続柄], [])
■ 利用の希望
#table(columns: (3cm, 13cm), [利用開始日], [令和　年　月　日],
  [利用する曜日], [□月 □火 □水 □木 □金(該当するものすべて)], [利用する理由], [□就労 □就学 □介護 □その他])
#table(columns: (4cm, 3cm, 4cm, 3cm), [家族の氏名], [続柄], [生年月日], [備考], [], [], [], [])
添付書類

(1) 就労証明書

私は、区が住民登録を確認することに同意します。

職員記入欄
"""


def club() -> bytes:
    """A printed form."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "club.typ"
        file.write_text("#set text(size: 10.5pt)\n" + CLUB, encoding="utf-8")
        made: bytes = typst.compile(str(file), font_paths=[str(FONTS)])
    return made


def fields_of_its_own() -> bytes:
    """A PDF with fields: two texts, a box, a list."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    made = ArrayObject()
    for name, label, kind, choices in (
        ("a1", "氏名", "/Tx", ()), ("a2", "使用する金額", "/Tx", ()), ("a3", "前にも使いました", "/Btn", ()),
        ("a4", "場所の種類", "/Ch", ("公園", "会館", "学校")),
    ):  # fmt: skip
        one = DictionaryObject({
            NameObject("/T"): TextStringObject(name), NameObject("/TU"): TextStringObject(label),
            NameObject("/FT"): NameObject(kind),
        })  # fmt: skip
        if choices:
            one[NameObject("/Opt")] = ArrayObject(TextStringObject(choice) for choice in choices)
        made.append(writer._add_object(one))
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): made})
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()
