"""Comparing versions: everything a person changed is found, told in words and weighed; nothing else is."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from jichi.engines.forms.commands import main
from jichi.engines.forms.rules import FormDefinition, compare, json_schema, load_definition, weight_of
from jichi.engines.forms.rules.compare import moved_among
from jichi.engines.forms.rules.item_names import ITEM_NAMES, KIND_NAMES
from jichi.engines.forms.tests.test_definition import MINIMAL
from jichi.engines.forms.tests.ward import source

PAGES = """\
  - id: about
    title: あなたのこと
    fields:
      - {id: work, kind: choice, label: 働き方, options: [{value: here, label: 在勤}, {value: none, label: 無い}]}
      - {id: employer, kind: text, label: 勤務先, show_if: {field: work, equals: here}}
      - {id: since, kind: date, label: 始めた日, max: {today: 0}}
  - id: more
    title: {ja: そのほか, en: More}
    fields:
      - {id: copies, kind: count, label: 通数}
fee: {items: [{code: copy, title: 写し, count: copies, prices: [{from: "2026-04-01", yen: 300}]}]}
"""
OLD = load_definition(MINIMAL + PAGES)


def changed(*changes: tuple[str, str]) -> list[tuple[str, str, str, str, str, str]]:
    """(path, kind, weight, sentence, before, after) after replacing texts in the file."""
    text = MINIMAL + PAGES
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return [(d.path, d.kind, d.weight, d.sentence, d.before, d.after) for d in compare(OLD, load_definition(text))]


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("version: 1", "version: 2", []),
    ("title: 例\n", "title: {ja: 例}\n", []),
    ("label: 勤務先,", "label: 勤務先, required: true,", []),
    ("summary: 例です。", "summary: 例でした。",
     [("summary", "changed", "words", "概要の文を変えました。", "例です。", "例でした。")]),
    ("en: More", "en: Also, ko: 기타",
     [("pages.more.title", "changed", "translation", "ページ「そのほか」の題名の訳を変えました(en, ko)。",
       "en: More\nko: ", "en: Also\nko: 기타")]),
    ("label: 勤務先, show_if: {field: work, equals: here}", "label: 勤務先, required: false",
     [("pages.about.employer.required", "changed", "content",
       "ページ「あなたのこと」の質問「勤務先」の必須を変えました。", "はい", "いいえ"),
      ("pages.about.employer.show_if", "removed", "content",
       "ページ「あなたのこと」の質問「勤務先」の表示の条件を消しました。", "『働き方』が『在勤』", "")]),
    ("{value: none, label: 無い}", "{value: none, label: 無職}, {value: far, label: 区の外で働く}",
     [("pages.about.work.options.none.label", "changed", "words",
       "ページ「あなたのこと」の質問「働き方」の選択肢「無職」の見出しの文を変えました。", "無い", "無職"),
      ("pages.about.work.options.far", "added", "content",
       "ページ「あなたのこと」の質問「働き方」の選択肢「区の外で働く」を足しました。", "",
       "見出し: 区の外で働く、ほかと一緒に選べない: いいえ")]),
    ("max: {today: 0}", "max: {today: -7}",
     [("pages.about.since.max", "changed", "content",
       "ページ「あなたのこと」の質問「始めた日」の最大を変えました。", "きょう", "きょうの7日前")]),
    ("yen: 300", "yen: 1350",
     [("fee.items.copy.prices.0.yen", "changed", "content",
       "手数料の項目「写し」の価格「2026-04-01」の金額(円)を変えました。", "300", "1,350")]),
    ("identification: email", "identification: card",
     [("identification", "changed", "content", "本人確認を変えました。", "メール", "マイナンバーカード")]),
    ("      - {id: since, kind: date, label: 始めた日, max: {today: 0}}\n", "",
     [("pages.about.since", "removed", "content",
       "ページ「あなたのこと」の質問「始めた日」を消しました。", "始めた日", "")]),
    ("      - {id: copies", "      - {id: note, kind: note, text: 読むだけ}\n      - {id: copies",
     [("pages.more.note", "added", "content", "ページ「そのほか」の質問「読むだけ」を足しました。", "", "読むだけ")]),
])  # fmt: skip
def test_a_change_is_told_with_place_words_and_weight(old: str, new: str, expected: Any) -> None:
    assert changed((old, new)) == expected


def test_questions_and_pages_that_moved_are_not_gone() -> None:
    since = "      - {id: since, kind: date, label: 始めた日, max: {today: 0}}\n"
    copies = "      - {id: copies, kind: count, label: 通数}\n"
    assert changed((since, ""), (copies, copies + since)) == [
        ("pages.more.since", "moved", "content",
         "質問「始めた日」をページ「あなたのこと」から「そのほか」へ移しました。", "あなたのこと", "そのほか"),
    ]  # fmt: skip
    more = PAGES[PAGES.index("  - id: more") : PAGES.index("fee:")]
    swapped = load_definition(MINIMAL + more + PAGES.replace(more, ""))
    assert [(d.path, d.kind) for d in compare(OLD, swapped)] in ([("pages.more", "moved")], [("pages.about", "moved")])
    gone = load_definition(MINIMAL + PAGES[: PAGES.index("  - id: more")])
    assert [d.sentence for d in compare(OLD, gone)] == [
        "手数料を変えました。", "ページ「そのほか」を消しました(質問: 通数)。",
    ]  # fmt: skip
    assert weight_of(compare(OLD, gone)) == "content"
    assert weight_of(()) is None


def test_as_few_as_can_explain_it_have_moved() -> None:
    assert moved_among("abcdef", "fabcde") == {"f"}
    assert moved_among("abc", "abc") == frozenset()
    assert moved_among("abc", "xcy") == frozenset()


def test_every_item_and_kind_has_a_japanese_name() -> None:
    schema = json_schema()
    items = {key for part in [schema, *schema["$defs"].values()] for key in part.get("properties", {})}
    assert items == set(ITEM_NAMES)
    assert set(schema["$defs"]["Field"]["properties"]["kind"]["enum"]) == set(KIND_NAMES)


# -- every single mutation ---------------------------------------------------------------------------

DATA = [
    load_definition(source(name)).model_dump(mode="json", by_alias=True, exclude_unset=True)
    for name in ("neighbourhood-subsidy", "juminhyo-copy")
]


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place of the file."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


PLACES = [places(data) for data in DATA]


def mutate(data: Any, path: tuple[Any, ...], way: int) -> None:
    around = data
    for part in path[:-1]:
        around = around[part]
    last, value = path[-1], around[path[-1]]
    if isinstance(value, bool):
        around[last] = not value
    elif isinstance(value, int):
        around[last] = value + 1
    elif isinstance(value, str) and way:
        around[last] = value + ("x" if value.isascii() else "変")
    elif isinstance(around, list) and way and len(around) > 1:
        other = (int(last) + 1) % len(around)
        around[last], around[other] = around[other], around[last]
    else:
        del around[last]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_every_single_mutation_is_found_where_it_is(data: st.DataObject) -> None:
    which = data.draw(st.integers(0, len(DATA) - 1))
    path = data.draw(st.sampled_from(PLACES[which][1:]))
    mutated = copy.deepcopy(DATA[which])
    mutate(mutated, path, data.draw(st.integers(0, 1)))
    old = FormDefinition.model_validate(DATA[which])
    try:
        new = FormDefinition.model_validate(mutated)
    except ValidationError:
        return
    meant = [one.model_dump(mode="json", by_alias=True, exclude={"version"}) for one in (old, new)]
    found = compare(old, new)
    assert bool(found) == (meant[0] != meant[1])
    assert {d.path.split(".")[0] for d in found} <= {path[0]}
    assert all(d.sentence and (d.before or d.after or d.kind != "changed") for d in found), found
    assert compare(old, old) == ()


def test_the_command_tells_what_changed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("old.yaml", "new.yaml", "bad.yaml")]
    for file, text in zip(files, (MINIMAL + PAGES, (MINIMAL + PAGES).replace("300", "350"), "a: ["), strict=True):
        file.write_text(text, encoding="utf-8")
    assert main(["compare", str(files[0]), str(files[1])]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "内容 fee.items.copy.prices.0.yen: 手数料の項目「写し」の価格「2026-04-01」の金額(円)を変えました。",
        "    - 300", "    + 350", "違い1件(内容1件、文0件、訳0件)",
    ]  # fmt: skip
    assert main(["compare", str(files[0]), str(files[0])]) == 0
    assert capsys.readouterr().out == "違いはありません。\n"
    assert main(["compare", str(files[0]), str(files[2])]) == 1
    assert "YAMLとして読めません" in capsys.readouterr().err
