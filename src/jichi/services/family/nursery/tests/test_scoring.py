"""Scores by tables, files of applications, tables of a run and the commitment: rules without a database."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..rules.answers import ABSENT, Answer
from ..rules.assembling import Candidate, Conditions, fingerprint, input_tables, packed, pseudonym, unpacked
from ..rules.committing import leaf_hash, root_from, tree
from ..rules.intake import class_on, read_applications, write_applications
from ..rules.running import Parameters, run
from ..rules.score_tables import cells_of, read_rules, with_row, write_rules
from ..rules.scoring import NO_KEY, Point, score
from ..rules.table_cases import read_cases, try_cases, write_cases
from .office import CHILD, FAMILY, FULL_TIME, PART_TIME, family_in

EXAMPLES = Path(__file__).parent.parent / "examples"
FORTY, _ = read_rules((EXAMPLES / "forty.csv").read_bytes())
HEAD = "番号,区分,対象,条件,点,組,組の決め方,名称\r\n"
ENTRY = date(2027, 4, 1)
NURSERIES = frozenset({"N1", "N2"})


@pytest.mark.parametrize("name", ["forty", "hundred"])
def test_the_example_tables_are_read_and_written_alike(name: str) -> None:
    rules, errors = read_rules((EXAMPLES / f"{name}.csv").read_bytes())
    assert errors == ()
    assert read_rules(write_rules(rules)) == (rules, ())


@pytest.mark.parametrize(
    ("guardians", "family", "child", "expected"),
    [
        ((FULL_TIME, FULL_TIME), {}, {}, (40, 0, 0, (0, -40, 5))),
        ((FULL_TIME, PART_TIME), {}, {}, (36, 0, 0, (0, -36, 5))),
        ((FULL_TIME,), {"ひとり親": "あり"}, {}, (40, 2, 0, (0, -40, 5))),
        ((FULL_TIME, FULL_TIME), {"きょうだい在園": "あり"}, {}, (40, 1, 3, (0, -40, 5))),
        ((FULL_TIME, FULL_TIME), {}, {"認可外の利用": "あり", "年齢上限の卒園": "あり"}, (40, 3, 0, (0, -40, 5))),
        ((FULL_TIME, FULL_TIME), {}, {"転園": "あり"}, (40, 0, 0, (1, -40, 5))),
        (({**FULL_TIME, "理由": "求職"}, {"理由": ABSENT}), {}, {}, (28, 0, 0, (0, -28, 5))),
    ],
)
def test_a_score_is_what_the_table_says(
    guardians: tuple[dict[str, Answer], ...], family: dict[str, Answer], child: dict[str, Answer], expected: object
) -> None:
    found = score(FORTY, guardians, {**FAMILY, **family}, {**CHILD, **child})
    assert (found.base, found.adjust, found.place, found.keys) == expected


def test_each_point_names_the_answers_it_came_from() -> None:
    found = score(FORTY, (FULL_TIME, PART_TIME), FAMILY, CHILD)
    full: dict[str, Answer] = {"理由": "就労", "週の日数": 5, "週の時間": 40}
    assert found.points[0] == Point("A1", "base", "週5日以上・40時間以上の就労", "保護者1", 20, full)
    passed_over = [(point.code, point.subject) for point in found.points if not point.counted]
    assert passed_over == [("A2", "保護者1"), ("A3", "保護者1"), ("A4", "保護者1"), ("A4", "保護者2")]


@pytest.mark.parametrize("name", ["forty", "hundred"])
def test_example_tables_pass_their_cases_and_a_changed_point_does_not(name: str) -> None:
    cases, errors = read_cases((EXAMPLES / f"{name}-cases.csv").read_bytes())
    assert errors == ()
    assert read_cases(write_cases(cases)) == (cases, ())
    rules = read_rules((EXAMPLES / f"{name}.csv").read_bytes())[0]
    assert [one.case.name for one in try_cases(rules, cases) if one.wrong] == []
    first = cells_of(rules[0])
    cheaper = read_rules(with_row(rules, first[0], (*first[:4], "1", *first[5:])))[0]
    changed = try_cases(cheaper, cases)[0]
    assert [what for what, _expected, _got in changed.wrong] == ["基準指数"]
    assert {point.answers["週の時間"] for point in changed.score.points if point.kind == "base"} == {40}


def test_a_row_of_a_table_is_changed_added_and_taken_out() -> None:
    added = ("Z1", "調整", "世帯", "常に", "1", "", "合計", "だれでも")
    more = read_rules(with_row(FORTY, "", added))[0]
    assert (len(more), more[-1].name) == (len(FORTY) + 1, "だれでも")
    assert read_rules(with_row(more, "Z1", None))[0] == FORTY
    assert read_rules(with_row(FORTY, "A2", ("A1", *added[1:])))[1][0].error.code == "nursery.code_twice"


def test_a_wrong_case_is_named_by_line_and_column() -> None:
    text = (EXAMPLES / "forty-cases.csv").read_text()
    found = read_cases(text.replace(",36,0,0", ",x,0,0").replace("求職", "休み").encode())
    assert found[0] == ()
    assert [(one.line, one.column, one.error.code) for one in found[1]] == [
        (3, "基準指数", "nursery.points"), (5, "保護者2の理由", "nursery.word"),
    ]  # fmt: skip


def test_a_key_that_nothing_fits_comes_last() -> None:
    rules, errors = read_rules(f"{HEAD}D1,優先,児童,転園 = あり,1,1,最高のみ,転園\r\n".encode())
    assert errors == ()
    assert score(rules, (FULL_TIME,), FAMILY, CHILD).keys == (NO_KEY,)


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (",基準,保護者,常に,1,,合計,名", "番号", "field.required"),
        ("A,基礎,保護者,常に,1,,合計,名", "区分", "nursery.word"),
        ("A,基準,親,常に,1,,合計,名", "対象", "nursery.word"),
        ("A,基準,保護者,週の時間が多い,1,,合計,名", "条件", "nursery.condition"),
        ("A,基準,世帯,週の時間 >= 40,1,,合計,名", "条件", "nursery.unknown_answer"),
        ("A,基準,保護者,理由 >= 就労,1,,合計,名", "条件", "nursery.only_equal"),
        ("A,基準,保護者,理由 = 旅行,1,,合計,名", "条件", "nursery.word"),
        ("A,基準,保護者,常に,1.5,,合計,名", "点", "nursery.points"),
        ("A,基準,保護者,常に,10001,,合計,名", "点", "nursery.points"),
        ("A,優先,世帯,常に,1,先,合計,名", "組", "nursery.key_place"),
        ("A,優先,世帯,常に,値:年収,1,合計,名", "点", "nursery.unknown_answer"),
        ("A,園,保護者,常に,1,,合計,名", "対象", "nursery.place_about"),
        ("B,基準,世帯,常に,1,,合計,名\r\nB,基準,世帯,常に,1,,合計,名", "番号", "nursery.code_twice"),
    ],
)
def test_a_wrong_row_of_a_table_is_named(row: str, column: str, code: str) -> None:
    rules, errors = read_rules((HEAD + row + "\r\n").encode())
    assert rules == ()
    assert [(one.column, one.error.code) for one in errors] == [(column, code)]


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        (date(2027, 4, 2), None), (date(2027, 4, 1), 0), (date(2026, 4, 2), 0), (date(2026, 4, 1), 1),
        (date(2025, 4, 2), 1), (date(2024, 2, 29), 3), (date(2021, 4, 2), 5), (date(2021, 4, 1), None),
    ],
)  # fmt: skip
def test_the_class_follows_from_the_school_year(birth: date, expected: int | None) -> None:
    assert class_on(birth, ENTRY) == expected


def test_a_file_of_applications_is_written_and_read_alike_elder_first() -> None:
    families = (family_in("A", date(2025, 6, 1)), family_in("B", date(2025, 6, 1), date(2023, 6, 1), number="12"))
    found, errors = read_applications(write_applications(families), entry=ENTRY, facilities=NURSERIES)
    assert errors == ()
    assert found[0].children == families[0].children
    assert [(one.code, one.class_id) for one in found[1].children] == [("B-2", 3), ("B-1", 1)]
    assert replace(found[1], children=families[1].children) == families[1]


@pytest.mark.parametrize(
    ("changed", "column", "code"),
    [
        ({"生年月日": "2020-02-30"}, "生年月日", "field.unreadable_date"),
        ({"生年月日": "2010-01-01"}, "生年月日", "nursery.no_class"),
        ({"希望の園": "N1 N1"}, "希望の園", "nursery.wishes"),
        ({"希望の園": "N9"}, "希望の園", "nursery.no_facility"),
        ({"きょうだいの条件": "どこでも"}, "きょうだいの条件", "nursery.word"),
        ({"保護者1の週の時間": "四十"}, "保護者1の週の時間", "nursery.word"),
        ({"宛名番号": "12A"}, "宛名番号", "nursery.addressee"),
        ({"申込番号": "=1"}, "申込番号", "nursery.code"),
    ],
)
def test_a_wrong_application_is_named_with_its_line(changed: dict[str, str], column: str, code: str) -> None:
    cells = {
        "申込番号": "A", "保護者氏名": "名", "児童番号": "1", "児童氏名": "名", "生年月日": "2025-06-01",
        "希望の園": "N1", **changed,
    }  # fmt: skip
    data = f"{','.join(cells)}\r\n{','.join(cells.values())}\r\n".encode()
    found, errors = read_applications(data, entry=ENTRY, facilities=NURSERIES)
    assert found == ()
    assert [(one.line, one.column, one.error.code) for one in errors] == [(2, column, code)]


def test_a_family_told_in_two_ways_is_refused() -> None:
    once = write_applications((family_in("A", date(2025, 6, 1), date(2023, 6, 1)),)).decode()
    twice = once.replace("保護者A", "別人", 1)
    _, errors = read_applications(twice.encode(), entry=ENTRY, facilities=NURSERIES)
    assert [one.error.code for one in errors] == ["nursery.family_differs"]


def test_tables_of_a_run_hold_pseudonyms_and_are_matched() -> None:
    children = [
        Candidate(f"{name}/1", name, 1, 1, index, (0, -index), "", ("N1", "N2"), "N1", bonus)
        for name, index, bonus in (("A", 40, 0), ("B", 38, 3), ("C", 36, 0))
    ]
    families = {name: Conditions("TOGETHER", "EITHER", "") for name in "ABC"}
    files = input_tables(salt=b"x", seats={("N1", 1): 1}, children=children, families=families, pins={})
    again = input_tables(salt=b"x", seats={("N1", 1): 1}, children=children[::-1], families=families, pins={})
    assert fingerprint(files) == fingerprint(again)
    assert unpacked(packed(files)) == files
    assert b"/1" not in b"".join(files.values())
    done = run(files, Parameters())
    seated = [line for line in done.files["assignments.csv"].decode().splitlines() if "ADMITTED" in line]
    assert [line.split(",")[0] for line in seated] == [pseudonym(b"x", "C", "B/1")]


@given(st.lists(st.text(max_size=8), min_size=1, max_size=20), st.data())
def test_every_leaf_leads_to_the_root_and_no_other_text_does(texts: list[str], data: st.DataObject) -> None:
    root, paths = tree([leaf_hash(text) for text in texts])
    assert {root_from(text, path) for text, path in zip(texts, paths, strict=True)} == {root}
    at = data.draw(st.integers(0, len(texts) - 1))
    assert root_from(texts[at] + "x", paths[at]) != root


def test_no_leaf_and_one_leaf() -> None:
    assert tree([]) == (hashlib.sha256(b"").hexdigest(), [])
    assert tree([leaf_hash("a")]) == (hashlib.sha256(b"\x00a").hexdigest(), [()])
