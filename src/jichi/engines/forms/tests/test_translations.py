"""Lists for translation: out as CSV or Excel, back into the file, nothing else changed, hostile files refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jichi.engines.forms.commands import main
from jichi.engines.forms.rules import (
    DefinitionError,
    TranslationRow,
    load_definition,
    missing_count,
    translation_rows,
    with_translations,
)
from jichi.engines.forms.rules.translations import HEADINGS, csv_of, rows_of_csv
from jichi.engines.forms.sheets import read_xlsx, write_xlsx
from jichi.engines.forms.tests.test_definition import MINIMAL
from jichi.engines.forms.tests.ward import PROCEDURES, source
from jichi.engines.forms.translating import read_translations, translations_csv, translations_xlsx

FILE = (
    MINIMAL
    + """\
  - id: one   # the only page
    title:
      ja: ひとつ   # stays
      en: |
        One
        and only
    # before the fields
    fields:
      - {id: pick, kind: choice, label: {ja: 選ぶ, en: Pick}, options: [{value: a, label: '=1+1 {n}'}]}
      - id: say
        kind: text
        label: "言う: こと"
"""
)


def row(path: str, ja: str, **texts: str) -> TranslationRow:
    return TranslationRow(path, {"ja": ja, **{code.replace("_", "-"): text for code, text in texts.items()}}, 7)


def refused(*rows: TranslationRow) -> list[tuple[str, int, str]]:
    with pytest.raises(DefinitionError) as error:
        with_translations(FILE, rows)
    return [(p.code.removeprefix("translation."), p.line, p.path) for p in error.value.problems]


def test_texts_are_known_by_the_ids_around_them() -> None:
    rows = {one.path: one for one in translation_rows(FILE)}
    assert {"title", "other_ways.0.text", "pages.one.title", "pages.one.pick.options.a.label"} <= rows.keys()
    assert (rows["pages.one.title"].missing, rows["pages.one.say.label"].line) == (("easy", "zh-hans", "ko"), 31)
    assert missing_count(rows.values()) == len(rows)
    assert missing_count(translation_rows(source("coming-of-age"))) == 0


def test_only_the_texts_change() -> None:
    rows = [
        row("pages.one.title", "ひとつ", ko="하나"),
        row("pages.one.say.label", "言う: こと", en="Say: it", easy=""),
    ]
    changed = with_translations(FILE, [*rows, row("pages.one.pick.options.a.label", "=1+1 {n}", zh_hans="{n} # x")])
    expected = (
        FILE.replace(
            "ja: ひとつ   # stays\n      en: |\n        One\n        and only\n",
            'ja: ひとつ\n      en: "One\\nand only"\n      ko: 하나\n',
        )
        .replace('label: "言う: こと"', 'label: {ja: "言う: こと", en: "Say: it"}')
        .replace("label: '=1+1 {n}'", 'label: {ja: "=1+1 {n}", zh-hans: "{n} # x"}')
    )
    assert changed == expected
    assert with_translations(changed, [*rows]) == changed


@pytest.mark.parametrize("content", [translations_csv(FILE), translations_xlsx(FILE)], ids=["csv", "xlsx"])
def test_a_list_that_comes_back_as_it_went_changes_nothing(content: bytes) -> None:
    back = read_translations(content)
    assert [(one.path, dict(one.texts)) for one in back] == [(o.path, dict(o.texts)) for o in translation_rows(FILE)]
    assert with_translations(FILE, back) == FILE


def test_rows_that_do_not_fit_are_told_with_their_lines_and_nothing_is_taken() -> None:
    label = "pages.one.pick.options.a.label"
    assert refused(
        row("title", "例", en="Example"), row("pages.two.title", "ひとつ"), row("title", "例", en="Twice"),
        row("summary", "別の文", en="x"), row(label, "=1+1 {n}", en="{m}"), row("contact", "係", en="a\x07"),
        row("retention_years", "1"),
    ) == [
        ("no_such_text", 7, "pages.two.title"), ("row_twice", 7, "title"), ("other_japanese", 7, "summary"),
        ("placeholder", 7, label), ("not_text", 7, "contact"), ("no_such_text", 7, "retention_years"),
    ]  # fmt: skip


@given(st.dictionaries(st.sampled_from(["easy", "en", "zh-hans", "ko"]), st.text(min_size=1, max_size=40)))
@settings(max_examples=100, deadline=None)
@example({"easy": "外字\U000f0000"})
def test_any_words_come_into_the_file_and_out_of_it(texts: dict[str, str]) -> None:
    given_row = TranslationRow("pages.one.title", {"ja": "ひとつ", **texts}, 1)
    codes: set[str] = set()
    changed = ""
    try:
        changed = with_translations(FILE, [given_row])
    except DefinitionError as error:
        codes = {p.code for p in error.problems}
    assert codes <= {"translation.placeholder", "translation.not_text"}
    if codes:
        return
    wanted = {**dict(load_definition(FILE).pages[0].title or {}), **{k: v.strip() for k, v in texts.items()}}
    assert load_definition(changed).pages[0].title == {k: v for k, v in wanted.items() if v}


def test_cells_are_no_formulas_and_come_back() -> None:
    rows = [row("a", "=1+1", en="'quoted", ko="-2", zh_hans="+x")]
    content = csv_of(rows)
    assert b",'=1+1," in content
    assert rows_of_csv(content)[0].texts == rows[0].texts
    (sheet,) = read_xlsx(write_xlsx("表", [["=1+1", "2026-01-01"]]))
    assert sheet.cells == {(1, 1): "=1+1", (1, 2): "2026-01-01"}


def archive(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return content.getvalue()


GOOD = write_xlsx("表", [HEADINGS, ["title", "例", "", "Example", "", ""]])
SHEET = b"<worksheet>" + b'<c r="A1"/>' * 70_000 + b"</worksheet>"


@pytest.mark.parametrize(("content", "code"), [
    (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "file.old_excel"),
    (b"PK\x03\x04" + b"\0" * 40, "file.not_xlsx"),
    (GOOD[: len(GOOD) // 2], "file.not_xlsx"),
    (archive({"xl/vbaProject.bin": b"x"}), "file.macros"),
    (archive({"[Content_Types].xml": b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"}), "file.macros"),
    (archive({"xl/externalLinks/externalLink1.xml": b"<a/>"}), "file.macros"),
    (archive({"xl/workbook.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "file.hostile"),
    (archive({"xl/worksheets/sheet1.xml": b"\0" * 50_000_000}), "file.bomb"),
    (archive({f"a{n}": b"" for n in range(600)}), "file.bomb"),
    (archive({"xl/worksheets/sheet1.xml": SHEET}), "file.too_many_cells"),
    (archive({"a.xml": b"<a/>"}), "file.not_xlsx"),
    (b"\xff\xfe\x00", "translation.not_text"),
    (b"a,b\n1,2\n", "translation.heading"),
    (("場所,ja\n" + "x,y\n" * 6000).encode(), "translation.too_many"),
    (b"x" * 5_000_000, "translation.too_large"),
])  # fmt: skip
def test_a_hostile_or_wrong_file_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(DefinitionError) as error:
        read_translations(content)
    assert [p.code for p in error.value.problems] == [code]
    assert error.value.problems[0].message


def test_the_commands_export_and_import(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file, listed = tmp_path / "a.yaml", tmp_path / "a.xlsx"
    file.write_text(FILE, encoding="utf-8")
    assert main(["translations", "export", str(file), str(listed)]) == 0
    assert f"{listed}: 15文を書き出しました。訳のない文は15です。" in capsys.readouterr().out
    table = read_xlsx(listed.read_bytes())[0].table()
    wanted = ["title", "例", "例", "Example", "例", "예"]
    listed.write_bytes(write_xlsx("表", [wanted if line[0] == "title" else line for line in table]))
    assert main(["translations", "import", str(file), str(listed)]) == 0
    assert f"{file}: 1文を取り込みました。訳のない文は14です。" in capsys.readouterr().out
    assert "\ntitle: {ja: 例, easy: 例, en: Example, zh-hans: 例, ko: 예}\n" in file.read_text(encoding="utf-8")
    listed.write_bytes(b"a,b\n")
    before = file.read_text(encoding="utf-8")
    assert main(["translations", "import", str(file), str(listed)]) == 1
    assert "見出し「場所」の列が" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == before
    assert (PROCEDURES / "coming-of-age.yaml").is_file()
