"""Definition files: what is read, what is refused and how it is explained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.engines.forms.commands import FEW, SCHEMA, main, schema_text
from jichi.engines.forms.rules import (
    DefinitionError,
    definition_hash,
    errors_of,
    lint,
    load_definition,
    missing_translations,
    read_definition,
    read_yaml,
)
from jichi.engines.forms.tests.ward import PROCEDURES, source

MINIMAL = """\
format: jichi/procedure/1
id: example
version: 1
title: 例
summary: 例です。
division: youth
legal_basis: [{title: 例の要綱}]
eligibility: {text: だれでも}
expected_minutes: 1
processing_days: 0
other_ways: [{kind: counter, text: 窓口}]
contact: 係
identification: email
retention_years: 1
decision:
  accept: {label: 承認, text: 承認しました。}
  refuse: {label: 不承認, text: 不承認です。}
  review_notice: {text: 教示, confirmed: true}
pages:
"""
YESNO = """\
  - id: one
    fields:
      - {id: first, kind: yesno, label: 一つ目}
"""


def problems_of(text: str) -> list[tuple[str, int, str]]:
    """(code, line, path) of errors: those of reading, otherwise those of lint."""
    try:
        definition, read = read_definition(text)
    except DefinitionError as error:
        return [(p.code.removeprefix("definition."), p.line, p.path) for p in error.problems]
    return [(p.code.removeprefix("definition."), p.line, p.path) for p in errors_of(lint(definition, read))]


def after(pages: str) -> int:
    """Line of the last line of the pages."""
    return (MINIMAL + pages).count("\n")


# -- reading ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "code", "line"), [
    ("a: &x 1\nb: *x", "anchor", 1),
    ("a: 1\nb: !!python/object:os.system x", "tag", 2),
    ("a: 1\nb: 2\na: 3", "duplicate_key", 3),
    ("a: " + "[" * 30, "too_deep", 1),
    ("a:\n  - [", "not_yaml", 3),
    ("---\na: 1\n---\nb: 2", "many_documents", 3),
    ("a: \x07", "not_yaml", 1),
    ("? [a]\n: b", "key", 1),
    ("a: 1\n<<: {b: 1}\n" + "x: " + "y" * 600_000, "too_large", 1),
    ("- " * 20 + "a\n" + "a: [" + "1," * 60_000 + "]", "not_yaml", 2),
    ("a: [" + "1," * 60_000 + "]", "too_many", 1),
])  # fmt: skip
def test_hostile_yaml_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    with pytest.raises(DefinitionError) as refused:
        read_yaml(text)
    (problem,) = refused.value.problems
    assert (problem.code, problem.line) == (f"definition.{code}", line)
    assert problem.message
    assert problem.fix


def test_a_bomb_of_references_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x]\n" + "\n".join(f"b{n}: &b{n} [*a,*a,*a,*a,*a,*a,*a,*a,*a]" for n in range(9))
    with pytest.raises(DefinitionError, match="anchor"):
        read_yaml(bomb)


@pytest.mark.parametrize(("text", "value"), [
    ("no", "no"), ("yes", "yes"), ("on", "on"), ("2026-10-01", "2026-10-01"), ("1_000", "1_000"), ("0x1F", "0x1F"),
    ("012", "012"), ("1.0", "1.0"), ("true", True), ("null", None), ("~", None), ("-3", -3), ("'3'", "3"),
])  # fmt: skip
def test_plain_words_mean_what_is_written(text: str, value: object) -> None:
    assert read_yaml(f"a: {text}").data == {"a": value}


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_explained(text: str) -> None:
    assert all(line >= 1 for _, line, _ in problems_of(text))


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_a_file_with_any_line_missing_or_doubled_is_read_or_explained(data: st.DataObject) -> None:
    lines = source("vaccination-form-reissue").splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    changed = lines[:at] + (lines[at + 1 :] if data.draw(st.booleans()) else [lines[at], *lines[at:]])
    assert all(code for code, _, _ in problems_of("\n".join(changed)))


@pytest.mark.parametrize(("change", "code", "path"), [
    (("\ntitle: 例\n", "\ntitel: 例\n"), "extra_forbidden", "titel"),
    (("\ntitle: 例\n", "\ntitle: {ja: 例, fr: exemple}\n"), "unknown_language", "title"),
    (("\ntitle: 例\n", "\ntitle: {en: example}\n"), "no_japanese", "title"),
    (("version: 1", "version: one"), "int_parsing", "version"),
    (("id: example", "id: Ex ample"), "string_pattern_mismatch", "id"),
    (("kind: yesno", "kind: yesnoo"), "literal_error", "pages[0].fields[0].kind"),
    (("kind: yesno", "kind: choice"), "needed_for_kind", "pages[0].fields[0]"),
    (("kind: yesno", "kind: yesno, max_length: 3"), "not_for_kind", "pages[0].fields[0]"),
    (("kind: yesno", "kind: text, prefill: subject.mynumber"), "unknown_fact", "pages[0].fields[0]"),
    (("kind: yesno", "kind: text, pattern: '(a+)+'"), "pattern", "pages[0].fields[0]"),
    (("kind: yesno", "kind: text, pattern: 'a*a*a*a*a*b'"), "pattern", "pages[0].fields[0]"),
    (("kind: yesno", "kind: text, pattern: '['"), "pattern", "pages[0].fields[0]"),
    (("kind: yesno", "kind: yesno, show_if: {field: a}"), "condition_operator", "pages[0].fields[0].show_if"),
    (("kind: yesno", "kind: yesno, show_if: {all: [], any: []}"), "too_short", "pages[0].fields[0].show_if.all"),
])  # fmt: skip
def test_mistakes_are_named_with_their_place(change: tuple[str, str], code: str, path: str) -> None:
    found = problems_of((MINIMAL + YESNO).replace(*change))
    assert (code, path) in [(c, p) for c, _, p in found], found


def test_a_file_of_another_version_is_told_as_such_and_nothing_else() -> None:
    other = MINIMAL.replace("jichi/procedure/1", "jichi/procedure/2") + "new_item: 1\n"
    with pytest.raises(DefinitionError) as refused:
        load_definition(other)
    (problem,) = refused.value.problems
    assert (problem.code, problem.line, problem.path) == ("definition.other_format", 1, "format")
    assert "ほかの版のジチ" in problem.message


def test_a_misspelt_item_names_the_one_that_was_meant() -> None:
    with pytest.raises(DefinitionError) as refused:
        load_definition((MINIMAL + YESNO).replace("label: 一つ目", "lable: 一つ目"))
    assert [p.fix for p in refused.value.problems if p.code == "definition.extra_forbidden"] == [
        "「label」ではありませんか"
    ]


def test_the_hash_is_of_what_is_said_not_of_how_it_is_laid_out() -> None:
    plain = load_definition(MINIMAL + YESNO)
    laid_out = load_definition("# comment\n" + (MINIMAL + YESNO).replace("\ntitle: 例\n", "\ntitle:\n  ja: '例'\n"))
    other = load_definition((MINIMAL + YESNO).replace("一つ目", "二つ目"))
    assert definition_hash(plain) == definition_hash(laid_out) != definition_hash(other)


def test_the_schema_in_the_source_is_current() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "run `jichi procedure schema --write`"
    assert set(json.loads(schema_text())["required"]) >= {"id", "title", "pages", "decision"}


# -- lint --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pages", "code"), [
    (YESNO + "  - id: two\n    show_if: {field: nobody, equals: yes}\n    fields: [{id: b, kind: text, label: 二}]\n",
     "unknown_field"),
    (YESNO + "  - id: two\n    show_if: {field: first, equals: maybe}\n    fields: [{id: b, kind: text, label: 二}]\n",
     "unknown_option"),
    (("  - id: one\n    show_if: {field: b, equals: yes}\n    fields: [{id: a, kind: yesno, label: 一}]\n"
     "  - id: two\n    fields: [{id: b, kind: yesno, label: 二}]\n"), "later_field"),
    (("  - id: one\n    fields:\n      - {id: a, kind: yesno, label: 一, show_if: {field: b, equals: yes}}\n"
     "      - {id: b, kind: yesno, label: 二, show_if: {field: a, equals: yes}}\n"), "loop"),
    ("  - id: one\n    fields: [{id: a, kind: yesno, label: 一, show_if: {field: a, equals: yes}}]\n", "loop"),
    (YESNO + "  - id: two\n    show_if: {all: [{field: first, equals: yes}, {field: first, equals: no}]}\n"
     "    fields: [{id: b, kind: text, label: 二}]\n", "never_shown"),
    (YESNO + "  - id: two\n    show_if: {field: first, equals: yes}\n    fields:\n"
     "      - {id: b, kind: text, label: 二, show_if: {not: {field: first, equals: yes}}}\n", "never_shown"),
    (("  - id: one\n    fields:\n      - {id: n, kind: number, label: 数, max: 9}\n"
     "      - {id: b, kind: text, label: 二, show_if: {all: [{field: n, at_least: 5}, {field: n, at_most: 4}]}}\n"),
     "never_shown"),
    ("  - id: one\n    fields: [{id: a, kind: date, label: 日}, {id: a_y, kind: text, label: 年}]\n", "name_taken"),
    ("  - id: one\n    fields: [{id: a, kind: number, label: 数, min: 5, max: 4}]\n", "empty_range"),
    ("  - id: one\n    fields: [{id: a, kind: date, label: 日, min: 2026-02-30}]\n", "not_a_date"),
])  # fmt: skip
def test_lint_finds(pages: str, code: str) -> None:
    found = problems_of(MINIMAL + pages)
    assert code in [c for c, _, _ in found], found
    assert all(line >= MINIMAL.count("\n") for _, line, _ in found)


@pytest.mark.parametrize("pages", [
    YESNO + "  - id: two\n    show_if: {field: first, equals: yes}\n    fields: [{id: b, kind: text, label: 二}]\n",
    ("  - id: one\n    fields:\n      - {id: n, kind: number, label: 数}\n"
    "      - {id: b, kind: text, label: 二, show_if: {field: n, between: [5, 6]}}\n"),
    ("  - id: one\n    fields:\n      - {id: d, kind: date, label: 日}\n"
    "      - {id: b, kind: text, label: 二, show_if: {field: d, at_least: {today: -7}}}\n"),
    ("  - id: one\n    fields:\n"
    "      - {id: b, kind: text, label: 二, show_if: {fact: subject.birth_date, at_most: 1961-04-01}}\n"),
])  # fmt: skip
def test_reachable_questions_are_not_accused(pages: str) -> None:
    assert problems_of(MINIMAL + pages) == []


@pytest.mark.parametrize(("line", "code"), [
    ("opens_on: 2026-10-01\ncloses_on: 2026-09-30", "closes_before_open"),
    ("opens_on: 2026-10-01 09:00\ncloses_on: 2026-10-01 09:00", "closes_before_open"),
    ("opens_on: 2026-10-01 25:00", "moment"),
    ("subject: {age: {at_least: 20, under: 20}}", "empty_range"),
    ("result: {kind: ticket}", "result_title"),
    ("cross_checks: [{id: c, field: first, when: {field: first, equals: yes}, message: {ja: '{a}', en: '{b}'}}]",
     "placeholder"),
])  # fmt: skip
def test_lint_finds_in_the_rest(line: str, code: str) -> None:
    assert code in [c for c, _, _ in problems_of(MINIMAL + YESNO + line + "\n")]


def test_missing_translations_are_listed() -> None:
    missing = dict(missing_translations(load_definition(MINIMAL + YESNO)))
    assert missing["title"] == ("easy", "en", "zh-hans", "ko")
    assert missing["pages[0].fields[0].label"] == ("easy", "en", "zh-hans", "ko")


@pytest.mark.parametrize("name", ["coming-of-age", "vaccination-form-reissue"])
def test_the_shipped_procedures_are_complete(name: str) -> None:
    definition, read = read_definition(source(name))
    assert definition.id == name
    assert missing_translations(definition) == ()
    assert [p.code for p in lint(definition, read)] == ["definition.notice_unconfirmed"]


def test_check_needs_no_database_and_says_what_is_wrong(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["check", str(PROCEDURES / "coming-of-age.yaml")]) == 0
    assert "公開できます。誤り0、注意1、未訳0文" in capsys.readouterr().out
    bad = tmp_path / "bad.yaml"
    bad.write_text((MINIMAL + YESNO).replace("kind: yesno", "kind: choice"), encoding="utf-8")
    assert main(["check", str(bad)]) == 1
    said = capsys.readouterr().out
    assert f"{after(YESNO)}行目 pages[0].fields[0]" in said
    assert "options" in said


def test_check_tells_many_missing_translations_in_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "japanese.yaml"
    text = MINIMAL + YESNO
    file.write_text(text, encoding="utf-8")
    missing = len([p for p in lint(*read_definition(text)) if p.code == "definition.untranslated"])
    assert missing > FEW
    main(["check", str(file)])
    said = capsys.readouterr().out
    assert f"訳のない文が{missing}あります(" in said
    assert said.count("訳がありません") == 0
    main(["check", "--all", str(file)])
    assert capsys.readouterr().out.count("訳がありません") == missing
