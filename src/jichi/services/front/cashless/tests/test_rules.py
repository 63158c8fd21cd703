"""Rules of the counters: drawer, tax, fee lists, what goes back, settlement."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.kernel.errors import Invalid

from .. import rules
from ..rules import Booked, Line, Said, Sums

DAY = date(2026, 6, 1)


def test_the_drawer_is_counted_by_denomination() -> None:
    pieces = rules.checked_pieces({10_000: "1", 100: "1,200", 5: "", 1: "0"})
    assert pieces == {10_000: 1, 100: 1200}
    assert rules.pieces_total(pieces) == 130_000
    with pytest.raises(Invalid) as refused:
        rules.checked_pieces({500: "-1", 100: "x", 50: "1.5"})
    assert set(refused.value.fields) == {"p500", "p100", "p50"}


@pytest.mark.parametrize(
    ("counted", "difference", "reason", "second"),
    [(12_000, 0, False, False), (11_000, -1_000, True, False), (13_001, 1_001, True, True)],
)
def test_a_difference_has_a_reason_and_a_large_one_a_second_person(
    counted: int, difference: int, reason: bool, second: bool
) -> None:
    found = rules.close_of(float_yen=10_000, cash_yen=2_000, counted_yen=counted, confirm_over_yen=1_000)
    assert (found.difference_yen, found.needs_reason, found.needs_second) == (difference, reason, second)


def test_tax_is_cut_once_for_each_rate_of_a_receipt() -> None:
    # three times 99 yen: 9 each would be 27, but 297 × 10 / 110 is 27; 108 at 8 % holds 8
    found = rules.tax_lines([(10, 99), (10, 99), (10, 99), (8, 108), (0, 300)])
    assert [(one.rate, one.gross_yen, one.tax_yen) for one in found] == [(10, 297, 27), (8, 108, 8), (0, 300, 0)]
    assert [(one.gross_yen, one.tax_yen) for one in rules.tax_lines([(10, 105), (10, 105)])] == [(210, 19)]
    assert rules.tax_rate("none", date(1990, 1, 1)) == 0
    with pytest.raises(LookupError):
        rules.tax_rate("standard", date(2019, 9, 30))


def test_a_fee_list_is_read_whole_or_told_by_line() -> None:
    text = "窓口番号,項目番号,項目,単価,税区分\r\nA-1,X,写し,300,非課税\r\nA-1,Y,地図,1100,10%\r\n"
    read = rules.read_fees(text.encode("cp932"), ["A-1"])
    assert [(fee.code, fee.unit_yen, fee.tax) for fee in read.fees["A-1"]] == [
        ("X", 300, "none"),
        ("Y", 1100, "standard"),
    ]
    assert rules.read_fees(rules.write_fees(read.fees), ["A-1"]).fees == read.fees
    wrong = rules.read_fees((text + "Z-9,x,,0,9%\r\nA-1,X,写し,300,非課税\r\n").encode(), ["A-1"])
    assert wrong.fees == {}
    assert [(one.line, one.column) for one in wrong.errors] == [
        (4, "窓口番号"), (4, "項目番号"), (4, "項目"), (4, "単価"), (4, "税区分"), (5, "項目番号"),
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=4), st.integers(0, 12))
def test_never_more_goes_back_than_was_sold(lines: list[tuple[int, int]], wanted: int) -> None:
    sold = [Line(n, f"C{n}", "項目", 100, count) for n, (count, _gone) in enumerate(lines)]
    gone = {n: min(count, back) for n, (count, back) in enumerate(lines)}
    left = sold[0].count - gone[0]
    if not 0 < wanted <= left:
        with pytest.raises(Invalid):
            rules.checked_back(sold, gone, {0: wanted}, "取り違え")
        return
    assert rules.checked_back(sold, gone, {0: wanted}, "取り違え").total_yen == 100 * wanted


@given(
    st.dictionaries(st.sampled_from("ABC"), st.integers(-5_000, 90_000)),
    st.dictionaries(st.sampled_from(["VISA", "Suica"]), st.integers(-5_000, 50_000)), st.integers(-3_000, 3_000),
)  # fmt: skip
def test_whatever_a_day_came_to_its_posting_is_even(fees: dict[str, int], brands: dict[str, int], off: int) -> None:
    sums = Sums(fees=fees, brands=brands, cash=sum(fees.values()) - sum(brands.values()))
    assert sum(entry.yen for entry in rules.day_entries("A-1", sums, off)) == 0
    assert sum(entry.yen for entry in rules.settlement_entries("cashless:firm", "VISA", 10_000, 9_780)) == 0


HEAD = "対象期間開始,対象期間終了,ブランド,件数,売上金額,手数料率,手数料,消費税,振込金額,振込日\r\n"
TERMS = rules.firm_terms({"brands": {"VISA": "card", "PayPay": "code"}, "names": {"VISA": ["ビザ"]}})


def told(text: str) -> list[Said]:
    lines, wrong = rules.said((HEAD + text).encode(), TERMS)
    assert wrong == ()
    return list(lines)


def test_a_settlement_is_judged_line_by_line() -> None:
    lines = told(
        "2026-06-01,2026-06-15,ビザ,2,10000,1.98%,198,19,9783,2026-06-30\r\n"
        "2026-06-01,2026-06-15,PayPay,1,500,1.98%,20,1,479,2026-06-30\r\n"
        "2026-06-16,2026-06-30,PayPay,1,500,1.98%,9,0,491,2026-06-30\r\n"
    )
    booked = [Booked("VISA", DAY, 2, 10_000), Booked("PayPay", DAY, 1, 600), Booked("VISA", date(2026, 6, 20), 1, 300)]
    judged, missing = rules.judge(lines, booked, {"VISA", "PayPay"}, lambda period: False)
    assert [(one.outcome, one.fee_is_off) for one in judged] == [
        ("matched", False),
        ("amount", True),
        ("unknown", False),
    ]
    assert missing == (booked[2],)
    again, _ = rules.judge(lines[:1], booked, {"VISA", "PayPay"}, lambda period: True)
    assert again[0].outcome == "twice"


def test_a_firms_own_headings_and_names_are_data() -> None:
    terms = rules.firm_terms(
        {"brands": {"VISA": "card"}, "columns": {"gross": ["お取扱金額"]}, "names": {"VISA": ["Ｖ"]}}
    )
    text = HEAD.replace("売上金額", "お取扱金額") + "2026-06-01,2026-06-15,v,2,10000,,198,19,9783,2026-06-30\r\n"
    lines, wrong = rules.said(text.encode("cp932"), terms)
    assert wrong == ()
    assert (lines[0].brand, lines[0].gross) == ("VISA", 10_000)
    _, wrong = rules.said((HEAD + "2026-06-15,2026-06-01,JCB,2,1,,1,0,0,2026-06-30\r\n").encode(), TERMS)
    assert [(one.line, one.code) for one in wrong] == [(2, "cashless.no_brand")]
    for bad in ({}, {"brands": {"X": "cash"}}, {"brands": {"X": "card"}, "columns": {"nothing": ["a"]}}):
        with pytest.raises(Invalid):
            rules.firm_terms(bad)
