"""Definition fields as form fields: every kind is drawn, filled, and says what is wrong in the page's language."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from jichi.design.dates import DateParts
from jichi.design.fields import FormField
from jichi.design.render_fields import render_field
from jichi.engines.forms.render import page_fields
from jichi.engines.forms.rules import validate_page, visible_pages
from jichi.engines.forms.tests.test_flow import FACTS, GATHER, REISSUE, TODAY
from jichi.kernel.localized import LANGUAGES


def drawn(definition: Any, page: str, language: str = "ja", **given: Any) -> tuple[FormField, ...]:
    answers = given.pop("answers", {})
    seen = next(p for p in visible_pages(definition, answers, FACTS, TODAY) if p.id == page)
    return page_fields(seen, answers=answers, facts=FACTS, language=language, **given)


def wrong(definition: Any, page: str, language: str, raw: dict[str, list[str]]) -> list[tuple[str, str]]:
    errors = validate_page(definition, page, raw, FACTS, TODAY).errors
    return [
        (f.name, f.error_text(language)) for f in drawn(definition, page, language, raw=raw, errors=errors) if f.error
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("definition", [GATHER, REISSUE], ids=["gathering", "reissue"])
def test_every_page_is_drawn_in_every_language(definition: Any, language: str) -> None:
    answers = {"with_companion": "yes", "support": ["spoken_interpreter"], "reason": "moved_in"}
    with translation.override(language):
        for page in visible_pages(definition, answers, FACTS, TODAY):
            for field in page_fields(page, answers=answers, facts=FACTS, language=language):
                html = str(render_field(field))
                assert field.label.split("{")[0][:2] in html
                assert "None" not in html


def test_what_the_register_knows_is_there_already() -> None:
    (kana,) = drawn(GATHER, "reading")
    assert (kana.value, kana.as_heading) == ("シケン　ハナ", True)
    (saved,) = drawn(GATHER, "reading", answers={"name_kana": "シケン　カナ"})
    assert saved.value == "シケン　カナ"


def test_facts_stand_before_the_question_about_them() -> None:
    fields = drawn(GATHER, "register", "en")
    assert [(f.kind, f.value) for f in fields[:2]] == [("shown", "試験　花"), ("shown", "Friday, 5 May 2006")]
    assert [o.value for o in fields[-1].options] == ["yes", "no"]


def test_nothing_typed_is_lost_and_the_error_is_in_the_reader_s_language() -> None:
    raw = {"previous_municipality": [""], "moved_on_y": ["2026"], "moved_on_m": ["13"], "moved_on_d": ["1"]}
    answers = {"reason": "moved_in"}
    errors = validate_page(REISSUE, "moved", raw, FACTS, TODAY, answers=answers).errors
    fields = drawn(REISSUE, "moved", "ja", answers=answers, raw=raw, errors=errors)
    assert fields[1].value == DateParts("", "2026", "13", "1")
    assert [f.error_text("ja") for f in fields] == [
        "前にお子さんの住民登録があった市区町村を入力してください。",
        "転入した日を確かめてください。2026年13月1日はありません。",
    ]


@pytest.mark.parametrize(("language", "text"), [
    ("ja", "同伴の有無を1つ選んでください。"), ("en", "Please choose one for “Companion”."),
])  # fmt: skip
def test_errors_use_the_noun_where_the_label_is_a_question(language: str, text: str) -> None:
    assert wrong(GATHER, "companion", language, {}) == [("with_companion", text)]


def test_errors_of_the_definition_speak_the_page_s_language() -> None:
    errors = wrong(REISSUE, "vaccines", "ko", {"vaccines": ["rotavirus"]})
    assert errors == [("vaccines", "로타바이러스는 만 1세가 지나면 공비로 접종할 수 없습니다. 선택을 해제해 주세요.")]


def test_the_error_of_another_address_stands_at_its_part() -> None:
    raw = {"delivery": ["other"], "delivery__postcode": ["105"], "delivery__address": ["芝"]}
    assert [name for name, _ in wrong(REISSUE, "delivery", "ja", raw)] == ["delivery__postcode"]
    raw = {"delivery": ["other"], "delivery__postcode": ["1050014"], "delivery__address": [""]}
    assert [name for name, _ in wrong(REISSUE, "delivery", "ja", raw)] == ["delivery__address"]


def test_corrections_show_the_rest_as_text() -> None:
    answers = {"with_companion": "yes", "companion_name": "試験　太郎", "companion_relation": "parent"}
    fields = drawn(GATHER, "companion_details", answers=answers, only=frozenset({"companion_name"}))
    assert [(f.kind, f.value) for f in fields] == [("text", "試験　太郎"), ("shown", "保護者・家族")]
