"""What becomes of a store's receipt, whatever comes in which order; results of account transfers; CSV layouts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import rules
from ..rules import Line, Meaning

CODE = "91929023252070000010123499900299999900154357"
ROW = f"02,20260630,11:45,EAN{CODE},252070,00001012349,0,15435,020,ストア,0110002,20260715,20260701"
HEAD = "データ種別,収納日,収納時刻,バーコード,使用欄1,使用欄2,印紙,金額,企業,企業名,店舗,送金日,作成日"


@pytest.mark.parametrize(
    ("meanings", "state", "entry"),
    [
        (["advance"], "provisional", ""),
        (["final"], "final", ""),
        (["cancel"], "held", "orphan_cancel"),
        (["advance", "advance"], "provisional", ""),
        (["advance", "final"], "final", ""),
        (["advance", "cancel"], "cancelled", ""),
        (["final", "advance"], "final", ""),
        (["final", "cancel"], "final", "conflict"),
        (["advance", "cancel", "final"], "final", "conflict"),
        (["advance", "cancel", "cancel"], "cancelled", ""),
        (["final", "final"], "final", ""),
    ],
)
def test_a_receipt_by_its_reports(meanings: list[Meaning], state: str, entry: str) -> None:
    found = rules.outcome(meanings)
    assert (found.state, found.entry) == (state, entry)


MEANINGS = st.lists(st.sampled_from(["advance", "final", "cancel"]), max_size=6)


@given(MEANINGS, st.randoms(use_true_random=False), MEANINGS)
def test_order_and_repetition_change_nothing(reports: list[Meaning], chance: object, again: list[Meaning]) -> None:
    mixed = reports + [one for one in again if one in reports]
    chance.shuffle(mixed)  # type: ignore[attr-defined] # Hypothesis hands in a random.Random
    assert rules.outcome(mixed) == rules.outcome(reports)


def test_a_repetition_is_known_as_one() -> None:
    first, again = rules.reported(rules.Receipt(), "final")
    assert (again, rules.reported(first, "final")) == (False, (first, True))


def test_an_advance_notice_without_what_follows_is_overdue_after_the_days_of_the_agent() -> None:
    paid = date(2026, 11, 1)
    assert [rules.is_overdue(1, paid, date(2026, 11, day), 10) for day in (11, 12)] == [False, True]
    assert not rules.is_overdue(3, paid, date(2026, 12, 31), 10)


def test_parts_of_a_barcode() -> None:
    found = rules.parts("91929023252070000010123499900299999900154357")
    assert found == rules.Code44("929023", "252070000010123499900", 2, None, 15435)
    assert rules.parts("91929023252070000010123499900226113000154357").pay_by == date(2026, 11, 30)


ASKED = [Line("01", 100), Line("02", 200), Line("03", 300)]


@pytest.mark.parametrize(
    ("answered", "field", "expected"),
    [
        ([Line("01", 100), Line("02", 200, "1")], "missing", ("03",)),
        ([*ASKED, Line("09", 5)], "unknown", ("09",)),
        ([*ASKED, ASKED[0]], "twice", ("01",)),
        ([ASKED[0], Line("02", 201), ASKED[2]], "amounts", (("02", 200, 201),)),
    ],
)
def test_a_result_that_does_not_answer_the_request_is_told(answered: list[Line], field: str, expected: object) -> None:
    found = rules.compare(ASKED, answered, ours=("1", "0630"), theirs=("1", "0630"))
    assert not found.is_right
    assert getattr(found, field) == expected


def test_a_result_of_another_day_or_client_is_told() -> None:
    found = rules.compare(ASKED, ASKED, ours=("1", "0630"), theirs=("2", "0701"))
    assert found.header == ("client_code", "mmdd")


def test_a_right_result_is_counted_by_code() -> None:
    found = rules.compare(
        ASKED, [Line("03", 300, "1"), Line("01", 100), Line("02", 200)], ours=("1", "0630"), theirs=("1", "0630")
    )
    assert found.is_right
    assert found.by_code == {"0": (2, 300), "1": (1, 300)}
    assert {rules.CODES[code].act for code in found.by_code} == {"book", "retry_or_slip"}


def test_an_agents_csv() -> None:
    found = rules.read_sheet(f"{HEAD}\r\n{ROW}\r\n".encode("cp932"), rules.sheet("stores-csv"))
    assert found.errors == ()
    line, row = found.rows[0]
    assert (line, row["receipt_kind"], row["paid_on"], row["paid_at"], row["amount"], row["remit_on"]) == (
        2, "02", date(2026, 6, 30), "1145", 15435, date(2026, 7, 15),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", [(1, "", "bankfile.columns")]),
        (b"a\0b", [(0, "", "bankfile.not_text")]),
        (f"{HEAD}\r\n".encode(), [(0, "", "bankfile.empty")]),
        (f"{HEAD}\r\na,b\r\n".encode(), [(2, "", "bankfile.columns")]),
        (f"{HEAD}\r\n{ROW}\r\n{ROW.replace('20260630', '20260631').replace('15435', 'x')}\r\n".encode(),
         [(3, "収納日", "bankfile.day"), (3, "金額", "bankfile.number")]),
        (f'{HEAD}\r\n"x'.encode(), [(2, "", "bankfile.not_csv")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_csv_is_told(data: bytes, told: list[tuple[int, str, str]]) -> None:
    found = rules.read_sheet(data, rules.sheet("stores-csv"))
    assert [(one.line, one.place, one.code) for one in found.errors] == told


def test_columns_by_their_headings_in_any_order() -> None:
    data = '摘要,入金日,入金金額\r\nﾐﾄﾞﾘ ﾊﾅｺ,2026/11/21,"12,300"\r\n'.encode("cp932")
    found = rules.read_sheet(data, rules.sheet("credit-csv"))
    assert found.rows == ((2, {"booked_on": date(2026, 11, 21), "amount": 12300, "payer": "ﾐﾄﾞﾘ ﾊﾅｺ"}),)
    assert [one.code for one in rules.read_sheet("摘要\r\n".encode(), rules.sheet("credit-csv")).errors] == [
        "bankfile.no_column", "bankfile.no_column",
    ]  # fmt: skip
