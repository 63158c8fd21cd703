"""First drafts from Excel and PDF forms: what is recognised and told; any form gives a file that checks."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from jichi.engines.forms.commands import main
from jichi.engines.forms.drafting import Drafted, draft_of
from jichi.engines.forms.rules import DefinitionError, FormDefinition, errors_of, lint, read_definition
from jichi.engines.forms.rules.drafting import Cell, Line, recognise
from jichi.engines.forms.rules.drafting_words import LABELS, label_of, plain
from jichi.engines.forms.rules.drafting_yaml import drafted
from jichi.engines.forms.tests import paper


def checked(draft: Drafted) -> FormDefinition:
    definition, read = read_definition(draft.source)
    assert errors_of(lint(definition, read)) == ()
    return definition


def outline(draft: Drafted) -> list[tuple[str, list[tuple[str, str]]]]:
    """(page, [(kind, label)])."""
    pages = checked(draft).pages
    return [(page.heading["ja"], [(field.kind, field.name["ja"]) for field in page.fields]) for page in pages]


def test_an_excel_form_of_a_subsidy() -> None:
    draft = draft_of(paper.subsidy(), procedure_id="drill", division="community")
    definition = checked(draft)
    assert (definition.id, definition.division, definition.title["ja"]) == (
        "drill", "community", "町会防災訓練補助金交付申請書",
    )  # fmt: skip
    assert outline(draft) == [
        ("申請者", [("text", "団体名"), ("text", "所在地"), ("name", "代表者氏名"), ("phone", "電話番号"),
                    ("email", "メールアドレス")]),
        ("事業の内容", [("text", "事業の名称"), ("textarea", "目的"), ("date", "実施日"), ("count", "参加人数"),
                        ("choice", "区分"), ("yesno", "ほかの補助金"), ("choice", "季節")]),
        ("収支予算", [("table", "収支予算"), ("money", "補助金申請額")]),
        ("振込先口座", [("text", "金融機関名"), ("text", "支店名"), ("choice", "預金種別"), ("text", "口座番号"),
                        ("kana", "口座名義")]),
        ("添付書類", [("file", "事業計画書"), ("file", "見積書の写し")]),
        ("同意", [("consent", "同意")]),
    ]  # fmt: skip
    fields = definition.fields
    assert [(c.kind, c.name["ja"]) for c in fields["rows"].columns or ()] == [
        ("text", "科目"), ("count", "数量"), ("money", "金額"), ("text", "備考"),
    ]  # fmt: skip
    assert (fields["people"].unit or {})["ja"] == "人"
    assert [o.label["ja"] for o in fields["question_3"].options or ()] == ["春", "夏", "秋", "冬"]
    told = {(f.code, f.message.split(":")[-1].strip()) for f in draft.findings}
    assert {("draft.left_out", "印"), ("draft.left_out", "受付印"), ("draft.left_out", "様式第1号(第6条関係)")} <= told
    assert "draft.about" in [f.code for f in draft.findings]


def test_what_the_register_knows_is_confirmed_and_no_number_is_asked() -> None:
    draft = draft_of(paper.workbook(paper.CARD))
    definition = checked(draft)
    assert outline(draft) == [
        ("登録の内容", [("confirm", "次の内容で間違いありませんか")]),
        ("申請の内容", [("phone", "電話番号"), ("text", "希望する館")]),
        ("代理人の欄", [("name", "代理人氏名")]),
    ]
    assert definition.fields["register_ok"].shows == (
        "subject.name", "subject.kana", "subject.birth_date", "subject.address",
    )  # fmt: skip
    assert (definition.applicants, definition.identification) == (("self", "agent"), "account")
    left = [f.message for f in draft.findings if f.code == "draft.left_out"]
    assert left == ["取り込んでいません(個人番号は、この仕組みでは扱わない): 個人番号"]
    unsure = next(f for f in draft.findings if f.code == "draft.unsure")
    assert draft.source.splitlines()[unsure.line - 1].endswith("# 確かめる: 種類を確かめる")
    assert unsure.path == "様式 9行目"


def test_a_printed_pdf() -> None:
    draft = draft_of(paper.club())
    assert outline(draft) == [
        ("保護者", [("kana", "フリガナ"), ("date", "生年月日"), ("name", "氏名"), ("phone", "電話番号"),
                    ("address", "住所")]),
        ("児童", [("name", "氏名"), ("choice", "性別"), ("yesno", "アレルギー"), ("text", "続柄")]),
        ("利用の希望", [("date", "利用開始日"), ("multi", "利用する曜日"), ("choice", "利用する理由"),
                        ("table", "利用の希望")]),
        ("添付書類", [("file", "就労証明書")]),
        ("同意", [("consent", "同意")]),
    ]  # fmt: skip
    assert checked(draft).title["ja"] == "放課後児童クラブ利用申込書"


def test_a_pdf_with_fields_of_its_own() -> None:
    draft = draft_of(paper.fields_of_its_own())
    assert [kind for _, fields in outline(draft) for kind, _ in fields] == ["confirm", "money", "yesno", "choice"]
    chosen = next(field for field in checked(draft).fields.values() if field.kind == "choice")
    assert [o.label["ja"] for o in chosen.options or ()] == ["公園", "会館", "学校"]


def test_labels_are_known_with_blanks_numbers_and_brackets() -> None:
    assert [(plain(text), getattr(label_of(text), "kind", "")) for text in (
        "氏　　　名", "1. 氏名(自署)", "Ｅメール", "〒", "希望する通数", "年 月 日", "※氏名は必ず",
    )] == [
        ("氏名", "name"), ("1. 氏名(自署)", "name"), ("Eメール", ""), ("〒", "postcode"), ("希望する通数", "count"),
        ("年 月 日", "date"), ("※氏名は必ず", ""),
    ]  # fmt: skip
    assert len({label.id for label in LABELS}) == len(LABELS)


WORDS = st.one_of(
    st.sampled_from(
        [*paper.SUBSIDY.values(), *paper.CARD.values(), "はい・いいえ", "□", "□a □b", "○", "年 月 日", ": {", "- x"]
    ),
    st.text(max_size=30),
)
LINES = st.lists(
    st.lists(
        st.builds(Cell, WORDS, st.integers(0, 9), st.integers(1, 3), st.integers(1, 3),
                  st.lists(st.text(max_size=9), max_size=3).map(tuple)),
        min_size=1, max_size=5,
    ).map(lambda cells: Line(tuple(cells), "1行目")),
    max_size=12,
)  # fmt: skip


def test_a_huge_form_stays_a_file_that_can_be_checked() -> None:
    many = [Line((Cell(f"{n} 欄", 1), Cell("氏名", 1), Cell("□ a □ b", 2), Cell("説明です。", 3))) for n in range(300)]
    headed = [Line((Cell(f"■ 見出し{n}"),)) if n % 3 == 0 else Line((Cell("電話番号"),)) for n in range(600)]
    for lines in (many, headed):
        draft = drafted(recognise(lines), procedure_id="huge", division="any")
        assert checked(draft).id == "huge"
        assert draft.questions <= 201
        assert len(draft.findings) < 400


@given(LINES)
@settings(max_examples=60, deadline=None)
def test_any_form_gives_a_file_that_can_be_checked(lines: list[Line]) -> None:
    draft = drafted(recognise(lines), procedure_id="any", division="any")
    assert sum(field.is_question for field in checked(draft).fields.values()) == draft.questions


def pdf(**more: str) -> bytes:
    writer = PdfWriter()
    for _ in range(int(more.get("pages", "1"))):
        writer.add_blank_page(100, 100)
    if "password" in more:
        writer.encrypt(more["password"], algorithm="RC4-128")
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue() + more.get("after", "").encode()


@pytest.mark.parametrize(("content", "code"), [
    (pdf(), "no_words"), (pdf(pages="30"), "too_many_pages"), (pdf(after="/JavaScript"), "hostile"),
    (pdf(password="x"), "encrypted"), (b"%PDF-1.7\n" + b"\0" * 400, "not_pdf"), (pdf()[:200], "not_pdf"),
    (b"%PDF-1.7\n" + b"x" * 11_000_000, "too_large"), (b"hello", "not_xlsx"), (b"", "not_xlsx"),
])  # fmt: skip
def test_a_hostile_or_empty_form_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        draft_of(content)
    assert [p.code for p in refused.value.problems] == [f"file.{code}"]


def test_the_command_writes_a_draft_and_overwrites_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    form, target = tmp_path / "form.xlsx", tmp_path / "new.yaml"
    form.write_bytes(paper.workbook(paper.CARD))
    assert main(["draft", str(form), "-o", str(target), "--id", "card", "--division", "youth"]) == 0
    said = capsys.readouterr().err
    assert f"{form}: 4個の質問を下書きしました。" in said
    assert "様式 9行目、下書きの" in said
    assert main(["check", str(target)]) == 0
    before = target.read_text(encoding="utf-8")
    assert main(["draft", str(form), "-o", str(target)]) == 1
    assert target.read_text(encoding="utf-8") == before
    form.write_bytes(b"x")
    assert main(["draft", str(form)]) == 1
