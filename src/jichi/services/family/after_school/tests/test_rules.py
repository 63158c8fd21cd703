"""Fees by the table, months that a run sets or changes, files with their errors by line. No database."""

from __future__ import annotations

from datetime import date

import pytest

from jichi.kernel.errors import Invalid

from .. import rules
from ..rules import Case, Child, Line, Span
from ..sample import EXAMPLES, TABLE

TABLE_2026 = rules.table_from(2026, TABLE)
APRIL, MAY, JUNE = (date(2026, month, 1) for month in (4, 5, 6))


@pytest.mark.parametrize(
    ("case", "yen", "reason"),
    [
        (Case("D"), 5_000, "基本の額"),
        (Case("D", 2), 2_500, "きょうだい2人目: 50%減"),
        (Case("D", 3), 0, "きょうだい3人目: 免除"),
        (Case("A", 2), 0, "階層 A 生活保護: 免除"),
        (Case("C", 2, "single_parent"), 2_500, "階層 C 住民税が均等割だけ: 50%減"),
        (Case("D", 1, "disaster"), 0, "災害: 免除"),
    ],
)
def test_the_largest_reduction_counts(case: Case, yen: int, reason: str) -> None:
    assert rules.fee_of(TABLE_2026, case) == rules.Fee(yen, reason)


def test_fees_are_cut_to_the_unit() -> None:
    table = rules.table_from(2026, {**TABLE, "monthly": "4990", "second_child": "33"})
    assert rules.fee_of(table, Case("D", 2)).yen == 3_340


@pytest.mark.parametrize(
    "given", [{"monthly": ""}, {"monthly": "abc"}, {"monthly": "5000", "class_A": "101"}, {"monthly": "100000"}]
)
def test_a_table_of_wrong_numbers_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        rules.table_from(2026, given)
    assert set(refused.value.fields) <= {"monthly", "class_A"}


def test_examples_that_differ_are_named() -> None:
    examples, wrong = rules.read_examples(EXAMPLES + "\n悪い例,D,1,なし,4000\nこわれた行\n短,Z,1,なし,1")
    assert wrong == (7, 8)
    ((one, fee),) = rules.wrong_examples(TABLE_2026, examples)
    assert (one.name, one.yen, fee.yen) == ("悪い例", 4_000, 5_000)


def child(key: str, payer: str = "p", grade: int = 1, **more: object) -> Child:
    return Child(key=key, payer_no=payer, child_no=key, grade=grade, use=more.pop("use", Span(APRIL, None)), **more)  # type: ignore[arg-type] # the test's own spans


def planned(month: date, *children: Child, kept: dict[tuple[str, date], int] | None = None) -> list[tuple[object, ...]]:
    lines = rules.plan(month, children, {2026: TABLE_2026}, kept or {})
    return [(line.key, line.month.month, line.before, line.after, line.kind) for line in lines]


def test_a_month_is_new_once() -> None:
    one = child("a")
    assert planned(APRIL, one) == [("a", 4, None, 5_000, "new")]
    assert planned(APRIL, one, kept={("a", APRIL): 5_000}) == [("a", 4, 5_000, 5_000, "same")]
    assert planned(MAY, one, kept={("a", APRIL): 5_000}) == [("a", 5, None, 5_000, "new")]
    assert planned(MAY, one) == [("a", 4, None, 5_000, "new"), ("a", 5, None, 5_000, "new")]


def test_siblings_are_counted_month_by_month_oldest_first() -> None:
    old, young = child("old", grade=4, use=Span(APRIL, APRIL)), child("young", grade=1)
    assert planned(APRIL, young, old) == [("young", 4, None, 2_500, "new"), ("old", 4, None, 5_000, "new")]
    kept = {("young", APRIL): 2_500, ("old", APRIL): 5_000}
    assert planned(MAY, young, old, kept=kept) == [("young", 5, None, 5_000, "new")]


def test_who_left_or_rests_is_lowered_and_exempt_ones_are_named() -> None:
    gone = child("gone", use=Span(APRIL, APRIL))
    kept = {("gone", APRIL): 5_000, ("gone", MAY): 5_000}
    assert planned(JUNE, gone, kept=kept) == [("gone", 5, 5_000, 0, "lowered")]
    rests = child("rests", pauses=(Span(MAY, MAY),), payer="q")
    assert planned(MAY, rests, kept={("rests", APRIL): 5_000}) == []
    poor = child("poor", classes=(Span(APRIL, None, "D"), Span(MAY, None, "A")))
    assert planned(MAY, poor, kept={("poor", APRIL): 5_000}) == [("poor", 5, None, 0, "exempt")]


def test_a_year_without_a_table_stops() -> None:
    with pytest.raises(KeyError):
        rules.plan(date(2027, 4, 1), [child("a")], {2026: TABLE_2026}, {})


def test_the_fingerprint_tells_runs_apart() -> None:
    line = Line(key="a", payer_no="p", month=APRIL, before=None, after=5_000, reason="x")
    assert rules.fingerprint([line]) != rules.fingerprint([])


HEAD = "児童の宛名番号,保護者の宛名番号,クラブ,学年,利用開始月,階層\r\n"


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("1,2,無いクラブ,1,2026-04,D", "クラブ", "after_school.club"),
        ("1,2,北,7,2026-04,D", "学年", "after_school.grade"),
        ("1,2,北,1,そのうち,D", "利用開始月", "after_school.month"),
        ("1,2,北,1,2026-13,D", "利用開始月", "after_school.month"),
        ("1,2,北,1,2026-04,Z", "階層", "after_school.class"),
        (",2,北,1,2026-04,D", "児童の宛名番号", "field.required"),
        ("9,2,北,1,2026-04,D", "児童の宛名番号", "after_school.there"),
        ("5,2,北,1,2026-04,D", "児童の宛名番号", "after_school.twice"),
    ],
)
def test_a_file_tells_its_errors_by_line(line: str, column: str, code: str) -> None:
    data = f"{HEAD}5,2,北,1,2026-04,\r\n{line}\r\n".encode("cp932")
    found, errors = rules.read_file(data, clubs={"北": "kita"}, taken={"9"})
    assert [(one.line, one.column, one.error.code) for one in errors] == [(3, column, code)]
    assert (found[0].child_no, found[0].club, found[0].income_class) == ("5", "kita", "D")
