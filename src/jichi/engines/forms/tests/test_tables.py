"""Tables, counts and amounts of money: typed, kept, summed up, checked, drawn."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.design.render_fields import render_field
from jichi.engines.forms.render import page_fields
from jichi.engines.forms.rules import (
    FormDefinition,
    answer_lines,
    load_definition,
    raw_of,
    validate_all,
    validate_page,
    visible_pages,
    with_row_added,
    without_row,
)
from jichi.engines.forms.tests.test_definition import MINIMAL, problems_of

DAY = date(2026, 11, 21)
PAGES = """\
  - id: budget
    title: 収支予算
    fields:
      - id: income
        kind: table
        label: 収入
        columns: [{id: item, kind: text, label: 科目, max_length: 20}, {id: yen, kind: money, label: 金額}]
      - id: expense
        kind: table
        label: 支出
        min_rows: 2
        max_rows: 4
        columns:
          - {id: item, kind: text, label: 科目}
          - {id: yen, kind: money, label: 金額, max: 1000000}
          - {id: times, kind: count, label: 回数, required: false}
cross_checks:
  - id: balanced
    field: expense
    when: {field: expense, column: yen, not_equals: {field: income, column: yen}}
    message: 収入と支出の合計が違います。
"""
MINIMAL_2 = MINIMAL.replace("title: 例\n", "title: 例\nuniqueness: none\n")


def definition() -> FormDefinition:
    return load_definition(MINIMAL_2 + PAGES)


def table(
    name: str, rows: list[tuple[str, ...]], columns: tuple[str, ...] = ("item", "yen", "times")
) -> dict[str, Any]:
    raw = {f"{name}__rows": [str(len(rows))]}
    for number, row in enumerate(rows):
        raw.update({f"{name}__{number}__{column}": [text] for column, text in zip(columns, row, strict=False)})
    return raw


GOOD = {**table("income", [("会費", "¥3,000"), ("補助金", "７０００円")]),
        **table("expense", [("会場", "4000"), ("", "", ""), ("印刷", "6,000", "2")])}  # fmt: skip
ANSWERS = {
    "income": [{"item": "会費", "yen": 3000}, {"item": "補助金", "yen": 7000}],
    "expense": [{"item": "会場", "yen": 4000}, {"item": "印刷", "yen": 6000, "times": 2}],
}


def read(raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    result = validate_page(definition(), "budget", raw, {}, DAY)
    return result.answers, {name: (error.code, dict(error.params)) for name, error in result.errors.items()}


def test_rows_are_read_and_empty_ones_left_out() -> None:
    assert read(GOOD) == (ANSWERS, {})


def test_what_was_kept_is_read_anew_as_it_was() -> None:
    assert validate_all(definition(), ANSWERS, {}, DAY) == (ANSWERS, {})


def test_sums_that_differ_are_an_error_at_the_table() -> None:
    answers, errors = read({**GOOD, "expense__2__yen": ["6,001"]})
    assert errors == {"expense": ("forms.message", {"message": {"ja": "収入と支出の合計が違います。"}})}
    assert answers == {"income": ANSWERS["income"]}


def test_every_wrong_cell_is_told_at_once() -> None:
    _, errors = read({**GOOD, "expense__0__yen": ["多い"], "expense__2__item": [""], "expense__2__times": ["0"]})
    code, params = errors["expense"]
    assert code == "forms.table_cells"
    assert [(row, column, error.code) for row, column, error in params["cells"]] == [
        (0, "yen", "field.number"), (2, "item", "field.required"), (2, "times", "field.number_too_small"),
    ]  # fmt: skip


def test_too_few_rows_and_none_at_all() -> None:
    one = {**GOOD, **table("expense", [("会場", "10000")])}
    assert read(one)[1] == {"expense": ("forms.too_few_rows", {"min": 2, "now": 1})}
    assert read({**GOOD, **table("expense", [])})[1]["expense"][0] == "field.required"
    assert read({**GOOD, "expense__rows": ["nonsense"]})[1]["expense"][0] == "field.required"


def test_more_rows_than_allowed_are_not_looked_at() -> None:
    many = table("expense", [("x", "1")] * 9)
    assert len(read({**table("income", [("会費", "4")]), **many})[0]["expense"]) == 4


def test_a_row_is_added_and_taken_off_and_nothing_typed_is_lost() -> None:
    field = definition().fields["expense"]
    more = with_row_added(field, GOOD)
    assert more["expense__rows"] == ["4"]
    assert more["expense__2__item"] == ["印刷"]
    assert more["income__1__yen"] == ["７０００円"]
    assert with_row_added(field, more)["expense__rows"] == ["4"]
    less = without_row(field, GOOD, 0)
    assert (less["expense__rows"], less["expense__1__item"], less["expense__0__item"]) == (["2"], ["印刷"], [""])
    assert without_row(field, GOOD, 7)["expense__rows"] == ["3"]


def test_the_answer_in_words_ends_with_its_sums() -> None:
    made = definition()
    assert answer_lines(made.fields["expense"], ANSWERS["expense"], "ja") == (
        "会場 / 4,000円", "印刷 / 6,000円 / 2", "合計 (金額): 10,000円",
    )  # fmt: skip


@given(st.lists(st.tuples(st.text("あいう", min_size=1, max_size=5), st.integers(0, 10**6)), min_size=2, max_size=4))
def test_any_rows_come_back_as_they_were_kept(rows: list[tuple[str, int]]) -> None:
    field = definition().fields["expense"]
    kept = [{"item": item, "yen": yen} for item, yen in rows]
    income = [{"item": "計", "yen": sum(yen for _, yen in rows)}]
    raw = {**raw_of(field, kept), **raw_of(definition().fields["income"], income)}
    assert read(raw) == ({"income": income, "expense": kept}, {})


def test_the_page_shows_rows_buttons_sums_and_marks_the_wrong_cell() -> None:
    made = definition()
    (page,) = visible_pages(made, {}, {}, DAY)
    result = validate_page(made, "budget", {**GOOD, "expense__0__yen": ["多い"]}, {}, DAY)
    drawn = page_fields(
        page, answers={}, facts={}, language="en", raw={**GOOD, "expense__0__yen": ["多い"]}, errors=result.errors
    )
    html = "".join(render_field(field) for field in drawn)
    assert 'name="expense__rows" value="3"' in html
    assert html.count('value="expense:remove:') == 3
    assert 'value="income:add"' in html
    assert "10,000 yen" in html  # the income's sum
    assert "6,000 yen" in html  # of what could be read
    assert html.count('aria-invalid="true"') == 1
    assert "Row 1: " in html


def test_an_untouched_table_has_one_row_and_nothing_to_remove() -> None:
    (page,) = visible_pages(definition(), {}, {}, DAY)
    html = "".join(render_field(field) for field in page_fields(page, answers={}, facts={}, language="ja"))
    assert 'name="income__rows" value="1"' in html
    assert ":remove:" not in html


@pytest.mark.parametrize(("before", "after", "codes"), [
    ("columns: [{id: item, kind: text, label: 科目, max_length: 20}, {id: yen, kind: money, label: 金額}]",
     "max_rows: 3", ["needed_for_kind"]),
    ("income, column: yen}", "income, column: item}", ["unknown_column"]),
    ("{field: expense, column: yen, not", "{field: expense, not", ["table_compared"]),
    ("not_equals: {field: income, column: yen}", "answered: true", ["check_always"]),
    ("not_equals: {field: income, column: yen}", "answered: false", []),
    ("kind: text, label: 科目, max", "kind: file, label: 科目, max", ["not_for_kind"]),
    ("{id: item, kind: text, label: 科目, max_length: 20}", "{id: yen, kind: text, label: 科目}", ["column_twice"]),
    ("kind: count, label: 回数", "kind: multi, label: 回数, options: [{value: a, label: b}]", ["column_kind"]),
    ("min_rows: 2", "min_rows: 5", ["row_limits"]),
])  # fmt: skip
def test_a_mistake_in_a_table_is_found(before: str, after: str, codes: list[str]) -> None:
    text = MINIMAL_2 + PAGES
    assert before in text
    assert [one[0] for one in problems_of(text.replace(before, after))] == codes
