"""Files of banks byte for byte: written, read, in either code, with every line end, and everything wrong is told."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.kernel.errors import Invalid, NotFound

from .. import rules
from .made import DEBIT, HEADER, STORES, VECTORS, codes, debit, debits, notes


@pytest.mark.parametrize("vector", VECTORS["zengin_lines"], ids=lambda one: str(one["id"]))
def test_single_lines(vector: dict[str, Any]) -> None:
    record = DEBIT.records[vector["kind"]]
    assert rules.record_line(record, {"code": "0", **vector["input"]}).hex() == vector["expected"]["hex"]


@pytest.mark.parametrize("vector", VECTORS["zengin_request_files"], ids=lambda one: str(one["id"]))
def test_whole_files(vector: dict[str, Any]) -> None:
    header, expected = vector["input"]["header"], vector["expected"]
    rows = [tuple(one[field.name] for field in DEBIT.data.given) for one in vector["input"]["data"]]
    ends: tuple[tuple[rules.LineEnd, str], ...] = (("crlf", "crlf"), ("none", "bare"))
    for line_end, name in ends:
        made = rules.write_file(DEBIT, header, rows, line_end=line_end)
        assert (made.errors, len(made.data)) == ((), expected[f"{name}_bytes"])
        assert hashlib.sha256(made.data).hexdigest() == expected[f"{name}_sha256"]
        found = rules.read_file(made.data, DEBIT)
        assert (found.errors, found.notes, found.line_end) == ([], [], line_end)
        assert {key: found.groups[0].trailer[key] for key in expected["trailer"]} == expected["trailer"]


@pytest.mark.parametrize("vector", VECTORS["zengin_ebcdic"], ids=lambda one: str(one["id"]))
def test_ebcdic_characters(vector: dict[str, Any]) -> None:
    there = rules.from_jis(vector["input"].encode("cp932"), "ebcdic")
    assert there.hex() == vector["expected"]
    assert rules.to_jis(there, "ebcdic").decode("cp932") == vector["input"]


def test_ebcdic_gives_every_character_a_byte_of_its_own() -> None:
    assert set(rules.EBCDIC) == rules.WRITTEN
    assert len(set(rules.EBCDIC.values())) == len(rules.EBCDIC)


@pytest.mark.parametrize("vector", VECTORS["cvs_result_fixed120"], ids=lambda one: str(one["id"]))
def test_store_results(vector: dict[str, Any]) -> None:
    found = rules.read_file(vector["input"].encode(), STORES)
    names = ("receipt_kind", "paid_on", "paid_at", "symbol_type", "barcode", "shop", "customer_class", "data_on",
             "remit_on", "account_on", "chain")  # fmt: skip
    wanted = vector["expected"]
    keys = ("kind", "paid_on", "paid_at", "symbol_type", "barcode", "shop", "customer_class", "data_date",
            "remit_date", "account_date", "chain")  # fmt: skip
    plain = tuple(wanted[key].replace("-", "").replace(":", "") for key in keys)
    assert (found.errors, list(found.data.tuples(*names))) == ([], [plain])
    assert rules.parts(wanted["barcode"]).amount == wanted["amount"]
    assert rules.check_digit(wanted["barcode"]) == int(wanted["barcode"][43])


def lined(data: bytes, size: int, ending: bytes, keep: int) -> bytes:
    """A file without line ends cut into lines of `keep` bytes with another ending."""
    return b"".join(data[at : at + keep] + ending for at in range(0, len(data), size))


@pytest.mark.parametrize("code", ["jis", "ebcdic"])
@pytest.mark.parametrize(
    ("ending", "keep", "told", "name"),
    [
        (b"", 120, [], "none"),
        (b"\r\n", 120, [], "crlf"),
        (b"\n", 120, [], "lf"),
        (b"\r", 120, [], "cr"),
        (b"\r\n", 118, ["bankfile.short_records"], "crlf"),
        (b"\n", 119, ["bankfile.short_records"], "lf"),
        (b"\r", 119, ["bankfile.short_records"], "cr"),
    ],
)
def test_every_line_end_is_read(code: Any, ending: bytes, keep: int, told: list[str], name: str) -> None:
    bare = debits(debit(1), debit(2, 500), code=code, line_end="none")
    for data in (lined(bare, 120, ending, keep), lined(bare, 120, ending, keep).removesuffix(ending)):
        found = rules.read_file(data, DEBIT)
        assert (codes(found), notes(found)) == ([], told)
        assert (found.code, found.line_end, found.total) == (code, name, 1500)
        assert found.data.texts("customer_no") == [f"{1:020}", f"{2:020}"]


def test_extra_ends_and_the_mark_of_the_end_are_read_and_told() -> None:
    data = debits(debit(1))
    found = rules.read_file(data + b"9" + b" " * 119 + b"\r\n\x1a", DEBIT)
    assert (codes(found), notes(found)) == ([], ["bankfile.end_of_file", "bankfile.extra_ends"])


def test_several_groups_are_kept_apart() -> None:
    one, two = (debits(*lines, line_end="none") for lines in ((debit(1),), (debit(2), debit(3, 7))))
    found = rules.read_file(one[:-120] + two, DEBIT)
    assert codes(found) == []
    assert [(group.begin, group.end, group.trailer["amount"]) for group in found.groups] == [(0, 1, 1000), (1, 3, 1007)]


def test_everything_that_is_wrong_is_told_by_line_in_one_go() -> None:
    lines = debits(debit(1), debit(2), debit(3), line_end="lf").split(b"\n")
    lines[1] = lines[1].replace(b"0000001000", b"000000100X")
    lines[2] = lines[2][: 112 - 1] + b"7" + lines[2][112:-3] + b"\x81\x40 "
    lines[3] = lines[3][:-1]
    found = rules.read_file(b"\n".join(lines), DEBIT)
    assert codes(found) == [
        (2, "引落金額", "bankfile.number"),
        (3, "余白2", "bankfile.character"),
        (3, "振替結果コード", "bankfile.choice"),
        (4, "", "bankfile.line_length"),
        (5, "振替結果コード", "bankfile.results_in_request"),
        (5, "合計件数", "bankfile.total"),
        (5, "合計金額", "bankfile.total"),
    ]
    assert found.errors[1].params["bytes"] == "81"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda data: b"", [(0, "", "bankfile.empty")]),
        (lambda data: data[122:], [(1, "データ区分", "bankfile.order"), (0, "", "bankfile.unpaired")]),
        (lambda data: data[:-122], [(3, "", "bankfile.no_end")]),
        (lambda data: data[:244] + data[122:], [(4, "合計件数", "bankfile.total")]),
        (lambda data: b"19107" + data[5:], []),
        (lambda data: b"19127" + data[5:], [(1, "コード区分", "bankfile.choice")]),
        (lambda data: b"12107" + data[5:], [(1, "種別コード", "bankfile.fixed")]),
    ],
)
def test_a_damaged_file_is_refused(change: Any, told: list[tuple[int, str, str]]) -> None:
    found = codes(rules.read_file(change(debits(debit(1))), DEBIT))
    assert set(told) <= set(found)
    assert bool(told) == bool(found)


def test_results_are_counted_against_the_trailer() -> None:
    data = debits(debit(1), debit(2, 700, result="1"), results=True)
    found = rules.read_file(data, DEBIT)
    assert codes(found) == []
    trailer = found.groups[0].trailer
    assert [trailer[name] for name in ("ok_count", "ok_amount", "ng_count", "ng_amount")] == [1, 1000, 1, 700]
    assert not rules.is_request(trailer)
    told = rules.read_file(data.replace(b"000001000000000700", b"000001000000000701"), DEBIT)
    assert codes(told) == [(4, "振替不能金額", "bankfile.total")]


def test_results_have_no_place_in_a_request() -> None:
    made = rules.write_file(DEBIT, HEADER, [debit(1, result="2")])
    assert [(one.line, one.code) for one in made.errors] == [(3, "bankfile.results_in_request")]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (debit(1, 0), (2, "引落金額", "bankfile.not_positive")),
        (debit(1, 10**10), (2, "引落金額", "bankfile.too_long")),
        (debit(1, -5), (2, "引落金額", "bankfile.number")),
        (debit(1, holder="ｱ" * 31), (2, "預金者名", "bankfile.too_long")),
        (debit(1, holder="山田"), (2, "預金者名", "bankfile.kana")),
        (debit(1, holder="yamada"), (2, "預金者名", "bankfile.kana")),
        (debit(1, holder="ｱ+ｲ"), (2, "預金者名", "bankfile.kana")),
        (debit(1, holder="😀"), (2, "預金者名", "bankfile.kana")),
        (("", *debit(1)[1:]), (2, "引落銀行番号", "bankfile.number")),
        (("1 1", *debit(1)[1:]), (2, "引落銀行番号", "bankfile.number")),
    ],
)
def test_nothing_is_written_with_a_value_that_does_not_fit(row: tuple[object, ...], told: tuple[int, str, str]) -> None:
    made = rules.write_file(DEBIT, HEADER, [row])
    assert (made.data, [(one.line, one.place, one.code) for one in made.errors][:1]) == (b"", [told])


def test_more_than_the_trailer_can_count_is_refused() -> None:
    table = rules.SOURCES["zengin-91"].replace("2 6 N count 合計件数", "2 1 N count 合計件数\n3 5 C gap 余白0 blank")
    made = rules.write_file(rules.read_layout(table), HEADER, [debit(n) for n in range(1, 11)])
    assert (made.data, [(one.line, one.place, one.code) for one in made.errors]) == (
        b"", [(12, "合計件数", "bankfile.too_long")],
    )  # fmt: skip


NAME = st.text(sorted(rules.WRITTEN), max_size=30).map(str.strip)
DIGITS = st.text("0123456789", min_size=1)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.from_regex(r"[0-9]{4}", fullmatch=True), NAME.map(lambda text: text[:15].strip()),
            st.from_regex(r"[0-9]{3}", fullmatch=True), st.just(""), st.sampled_from("1239"),
            st.from_regex(r"[0-9]{7}", fullmatch=True), NAME, st.integers(1, 10**10 - 1), st.sampled_from("012"),
            st.from_regex(r"[0-9]{20}", fullmatch=True), st.sampled_from("0123489"),
        ),
        max_size=8,
    ),
    code=st.sampled_from(["jis", "ebcdic"]),
    line_end=st.sampled_from(["none", "crlf", "lf", "cr"]),
)  # fmt: skip
def test_what_is_written_is_read_as_it_was(rows: list[tuple[object, ...]], code: Any, line_end: Any) -> None:
    made = rules.write_file(DEBIT, HEADER, rows, code=code, line_end=line_end, results=True)
    if made.errors:  # a trailer without a result looks like a request's
        assert {one.code for one in made.errors} == {"bankfile.results_in_request"}
        return
    found = rules.read_file(made.data, DEBIT)
    assert (codes(found), list(found.data.tuples())) == ([], rows)
    assert (found.code, found.total) == (code, sum(int(str(row[7])) for row in rows))


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 4 * 122 - 1), byte=st.integers(0, 255))
def test_any_byte_may_be_damaged_without_a_crash(at: int, byte: int) -> None:
    data = bytearray(debits(debit(1), debit(2)))
    data[at] = byte
    rules.read_file(bytes(data), DEBIT)


@pytest.mark.parametrize("name", sorted(rules.SOURCES))
def test_layouts_fill_their_records(name: str) -> None:
    found = rules.layout(name)
    for record in found.records.values():
        assert [one.start for one in record.fields[1:]] == [one.end for one in record.fields[:-1]]
        assert record.fields[-1].end == found.length


def test_a_variant_is_a_table_and_what_is_not_confirmed_says_so() -> None:
    wide = rules.layout("zengin-91-220")
    row = (*debit(1), "0000000001", "ﾐﾄﾞﾘ ﾀﾛｳ", "2026", "ｶﾞｸﾄﾞｳ")
    made = rules.write_file(wide, HEADER, [row], line_end="none")
    assert (made.errors, len(made.data)) == ((), 4 * 220)
    found = rules.read_file(made.data, wide)
    assert (codes(found), notes(found)) == ([], ["bankfile.unconfirmed"])
    assert list(found.data.tuples("person", "fiscal_year", "passbook")) == [("ﾐﾄﾞﾘ ﾀﾛｳ", "2026", "ｶﾞｸﾄﾞｳ")]


def test_credits_are_counted_without_what_was_taken_back() -> None:
    credit = rules.layout("zengin-01")
    row = ("000001", "081121", "081121", 5000, 0, "0000000000", "ﾐﾄﾞﾘ ﾊﾅｺ", "ﾐｽﾞﾎ", "ﾎﾝﾃﾝ", "", "")
    header = {"made_on": "081121", "bank": "0001", "branch": "001", "type": "1", "account": "1234567"}
    back = ("000002", *row[1:3], 800, *row[4:9], "1", "")
    made = rules.write_file(credit, header, [row, back], results=True)
    assert [(one.place, one.code) for one in made.errors] == []
    found = rules.read_file(made.data, credit)
    assert {key: found.groups[0].trailer[key] for key in ("count", "amount", "cancel_count", "cancel_amount")} == {
        "count": 1, "amount": 5000, "cancel_count": 1, "cancel_amount": 800,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "layout x\nlength 3\nrecord data 2\n1 1 N kind 区分 =2\n", "1 1 N kind 区分\n",
                                  "layout x\nlength 2\nrecord data 2\n1 1 N a あ\n3 1 N b い\n"])  # fmt: skip
def test_a_table_with_a_gap_is_no_layout(text: str) -> None:
    with pytest.raises(Invalid, match=r"bankfile\.layout"):
        rules.read_layout(text)


def test_an_unknown_layout_is_not_found() -> None:
    with pytest.raises(NotFound):
        rules.layout("zengin-99")
