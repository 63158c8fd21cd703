"""Rules of taking the register from files: dates, encodings, mappings, lines that are wrong."""

from __future__ import annotations

import codecs
import csv
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.engines.registry.mappings import mapping, mappings
from jichi.engines.registry.rules.importing import (
    STAGED,
    UNKNOWN,
    MappingError,
    Reader,
    UnclearFile,
    UnreadableDate,
    as_birth,
    for_calculation,
    has_header,
    json_schema,
    load_mapping,
    read_date,
    scan,
)
from jichi.engines.registry.rules.importing.cells import CellError

from .files import STANDARD, Row, resident, text

DIGITS = {"3": "昭和", "5": "令和"}


@pytest.mark.parametrize(
    ("cell", "era", "phrase", "written", "iso", "on", "rule"),
    [
        ("1985-01-02", "昭和", "", "昭和60年1月2日", "1985-01-02", date(1985, 1, 2), ""),
        ("19850102", "", "", "昭和60年1月2日", "1985-01-02", date(1985, 1, 2), ""),
        ("昭和60年1月2日", "", "", "昭和60年1月2日", "1985-01-02", date(1985, 1, 2), ""),
        ("S60.1.2", "", "", "昭和60年1月2日", "1985-01-02", date(1985, 1, 2), ""),
        ("60-01-02", "昭和", "", "昭和60年1月2日", "1985-01-02", date(1985, 1, 2), ""),
        ("3600102", "", "", "昭和60年1月2日", "1985-01-02", date(1985, 1, 2), ""),
        ("令和元年5月1日", "", "", "令和元年5月1日", "2019-05-01", date(2019, 5, 1), ""),
        ("1912-07-30", "明治", "", "明治45年7月30日", "1912-07-30", date(1912, 7, 30), ""),
        ("1912-07-30", "大正", "", "大正元年7月30日", "1912-07-30", date(1912, 7, 30), ""),
        ("1926-12-25", "大正", "", "大正15年12月25日", "1926-12-25", date(1926, 12, 25), ""),
        ("1951-02-29", "昭和", "", "昭和26年2月29日", "1951-02-29", date(1951, 2, 28), "day_before"),
        ("1933-00-00", "昭和", "月日不詳", "昭和8年月日不詳", "1933-00-00", date(1933, 1, 1), "first_of_year"),
        ("1933-10-00", "昭和", "日不詳", "昭和8年10月日不詳", "1933-10-00", date(1933, 10, 1), "first_of_month"),
        ("1933-10-00", "昭和", "中旬", "昭和8年10月中旬", "1933-10-00", date(1933, 10, 11), "day_11"),
        ("1933-00-00", "昭和", "秋", "昭和8年秋", "1933-00-00", date(1933, 9, 1), "month_9"),
        ("1933-10-05", "昭和", "頃", "昭和8年10月5日頃", "1933-10-05", date(1933, 10, 5), "as_written"),
        ("", "", "年月日不詳", "年月日不詳", "", None, "none"),
        ("1933-10-05", "昭和", "風の強い日", "昭和8年10月5日風の強い日", "1933-10-05", None, "none"),
    ],
)  # fmt: skip
def test_dates_keep_their_text_and_get_a_date_for_calculation(
    cell: str, era: str, phrase: str, written: str, iso: str, on: date | None, rule: str
) -> None:
    found = read_date(cell, era=era, phrase=phrase, digits=DIGITS)
    assert (found.text(western=False), found.iso()) == (written, iso)
    assert for_calculation(found) == (on, rule)
    assert as_birth(found) == ((None, "") if found.is_unknown else (on, rule))


def test_foreign_birthdays_are_written_in_western_years() -> None:
    assert read_date("1951-02-29").text(western=True) == "1951年2月29日"


def test_the_fourteen_phrasings_have_a_rule_each() -> None:
    assert len(UNKNOWN) == 14


@pytest.mark.parametrize(
    "cell", ["きのう", "1985-13-01", "1985-01-32", "1985-00-05", "19850102x", "昭和0年1月1日", "12"]
)
def test_what_no_register_writes_is_no_date(cell: str) -> None:
    with pytest.raises(UnreadableDate):
        read_date(cell)


@given(st.dates(date(1873, 1, 1), date(2199, 12, 31)))
def test_every_day_comes_back_from_what_is_written_of_it(day: date) -> None:
    found = read_date(day.isoformat())
    assert for_calculation(found) == (day, "")
    assert for_calculation(read_date(found.text(western=True))) == (day, "")
    assert for_calculation(read_date(found.text(western=False))) == (day, "")


# -- encodings ---------------------------------------------------------------------------------

NAME = '"氏名"\r\n"髙橋"\r\n'


@pytest.mark.parametrize(
    ("data", "encoding", "newline"),
    [
        (NAME.encode(), "utf-8", "CRLF"),
        (NAME.encode("utf-8-sig"), "utf-8-sig", "CRLF"),
        (codecs.BOM_UTF16_LE + NAME.encode("utf-16-le"), "utf-16-le", "CRLF"),
        (NAME.encode("cp932"), "cp932", "CRLF"),
        (b"a,b\n1,2\n", "ascii", "LF"),
        (b"a\r1\r\n2\n", "ascii", "mixed"),
    ],
)
def test_what_a_file_is_written_in_is_found(data: bytes, encoding: str, newline: str) -> None:
    whole = scan([data])
    assert whole.encoding == encoding
    assert whole.newline == newline
    assert whole.quoted is (b"a" not in data[:1])
    assert scan([bytes([b]) for b in data]) == whole


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (b"", ""),
        ("氏名".encode() + b"\xff", ""),
        ("氏名".encode("euc-jp"), ""),
        ("髙".encode("cp932") + b"\xff", ""),
        (NAME.encode("utf-16-le"), ""),
        (NAME.encode(), "cp932"),
        (NAME.encode("cp932"), "utf-8"),
        ("氏名".encode()[:-1], ""),
    ],
)
def test_what_is_unclear_or_contradicts_is_refused(data: bytes, declared: str) -> None:
    with pytest.raises(UnclearFile):
        scan([data], declared=declared)


def test_plain_letters_agree_with_any_declaration() -> None:
    assert scan([b"a,b\n"], declared="cp932").encoding == "ascii"


# -- mappings ----------------------------------------------------------------------------------


def test_our_mappings_can_be_used() -> None:
    assert [name for name, _ in mappings()] == ["protections", "standard"]
    assert mapping("protections").of == "protections"
    assert "columns" in json_schema()["properties"]


HEAD = "format: jichi/register-mapping/1\nid: x\nversion: 1\ntitle: x\n"


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("a: [", "YAML"),
        (HEAD, "columns"),
        (HEAD + "columns: {宛名番号: addressee_no}", "に当たる列がありません"),
        (HEAD + "columns: {宛名番号: shoe_size}", "はありません"),
        (HEAD + "columns: {}\nsurprise: 1", "surprise"),
    ],
)
def test_a_mapping_that_can_not_be_used_says_why(source: str, what: str) -> None:
    with pytest.raises(MappingError, match=what):
        load_mapping(source)


def test_no_mapping_may_name_the_individual_number() -> None:
    raw = STANDARD.model_dump()
    raw["columns"] = {**raw["columns"], "個人番号": "report_no"}
    with pytest.raises(MappingError, match="取り込めません"):
        load_mapping(str(raw).replace("None", "null").replace("(", "[").replace(",)", "]").replace(")", "]"))


# -- lines -------------------------------------------------------------------------------------


def look(*rows: Row) -> tuple[Reader, list[dict[str, str]]]:
    """What the reader makes of rows: values by item."""
    lines = list(csv.reader(text(list(rows)).splitlines()))
    reader = Reader(STANDARD, lines[0])
    out = reader.lines(lines[1:], range(2, len(lines) + 1))
    reader.finish()
    return reader, [dict(zip(STAGED, line.split("\t"), strict=True)) for line in out.splitlines()]


def test_a_row_becomes_our_items() -> None:
    _, [row] = look(resident("1000000001", 旧氏="旧姓", 異動事由="23", 住民状態="3", 地区管理コード2="014"))
    wanted = {
        "line": "2", "addressee_no": "1000000001", "kind": "japanese", "state": "deceased", "movement_reason": "死亡",
        "birth_text": "平成12年3月4日", "birth_date": "2000-03-04", "birth_unknown": "f", "postcode": "0000001",
        "names_folded": "試験花子 旧姓花子", "kana_folded": "シケンハナコ", "nationality": "jp", "is_voter": "t",
        "districts": '{"association:014"}', "entitlements": "{}", "deceased_on": "\\N", "branch_no": "0",
    }  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted


def test_names_keep_their_glyphs() -> None:
    name = "渡邉\U000e0100　神"  # an IVS, and a compatibility ideograph
    _, [row] = look(resident("1000000001", 氏名=name, 旧氏="か\u3099"))
    assert row["name"] == name
    assert row["former_family_name"] == "が"
    assert row["names_folded"].startswith("渡辺神 ")


@pytest.mark.parametrize(
    ("given", "column", "what"),
    [
        ({"宛名番号": ""}, "宛名番号", "番号がないか、使えない文字があります。"),
        ({"個人履歴番号": "0"}, "個人履歴番号", "履歴番号がありません。"),
        ({"個人履歴番号": "一"}, "個人履歴番号", "「一」は数ではありません。"),
        ({"住民種別": "7"}, "住民種別", "「7」はコード表にありません。"),
        ({"性別": "9"}, "性別", "「9」はコード表にありません。"),
        ({"氏名": ""}, "氏名", "空です。"),
        ({"生年月日": ""}, "生年月日", "生年月日がありません。"),
        ({"生年月日": "2000-14-01"}, "生年月日", "ない年月日です。"),
        ({"異動年月日": "先月"}, "異動年月日", "日付として読めません。"),
        ({"転出年月日（確定）": "x"}, "転出年月日（確定）", "日付として読めません。"),
        ({"最新フラグ": "2"}, "最新フラグ", "「2」は0か1ではありません。"),
        ({"住所_郵便番号": "12"}, "住所_郵便番号", "郵便番号が7けたではありません。"),
        ({"地区管理コード1": 'a"b'}, "地区管理コード1", "地区のコードに使えない文字があります。"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(given: dict[str, str], column: str, what: str) -> None:
    reader, rows = look(resident("1000000001"), resident("1000000002") | given, resident("1000000003") | given)
    assert rows == []
    found = [(e.line, e.what) for e in reader.report.errors]
    assert found == [(3, what), (4, what)]
    assert column in reader.report.errors[0].column


def test_columns_that_nobody_named_are_dropped_and_told() -> None:
    reader, [row] = look(resident("1000000001", 住民票コード="12345678901", 好きな食べ物="寿司"))
    assert (reader.report.unknown, reader.report.left_out) == (["好きな食べ物"], ["住民票コード"])
    assert "寿司" not in row.values()
    assert "12345678901" not in row.values()


@pytest.mark.parametrize("name", ["個人番号", "個人番号(世帯主)", "マイナンバー", "MyNumber"])
def test_a_column_for_individual_numbers_refuses_the_file(name: str) -> None:
    reader, rows = look(resident("1000000001") | {name: ""})
    assert rows == []
    assert reader.report.errors[0].what == "個人番号(マイナンバー)の列があります。"


NUMBERS = ("123456789018", "111122223338", "987654321093", "200000000000", "301234567894", "412345678902")


def individual_numbers() -> list[str]:
    from jichi.kernel.check_digits import my_number_check_digit

    return [f"{n[:11]}{my_number_check_digit(n[:11])}" for n in NUMBERS]


def test_a_column_full_of_individual_numbers_refuses_the_file_whatever_its_name() -> None:
    rows = [resident(f"100000000{n}") | {"備考": number} for n, number in enumerate(individual_numbers())]
    reader, _ = look(*rows)
    assert [(e.column, e.what) for e in reader.report.errors] == [
        ("備考", "すべての値が個人番号(マイナンバー)に見えます。")
    ]
    reader, _ = look(*rows, resident("1000000009") | {"備考": "転出予定"})
    assert reader.report.count == 0


def test_a_needed_column_that_is_missing_is_said_once() -> None:
    row = resident("1000000001")
    del row["世帯番号"]
    reader, _ = look(row)
    assert str(reader.report.errors[0]).startswith("1行目: 列「世帯番号」がありません。")


def test_rows_of_another_width_are_named() -> None:
    reader = Reader(STANDARD, None)
    assert reader.lines([["a", "b"]], [7]) == ""
    assert [(e.line, e.what) for e in reader.report.errors] == [(7, "列が2個です。")]


def test_only_the_first_errors_are_kept_and_all_are_counted() -> None:
    reader, _ = look(*[resident(f"{n}", 性別="8") for n in range(300)])
    assert (len(reader.report.errors), reader.report.count) == (100, 300)


def test_a_header_is_seen_and_doubts_are_errors() -> None:
    names = list(STANDARD.columns)
    assert has_header(names, STANDARD) is True
    assert has_header(["1"] * len(names), STANDARD) is False
    with pytest.raises(CellError):
        has_header([*names[:5], *["?"] * 60], STANDARD)
    with pytest.raises(CellError):
        has_header(["1"] * len(names), STANDARD.model_copy(update={"header": True}))
