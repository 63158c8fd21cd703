"""Lists of credits in 全銀 records of 200 bytes: either code, every line end, wholly or not at all, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from conftest import shared_world
from jichi.engines.audit.context import unit
from jichi.kernel import clock
from jichi.kernel.errors import Invalid

from .. import queries, rules
from ..sandbox_credits import FORMS, credit_list
from .desk import Desk, build
from .made import HEADER
from .test_credits import bank, promise, state
from .test_files import lined

desk = shared_world(build)
TODAY = date(2026, 6, 10)
PAYER = "ﾚｲﾉｹﾂｻｲ(ｶ"
FORM_NAMES = ("zengin-01", "zengin-03")
Row = tuple[date, int, str, dict[str, object]]


def six(day: date) -> str:
    """A day of 令和 as banks write it."""
    return f"{day.year - 2018:02}{day:%m%d}"


def listed(name: str, rows: Sequence[Row], *, code: Any = "jis", line_end: Any = "none", **header: str) -> bytes:
    """A file of credits: (day, yen, payer, further fields), numbered from 1."""
    layout = rules.layout(name)
    given = []
    for n, (day, yen, payer, more) in enumerate(rows, start=1):
        one = {
            "number": f"{n}", "booked_on": six(day), "value_on": six(day), "amount": yen, "payer": payer,
            "direction": "1", "dealing": "11", **more,
        }  # fmt: skip
        given.append(tuple(one.get(f.name, "" if f.kind == "C" else "0") for f in layout.data.given))
    head = {"made_on": six(TODAY), "bank": "0001", "branch": "001", "type": "1", "account": "1234567", **header}
    made = rules.write_file(layout, head, given, code=code, line_end=line_end, results=True)
    assert made.errors == ()
    return made.data


def read(data: bytes, **terms: Any) -> rules.ReadCredits:
    """Read by the bank's terms, with these beside them."""
    given = {name: value for name, value in HEADER.items() if name != "mmdd"}
    return rules.read_bank_credits(data, rules.bank_terms({**given, **terms}), today=TODAY)


def told(found: rules.ReadCredits) -> list[tuple[int, str, str]]:
    return [(one.line, one.place, one.code) for one in found.errors]


ROWS: list[Row] = [(TODAY - timedelta(days=1), 3_000, PAYER, {}), (TODAY, 500, "ﾔﾏﾀﾞ ﾀﾛｳ", {})]


@pytest.mark.parametrize("name", FORM_NAMES)
@pytest.mark.parametrize("code", ["jis", "ebcdic"])
@pytest.mark.parametrize(
    ("ending", "keep"), [(b"", 200), (b"\r\n", 200), (b"\n", 200), (b"\r", 200), (b"\r\n", 198), (b"\n", 199)]
)
def test_either_code_and_every_line_end_is_read(name: str, code: str, ending: bytes, keep: int) -> None:
    data = lined(listed(name, ROWS, code=code), 200, ending, keep)
    for terms in ({}, {"credit_layout": name}):
        found = read(data, **terms)
        assert told(found) == []
        assert [(one.booked_on, one.yen, one.payer) for one in found.lines] == [row[:3] for row in ROWS]
        assert ("bankfile.short_records" in [one.code for one in found.notes]) is (keep < 200)
        assert "bankfile.unconfirmed" in [one.code for one in found.notes]


def test_what_went_out_is_passed_over_and_a_summary_stands_for_a_payer() -> None:
    rows: list[Row] = [
        *ROWS, (TODAY, 9_999, "ｼﾊﾗｲｻｷ", {"direction": "2"}), (TODAY, 700, "", {"dealing": "14", "summary": "ﾚｲﾉｹﾂｻｲ"})
    ]  # fmt: skip
    found = read(listed("zengin-03", rows))
    assert [(one.yen, one.payer) for one in found.lines] == [(3_000, PAYER), (500, "ﾔﾏﾀﾞ ﾀﾛｳ"), (700, "ﾚｲﾉｹﾂｻｲ")]


def test_everything_wrong_is_told_by_line_and_nothing_is_read() -> None:
    rows: list[Row] = [(date(2044, 1, 1), 1, PAYER, {}), *ROWS]
    data = bytearray(listed("zengin-01", rows))
    data[400 + 20 : 400 + 21] = b"X"
    found = read(bytes(data))
    assert (found.lines, told(found)) == ((), [(3, "金額", "bankfile.number")])
    found = read(listed("zengin-01", rows))
    assert (found.lines, told(found)) == ((), [(2, "勘定日", "bankfile.year_far")])
    found = read(listed("zengin-01", ROWS), credit_years="western")
    assert [code for _, _, code in told(found)] == ["bankfile.year_far"] * 2
    assert told(read(listed("zengin-03", ROWS, bank="0009"))) == [(1, "銀行番号", "bankfile.other_bank")]
    twice: list[Row] = [ROWS[0], (ROWS[0][0], 1, PAYER, {"number": "1"})]
    assert told(read(listed("zengin-01", twice))) == [(3, "照会番号", "bankfile.number_twice")]
    assert told(read(listed("zengin-01", ROWS)[:-200]))[0][2] == "bankfile.no_end"


def test_a_bank_with_another_layout_or_other_codes_brings_its_own() -> None:
    table = "layout own\nlength 30\nframing data_only\nrecord data 2\n1 1 N kind 区分 =2\n2 6 N booked_on 日\n"
    table += "8 8 N amount 額 positive\n16 2 C cancel 取消\n18 13 C payer 名\n"
    data = b"2260609000030009 %-13s\r\n2260610000005009Z%-13s\r\n" % (b"ABC", b"DEF")
    terms = {"credit_table": table, "credit_years": "western", "credit_codes": {"cancelled": ["9Z"]}}
    found = read(data, **terms)
    assert told(found) == []
    assert [(one.booked_on, one.yen, one.payer, one.is_back) for one in found.lines] == [
        (date(2026, 6, 9), 3_000, "ABC", False), (date(2026, 6, 10), 500, "DEF", True),
    ]  # fmt: skip
    for wrong in (
        {"credit_table": table.replace(" amount ", " yen ")}, {"credit_table": "x"}, {"credit_years": "lunar"},
        {"credit_codes": {"out": ["2"]}}, {"credit_layout": "zengin-91"},
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            read(data, **{**terms, **wrong})
        assert set(refused.value.fields) == set(wrong)


@pytest.mark.parametrize("form", [name for name in FORMS if name])
def test_the_towns_bank_writes_what_is_read_here(form: str) -> None:
    head = "決済番号,区分,売上日,売上金額,手数料,振込金額,振込日\n"
    data = f"{head}a,売上,2026-06-01,700,14,686,2026-06-03\nb,売上,2026-06-02,1000,20,980,2026-06-04\n".encode("cp932")
    found = read(credit_list(data, "", "", "0603120000", form))
    assert (told(found), [one.yen for one in found.lines]) == ([], [686, 980, 5_000])
    assert rules.sender_of(found.lines[0].payer, {"firm": ["オタメシケツサイ"]}) == "firm"


# -- in the house -------------------------------------------------------------------------------------


def back(name: str, number: str) -> dict[str, object]:
    """What the bank takes back, under the number of what it takes back."""
    return {"number": number, **({"cancel": "1"} if name == "zengin-01" else {"dealing": "19"})}


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORM_NAMES)
def test_credits_of_records_are_bound_as_those_of_a_csv_and_once(desk: Desk, name: str) -> None:
    bank()
    promise("a", 3, 1_000)
    promise("b", 2, 2_000)
    yesterday = clock.today() - timedelta(days=1)
    rows: list[Row] = [(yesterday, 3_000, PAYER, {}), (yesterday, 500, "ﾔﾏﾀﾞ ﾀﾛｳ", {})]
    id = desk.take(listed(name, rows), "bank", "credits")
    assert desk.file(id).outcome["credits_bound"] == 1
    assert state() == ([("a", True), ("b", True)], [], 3_000)
    assert desk.read(listed(name, rows), "bank", "credits") == (id, False)
    later: list[Row] = [*rows, (clock.today(), 700, PAYER, {})]
    desk.take(listed(name, later, code="ebcdic", line_end="crlf"), "bank", "credits")  # overlaps, in another code
    assert state() == ([("a", True), ("b", True)], ["credit_unknown"], 3_000)
    wrong = desk.read(listed(name, later, bank="0009"), "bank", "credits")[0]
    assert desk.file(wrong).state == "refused"
    assert state() == ([("a", True), ("b", True)], ["credit_unknown"], 3_000)


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORM_NAMES)
def test_what_the_bank_takes_back_is_not_kept_or_is_looked_at(desk: Desk, name: str) -> None:
    bank()
    promise("a", 3, 1_000)
    day = clock.today() - timedelta(days=1)
    rows: list[Row] = [(day, 1_000, PAYER, {}), (day, 1_000, PAYER, back(name, "1")), (day, 40, PAYER, back(name, "9"))]
    id = desk.take(listed(name, rows), "bank", "credits")
    assert desk.file(id).outcome["credits"] == 0
    assert desk.file(id).outcome["credits_back"] == 2
    assert state() == ([("a", False)], ["credit_back"], 0)  # of 40 yen, nobody knows of what
    desk.take(listed(name, [(day, 1_000, PAYER, {"number": "7"})]), "bank", "credits")
    assert state() == ([("a", True)], ["credit_back"], 1_000)
    for _ in range(2):  # what is kept and bound is not undone by a file
        desk.take(listed(name, [(day, 1_000, PAYER, {"number": "7"}), (day, 1_000, PAYER, back(name, "7"))]),
                  "bank", "credits")  # fmt: skip
        assert state() == ([("a", True)], ["credit_back", "credit_back"], 1_000)
    with unit(desk.clerk):
        yen = sorted(one.detail["after"] for one in queries.differences(kind="credit_back").rows)
    assert yen == [40, 1_000]
