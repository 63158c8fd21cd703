"""What an entry may say, how a file reads, how far the ward gets."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.kernel.errors import Invalid

from .. import rules
from ..rules import REASONS, STATES, Entry, Target

TODAY = date(2026, 11, 21)
DIVISIONS = {"youth": "youth", "子ども若者課": "youth", "health": "health", "保健予防課": "health"}
BASE = Entry(code="A-1", name="児童手当の申請", division="youth", state="none", reasons=("seal",))
HEAD = "手続番号,手続名,課,状態,理由,理由の説明,予定日,開始日,年間件数\r\n"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"name": ""}, "name", "field.required"),
        ({"reasons": ()}, "reasons", "inventory.reason_needed"),
        ({"reasons": ("other",)}, "note", "inventory.note_needed"),
        ({"reasons": ("weather",)}, "reasons", "field.unknown_choice"),
        ({"state": "online"}, "reasons", "inventory.reason_not_needed"),
        ({"state": "someday"}, "state", "field.choose_one"),
        ({"state": "planned"}, "planned_on", "inventory.plan_needed"),
        ({"planned_on": TODAY}, "planned_on", "inventory.plan_not_needed"),
        ({"online_since": TODAY}, "online_since", "inventory.not_online"),
        ({"state": "online", "reasons": (), "online_since": date(2026, 11, 22)}, "online_since", "inventory.not_yet"),
        ({"volume": -1}, "volume", "inventory.volume"),
        ({"name": "あ" * 201}, "name", "field.too_long"),
    ],
)
def test_an_entry_says_what_its_state_asks_for(changes: dict[str, object], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.checked(replace(BASE, **changes), TODAY)  # type: ignore[arg-type] # values of several types
    assert {name: error.code for name, error in refused.value.fields.items()} == {field: code}


def test_reasons_stand_in_one_order() -> None:
    assert rules.checked(replace(BASE, reasons=("law", "seal")), TODAY).reasons == ("seal", "law")


def test_a_file_reads_in_either_encoding_and_names_what_it_leaves_out() -> None:
    text = (
        HEAD.replace("年間件数", "年間件数,メモ")
        + 'Ａ－1,児童手当の申請,子ども若者課,予定なし,押印、対面,,,,"1,200件",x\r\n'
    )
    utf, sjis = (rules.read_file(text.encode(e), DIVISIONS) for e in ("utf-8-sig", "cp932"))
    assert utf == sjis
    assert utf.errors == ()
    assert utf.unknown == ("メモ",)
    assert utf.rows == ((2, {
        "code": "A-1", "name": "児童手当の申請", "division": "youth", "state": "none", "reasons": ("seal", "in_person"),
        "note": "", "planned_on": None, "online_since": None, "volume": 1200,
    }),)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        (
            "",
            [
                (1, "手続番号", "table.no_column"),
                (1, "手続名", "table.no_column"),
                (1, "課", "table.no_column"),
            ],
        ),
        ("番号,手続番号,手続名,課\r\n", [(1, "手続番号", "table.heading_twice")]),
        (HEAD, [(0, "", "table.no_rows")]),
        (HEAD + "A-1,あ,秘書課,予定なし,押印\r\n", [(2, "課", "inventory.division")]),
        (HEAD + "A-1,あ,youth,そのうち,押印\r\n", [(2, "状態", "inventory.state")]),
        (HEAD + "A-1,あ,youth,予定なし,気分\r\n", [(2, "理由", "inventory.reason")]),
        (HEAD + "A-1,あ,youth,予定あり,,,2027年2月30日\r\n", [(2, "予定日", "field.unreadable_date")]),
        (HEAD + "A-1,あ,youth,予定なし,押印,,,,百\r\n", [(2, "年間件数", "inventory.volume")]),
        (
            HEAD + "A-1,あ,youth,予定なし,押印\r\n\r\nA-1,い,youth,予定なし,押印\r\n",
            [(4, "手続番号", "inventory.code_twice")],
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_told_by_line_and_column(text: str, errors: list[tuple[int, str, str]]) -> None:
    found = rules.read_file(text.encode(), DIVISIONS).errors
    assert [(one.line, one.column, one.error.code) for one in found] == errors


@pytest.mark.parametrize("data", [b"PK\x03\x04\0\0", b"\xff\xfe\x00a", "手続番号\0".encode()])
def test_what_is_no_text_is_refused_whole(data: bytes) -> None:
    assert [one.error.code for one in rules.read_file(data, DIVISIONS).errors] == ["table.not_text"]


def test_a_column_that_is_missing_changes_nothing_and_an_empty_cell_empties() -> None:
    before = replace(BASE, volume=30, basis="児童手当法")
    read = rules.read_file(
        "手続番号,手続名,課,根拠\r\nA-1,児童手当の認定,youth,\r\nB-2,新しい,health,\r\n".encode(), DIVISIONS
    )
    found, wrong = rules.differences({"A-1": before}, read, TODAY)
    assert [(one.line, one.changed, one.after.volume, one.after.basis) for one in found] == [
        (2, ("name", "basis"), 30, "")
    ]
    assert [(one.line, one.column, one.error.code) for one in wrong] == [(3, "理由", "inventory.reason_needed")]


def test_two_entries_do_not_share_a_procedure() -> None:
    read = rules.read_file(
        "手続番号,手続名,課,状態,識別名,手続の識別名\r\nB-2,い,youth,済,,juminhyo\r\n".encode(), DIVISIONS
    )
    taken = replace(BASE, slug="juminhyo", state="online", reasons=())
    _, wrong = rules.differences({"A-1": taken}, read, TODAY)
    assert [(one.error.code, one.error.params) for one in wrong] == [("inventory.slug_taken", {"code": "A-1"})]


_texts = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), max_size=20).map(
    str.strip
)


@st.composite
def _entries(draw: st.DrawFn) -> Entry:
    state = draw(st.sampled_from(sorted(STATES)))
    reasons = tuple(draw(st.sets(st.sampled_from(sorted(REASONS)), min_size=1))) if state == "none" else ()
    return Entry(
        code=draw(st.from_regex(r"[A-Z]{1,3}-[0-9]{1,4}", fullmatch=True)), name=draw(_texts.filter(bool)),
        division=draw(st.sampled_from(["youth", "health"])), basis=draw(_texts), applicants=draw(_texts),
        volume=draw(st.none() | st.integers(0, 99_999_999)), state=state,
        reasons=tuple(key for key in REASONS if key in reasons), note=draw(_texts.filter(bool)),
        planned_on=draw(st.dates(date(2020, 1, 1), date(2040, 1, 1))) if state in rules.MAY_PLAN else None,
        online_since=draw(st.none() | st.dates(date(2019, 5, 2), TODAY)) if state == "online" else None,
    )  # fmt: skip


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@given(st.lists(_entries(), max_size=5, unique_by=lambda entry: entry.code))
def test_what_is_written_reads_back_the_same(entries: list[Entry]) -> None:
    plain = [
        replace(e, name=nfc(e.name), basis=nfc(e.basis), applicants=nfc(e.applicants), note=nfc(e.note))
        for e in entries
    ]
    data = rules.write_file(plain, {"youth": "子ども若者課", "health": "保健予防課"})
    found, wrong = rules.differences({}, rules.read_file(data, DIVISIONS), TODAY)
    assert wrong == () or not entries
    assert [one.after for one in found] == plain


def test_the_outlook_counts_plans_and_pace() -> None:
    since = [None, date(2025, 1, 1), *[date(2026, 9, 1)] * 12]
    plans = [date(2026, 10, 1), date(2027, 2, 1), date(2027, 5, 1)]
    targets = [Target(date(2027, 3, 31), 16), Target(date(2026, 3, 31), 3), Target(date(2028, 3, 31), 40)]
    found = rules.outlook(since=since, plans=plans, total=30, targets=targets, today=TODAY, months=4)
    assert (found.online, found.pace) == (14, 2.0)
    assert found.months == (
        (date(2026, 8, 31), 2), (date(2026, 9, 30), 14), (date(2026, 10, 31), 14), (date(2026, 11, 21), 14),
    )  # fmt: skip
    assert [(f.target.count, f.planned, f.paced, f.reached, f.missing) for f in found.forecasts] == [
        (3, 2, 2, False, 1), (16, 16, 22, None, 0), (40, 17, 30, None, 23),
    ]  # fmt: skip


def test_an_empty_inventory_has_an_outlook() -> None:
    found = rules.outlook(since=[], plans=[], total=0, targets=[], today=TODAY)
    assert (found.online, found.pace, found.forecasts) == (0, 0.0, ())


def test_a_cell_that_cannot_be_read_is_told_once() -> None:
    read = rules.read_file((HEAD + "A-1,,秘書課,予定なし,気分\r\nA-2,あ,youth,そのうち,\r\n").encode(), DIVISIONS)
    _, wrong = rules.differences({}, read, TODAY)
    assert [(one.line, one.column) for one in read.errors] == [(2, "課"), (2, "理由"), (3, "状態")]
    assert [(one.line, one.column, one.error.code) for one in wrong] == [(2, "手続名", "field.required")]
