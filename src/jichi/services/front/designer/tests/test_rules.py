"""The file and the data are the same; places, sentences, references and findings say what they should."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.engines.forms.rules import load_definition, read_yaml
from jichi.kernel.localized import LANGUAGES

from .. import rules
from ..rules import MISSING
from .written import complete, looked

SHIPPED = sorted((Path(__file__).parents[2] / "applications").rglob("*.yaml"))
"""Every definition that comes with the house."""


def read(path: Path) -> Any:
    return read_yaml(path.read_text(encoding="utf-8")).data


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_definition_is_written_and_read_without_loss(path: Path) -> None:
    data = read(path)
    written = rules.to_yaml(data)
    assert read_yaml(written).data == data
    assert rules.to_yaml(read_yaml(written).data) == written  # type: ignore[arg-type] # a definition is a dict
    assert load_definition(written) == load_definition(path.read_text(encoding="utf-8"))


CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")
WORDS = st.text(CHARACTERS, max_size=40) | st.sampled_from(
    ["", " ", "no", "true", "null", "~", "1", "-1", "2026-10-01", "a: b", "# x", "x #y", "- x", "{a}", "[a]", "'", '"',
     "\\", "a\n\nb\n", " a\nb", "a\n", "\n", "a:", "*a", "&a",
     "!a", "%", "@", "`", "?", "？", "\u3000", "\ufeff", "\x85"]
)  # fmt: skip
SCALARS = WORDS | st.integers(-(10**14), 10**14) | st.booleans() | st.none()
KEYS = st.sampled_from(["id", "ja", "title", "all", "x y", "no", "1", "a:b", "label", "日本"])
DATA = st.dictionaries(
    KEYS,
    st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
                 max_leaves=12),
    min_size=1, max_size=4,
)  # fmt: skip


@settings(max_examples=60)
@given(DATA)
def test_whatever_stands_in_a_definition_is_read_as_it_was_written(data: dict[str, Any]) -> None:
    assert read_yaml(rules.to_yaml(data)).data == data


def test_a_written_file_reads_well() -> None:
    text = rules.to_yaml(complete("bench", "youth"))
    assert text.startswith("format: jichi/procedure/1\nid: bench\nversion: 1\ntitle: ベンチの修理\n")
    assert "\npages:\n  - id: page_1\n    fields:\n      - {id: question_1, kind: text, label: 書いた文}\n" in text


def test_a_new_question_of_each_kind_can_be_read_and_become_every_other_kind() -> None:
    for kind in rules.kinds():
        data, place = rules.added(complete("bench", "youth"), ("pages", "page_1", "fields"), kind, "見出し")
        assert place == ("pages", "page_1", "fields", "question_2")
        field = rules.part_at(data, place)
        assert field is not None
        for other in rules.kinds():
            changed: Any = rules.with_at(data, place, rules.of_kind(field, other))
            assert rules.unreadable(changed) == (), (kind, other)


def test_members_are_found_by_their_names_wherever_they_move() -> None:
    data: Any = {"pages": [{"id": "a", "fields": [{"id": "x"}]}, {"id": "b"}, {"id": "b"}], "needs": ["紙"]}
    assert rules.at(data, ("pages", "a", "fields", "x")) == {"id": "x"}
    moved: Any = rules.moved(data, ("pages", "a"), 1)
    assert [page["id"] for page in moved["pages"]] == ["b", "a", "b"]
    assert rules.at(moved, ("pages", "a", "fields", "x")) == {"id": "x"}
    assert [rules.key_of(data["pages"], n) for n in range(3)] == ["a", "b", "~2"]
    assert rules.at(data, ("needs", "~0")) == "紙"
    for nowhere in (("pages", "c"), ("needs", "~1"), ("needs", "~x"), ("title", "ja")):
        assert rules.at(data, nowhere) is MISSING


CONDITIONS = [
    ({"field": "place", "equals": "work"}, "『利用の場所』で「在勤」を選んだ"),
    ({"field": "place", "not_equals": "work"}, "『利用の場所』が「在勤」ではない"),
    ({"field": "place", "in": ["work", "home"]}, "『利用の場所』が「在勤」・「在住」のどれかの"),
    ({"field": "both", "equals": "yes"}, "『同伴の有無』に「はい」と答えた"),
    ({"field": "many", "contains": "a"}, "『手伝い』で「通訳」を選んだ"),
    ({"field": "many", "answered": False}, "『手伝い』に答えていない"),
    ({"field": "age", "at_least": 20}, "『年齢』が20以上の"),
    ({"field": "age", "between": [1, {"field": "age"}]}, "『年齢』が1から『年齢』までの"),
    ({"fact": "subject.age", "at_most": 17}, "『対象の人の年齢』が17以下の"),
    ({"fact": "subject.state", "equals": "resident"}, "『対象の人の住民登録』が「区に住民登録がある」の"),
    ({"fact": "subject.birth_date", "at_most": {"today": -30}}, "『対象の人の生年月日』が今日の30日前以下の"),
    (
        {"all": [{"field": "age", "equals": 3}, {"any": [{"field": "both", "answered": True}]}]},
        "『年齢』が「3」の、かつ(『同伴の有無』に答えた)",
    ),
    ({"not": {"field": "both", "equals": "no"}}, "(『同伴の有無』に「いいえ」と答えたとき)ではない"),
    ({"field": "gone", "equals": "x"}, "『gone(ない質問)』が「x」の"),
    ("nonsense", "(条件が読めません)"),
]  # fmt: skip
ASKED: Any = {"pages": [{"id": "p", "fields": [
    {"id": "place", "kind": "choice", "label": "利用の場所",
     "options": [{"value": "work", "label": "在勤"}, {"value": "home", "label": {"ja": "在住"}}]},
    {"id": "both", "kind": "yesno", "label": "いっしょに来ますか", "noun": "同伴の有無"},
    {"id": "many", "kind": "multi", "label": "手伝い", "options": [{"value": "a", "label": "通訳"}]},
    {"id": "age", "kind": "number", "label": "年齢"},
]}]}  # fmt: skip


@pytest.mark.parametrize(("condition", "words"), CONDITIONS)
def test_conditions_are_sentences(condition: Any, words: str) -> None:
    assert rules.sentence(condition, rules.all_asked(ASKED)) == words


def test_who_is_asked_is_a_sentence() -> None:
    known = rules.all_asked(ASKED)
    assert rules.show_sentence({"field": "place", "equals": "work"}, "勤務先", known) == (
        "『利用の場所』で「在勤」を選んだ人だけに『勤務先』をきく"
    )
    assert rules.show_sentence(None, "氏名", known) == "全員に『氏名』をきく"


def test_places_are_told_in_words() -> None:
    data = complete("bench", "youth", cross_checks=[{"id": "c", "message": "違います"}])
    assert rules.words_of(data, ("pages", "page_1", "fields", "question_1", "label")) == (
        "ページ『書いた文』 › 質問『書いた文』 › 見出し"
    )
    assert rules.words_of(data, ("decision", "accept", "text")) == "決定 › 認めるとき › 知らせの文"
    assert rules.words_of(data, ("legal_basis", "~0", "title")) == "根拠『書いた文』 › 題名"
    assert rules.words_of(data, ("cross_checks", "c")) == "答えどうしの確認『違います』"
    assert rules.words_of(data, ()) == "設定"


def test_a_renamed_question_keeps_its_name_wherever_it_is_named() -> None:
    data = read(next(path for path in SHIPPED if path.stem == "neighbourhood-subsidy"))
    named = rules.uses(data, "expense")
    assert len(named) >= 3
    place = next(
        ("pages", page, "fields", "expense") for page, field in rules.questions(data) if field["id"] == "expense"
    )
    changed: Any = rules.renamed(data, place, "costs")
    assert rules.uses(changed, "expense") == []
    assert len(rules.uses(changed, "costs")) == len(named)
    assert looked(changed).errors == ()


def test_choices_typed_as_lines_keep_their_values_and_translations() -> None:
    before: Any = [{"value": "a", "label": {"ja": "一", "en": "One"}}, {"value": "b", "label": "二"}]
    part: Any = {"id": "q", "kind": "choice", "label": "選ぶ", "options": before}
    shapes = rules.part_shapes(part, "Field")
    typed, wrong = rules.read_part(shapes, ["options"], {"options": ["二\n一番\n三\n"]}, part)
    assert wrong == {}
    assert typed["options"] == [
        {"value": "b", "label": "二"}, {"value": "option_1", "label": "一番"}, {"value": "option_2", "label": "三"},
    ]  # fmt: skip
    renamed, _wrong = rules.read_part(shapes, ["options"], {"options": ["一番\n二"]}, part)
    assert renamed["options"] == [{"value": "a", "label": {"ja": "一番", "en": "One"}}, before[1]]


@pytest.mark.parametrize(
    ("item", "typed", "code"),
    [
        ("max_length", "0", "designer.range"),
        ("max_length", "一", "field.number"),
        ("label", "", "field.required"),
        ("id", "質問", "designer.name"),
        ("id", "a/b", "designer.name"),
    ],
)
def test_what_can_not_be_taken_is_told_at_its_item(item: str, typed: str, code: str) -> None:
    part: Any = {"id": "q", "kind": "text", "label": "見出し"}
    _found, wrong = rules.read_part(rules.part_shapes(part, "Field"), [item], {item: [typed]}, part)
    assert {name: error.code for name, error in wrong.items()} == {item: code}


def test_translations_stay_when_the_japanese_words_change() -> None:
    part: Any = {"id": "q", "kind": "text", "label": {"ja": "名", "en": "Name"}}
    found, _wrong = rules.read_part(rules.part_shapes(part, "Field"), ["label"], {"label": ["氏名"]}, part)
    assert found["label"] == {"ja": "氏名", "en": "Name"}


def test_what_was_left_as_it_is_writes_nothing_into_the_file() -> None:
    part: Any = {"id": "q", "kind": "number", "label": "数"}
    shapes = rules.part_shapes(part, "Field")
    items = rules.typed_items(shapes, part)
    raw: dict[str, list[str]] = {}
    for item in items:
        value = rules.written_value(shapes[item], part.get(item))
        raw[item] = ["1"] if value is True else [] if value is False else value if isinstance(value, list) else [value]
    found, wrong = rules.read_part(shapes, items, raw, part)
    assert (found, wrong) == (part, {})


def test_findings_lead_to_the_part_that_mends_them() -> None:
    data: Any = complete("bench", "youth")
    data["pages"][0]["fields"][0] |= {"show_if": {"field": "nobody", "equals": "x"}}
    data["summary"] = rules.BLANK
    found = looked(data)
    assert [(one.code, one.place, one.item) for one in found.errors] == [
        ("definition.unknown_field", ("pages", "page_1", "fields", "question_1"), "show_if"),
        ("designer.blank", (), "summary"),
    ]
    assert not found.may_publish
    broken: Any = {**data, "pages": [{"id": "page_1", "fields": []}]}
    assert looked(broken).definition is None


def test_every_text_is_listed_for_translation() -> None:
    data = read(next(path for path in SHIPPED if path.stem == "ward-opinion"))
    texts = dict(rules.texts_in(data))
    assert ("pages", "opinion", "fields", "subject_line", "label") in texts
    assert ("legal_basis", "~0", "title") in texts
    assert all(set(text) == set(LANGUAGES) for text in texts.values() if isinstance(text, dict))


def test_only_what_both_changed_meets() -> None:
    base: Any = {"pages": [{"id": "a", "title": "あ", "intro": "い"}, {"id": "b", "title": "う"}]}
    now: Any = {"pages": [{"id": "b", "title": "え"}, {"id": "a", "title": "お", "intro": "い"}]}
    assert rules.meets(base, now, ("pages", "a"), ["title", "intro"]) == ["title"]
    assert rules.meets(base, now, ("pages", "a"), ["intro"]) == []
    assert rules.meets(base, {"pages": []}, ("pages", "a"), ["intro"]) == ["intro"]


FIELD_OF = {"id": "page_1", "title": "一"}
NUMBER = {"id": "how_many", "kind": "count", "label": "いくつ", "noun": "数"}


@pytest.mark.parametrize("items", [
    {"decision": {**complete("x", "y")["decision"], "review_notice": {"text": "教示", "confirmed": False}}},
    {"pages": [{**FIELD_OF, "fields": [{**NUMBER, "min": 9, "max": 1}]}]},
    {"pages": [{**FIELD_OF, "fields": [{**NUMBER, "options": []}]}]},
    {"pages": [{**FIELD_OF, "fields": [{**NUMBER, "kind": "choice"}]}]},
    {"pages": [{**FIELD_OF, "fields": [{**NUMBER, "required": "true"}]}]},
    {"pages": [{**FIELD_OF, "fields": [{"id": "asks", "kind": "text", "label": "どうしますか"}]}]},
    {"pages": [{**FIELD_OF, "fields": [NUMBER], "show_if": {"field": "how_many", "at_least": 1}}]},
    {"pages": [{**FIELD_OF, "fields": [NUMBER, {**NUMBER, "id": "b", "show_if": {"field": "gone", "equals": "a"}}]}]},
    {"pages": [{**FIELD_OF, "fields": [NUMBER, {**NUMBER, "id": "b", "show_if": {"field": "how_many"}}]}]},
    {"fee": {"items": [{"code": "a", "title": "料", "count": "gone", "prices": [{"from": "2026-04-01", "yen": 1}]}]}},
    {"fee": {"items": [{"code": "a", "title": "料",
                        "prices": [{"from": "2026-04-01", "until": "2026-03-01", "yen": 1}]}]}},
    {"result": {"kind": "notice"}}, {"signature": {"law": "法", "text": "文"}, "identification": "email"},
    {"delivery": {"ways": ["pdf", "post"]}}, {"route": {"amount": {"field": "how_many"}}}, {"applicants": ["guardian"]},
    {"closes_on": "soon"}, {"retention_years": "many"}, {"new_item": 1}, {"identification": "stamp"},
])  # fmt: skip
def test_findings_speak_of_pages_and_not_of_files(items: dict[str, Any]) -> None:
    found = looked(complete("bench", "youth", **items))
    told = [*found.errors, *found.warnings]
    assert told
    for one in told:
        assert re.search(r"[A-Za-z_]{2,}|: |{|}", f"{one.message}{one.fix}".replace("「gone」", "")) is None, one
