"""The way through a form: values, visibility, eligibility, windows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.engines.forms.rules import (
    Condition,
    Field,
    FormDefinition,
    Situation,
    candidates,
    eligibility,
    first_unanswered,
    holds,
    load_definition,
    open_state,
    posted_names,
    progress,
    prune,
    raw_of,
    run_checks,
    sha256_of,
    summary,
    uniqueness_key,
    validate_all,
    validate_page,
    visible_pages,
)
from jichi.engines.forms.rules.values import Wrong, read_answer
from jichi.engines.forms.tests.test_definition import MINIMAL, YESNO
from jichi.engines.forms.tests.ward import GATHERING, source
from jichi.engines.registry.rules import ResidentRecord
from jichi.kernel.business_days import next_open_day
from jichi.kernel.clock import TOKYO

TODAY = date(2026, 11, 21)
GATHER = load_definition(source("coming-of-age"))
REISSUE = load_definition(source("vaccination-form-reissue"))
FACTS: dict[str, Any] = {
    "subject.name": "試験　花", "subject.kana": "シケン　ハナ", "subject.birth_date": date(2006, 5, 5),
    "subject.age": 20, "subject.state": "resident", "subject.address": "芝一丁目2番3号", "subject.postcode": "1050014",
}  # fmt: skip


def field(kind: str, **given: Any) -> Field:
    return Field.model_validate({"id": "x", "kind": kind, "label": "例", **given})


def read(one: Field, *values: str, **posted: str) -> Any:
    raw = {"x": list(values), **{name: [value] for name, value in posted.items()}}
    try:
        return read_answer(one, raw, Situation({}, FACTS, TODAY))
    except Wrong as wrong:
        return wrong.error.code


@pytest.mark.parametrize(("one", "value", "answer"), [
    (field("text"), " ａｂｃ　", "ａｂｃ"),
    (field("text"), "", None),
    (field("text", max_length=3), "𠮷野家", "𠮷野家"),
    (field("text", max_length=3), "𠮷野家だ", "field.too_long"),
    (field("text"), "a\x00b", "field.not_text"),
    (field("text"), "a\u202eb", "field.not_text"),
    (field("text"), "a\ud800", "field.not_text"),
    (field("text", pattern="[A-Z]{2}[0-9]+"), "AB12", "AB12"),
    (field("text", pattern="[A-Z]{2}[0-9]+"), "AB12x", "field.pattern"),
    (field("text", pattern="[A-Z]+", pattern_message="大文字で"), "a", "forms.message"),
    (field("textarea"), "一\r\n二", "一\n二"),
    (field("name"), "試験 花", "試験　花"),
    (field("kana"), "しけん はな", "シケン　ハナ"),
    (field("kana"), "ｼｹﾝ　ﾊﾅ", "シケン　ハナ"),
    (field("kana"), "試験", "field.kana"),
    (field("email"), "ｈａｎａ＠example.jp", "hana@example.jp"),
    (field("email"), "hana@example", "field.email"),
    (field("email"), "a@b.jp\nBcc: x@y.jp", "field.email"),
    (field("phone"), "０９０－１２３４－５６７８", "09012345678"),
    (field("phone"), "+81 90 1234 5678", "09012345678"),
    (field("phone"), "(03)1234ー5678", "0312345678"),
    (field("phone"), "110", "field.phone"),
    (field("postcode"), "〒１０５−００１４", "1050014"),
    (field("postcode"), "105001", "field.postcode"),
    (field("number"), "１，２００円", 1200),
    (field("number"), "-3", -3),
    (field("number"), "1.5", "field.number"),
    (field("number", min=1, max=5), "0", "field.number_too_small"),
    (field("number", min=1, max=5), "6", "field.number_too_large"),
    (field("date"), "S60.1.2", "1985-01-02"),
    (field("date"), "2026-02-30", "field.not_a_date"),
    (field("date"), "あした", "field.unreadable_date"),
    (field("date", max={"today": 0}), "2026-11-21", "2026-11-21"),
    (field("date", max={"today": 0}), "2026-11-22", "field.date_too_late"),
    (field("date", min={"fact": "subject.birth_date"}), "2006-05-04", "field.date_too_early"),
    (field("yesno"), "yes", "yes"),
    (field("yesno"), "maybe", "field.unknown_choice"),
    (field("consent", text="同意"), "on", "yes"),
    (field("consent", text="同意"), "", None),
    (field("choice", options=[{"value": "a", "label": "あ"}]), "b", "field.unknown_choice"),
])  # fmt: skip
def test_what_is_typed_becomes(one: Field, value: str, answer: object) -> None:
    assert read(one, value) == answer


MULTI = field("multi", max_choices=2, options=[
    {"value": "a", "label": "あ"}, {"value": "b", "label": "い"}, {"value": "c", "label": "う"},
    {"value": "none", "label": "なし", "exclusive": True},
])  # fmt: skip


@pytest.mark.parametrize(("values", "answer"), [
    (("b", "a"), ["a", "b"]), ((), None), (("a", "b", "c"), "field.choose_at_most"), (("none",), ["none"]),
    (("a", "none"), "forms.exclusive"), (("a", "z"), "field.unknown_choice"),
])  # fmt: skip
def test_several_choices(values: tuple[str, ...], answer: object) -> None:
    assert read(MULTI, *values) == answer


@pytest.mark.parametrize(("parts", "answer"), [
    (("令和", "元", "5", "1"), "2019-05-01"),
    (("", "２０２６", "２", "２８"), "2026-02-28"),
    (("昭和", "64", "1", "8"), "field.not_a_date"),
    (("", "2026", "", "1"), "field.date_required"),
    (("", "", "", ""), None),
    (("令和", "", "", ""), None),
    (("", "S60.1.2", "", ""), "1985-01-02"),
])  # fmt: skip
def test_dates_in_three_fields(parts: tuple[str, ...], answer: object) -> None:
    assert read(field("date"), **dict(zip(("x_era", "x_y", "x_m", "x_d"), parts, strict=True))) == answer


def test_addresses() -> None:
    one = field("address")
    assert read(one, "register") == {"choice": "register", "postcode": "1050014", "address": "芝一丁目2番3号"}
    other = read(one, "other", x__postcode="１０５００１１", x__address="芝公園四丁目2番8号")
    assert other == {"choice": "other", "postcode": "1050011", "address": "芝公園四丁目2番8号"}
    assert read(one, "other", x__postcode="1") == "field.postcode"
    assert read(one, "other", x__postcode="1050011") == "field.required"


# -- conditions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("condition", "outcome"), [
    ({"fact": "subject.birth_date", "between": ["2006-05-05", "2006-05-05"]}, True),
    ({"fact": "subject.birth_date", "between": ["2006-05-06", "2007-04-01"]}, False),
    ({"fact": "subject.became_resident_on", "at_most": "2026-01-01"}, None),
    ({"not": {"fact": "subject.became_resident_on", "at_most": "2026-01-01"}}, None),
    ({"all": [{"fact": "subject.became_resident_on", "at_most": "2026-01-01"}, {"field": "a", "equals": "no"}]}, False),
    ({"any": [{"fact": "subject.became_resident_on", "at_most": "2026-01-01"}, {"field": "a", "equals": "yes"}]}, True),
    ({"fact": "subject.became_resident_on", "answered": False}, True),
    ({"field": "missing", "equals": "yes"}, False),
    ({"field": "missing", "not_equals": "yes"}, True),
    ({"field": "a", "in": ["yes", "maybe"]}, True),
    ({"field": "list", "contains": "two"}, True),
    ({"field": "n", "at_least": 3}, True),
    ({"field": "n", "equals": "3"}, False),
    ({"field": "n", "at_most": {"field": "m"}}, False),
    ({"field": "day", "at_least": {"today": -7}}, True),
    ({"field": "day", "at_least": {"fact": "subject.birth_date"}}, True),
    ({"field": "day", "at_least": {"fact": "subject.became_resident_on"}}, None),
])  # fmt: skip
def test_conditions(condition: dict[str, Any], outcome: bool | None) -> None:
    answers = {"a": "yes", "list": ["one", "two"], "n": 3, "m": 2, "day": "2026-11-14"}
    assert holds(Condition.model_validate(condition), Situation(answers, FACTS, TODAY)) is outcome


# -- the way through -------------------------------------------------------------------------------------


def answers_of(definition: FormDefinition, pages: dict[str, dict[str, list[str]]]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for page, raw in pages.items():
        result = validate_page(definition, page, raw, FACTS, TODAY, answers=answers)
        assert result.ok, result.errors
        answers.update(result.answers)
    return answers


def test_the_gathering_from_first_to_last_page() -> None:
    answers: dict[str, Any] = {}
    for page, raw in GATHERING.items():
        assert first_unanswered(GATHER, answers, FACTS, TODAY) == page
        answers.update(validate_page(GATHER, page, raw, FACTS, TODAY, answers=answers).answers)
        if page == "support_details":
            answers["support_document"] = None
    assert first_unanswered(GATHER, answers, FACTS, TODAY) is None
    assert progress(GATHER, "photo", answers, FACTS, TODAY).number == 7


def test_a_hidden_chain_is_pruned_as_a_whole() -> None:
    answers = answers_of(GATHER, GATHERING)
    answers["support"] = ["none"]
    left = prune(GATHER, {**answers, "unknown": 1}, FACTS, TODAY)
    assert not {"interpreter_language", "support_text", "unknown"} & left.keys()


def test_cross_checks_point_at_their_field() -> None:
    for age, codes in ((0, {}), (1, {"vaccines": "forms.message"})):
        facts = {**FACTS, "subject.age": age}
        result = validate_page(REISSUE, "vaccines", {"vaccines": ["rotavirus"]}, facts, TODAY)
        assert {name: error.code for name, error in result.errors.items()} == codes


def test_the_summary_speaks_five_languages() -> None:
    answers = answers_of(GATHER, GATHERING)
    rows = {row.field: row.lines for s in summary(GATHER, answers, FACTS, TODAY, "en") for row in s.rows}
    assert rows["with_companion"] == ("Yes",)
    assert rows["support"] == ("Wheelchair space", "Spoken-language interpreter")
    assert rows["register_ok"][1] == "Date of birth: Friday, 5 May 2006"
    assert rows["support_document"] == ("Not answered",)
    easy = {row.field: row.lines for s in summary(GATHER, answers, FACTS, TODAY, "easy") for row in s.rows}
    assert easy["companion_relation"] == ("家族",)


def test_checks_for_officials() -> None:
    answers = answers_of(GATHER, GATHERING)
    found = {check.id: check.outcome for check in run_checks(GATHER, answers, FACTS, TODAY)}
    assert found == {"birth_date": "ok", "resident": "ok", "kana": "ok", "register_confirmed": "ok", "support": "look"}
    other = {
        check.id: check.outcome
        for check in run_checks(GATHER, answers, {**FACTS, "subject.kana": "シケン　バナ"}, TODAY)
    }
    assert other["kana"] == "look"


def raw_strategy(definition: FormDefinition) -> st.SearchStrategy[dict[str, list[str]]]:
    names = [name for field_ in definition.fields.values() for name in posted_names(field_)]
    words = {option.value for f in definition.fields.values() for option in f.options or ()}
    plain = ["yes", "no", "register", "other", "2026-01-01", "8", "1050014", *sorted(words)]
    value = st.sampled_from(plain) | st.text(max_size=8)
    return st.dictionaries(st.sampled_from(names), st.lists(value, max_size=3), max_size=len(names))


@pytest.mark.parametrize("definition", [GATHER, REISSUE], ids=["gathering", "reissue"])
@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_posted_in_whatever_order_nothing_breaks(definition: FormDefinition, data: st.DataObject) -> None:
    """Random pages with random values: only visible answers are kept, and sealing what was sealed is the same."""
    answers: dict[str, Any] = {}
    for _ in range(data.draw(st.integers(1, 12))):
        page = data.draw(st.sampled_from([page.id for page in definition.pages]))
        result = validate_page(definition, page, data.draw(raw_strategy(definition)), FACTS, TODAY, answers=answers)
        own = {f.id for f in definition.page(page).fields}
        assert not result.answers.keys() & result.errors.keys()
        kept = {name: value for name, value in answers.items() if name not in own}
        answers = prune(definition, {**kept, **result.answers}, FACTS, TODAY)
        seen = {f.id for p in visible_pages(definition, answers, FACTS, TODAY) for f in p.fields}
        assert answers.keys() <= seen
    sealed, errors = validate_all(definition, answers, FACTS, TODAY)
    again, same_errors = validate_all(definition, sealed, FACTS, TODAY)
    assert (sha256_of(again), same_errors.keys()) == (sha256_of(sealed), errors.keys())
    summary(definition, sealed, FACTS, TODAY, "ko")
    run_checks(definition, sealed, FACTS, TODAY)


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=12), _nested)


@given(st.dictionaries(st.sampled_from([n for n, f in REISSUE.fields.items() if f.kind != "file"]), JSON))
@settings(max_examples=200, deadline=None)
def test_stored_answers_of_any_shape_are_refused_not_crashed_on(answers: dict[str, Any]) -> None:
    sealed, _ = validate_all(REISSUE, answers, FACTS, TODAY)
    assert validate_all(REISSUE, sealed, FACTS, TODAY)[0] == sealed


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_an_answer_shown_again_reads_the_same(data: st.DataObject) -> None:
    raw = data.draw(raw_strategy(REISSUE))
    for one in REISSUE.fields.values():
        try:
            answer = read_answer(one, raw, Situation({}, FACTS, TODAY))
        except Wrong:
            continue
        if answer is not None and one.kind != "file":
            assert read_answer(one, raw_of(one, answer), Situation({}, FACTS, TODAY)) == answer


# -- people ------------------------------------------------------------------------------------------------


def person(number: str, relationship: str, birth: date | None, **given: Any) -> ResidentRecord:
    values: dict[str, Any] = {
        "addressee_no": number, "household_no": "H1", "name": number, "kana": "", "roman_name": "", "alias": "",
        "birth_date": birth, "birth_text": "", "sex": "", "relationship": relationship, "postcode": "", "address": "",
        "town_key": "", "nationality": "jp", "is_foreign": False, "is_protected": False, "state": "resident",
        "became_resident_on": None,
    }  # fmt: skip
    return ResidentRecord(**{**values, **given})


HEAD = person("head", "世帯主", date(1980, 1, 1))
CHILD, ADULT = person("child", "子", date(2015, 1, 1)), person("adult", "子", date(2000, 1, 1))
GRANDCHILD, LODGER = person("grandchild", "子の子", date(2020, 1, 1)), person("lodger", "同居人", date(2015, 1, 1))
UNKNOWN, MOTHER = person("unknown", "子", None), person("mother", "母", date(1950, 1, 1))
GONE, OTHERS = (
    person("gone", "子", date(2015, 1, 1), state="moved_out"),
    person("others", "子", date(2015, 1, 1), household_no="H2"),
)
HOUSEHOLD = (HEAD, CHILD, ADULT, GRANDCHILD, LODGER, UNKNOWN, MOTHER, GONE, OTHERS)


@pytest.mark.parametrize(("applicant", "found"), [
    (HEAD, ["child", "grandchild", "unknown"]),
    (person("wife", "妻", date(1982, 1, 1)), ["child", "grandchild", "unknown"]),
    (ADULT, ["grandchild"]),
    (CHILD, ["grandchild"]),
    (MOTHER, ["child", "grandchild", "unknown"]),
    (LODGER, []),
])  # fmt: skip
def test_whose_form_may_be_asked_for(applicant: ResidentRecord, found: list[str]) -> None:
    assert [c.number for c in candidates(REISSUE, applicant, HOUSEHOLD, TODAY)] == found


@pytest.mark.parametrize(("birth", "state", "verdict", "rules"), [
    (date(2006, 4, 2), "resident", "eligible", []),
    (date(2007, 4, 1), "resident", "eligible", []),
    (date(2006, 4, 1), "resident", "not_eligible", ["cohort"]),
    (date(2007, 4, 2), "resident", "not_eligible", ["cohort"]),
    (None, "resident", "unknown", ["cohort"]),
    (None, "moved_out", "not_eligible", ["resident"]),
])  # fmt: skip
def test_the_cohort(birth: date | None, state: str, verdict: str, rules: list[str]) -> None:
    result = eligibility(GATHER, {"subject.birth_date": birth, "subject.state": state}, TODAY)
    assert (result.verdict, [reason.rule for reason in result.reasons]) == (verdict, rules)


@pytest.mark.parametrize(("birth", "offered"), [(date(2009, 11, 21), False), (date(2009, 11, 22), True)])
def test_the_age_limit_on_the_birthday(birth: date, offered: bool) -> None:
    assert bool(candidates(REISSUE, HEAD, (HEAD, person("c", "子", birth)), TODAY)) is offered


# -- windows ---------------------------------------------------------------------------------------------------


def window(lines: str) -> FormDefinition:
    return load_definition(MINIMAL + YESNO + lines)


@pytest.mark.parametrize(("lines", "moment", "state"), [
    ("closes_on: 2027-03-31\n", (2027, 3, 31, 23, 59, 59), "open"),
    ("closes_on: 2027-03-31\n", (2027, 4, 1, 0, 0, 0), "closed"),
    ("closes_on: 2027-03-31 24:00\n", (2027, 3, 31, 23, 59, 59), "open"),
    ("closes_on: 2027-03-31 24:00\n", (2027, 4, 1, 0, 0, 0), "closed"),
    ("closes_on: 2027-03-31 00:00\n", (2027, 3, 31, 0, 0, 0), "closed"),
    ("closes_on: 2027-03-31 17:00\n", (2027, 3, 31, 16, 59, 59), "open"),
    ("closes_on: 2027-03-31 17:00\n", (2027, 3, 31, 17, 0, 0), "closed"),
    ("opens_on: 2026-10-01\n", (2026, 9, 30, 23, 59, 59), "before"),
    ("opens_on: 2026-10-01\n", (2026, 10, 1, 0, 0, 0), "open"),
    ("closes_on: 2027-01-01\nclosing_on_closed_day: next_open_day\n", (2027, 1, 4, 23, 59, 59), "open"),
    ("closes_on: 2027-01-01\nclosing_on_closed_day: next_open_day\n", (2027, 1, 5, 0, 0, 0), "closed"),
    ("", (2099, 1, 1, 0, 0, 0), "open"),
])  # fmt: skip
def test_windows(lines: str, moment: tuple[int, ...], state: str) -> None:
    at = datetime(*moment, tzinfo=TOKYO)  # type: ignore[misc,arg-type] # six numbers
    assert open_state(window(lines), at, next_open_day).state == state


def test_the_end_of_the_day_is_named_as_such() -> None:
    found = open_state(GATHER, datetime(2026, 11, 21, tzinfo=TOKYO), next_open_day)
    assert (found.last_day, found.ends_with_day) == (date(2027, 3, 31), True)
    assert found.closes_at == datetime(2027, 4, 1, tzinfo=TOKYO)


@pytest.mark.parametrize(("day", "key"), [
    (date(2027, 3, 31), "1:2026"), (date(2027, 4, 1), "1:2027"),
])  # fmt: skip
def test_once_per_fiscal_year(day: date, key: str) -> None:
    assert uniqueness_key(GATHER, "1", day) == key
    assert uniqueness_key(REISSUE, "1", day) is None
