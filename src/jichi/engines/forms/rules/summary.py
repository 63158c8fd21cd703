"""Answers as people read them: for the check page, for officials, for documents. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jichi.kernel.calendar import format_date
from jichi.kernel.localized import pick
from jichi.kernel.money import Yen, format_yen
from jichi.kernel.numbers import format_phone

from .conditions import Answers, table_total
from .definition import FormDefinition
from .facts import NO, YES, Facts, fact_label, fact_text
from .fields import NUMBERS, Field
from .flow import visible_pages
from .people_asked import person_text
from .points import point_lines
from .texts import localized

EMPTY = localized("答えていません", "書いていません", "Not answered", "未填写", "미입력")
CORRECT = localized("このとおり", "正しい", "Correct as shown", "与显示一致", "표시된 내용과 같음")
NOT_CORRECT = localized("違う", "ちがう", "Not correct", "不一致", "다름")
REGISTERED = localized("住民登録の住所", "登録している住所", "Registered address", "居民登记的住址", "주민등록 주소")
TOTAL = localized("合計", "全部で", "Total", "合计", "합계")
AGREED = localized("同意する", "いいです", "Agreed", "同意", "동의함")


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One answer in words. `lines` has one entry for each thing chosen; `from_register`: shown and confirmed.

    `files` holds (stored file id, name) for attached files.
    """

    field: str
    label: str
    lines: tuple[str, ...]
    answered: bool
    kind: str
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SummarySection:
    """The answers of one page."""

    page: str
    title: str
    rows: tuple[SummaryRow, ...]


def summary(
    definition: FormDefinition, answers: Answers, facts: Facts, today: date, language: str
) -> tuple[SummarySection, ...]:
    """All answers that count, page by page, in a language; the person's own words stay as written."""
    sections = []
    for page in visible_pages(definition, answers, facts, today):
        rows = tuple(row(field, answers.get(field.id), language) for field in page.fields if field.is_question)
        if rows:
            sections.append(SummarySection(page.id, str(pick(page.page.heading, language)), rows))
    return tuple(sections)


def row(field: Field, answer: Any, language: str) -> SummaryRow:
    """One answer in words."""
    lines = answer_lines(field, answer, language)
    files: tuple[tuple[str, str], ...] = ()
    if field.kind == "file" and isinstance(answer, list):
        files = tuple((str(one["id"]), str(one["name"])) for one in answer)
    label = str(pick(field.name, language))
    return SummaryRow(field.id, label, lines or (str(pick(EMPTY, language)),), bool(lines), field.kind, files)


def answer_lines(field: Field, answer: Any, language: str) -> tuple[str, ...]:
    """The answer in words, one line for each part; () when there is none."""
    if answer is None or answer in ("", [], {}):
        return ()
    if field.options is not None:
        labels = {option.value: str(pick(option.label, language)) for option in field.options}
        chosen = answer if isinstance(answer, list) else [answer]
        return tuple(labels.get(value, str(value)) for value in chosen)
    if field.kind == "file":
        return tuple(str(one["name"]) for one in answer)
    if field.kind == "table":
        return _rows(field, answer, language)
    if field.kind == "person":
        return tuple(person_text(one, language) for one in answer)
    if field.kind == "point":
        return point_lines(answer, language)
    if isinstance(answer, Mapping):
        return _parts(field, answer, language)
    return (_single(field, answer, language),)


def _rows(field: Field, answer: Any, language: str) -> tuple[str, ...]:
    """「会場費 5,000円」 for each row, then the sums."""
    lines = []
    for one in answer:
        cells = [line for column in field.columns or () for line in answer_lines(column, one.get(column.id), language)]
        lines.append(" / ".join(cells))
    return (*lines, *(f"{label}: {text}" for label, text in table_sums(field, answer, language)))


def table_sums(field: Field, answer: Any, language: str) -> tuple[tuple[str, str], ...]:
    """(「合計(金額)」, 「5,000円」) for each column of money."""
    said = pick(TOTAL, language).text
    return tuple(
        (f"{said} ({pick(column.name, language)})", format_yen(Yen(table_total(answer, column.id)), language))
        for column in field.sums
    )


def _single(field: Field, answer: Any, language: str) -> str:
    if field.kind == "yesno":
        return str(pick(YES if answer == "yes" else NO, language))
    if field.kind == "consent":
        return str(pick(AGREED, language))
    if field.kind == "date":
        return format_date(date.fromisoformat(answer), language, "long")
    if field.kind == "money":
        return format_yen(Yen(answer), language)
    if field.kind in NUMBERS:
        unit = str(pick(field.unit, language)) if field.unit else ""
        return f"{answer:,}{unit}"
    if field.kind == "postcode":
        return f"{answer[:3]}-{answer[3:]}"
    if field.kind == "phone":
        return format_phone(str(answer))
    return str(answer)


def _parts(field: Field, answer: Mapping[str, Any], language: str) -> tuple[str, ...]:
    if field.kind == "confirm":
        said = str(pick(CORRECT if answer.get("choice") == "yes" else NOT_CORRECT, language))
        shown = answer.get("shown", {})
        known = [(fact, fact_text(fact, value, language)) for fact, value in shown.items()]
        return (*(f"{fact_label(fact, language)}: {text}" for fact, text in known if text), said)
    postcode = str(answer.get("postcode", ""))
    where = f"〒{postcode[:3]}-{postcode[3:]} " if len(postcode) == 7 else ""
    lines = (f"{where}{answer.get('address', '')}",) if answer.get("address") else ()
    return (str(pick(REGISTERED, language)), *lines) if answer.get("choice") == "register" else lines
