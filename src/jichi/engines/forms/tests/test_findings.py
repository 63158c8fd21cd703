"""What a designer can get wrong and is told before publishing; and that nothing is told which can't be proved."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.engines.audit.context import system_actor
from jichi.engines.forms import actions, errors, queries
from jichi.engines.forms.rules import Condition, FormDefinition, lint, load_definition, visible_pages
from jichi.engines.forms.rules.domains import DAY
from jichi.engines.forms.rules.reach import Goal, can_be
from jichi.engines.forms.tests.test_definition import MINIMAL, problems_of
from jichi.engines.forms.tests.ward import build

PAGES = """\
  - id: one
    fields:
      - {id: work, kind: choice, label: 働き方, options: [{value: here, label: 在勤}, {value: none, label: なし}]}
      - {id: n, kind: number, label: 数, min: 1, max: 9}
      - {id: copies, kind: count, label: 通数, show_if: {field: work, equals: here}}
      - {id: way, kind: choice, label: 方法, options: [{value: pdf, label: PDF}, {value: post, label: 郵送}]}
      - {id: on, kind: date, label: 日}
"""
ITEM = "items: [{code: copy, title: 写し, count: copies, prices: [{from: 2026-04-01, yen: 300}]}]"


def found(rest: str = "", pages: str = PAGES, head: str = MINIMAL) -> list[tuple[str, str, str]]:
    """(level, code, path) of all that is found, without what every example has."""
    definition = load_definition(head + pages + rest)
    usual = {"definition.untranslated", "definition.no_noun"}
    return [
        (p.level, p.code.removeprefix("definition."), p.path)
        for p in lint(definition, None, {"single": frozenset(), "by-sum": frozenset({"amount"})})
        if p.code not in usual
    ]


def asks(condition: str) -> str:
    """The usual page, with one question more under this condition."""
    return PAGES + f"      - {{id: more, kind: text, label: なぜ, show_if: {condition}}}\n"


@pytest.mark.parametrize(("condition", "never"), [
    ("{all: [{field: work, equals: none}, {field: copies, at_least: 1}]}", True),
    ("{all: [{field: work, equals: none}, {field: copies, answered: false}]}", False),
    ("{field: n, at_least: 10}", True),
    ("{field: n, at_least: 9}", False),
    ("{field: n, answered: false}", True),
    ("{any: [{field: n, at_most: 0}, {not: {field: work, in: [here, none]}}]}", True),
    ("{all: [{field: 'n', at_least: 5}, {not: {field: n, equals: 5}}, {field: n, at_most: 5}]}", True),
    ("{all: [{field: on, at_least: 2030-01-01}, {field: on, at_most: {today: 0}}]}", False),
    ("{all: [{field: on, at_least: {today: 1}}, {field: on, at_most: {today: 0}}]}", True),
    ("{all: [{fact: subject.state, equals: deceased}, {fact: subject.state, equals: resident}]}", True),
    ("{all: [{fact: subject.age, at_least: 20}, {fact: subject.age, under: 20}]}", None),
    ("{all: [{field: n, not_equals: {field: copies}}, {field: copies, between: [4, 7]}, {field: n, between: [5, 6]}]}",
     False),
])  # fmt: skip
def test_a_required_question_that_nobody_ever_sees_is_an_error(condition: str, never: bool | None) -> None:
    if never is None:
        assert [code for code, _, _ in problems_of(MINIMAL + asks(condition))] == ["extra_forbidden"]
        return
    expected = [("error", "never_shown", "pages[0].fields[5]")] if never else []
    assert [one for one in found(pages=asks(condition)) if one[1] == "never_shown"] == expected


@pytest.mark.parametrize(("rest", "expected"), [
    (f"fee: {{{ITEM}}}", [("warning", "fee_hidden", "fee.items[0].count")]),
    (f"fee: {{{ITEM.replace('count: copies', 'count: copies, when: {field: work, equals: here}')}}}", []),
    (f"fee: {{{ITEM.replace('count: copies', 'count: gone')}}}", [("error", "unknown_field", "fee.items[0].count")]),
    ("delivery: {ways: [pdf, post], field: way}", []),
    ("route: {id: by-sum, amount: {field: copies}}", [("error", "route_hidden", "route.amount")]),
    ("route: {id: by-sum, amount: {field: n}}", []),
    ("route: by-sum", [("error", "route_facts", "route")]),
    ("route: {id: by-sum, amount: {field: gone}}", [("error", "unknown_field", "route.amount.field")]),
    ("corrections: [{field: gone, text: 直してください。}]", [("error", "unknown_field", "corrections[0].field")]),
    ("official_checks: [{id: c, title: 点検, rule: {field: gone, equals: a}, ok: よい, look: 見る}]",
     [("error", "unknown_field", "official_checks[0].rule")]),
    ("cross_checks: [{id: c, field: n, when: {field: n, between: [1, 9]}, message: だめ}]",
     [("error", "check_always", "cross_checks[0].when")]),
    ("cross_checks: [{id: c, field: n, when: {field: n, at_least: 10}, message: だめ}]",
     [("warning", "check_never", "cross_checks[0].when")]),
    ("life_events: [birth, wedding]", [("warning", "unknown_life_event", "life_events[1]")]),
])  # fmt: skip
def test_what_counts_on_a_missing_or_hidden_answer_is_told(rest: str, expected: Any) -> None:
    assert found(rest) == expected


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("{id: way, kind: choice, label: 方法,", "{id: way, kind: choice, label: 方法, show_if: {field: n, equals: 3},",
     [("error", "delivery_hidden", "delivery.field")]),
    ("{id: on, kind: date, label: 日}", ("{id: on, kind: date, label: 日, min: {field: until}}\n"
     "      - {id: until, kind: date, label: まで}"), [("error", "later_field", "pages[0].fields[4].min")]),
    ("{id: on, kind: date, label: 日}", "{id: on, kind: date, label: 日, prefill: subject.name}",
     [("error", "prefill_kind", "pages[0].fields[4].prefill")]),
])  # fmt: skip
def test_a_question_that_does_not_do_what_is_counted_on(old: str, new: str, expected: Any) -> None:
    assert old in PAGES
    assert found("delivery: {ways: [pdf, post], field: way}", PAGES.replace(old, new)) == expected


def test_nobody_eligible_and_nothing_said_of_the_card() -> None:
    rules = "{{text: 例, rules: [{}]}}"
    old, young = (
        "{id: old, when: {fact: subject.age, at_least: 65}, reason: 若い}",
        ("{id: young, when: {fact: subject.age, at_most: 20}, reason: 年上}"),
    )
    both = MINIMAL.replace("{text: だれでも}", rules.format(f"{old}, {young}"))
    assert found(head=both) == [("error", "nobody_eligible", "eligibility.rules")]
    assert found(head=MINIMAL.replace("{text: だれでも}", rules.format(old))) == []
    card = MINIMAL.replace("identification: email", "identification: card")
    assert found(head=card) == [("warning", "needs_proof", "needs")]
    assert found("needs: [マイナンバーカード]", head=card) == []


# -- exact: what is said is true, both ways --------------------------------------------------------

SMALL: list[dict[str, Any]] = [{"id": "a", "kind": "yesno"}, {"id": "b", "kind": "number", "min": 0, "max": 2},
         {"id": "c", "kind": "multi", "options": [{"value": v, "label": v} for v in ("x", "y")]},
         {"id": "d", "kind": "text"}]  # fmt: skip
VALUES: dict[str, list[Any]] = {
    "a": ["yes", "no"],
    "b": [0, 1, 2],
    "c": [["x"], ["y"], ["x", "y"]],
    "d": ["w", "yes", "no", "else"],
}


def leaf(name: str) -> st.SearchStrategy[dict[str, Any]]:
    numbers = st.fixed_dictionaries({"field": st.just(name), "at_least": st.integers(-1, 3)})
    choices = st.fixed_dictionaries({"field": st.just(name), "contains": st.sampled_from(("x", "y"))})
    same = st.fixed_dictionaries({"field": st.just(name), "equals": st.sampled_from(("yes", "no", "w"))})
    there = st.fixed_dictionaries({"field": st.just(name), "answered": st.booleans()})
    return st.one_of({"b": numbers, "c": choices}.get(name, same), there)


def conditions(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    def joined(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
        several = st.lists(inner, min_size=1, max_size=3)
        negated = inner.map(lambda one: {"not": one})
        return st.one_of(negated, several.map(lambda all_: {"all": all_}), several.map(lambda any_: {"any": any_}))

    return st.recursive(st.sampled_from(names).flatmap(leaf), joined, max_leaves=5)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_the_search_says_what_trying_everything_says(data: st.DataObject) -> None:
    names = tuple(VALUES)
    fields: list[dict[str, Any]] = []
    for number, one in enumerate(SMALL):
        made: dict[str, Any] = {**one, "label": "例", "required": data.draw(st.booleans())}
        if number and data.draw(st.booleans()):
            made["show_if"] = data.draw(conditions(names[:number]))
        fields.append(made)
    sought = Condition.model_validate(data.draw(conditions(names)))
    last: dict[str, Any] = {
        "id": "e",
        "kind": "yesno",
        "label": "例",
        "show_if": sought.model_dump(by_alias=True, exclude_none=True),
    }
    usual = load_definition(MINIMAL + "  - {id: p, fields: [{id: z, kind: yesno, label: 例}]}\n")
    plain = usual.model_dump(mode="json", by_alias=True, exclude_unset=True)
    definition = FormDefinition.model_validate({**plain, "pages": [{"id": "p", "fields": [*fields, last]}]})
    seen: set[bool] = set()
    for trial in itertools.product(*([None, *VALUES[name]] for name in names)):
        answers = {name: value for name, value in zip(names, trial, strict=True) if value is not None}
        (page,) = visible_pages(definition, answers, {}, DAY)
        shown = {field.id for field in page.fields}
        sendable = all(f["id"] in answers for f in fields if f["id"] in shown and f["required"])
        if sendable and not answers.keys() - shown:
            seen.add("e" in shown)
    assert can_be(definition, Goal(shown=("e",))) is (True in seen)
    assert can_be(definition, Goal(hidden=("e",))) is (False in seen)


def test_what_is_too_much_to_try_is_no_finding() -> None:
    many = "".join(
        f"      - {{id: f{n}, kind: multi, label: 例, required: false, max_choices: 9, options: ["
        + ", ".join(f"{{value: v{m}, label: 例}}" for m in range(9)) + "]}\n" for n in range(4)
    )  # fmt: skip
    never = ", ".join(f"{{field: f{n}, contains: v{m}}}" for n in range(4) for m in range(9))
    text = f"  - id: one\n    fields:\n{many}      - {{id: e, kind: text, label: 例, show_if: {{all: [{never}]}}}}\n"
    assert can_be(load_definition(MINIMAL + text), Goal(shown=("e",))) is None
    assert found(pages=text) == []
    assert date.fromisoformat("2026-11-21") == DAY


# -- what only the house knows ----------------------------------------------------------------------


@pytest.mark.django_db
def test_follow_ups_are_published_first_and_vacant_posts_are_told() -> None:
    build()
    system = system_actor("test")
    due = "follow_ups: [{id: report, procedure: later, title: 報告, days: 30}]\nroute: single\n"
    text = MINIMAL + PAGES + due
    with pytest.raises(errors.BadDefinition) as refused:
        actions.publish_definition(actor=system, source=text)
    assert [(p.code, p.path) for p in refused.value.problems] == [
        ("definition.follow_up_unpublished", "follow_ups[0].procedure")
    ]
    told = [(p.level, p.code, p.message) for p in queries.publishing_problems(text) if "untr" not in p.code]
    assert told == [
        ("error", "definition.follow_up_unpublished",
         "後の手続「later」は、公開されていません。決定のあと、だれも出せません。"),
        ("warning", "definition.vacant_post",
         "決裁経路「課長専決(係長から課長)」のyouthの係長に、いま就いている人がいません。"),
        ("warning", "definition.vacant_post",
         "決裁経路「課長専決(係長から課長)」のyouthの課長に、いま就いている人がいません。"),
    ]  # fmt: skip
    later = (MINIMAL + PAGES).replace("id: example", "id: later\nfollows: example")
    assert "definition.follows_unpublished" in [p.code for p in queries.publishing_problems(later)]
    actions.publish_definition(actor=system, source=text, beside={"later"})
    actions.publish_definition(actor=system, source=later)
    assert [p.level for p in queries.publishing_problems(text)].count("error") == 0
    broken = queries.publishing_problems("a: [")
    assert [p.code for p in broken] == ["definition.not_yaml"]
