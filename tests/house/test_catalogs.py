"""Five languages: every text residents read is translated, whole, and plain where it promises to be plain."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings

from jichi.config import catalogs
from jichi.design import catalogue, labels
from jichi.kernel.localized import LANGUAGES
from jichi.kernel.manifest import load_manifests

from . import localized, plain
from .tree import PACKAGE, example, modules, report, shown

ROOM = "jichi.portals.resident"


def localized_data() -> list[tuple[str, dict[str, str | None]]]:
    """Every text that stands as data, in Python and YAML."""
    found = [text for module in modules() if not module.is_test for text in localized.python_texts(module)]
    for path in sorted([*PACKAGE.rglob("*.yaml"), *PACKAGE.rglob("*.yml")]):
        found += localized.yaml_texts(path)
    return found


def test_catalogues_are_complete() -> None:
    found = [str(problem) for problem in catalogs.check()]
    assert not found, report(found)


def test_texts_as_data_are_complete() -> None:
    found = [finding for where, texts in localized_data() for finding in localized.gaps(where, texts)]
    assert not found, report(found)


def test_menus_of_residents_speak_five_languages() -> None:
    found = [
        finding
        for manifest in load_manifests(tuple(settings.JICHI_ROOMS))
        for entry in manifest.menu
        if entry.audience in {"resident", "public"}
        for finding in localized.gaps(entry.url_name, dict(entry.label), all_five=True)
    ]
    assert not found, report(found)


def easy_texts() -> list[tuple[str, str]]:
    """Every text in やさしい日本語, with its place."""
    found = [(where, texts["easy"]) for where, texts in localized_data() if texts.get("easy")]
    for room in settings.JICHI_ROOMS:
        path = catalogs.po_path(room, "easy")
        for message in catalogs.read_catalog(path):
            forms = message.string if isinstance(message.string, tuple | list) else [message.string]
            found += [(f"{shown(path)}:{message.lineno}", form) for form in forms if message.id and form]
    return found


def test_easy_texts_are_easy() -> None:
    found = [f"{where}: {what}" for where, text in easy_texts() for what in plain.easy_findings(text)]
    assert not found, report(found)


def shared_texts() -> dict[str, dict[str, str]]:
    """Labels and messages of the design catalogue, by key."""
    found = {f"label {key}": dict(zip(LANGUAGES, texts, strict=True)) for key, texts in labels.LABELS.items()}
    return found | {f"message {code}": dict(catalogue.texts(code)) for code in catalogue.codes()}


def shared_findings(key: str, texts: dict[str, str]) -> list[str]:
    """What is wrong with one shared text: a language missing, placeholders lost, plain Japanese that is not."""
    if key.startswith("label staff."):  # officials read Japanese; English is for the operator
        return localized.gaps(key, {language: texts[language] for language in ("ja", "en")})
    if key.removeprefix("message ") in catalogue.for_officials():
        return [] if texts["ja"].strip() else [f"{key}: empty"]
    found = localized.gaps(key, dict(texts), all_five=True)
    for language in catalogs.FOLDERS:
        found += [
            f"{key} [{language}]: {p}" for p in catalogs.entry_problems(language, ("", texts["ja"]), texts[language])
        ]
    if key.startswith("label era."):  # the names of the eras themselves
        return found
    return found + [f"{key} [easy]: {problem}" for problem in plain.easy_findings(texts["easy"])]


def test_shared_words_and_sentences_are_complete_and_plain() -> None:
    found = [finding for key, texts in shared_texts().items() for finding in shared_findings(key, texts)]
    assert not found, report(found)


def test_the_languages_of_the_house_have_catalogues() -> None:
    assert set(catalogs.FOLDERS) == set(LANGUAGES) - {"ja"} == set(dict(settings.LANGUAGES)) - {"ja"}


# -- good and bad examples -----------------------------------------------------------------------


def test_texts_of_templates_are_found() -> None:
    template = (
        "{% load i18n %}\n  <p>it's {% translate '手続' %}</p>\n {% blocktranslate count n=n trimmed %}\n"
        "   {{ n }}件\n {% plural %}{{ n }}件ずつ{% endblocktranslate %}\n"
        '{{ x|default:_("なし") }} {% translate "月" context "calendar" %}{% label "status.received" %}'
    )
    assert [(key, plural) for _, key, plural in catalogs.template_texts(template)] == [
        (("", "手続"), ""),
        (("", "%(n)s件"), "%(n)s件ずつ"),
        (("", "なし"), ""),
        (("calendar", "月"), ""),
    ]


def test_texts_of_python_are_found() -> None:
    code = (
        'a = _("あ")\nb = ngettext_lazy("一", "二", n)\nc = pgettext("c", "う")\nd = gettext("え" "お")\ngettext(x)\n'
    )
    assert [(line, key, plural) for line, key, plural in catalogs.python_texts(code)] == [
        (1, ("", "あ"), ""),
        (2, ("", "一"), "二"),
        (3, ("c", "う"), ""),
        (4, ("", "えお"), ""),
    ]


@pytest.mark.parametrize(
    ("language", "text", "translated", "problems"),
    [
        ("en", "手続", "Procedure", []),
        ("en", "%(n)s件", ("%(n)s result", "%(n)s results"), []),
        ("en", "%(n)s件", ("One result", "%(n)s results"), []),
        ("easy", "戻る", "戻る", []),
        ("zh-hans", "手续", "手续", []),
        ("en", "手続", "", ["not translated"]),
        ("en", "手続", None, ["not translated"]),
        ("en", "%(n)s件", ("%(n)s result", ""), ["not translated"]),
        ("en", "%(n)s件", "%(m)s results", ["placeholders differ"]),
        ("ko", "%(n)s件", "건", ["placeholders differ"]),
        ("zh-hans", "{day}まで", "截止", ["placeholders differ"]),
        ("en", "手続", "手続", ["left in Japanese"]),
        ("ko", "手続", "手続", ["left in Japanese"]),
        ("zh-hans", "お知らせ", "お知らせ", ["holds kana"]),
        ("en", "カタカナ(例 ミドリ)", "Katakana (example: ミドリ)", []),
        ("easy", "{name}は{size}です", "{name}は大きいです", []),
        ("easy", "{name}です", "{nam}です", ["placeholders differ"]),
        ("en", "はい\n", "Yes", ["line ends differ"]),
        ("easy", "{day}まで", "{日|ひ}は{day}まで", []),
    ],
)
def test_translation_examples(
    language: str, text: str, translated: str | tuple[str, ...] | None, problems: list[str]
) -> None:
    assert catalogs.entry_problems(language, ("", text), translated) == problems


def po(text: str) -> Catalog:
    """A catalogue in English from the text of its entries."""
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = '"Plural-Forms: nplurals=2; plural=n != 1;\\n"\n\n'
    return read_po(io.BytesIO((header + plural + text).encode()))


@pytest.mark.parametrize(
    ("entries", "problems"),
    [
        ('msgid "手続"\nmsgstr "Procedure"\n', []),
        ('#, fuzzy\nmsgid "手続"\nmsgstr "Procedure"\n', ["marked fuzzy"]),
        ('msgid "消えた"\nmsgstr "Gone"\n', ["no longer said"]),
        ('msgid "手続"\nmsgstr "Procedure"\n\n#~ msgid "古い"\n#~ msgstr "Old"\n', ["obsolete entry kept"]),
    ],
)
def test_catalogue_examples(entries: str, problems: list[str]) -> None:
    said = {("", "手続"): catalogs.Said("", ("a.html:1",), staff_only=False)}
    found = catalogs.catalog_problems(ROOM, "en", po(entries), said)
    assert [problem.what for problem in found] == problems


def test_a_catalogue_with_too_few_plural_forms_is_refused() -> None:
    said = {("", "%(n)s件"): catalogs.Said("%(n)s件", ("a.html:1",), staff_only=False)}
    entries = 'msgid "%(n)s件"\nmsgid_plural "%(n)s件"\nmsgstr[0] "%(n)s건"\nmsgstr[1] "%(n)s건"\n'
    assert [p.what for p in catalogs.catalog_problems(ROOM, "ko", po(entries), said)] == [
        "wrong Plural-Forms in the header"
    ]


@pytest.fixture
def small_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house of two rooms whose files the test writes."""
    monkeypatch.setattr(catalogs, "PACKAGE", tmp_path / "jichi")
    monkeypatch.setattr(catalogs, "ROOMS", ("jichi.design", ROOM))
    catalogs._all_templates.cache_clear()
    yield tmp_path / "jichi"
    catalogs._all_templates.cache_clear()


def write(path: Path, text: str) -> Path:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_text_is_asked_for_updated_checked_and_compiled(small_house: Path) -> None:
    write(small_house / "portals/resident/templates/portal_resident/home.html", '{% translate "手続" %}')
    write(small_house / "portals/resident/views.py", 'title = ngettext("%(n)s件", "%(n)s件", n)\n')
    rooms = ("jichi.design", ROOM)
    missing = catalogs.check(rooms)
    assert {(p.language, p.text) for p in missing} == {
        (code, t) for code in catalogs.FOLDERS for t in ("手続", "%(n)s件")
    }
    assert catalogs.update(ROOM) == 8
    assert catalogs.update(ROOM) == 8  # still empty: asked for again
    assert {p.what for p in catalogs.check(rooms)} == {
        "not translated",
        *(f"not in the catalogue ({place})" for place in ("portal_resident/home.html:1", "views.py:1")),
    }
    path = catalogs.po_path(ROOM, "en")
    text = path.read_text(encoding="utf-8")
    text = text.replace('msgid "手続"\nmsgstr ""', 'msgid "手続"\nmsgstr "Procedure"')
    text = text.replace('msgstr[0] ""\nmsgstr[1] ""', 'msgstr[0] "%(n)s result"\nmsgstr[1] "%(n)s results"')
    path.write_text(text, encoding="utf-8")
    assert [p for p in catalogs.check(rooms) if p.language == "en"] == []
    assert catalogs.update(ROOM) == 6
    assert path.read_text(encoding="utf-8") == text
    assert path.with_suffix(".mo") in catalogs.compile_catalogs(rooms)
    assert catalogs.compile_catalogs(rooms) == []
    os.utime(path, ns=(2**62, 2**62))
    assert catalogs.compile_catalogs(rooms) == [path.with_suffix(".mo")]


def test_a_text_of_a_lower_room_needs_no_second_translation(small_house: Path) -> None:
    write(small_house / "design/templates/design/base.html", '{% translate "戻る" %}')
    write(small_house / "portals/resident/templates/portal_resident/home.html", '{% translate "戻る" %}')
    rooms = ("jichi.design", ROOM)
    for room, word in (("jichi.design", "Back"), (ROOM, "Return")):
        header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        write(catalogs.po_path(room, "en"), f'{header}msgid "戻る"\nmsgstr "{word}"\n')
    different = [str(p) for p in catalogs.check(rooms) if p.language == "en"]
    assert different == [f"{ROOM} [en] translated differently in jichi.design: '戻る'"]
    catalogs.po_path(ROOM, "en").unlink()
    assert [p for p in catalogs.check(rooms) if p.language == "en"] == []


def test_what_only_officials_read_needs_no_translation(small_house: Path) -> None:
    write(small_house / "design/templates/design/layouts/staff.html", "")
    write(
        small_house / "portals/resident/templates/portal_resident/desk.html",
        '{% extends "design/layouts/staff.html" %}{% translate "決裁" %}',
    )
    assert catalogs.check(("jichi.design", ROOM)) == []


@pytest.mark.parametrize(
    ("texts", "all_five", "count"),
    [
        ({"ja": "手続", "en": "Procedure"}, False, 0),
        ({"ja": "手続", "easy": "手続き", "en": "Procedure", "zh-hans": "手续", "ko": "절차"}, True, 0),
        ({"ja": "手続", "en": "Procedure"}, True, 1),
        ({"ja": "手続", "easy": "手続き", "en": "Procedure"}, False, 1),
        ({"ja": "手続", "en": " "}, False, 1),
    ],
)
def test_data_text_examples(texts: dict[str, str | None], all_five: bool, count: int) -> None:
    assert len(localized.gaps("here", texts, all_five=all_five)) == count


def test_data_texts_are_found_in_python_and_yaml(tmp_path: Path) -> None:
    module = example("jichi.design.labels", 'A = {"ja": "手続", "easy": "手続き"}\nB = {"ja": 1, "other": 2}\n')
    assert [texts for _, texts in localized.python_texts(module)] == [{"ja": "手続", "easy": "手続き"}]
    path = write(
        tmp_path / "procedure.yaml", "title: {ja: 手続, ko: 절차}\npages:\n  - label: {ja: 名前, easy: 名前}\n"
    )
    assert [texts["ja"] for _, texts in localized.yaml_texts(path)] == ["手続", "名前"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("{申|もう}し{込|こ}みを{受|う}け{取|と}りました。7日までに返事をします。", 0),
        ("名前を書いてください。", 0),
        ("お申し込みいただき、ありがとうございます。", 1),
        ("申請は受理されました。", 1),
        ("令和8年4月1日", 1),
        ("午後5時30分", 0),
        ("17:30まで", 1),
        ("あ" * 41 + "。", 1),
        ("あ" * 38 + "。" + "い" * 38 + "。", 0),
    ],
)
def test_plain_japanese_examples(text: str, count: int) -> None:
    assert len(plain.easy_findings(text)) == count


@pytest.mark.parametrize(
    ("changed", "count"),
    [
        ({}, 0),
        ({"en": "until then"}, 1),
        ({"ko": "{day}まで"}, 1),
        ({"easy": "{day}までに提出をお願いいたします。"}, 1),
        ({"zh-hans": " "}, 2),
    ],
)
def test_shared_text_examples(changed: dict[str, str], count: int) -> None:
    texts = {"ja": "{day}まで", "easy": "{day}まで", "en": "by {day}", "zh-hans": "{day}之前", "ko": "{day}까지"}
    assert len(shared_findings("message until", texts | changed)) == count


def test_sentences_over_the_aim_are_named() -> None:
    assert plain.advice("あ" * 31 + "。%(name)sさん。") == ["あ" * 31 + "。"]
