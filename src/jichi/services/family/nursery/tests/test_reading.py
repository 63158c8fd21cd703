"""What the reader refuses and warns of: every code, with file, line and id, all in one run."""

from __future__ import annotations

import pytest

from ..rules.problems import MEANING
from ..rules.reading import read
from .exhaustive import Files, files

SLOTS = [("A", "0", 1), ("A", "1", 1), ("B", "0", 1)]
FAMILIES = [
    ("F", "SINGLE", [("0", 5, "A B", "")]),
    ("G", "TOGETHER", [("1", 5, "A", ""), ("0", 5, "A", "")]),
    ("H", "EXPLICIT", [("0", 4, "", "")]),
]
OPTIONS: list[list[object]] = [["H", 1, "H1", "A"]]


def sound() -> Files:
    return {
        name: data.replace(b"\xef\xbb\xbf", b"").replace(b"\r\n", b"\n")
        for name, data in files(SLOTS, FAMILIES, options=OPTIONS).items()
    }


def changed(file: str, old: str, new: str) -> Files:
    found = sound()
    assert old.encode() in found[file]
    return {**found, file: found[file].replace(old.encode(), new.encode(), 1)}


def found_in(given: Files, encoding: str = "utf-8") -> list[tuple[str, str, int, str]]:
    return [(one.code, one.file, one.line, one.id) for one in read(given, encoding)[1]]


def test_the_sound_tables_have_no_findings() -> None:
    assert found_in(sound()) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "finding"),
    [
        ("slots.csv", "vacancy", "seats", ("E_COLUMN", "slots.csv", 1, "vacancy")),
        ("slots.csv", "A,1,1", "A,1", ("E_COLUMN", "slots.csv", 3, "A")),
        ("slots.csv", "A,1,1", "A,1,１", ("E_NUMBER", "slots.csv", 3, "A")),
        ("slots.csv", "A,1,1", "A,1,1_0", ("E_NUMBER", "slots.csv", 3, "A")),
        ("slots.csv", "A,1,1", "A,1,-1", ("E_NEGATIVE", "slots.csv", 3, "A")),
        ("slots.csv", "B,0,1", "B,0,1\nA,0,2", ("E_DUP_SLOT", "slots.csv", 5, "A:0")),
        ("families.csv", "G,TOGETHER", "G,TOGETHR", ("E_CONDITION", "families.csv", 3, "G")),
        ("families.csv", "G,TOGETHER", "G,SINGLE", ("E_CONDITION", "families.csv", 3, "G")),
        ("families.csv", "G,TOGETHER,,", "G,PARTIAL,,", ("E_CONDITION", "families.csv", 3, "G")),
        ("families.csv", "F,SINGLE,,", "F,SINGLE,,\nF,SINGLE,,", ("E_DUP_FAMILY", "families.csv", 3, "F")),
        ("families.csv", "F,SINGLE,,", "F,SINGLE,,\nI,SINGLE,,", ("E_EMPTY_FAMILY", "families.csv", 3, "I")),
        ("children.csv", "G2,G,2", "G1,G,2", ("E_DUP_CHILD", "children.csv", 4, "G1")),
        ("children.csv", "G2,G,2", "G2,G,1", ("E_DUP_SEQ", "children.csv", 4, "G2")),
        ("children.csv", "F1,F,1,0,5", "F1,F,1,0,five", ("E_NUMBER", "children.csv", 2, "F1")),
        ("children.csv", "F1,F,1,0,5,0,0,", "F1,F,1,0,5,0,0,C", ("E_CURRENT_SLOT", "children.csv", 2, "F1")),
        ("children.csv", "G2,G,2", "G2,I,2", ("E_NO_FAMILY", "children.csv", 4, "G2")),
        ("choices.csv", "F1,2,B", "F1,1,B", ("E_DUP_RANK", "choices.csv", 3, "F1")),
        ("choices.csv", "F1,2,B", "F1,2,A", ("E_DUP_CHOICE", "choices.csv", 3, "F1")),
        ("choices.csv", "G1,1,A", "G1,1,B", ("E_NO_SLOT", "choices.csv", 4, "G1")),
        ("choices.csv", "G1,1,A", "K1,1,A", ("E_NO_CHILD", "choices.csv", 4, "K1")),
        ("choices.csv", "G1,1,A,0,0", "G1,1,A,0,1", ("W_LOCAL_TB", "choices.csv", 4, "G1")),
        ("options.csv", "H,1,H1,A", "H,1,F1,A", ("E_OPTION", "options.csv", 2, "F1")),
        ("options.csv", "H,1,H1,A", "H,1,H1,C", ("E_NO_SLOT", "options.csv", 2, "H1")),
        ("options.csv", "H,1,H1,A", "I,1,H1,A", ("E_NO_FAMILY", "options.csv", 2, "I")),
        ("options.csv", "H,1,H1,A", "H,1,H9,A", ("E_NO_CHILD", "options.csv", 2, "H9")),
        ("options.csv", "H,1,H1,A", "H,1,H1,A\nH,1,H1,B", ("E_OPTION", "options.csv", 3, "H1")),
    ],
)
def test_findings(file: str, old: str, new: str, finding: tuple[str, str, int, str]) -> None:
    tables, problems = read(changed(file, old, new))
    assert finding in [(one.code, one.file, one.line, one.id) for one in problems]
    assert (tables is None) == any(one.is_error for one in problems)
    assert all(one.sentence for one in problems)


def test_missing_files_are_told_together() -> None:
    assert found_in({}) == [
        ("E_FILE", "slots.csv", 0, ""), ("E_FILE", "children.csv", 0, ""), ("E_FILE", "families.csv", 0, ""),
    ]  # fmt: skip
    without = {name: data for name, data in sound().items() if name != "options.csv"}
    assert found_in(without) == [("E_FILE", "options.csv", 0, "")]


def test_several_errors_in_several_files_at_once() -> None:
    given = changed("slots.csv", "B,0,1", "B,0,x")
    given["choices.csv"] += b"K1,1,A,0,0\nF1,3,Z,0,0\n"
    given["families.csv"] += b"I,SINGLE,,\n"
    codes = {(one[0], one[2]) for one in found_in(given) if one[0].startswith("E_")}
    assert codes == {("E_NUMBER", 4), ("E_NO_CHILD", 6), ("E_NO_SLOT", 7), ("E_EMPTY_FAMILY", 5)}


def test_a_wrong_byte_is_told_with_line_and_column() -> None:
    given = sound()
    given["slots.csv"] = given["slots.csv"].replace(b"A,1,1", b"A\x81,1,1")
    (problem,) = read(given)[1]
    assert (problem.code, problem.line, problem.detail) == ("E_ENCODING", 3, "2バイト目 0x81")


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_names_beyond_jis_are_read_in_both_encodings(encoding: str) -> None:
    text = "facility_id,class_id,vacancy,name\r\n髙①㈱,0,1,髙橋保育園\r\n"
    tables, problems = read({**sound(), "slots.csv": text.encode(encoding)}, encoding)
    assert tables is None
    assert {one.code for one in problems if one.is_error} == {"E_NO_SLOT"}  # the names themselves were read


def test_line_numbers_count_lines_inside_quotes_and_blank_lines() -> None:
    given = sound()
    given["choices.csv"] = b'child_id,rank,facility_id,bonus,local_tb,note\n"F1",1,A,0,0,"two\nlines"\n\nK1,1,A,0,0,\n'
    assert ("E_NO_CHILD", "choices.csv", 5, "K1") in found_in(given)


def test_an_unfinished_quote_is_no_csv() -> None:
    assert ("E_FILE", "choices.csv", 0, "") in found_in({**sound(), "choices.csv": sound()["choices.csv"] + b'"F1,3'})


def test_lists_below_the_current_facility_and_empty_lists_are_told() -> None:
    given = changed("children.csv", "F1,F,1,0,5,0,0,", "F1,F,1,0,5,0,0,A")
    assert found_in(given) == [
        ("W_EMPTY_LIST", "children.csv", 2, "F1"), ("W_BELOW_CURRENT", "choices.csv", 3, "F1"),
    ]  # fmt: skip


def test_a_choice_without_seats_is_told() -> None:
    assert found_in(changed("slots.csv", "B,0,1", "B,0,0")) == [("W_ZERO_SLOT", "choices.csv", 3, "F1")]


@pytest.mark.parametrize(
    ("pins", "code"),
    [
        (b"F1,C\n", "E_NO_SLOT"), (b"K1,A\n", "E_NO_CHILD"), (b"G1,A\n", "E_PIN"), (b"F1,A\nF1,B\n", "E_PIN"),
        (b"F1,A\nH1,A\n", "E_PIN"), (b"G1,A\nG2,\n", ""), (b"F1,\n", ""),
    ],
)  # fmt: skip
def test_pins(pins: bytes, code: str) -> None:
    given = {**sound(), "pins.csv": b"child_id,facility_id\n" + pins}
    assert [one[0] for one in found_in(given)] == [code] * bool(code)


def test_every_code_has_a_sentence() -> None:
    assert len(MEANING) == 25
    assert all(text.endswith(("ん", "す", "です", "せん")) for text in MEANING.values())
