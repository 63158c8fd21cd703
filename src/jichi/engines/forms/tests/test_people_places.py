"""Persons of the own household and points on the map: chosen, typed, kept, told; nobody else's household."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from jichi.design.render_fields import render_field
from jichi.engines.audit.context import unit
from jichi.engines.forms import actions, queries
from jichi.engines.forms.register import register_facts
from jichi.engines.forms.render import page_fields
from jichi.engines.forms.rules import (
    Field,
    Housemate,
    Situation,
    TownChoice,
    answer_lines,
    load_definition,
    posted_names,
    raw_of,
    validate_all,
    visible_pages,
)
from jichi.engines.forms.rules.people_asked import token
from jichi.engines.forms.rules.points import read_degrees
from jichi.engines.forms.rules.values import Wrong, read_answer
from jichi.engines.forms.tests.test_definition import MINIMAL, problems_of
from jichi.engines.forms.tests.ward import HANA, MIO, NEIGHBOUR, SYSTEM, TARO, build
from jichi.kernel.errors import FieldError
from jichi.kernel.localized import LANGUAGES

DAY = date(2026, 11, 21)
PAGES = """\
  - id: one
    title: 家族と場所
    fields:
      - {id: who, kind: person, label: 使う人, max_people: 2}
      - {id: child, kind: person, label: 子ども, include_self: false, required: false}
      - {id: spot, kind: point, label: 場所, bounds: {south: "35.6", west: "139.7", north: "35.7", east: "139.8"}}
"""
DEFINITION = load_definition(MINIMAL + PAGES)
WHO, CHILD, SPOT = (DEFINITION.fields[name] for name in ("who", "child", "spot"))
FAMILY = (
    Housemate("100", "試験　花", date(2006, 5, 5), is_applicant=True), Housemate("101", "試験　澪", date(2026, 6, 1)),
    Housemate("102", "試験　太郎", None),
)  # fmt: skip
MIO_KEPT = {"no": "101", "name": "試験　澪", "birth_date": "2026-06-01"}


class Known(dict[str, Any]):
    """Facts that know a household."""

    def __init__(self, people: tuple[Housemate, ...] = FAMILY) -> None:
        super().__init__()
        self.people = people

    def household(self) -> tuple[Housemate, ...]:
        return self.people


def read(field: Field, raw: Mapping[str, list[str]], facts: Any = None) -> Any:
    try:
        return read_answer(field, raw, Situation({}, Known() if facts is None else facts, DAY))
    except Wrong as wrong:
        return wrong.error.code


def test_persons_are_chosen_by_an_opaque_word_and_kept_with_what_was_shown() -> None:
    words = [token(WHO, one.number) for one in FAMILY]
    assert read(WHO, {"who": [words[1]]}) == [MIO_KEPT]
    assert [one["no"] for one in read(WHO, {"who": [words[2], words[0]]})] == ["100", "102"]
    assert read(WHO, {"who": words}) == "field.choose_at_most"
    assert read(WHO, {}) is None
    for foreign in ("101", token(CHILD, "101"), token(WHO, "999"), "試験　澪"):
        assert read(WHO, {"who": [foreign]}) == "field.unknown_choice"
    assert read(CHILD, {"child": [token(CHILD, "100")]}) == "field.unknown_choice"
    assert read(WHO, {"who": [words[1]], "who__name": ["別の人"]}) == [MIO_KEPT]


def test_a_name_is_typed_where_no_household_is_known() -> None:
    typed = read(WHO, {"who__name": [" 試験 次郎 "], "who": [token(WHO, "101")]}, {})
    assert typed == [{"no": "", "name": "試験　次郎", "birth_date": ""}]
    assert answer_lines(WHO, typed, "ja") == ("試験　次郎",)
    assert read(WHO, raw_of(WHO, typed), {}) == typed
    assert answer_lines(WHO, [MIO_KEPT], "en") == ("試験　澪 (Monday, 1 June 2026)",)


def test_who_left_the_household_or_changed_a_name_is_asked_again() -> None:
    answers = {"who": [MIO_KEPT], "child": None, "spot": {"words": "公園", "lat": "", "lng": ""}}
    assert validate_all(DEFINITION, answers, Known(), DAY) == (answers, {})
    _, errors = validate_all(DEFINITION, answers, Known(FAMILY[:1]), DAY)
    assert {name: error.code for name, error in errors.items()} == {"who": "field.unknown_choice"}
    renamed = Known((FAMILY[0], Housemate("101", "別名　澪", date(2026, 6, 1))))
    _, errors = validate_all(DEFINITION, answers, renamed, DAY)
    assert {name: error.code for name, error in errors.items()} == {"who": "forms.register_changed"}


@pytest.mark.parametrize(("words", "lat", "lng", "answer"), [
    ("区役所の前", "", "", {"words": "区役所の前", "lat": "", "lng": ""}),
    ("", "35.658", "139.745", {"words": "", "lat": "35.658000", "lng": "139.745000"}),
    ("", "35.658034, 139.745433", "", {"words": "", "lat": "35.658034", "lng": "139.745433"}),
    ("前", "北緯３５．６５度", "東経139.75", {"words": "前", "lat": "35.650000", "lng": "139.750000"}),
    ("", "35.6", "139.8", {"words": "", "lat": "35.600000", "lng": "139.800000"}),
    ("前", "35.658", "", "forms.point_numbers"),
    ("", "abc", "139.7", "forms.point_numbers"),
    ("", "35.6580341e3", "139.7", "forms.point_numbers"),
    ("", "9" * 40, "139.7", "forms.point_numbers"),
    ("前", "35.7000001", "139.75", {"words": "前", "lat": "35.700000", "lng": "139.750000"}),
    ("前", "35.701", "139.75", "forms.point_outside"),
    ("", "139.75", "35.65", "forms.point_outside"),
    ("", "", "", None),
])  # fmt: skip
def test_a_place_is_words_or_two_numbers_in_the_bounds(words: str, lat: str, lng: str, answer: Any) -> None:
    found = read(SPOT, {"spot": [words], "spot__lat": [lat], "spot__lng": [lng]})
    assert found == answer
    if isinstance(found, dict):
        assert read(SPOT, raw_of(SPOT, found)) == found
        assert set(raw_of(SPOT, found)) <= set(posted_names(SPOT))


@given(st.text(max_size=30))
def test_any_text_is_degrees_or_is_not(text: str) -> None:
    found = read_degrees(text)
    assert found in {None, ""} or float(found) == pytest.approx(float(found), abs=1e-6)


def test_places_are_told_in_every_language() -> None:
    answer = {"words": "公園", "lat": "35.658000", "lng": "139.745000"}
    assert answer_lines(SPOT, answer, "ja") == ("公園", "北緯35.658000度 東経139.745000度")
    assert answer_lines(SPOT, answer, "en") == ("公園", "35.658000° N, 139.745000° E")


@pytest.mark.parametrize(("field", "code"), [
    ("{id: p, kind: point, label: 所, bounds: {south: '36', west: '139', north: '35', east: '140'}}", "bounds"),
    ("{id: p, kind: point, label: 所, bounds: {south: x, west: '139', north: '35', east: '140'}}",
     "string_pattern_mismatch"),
    ("{id: p, kind: person, label: 人, max_people: 0}", "greater_than_equal"),
    ("{id: p, kind: person, label: 人, bounds: {}}", "missing"),
    ("{id: p, kind: text, label: 人, max_people: 2}", "not_for_kind"),
    ("{id: p, kind: yesno, label: 人, show_if: {field: spot, equals: a}}", "not_compared"),
    ("{id: p, kind: yesno, label: 人, show_if: {field: child, answered: true}}", ""),
])  # fmt: skip
def test_mistakes_in_such_questions_are_found(field: str, code: str) -> None:
    found = [one for one, _, _ in problems_of(MINIMAL + PAGES + f"      - {field}\n")]
    assert (code in found) if code else found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_drawn_in_every_language(language: str) -> None:
    (page,) = visible_pages(DEFINITION, {}, {}, DAY)
    fields = page_fields(page, answers={"who": [MIO_KEPT]}, facts=Known(), language=language)
    assert [(f.name, f.kind, len(f.options)) for f in fields] == [
        ("who", "checkboxes", 3), ("child", "radio", 2), ("spot", "text", 0), ("spot__lat", "text", 0),
        ("spot__lng", "text", 0),
    ]  # fmt: skip
    html = "".join(str(render_field(field)) for field in fields)
    assert token(WHO, "101") in html
    assert "100" not in html.replace(token(WHO, "100"), "").replace(token(CHILD, "100"), "")
    typed = page_fields(page, answers={}, facts={}, language=language)
    assert [f.name for f in typed][:2] == ["who__name", "child__name"]
    wrong = page_fields(
        page, answers={}, facts={}, language=language, raw={"spot__lat": ["1"]},
        errors={"spot": FieldError("forms.point_outside")},
    )  # fmt: skip
    assert [f.name for f in wrong if f.error] == ["spot__lat"]
    missing = page_fields(
        page, answers={}, facts=Known(), language="ja", raw={}, errors={"who": FieldError("field.required")}
    )
    assert missing[0].error_text("ja") == "使う人を1つ以上選んでください。"


@pytest.mark.django_db
def test_only_the_applicant_s_own_household_can_be_chosen() -> None:
    ward = build()
    with unit(ward.hana):
        own = register_facts(applicant_no=HANA, subject_no=HANA, today=DAY)
        assert [(p.number, p.is_applicant) for p in own.household()] == [(TARO, False), (HANA, True), (MIO, False)]
        assert register_facts(applicant_no=HANA, subject_no=NEIGHBOUR, today=DAY).household() == ()
        assert register_facts(applicant_no="", subject_no="", today=DAY).household() == ()
        assert register_facts(applicant_no=NEIGHBOUR, subject_no="", today=DAY).household() == ()
        assert [town.name for town in own.towns()] == sorted(town.name for town in own.towns())


# -- addresses by the list of towns ------------------------------------------------------------------

TOWNS = (TownChoice("01", "芝一丁目", "1050014"), TownChoice("02", "芝", ""), TownChoice("03", "港南", "1080075"))
IN_TOWN = Field.model_validate({"id": "a", "kind": "address", "label": "場所", "towns": True, "other_only": True})
EITHER = Field.model_validate({"id": "a", "kind": "address", "label": "場所", "towns": True})


class Listed(dict[str, Any]):
    """Facts that know the towns."""

    def towns(self) -> tuple[TownChoice, ...]:
        return TOWNS


@pytest.mark.parametrize(("town", "block", "building", "answer"), [
    ("01", "２ー３", "", ("1050014", "芝一丁目2番3号")),
    ("01", "2番3号", "コーポ 101", ("1050014", "芝一丁目2番3号　コーポ 101")),
    ("02", "12", "", ("", "芝12番")),
    ("03", "4-5-6", "", ("1080075", "港南4番5-6号")),
    ("01", "2-", "", "forms.block"), ("01", "丘の上", "", "forms.block"), ("01", "", "", "forms.block"),
    ("99", "2-3", "", "forms.town"), ("", "2-3", "", "forms.town"), ("", "", "", None),
])  # fmt: skip
def test_an_address_in_the_town_is_one_line_and_comes_back(town: str, block: str, building: str, answer: Any) -> None:
    raw = {"a__town": [town], "a__block": [block], "a__building": [building]}
    found = read(IN_TOWN, raw, Listed())
    if not isinstance(answer, tuple):
        assert found == answer
        return
    assert found == {"choice": "other", "postcode": answer[0], "address": answer[1]}
    assert read(IN_TOWN, raw_of(IN_TOWN, found), Listed()) == found
    assert read(EITHER, {"a": ["other"], **raw}, Listed()) == found
    assert set(raw_of(IN_TOWN, found)) | raw.keys() <= set(posted_names(IN_TOWN))


def test_an_address_kept_outside_of_the_towns_is_asked_again() -> None:
    elsewhere = {"choice": "other", "postcode": "1000001", "address": "千代田一丁目1番"}
    assert read(IN_TOWN, raw_of(IN_TOWN, elsewhere), Listed()) == "forms.town"
    assert read(IN_TOWN, raw_of(IN_TOWN, elsewhere), {}) == elsewhere
    assert read(EITHER, {"a": ["register"]}, Listed())["choice"] == "register"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parts_of_an_address_are_drawn_with_what_is_kept(language: str) -> None:
    definition = load_definition(
        MINIMAL + "  - id: one\n    fields: [{id: a, kind: address, label: 場所, towns: true}]\n"
    )
    (page,) = visible_pages(definition, {}, {}, DAY)
    kept = {"choice": "other", "postcode": "1050014", "address": "芝一丁目2番3号　コーポ"}
    fields = page_fields(page, answers={"a": kept}, facts=Listed(), language=language)
    assert [(f.name, f.kind, f.value) for f in fields] == [
        ("a", "radio", "other"), ("a__town", "select", "01"), ("a__block", "text", "2番3号"),
        ("a__building", "text", "コーポ"),
    ]  # fmt: skip
    assert all(str(render_field(field)) for field in fields)
    wrong = page_fields(
        page, answers={}, facts=Listed(), language=language, raw={"a": ["other"]},
        errors={"a": FieldError("forms.block")},
    )  # fmt: skip
    assert [f.name for f in wrong if f.error] == ["a__block"]
    assert [f.name for f in page_fields(page, answers={}, facts={}, language=language)][1:] == [
        "a__postcode", "a__address",
    ]  # fmt: skip


def test_many_towns_stand_in_the_rows_of_their_readings() -> None:
    class Many(dict[str, Any]):
        def towns(self) -> tuple[TownChoice, ...]:
            blocks = (TownChoice(f"{n:02}", f"芝{n}丁目", "", f"シバ{n}チョウメ") for n in range(1, 25))
            return *blocks, TownChoice("90", "赤坂", "", "アカサカ"), TownChoice("91", "台場", "", "ダイバ")

    definition = load_definition(
        MINIMAL + "  - id: one\n    fields: [{id: a, kind: address, label: 場所, towns: true, other_only: true}]\n"
    )
    (page,) = visible_pages(definition, {}, {}, DAY)
    town = page_fields(page, answers={}, facts=Many(), language="ja")[0]
    assert [town.options[0].value, town.options[1].value, town.options[-1].value] == ["90", "01", "91"]
    html = str(render_field(town))
    assert html.count("<optgroup") == 3
    assert '<option value="01" lang="ja" data-kana="シバ1チョウメ">' in html
    assert 'data-find="f-a__town"' in html


def test_a_point_is_asked_with_a_map_of_its_bounds() -> None:
    definition = load_definition(
        MINIMAL + "  - id: one\n    fields: [{id: p, kind: point, label: 所,"
        " bounds: {south: '35', west: '139', north: '36', east: '140'}}]\n"
    )
    (page,) = visible_pages(definition, {}, {}, DAY)
    words, lat, lng = page_fields(page, answers={}, facts={}, language="ko")
    assert (words.map, lng.map) == (None, None)
    with translation.override("ko"):
        html = str(render_field(lat))
    assert 'data-map="/map/towns.json" data-lat="f-p__lat" data-lng="f-p__lng"' in html
    assert 'data-bounds="35,139,36,140" hidden' in html
    assert html.count("현재 위치 사용") == 1


# -- all the way ---------------------------------------------------------------------------------------

SENT = """\
  - id: one
    title: 家族と場所
    fields:
      - {id: who, kind: person, label: 使う人}
      - {id: spot, kind: point, label: 場所}
      - {id: home, kind: address, label: 使うところ, towns: true, other_only: true}
"""


@pytest.mark.django_db
def test_they_are_saved_shown_again_and_sealed_as_chosen() -> None:
    ward = build()
    text = (MINIMAL + SENT).replace("id: example", "id: places")
    actions.publish_definition(actor=SYSTEM, source=text)
    draft = actions.start_draft(actor=ward.hana, slug="places", applicant_no=HANA)
    with unit(SYSTEM), connection.cursor() as cursor:
        cursor.execute("INSERT INTO eng_registry_town (town_key, name, postcode) VALUES ('1', '試験一丁目', '1050014')")
    with unit(ward.hana):
        facts = register_facts(applicant_no=HANA, subject_no=HANA, today=DAY)
        mio, town = facts.household()[2], facts.towns()[0]
        field = draft.definition.fields["who"]
    raw = {
        "who": [token(field, mio.number)], "spot": ["公園の入口"], "spot__lat": ["35.6,139.7"],
        "home__town": [town.key], "home__block": ["2-3"],
    }  # fmt: skip
    foreign = {**raw, "who": [token(field, NEIGHBOUR)]}
    save = partial(actions.save_page, actor=ward.hana, draft_id=draft.id, page="one", applicant_no=HANA)
    refused = save(raw=foreign, expected_revision=draft.revision)
    assert {name: error.code for name, error in refused.errors.items()} == {"who": "field.unknown_choice"}
    assert "who" not in refused.draft.answers
    saved = save(raw=raw, expected_revision=refused.draft.revision)
    assert (saved.errors, saved.next_page) == ({}, None)
    assert saved.draft.answers["who"] == [{"no": MIO, "name": "試験　澪", "birth_date": "2026-06-01"}]
    sealed = actions.seal_submission(actor=ward.hana, draft_id=draft.id, applicant_no=HANA)
    with unit(ward.hana):
        sent = queries.submission(sealed)
    assert dict(sent.answers) == {
        "who": [{"no": MIO, "name": "試験　澪", "birth_date": "2026-06-01"}],
        "spot": {"words": "公園の入口", "lat": "35.600000", "lng": "139.700000"},
        "home": {"choice": "other", "postcode": town.postcode, "address": f"{town.name}2番3号"},
    }
