"""Result documents (交付文書) on paper: what a definition says stands on one, and the PDF; real ones and specimens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from jichi.engines.files.documents import qr_matrix, render_pdf
from jichi.engines.forms.rules import Facts, answer_lines, fact_text, split_moment
from jichi.engines.forms.rules.definition import FormDefinition, ShownItem
from jichi.engines.registry.rules import HIDDEN
from jichi.kernel.calendar import format_date
from jichi.kernel.localized import LocalizedText, pick

Rows = list[tuple[LocalizedText, str]]
SPECIMEN: Final = "見本"
"""What stands across a document that is none."""
_TEMPLATE: Final = Path(__file__).parent / "result.typ"
ITEMS: Final[Mapping[str, LocalizedText]] = {
    "document_number": {
        "ja": "文書番号",
        "easy": "文書の番号",
        "en": "Document number",
        "zh-hans": "文书编号",
        "ko": "문서 번호",
    },
    "date": {"ja": "決定日", "easy": "決めた日", "en": "Date of decision", "zh-hans": "决定日期", "ko": "결정일"},
    "remedy": {
        "ja": "不服があるとき",
        "easy": "「おかしい」と思うとき",
        "en": "If you disagree",
        "zh-hans": "如有异议",
        "ko": "이의가 있을 때",
    },
}
"""Labels of what every formal document says."""
_VALID_UNTIL: Final[LocalizedText] = {
    "ja": "有効期限", "easy": "使える日", "en": "Valid until", "zh-hans": "有效期至", "ko": "유효기한",
}  # fmt: skip
_CHECK: Final[LocalizedText] = {
    "ja": "この文書が本物か、二次元コードか次の番号で確かめられます。",
    "easy": "この紙が本物か、この番号でわかります。",
    "en": "Check that this document is genuine with the code or this number.",
    "zh-hans": "可通过二维码或以下编号核验本文件的真伪。",
    "ko": "2차원 코드나 다음 번호로 이 문서의 진위를 확인할 수 있습니다.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPaper:
    """A result document as it is set. `granted`: the definition whose lead, notes and term it carries; None: refused.

    `check_url`: the public page that checks it, with its `code`. `division`: name and telephone.
    """

    number: str
    title: LocalizedText
    language: str
    granted: FormDefinition | None
    rows: Rows
    seal: str
    division: tuple[str, str]
    code: str
    check_url: str
    specimen: bool = False

    @property
    def valid_until(self) -> date | None:
        """The last day it is good for; None for ever."""
        until = self.granted.result.valid_until if self.granted else ""
        return split_moment(until)[0] if until else None


def both(text: LocalizedText, language: str) -> str:
    """The Japanese, which is binding, with the reader's language beside it."""
    other = pick(text, language)
    return text["ja"] if other.language in {"ja", "easy"} else f"{text['ja']} / {other.text}"


def shown_rows(
    definition: FormDefinition, answers: Mapping[str, Any], facts: Facts, language: str,
    withheld: Callable[[str], bool] = lambda _fact: False,
) -> Rows:  # fmt: skip
    """What the definition puts on the document, of these answers and facts.

    Args:
        withheld: facts that stand on no paper for this reader.
    """
    return [
        (item.label, _shown(item, definition, answers, facts, language))
        for item in definition.result.shows
        if not withheld(item.fact or "")
    ]


def with_formalities(shown: Rows, *, number: str, decided_on: str, appeal: LocalizedText, language: str) -> Rows:
    """Number, day and remedies around the rows: 公印を省いても、番号、日付、教示は文書に載せる."""
    return [
        (ITEMS["document_number"], number), (ITEMS["date"], decided_on), *shown,
        (ITEMS["remedy"], both(appeal, language)),
    ]  # fmt: skip


def _shown(item: ShownItem, definition: FormDefinition, answers: Mapping[str, Any], facts: Facts, language: str) -> str:
    if item.text is not None:
        return both(item.text, language)
    if item.fact is not None:
        value = facts.get(item.fact)
        text = fact_text(item.fact, value, "ja") if value is not None else ""
        return "" if text == HIDDEN else text
    field = definition.fields[item.field or ""]
    return "、".join(answer_lines(field, answers.get(field.id), "ja"))


def result_pdf(paper: ResultPaper, *, made_at: datetime) -> bytes:
    """The document, set in memory; a specimen says so across the page and has no code to check."""
    language, result = paper.language, paper.granted.result if paper.granted else None
    until, (division, phone) = paper.valid_until, paper.division
    grouped = "-".join(paper.code[i : i + 4] for i in range(0, len(paper.code), 4))
    return render_pdf(
        template=_TEMPLATE, title=f"{paper.title['ja']} {paper.number}", language="ja", author=settings.JICHI_WARD,
        made_at=made_at,
        data={
            "ward": settings.JICHI_WARD, "number": paper.number, "title": both(paper.title, language),
            "language": language, "lead": both(result.lead, language) if result and result.lead else "",
            "rows": [[both(label, language), value] for label, value in paper.rows],
            "notes": [both(note, language) for note in result.notes] if result else [],
            "division": division, "phone": phone, "code": grouped, "check": both(_CHECK, language),
            "matrix": qr_matrix(paper.check_url), "valid_until": format_date(until, "ja", "long") if until else "",
            "seal": paper.seal, "valid_label": both(_VALID_UNTIL, language),
            "specimen": SPECIMEN if paper.specimen else "",
        },
    )  # fmt: skip
