"""The list of cases as a CSV file: formula-safe, protected addresses masked, written in bounded memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO, Final, Literal, TypeAlias

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor
from jichi.engines.forms import queries as forms
from jichi.engines.forms.rules import FormDefinition, answer_lines
from jichi.engines.registry import queries as registry
from jichi.engines.registry.rules import HIDDEN, ResidentRecord
from jichi.kernel import clock
from jichi.kernel.text import safe_csv_cell, to_sjis, unwritable_in_sjis

from .presentation import staff_status_word
from .protection import RESTRICTED, masked_answer
from .queries import CaseFilters, CaseRow, export_cases

Encoding: TypeAlias = Literal["utf-8", "sjis"]
BOM: Final = b"\xef\xbb\xbf"
_FIXED: Final = (
    "受付番号", "手続", "氏名", "フリガナ", "状態", "担当", "受付日時", "期限", "決定日", "郵便番号", "住所",
    "閲覧制限",
)  # fmt: skip
UNWRITABLE: Final = "書けなかった文字"


def write_export(*, actor: Actor, filters: CaseFilters, encoding: Encoding, out: BinaryIO) -> int:
    """Write the filtered list, batch by batch; answer the number of cases. That it was taken is logged.

    Args:
        filters: with `procedure` set, each question of that procedure becomes a column.
        encoding: "utf-8" (with BOM, for spreadsheets) or "sjis" (Windows'); what Shift_JIS lacks becomes 〓
            and is named in the last column.

    Raises:
        Forbidden: no right to export.
    """
    definition = forms.procedure(filters.procedure).definition if filters.procedure else None
    questions = [f for f in definition.fields.values() if f.is_question] if definition else []
    header = [*_FIXED, *(field.name["ja"] for field in questions)]
    if encoding == "sjis":
        header.append(UNWRITABLE)
    else:
        out.write(BOM)
    out.write(_encoded([header], encoding))
    count = 0
    for batch in export_cases(actor=actor, filters=filters, form=encoding):
        rows = _rows(batch, definition)
        out.write(_encoded((_finished(row, header, encoding) for row in rows), encoding))
        count += len(batch)
    return count


def _rows(batch: Sequence[CaseRow], definition: FormDefinition | None) -> Iterable[list[object]]:
    """Cells of one batch; three statements for all of it."""
    people = registry.residents([row.subject_no for row in batch])
    names = accounts.account_names([row.assignee_id for row in batch if row.assignee_id])
    sent = forms.submissions([row.submission_id for row in batch]) if definition else {}
    for row in batch:
        person = people.get(row.subject_no)
        cells: list[object] = [
            row.written_number, row.title, row.name, row.kana, staff_status_word(row.status),
            names.get(row.assignee_id, "") if row.assignee_id else "", _moment(row), row.due_on.isoformat(),
            row.closed_at.astimezone(clock.TOKYO).date().isoformat() if row.closed_at else "",
            person.postcode if person else "", _address(person), RESTRICTED if person and person.is_protected else "",
        ]  # fmt: skip
        if definition:
            view = sent.get(row.submission_id)
            cells += _answers(view, definition, is_protected=bool(person and person.is_protected))
        yield cells


def _moment(row: CaseRow) -> str:
    return row.received_at.astimezone(clock.TOKYO).strftime("%Y-%m-%d %H:%M")


def _address(person: ResidentRecord | None) -> str:
    if person is None:
        return ""
    return HIDDEN if person.is_protected else person.address


def _answers(view: forms.SubmissionView | None, definition: FormDefinition, *, is_protected: bool) -> list[str]:
    """One cell for each question of the newest form; answers of older versions stand under the same id."""
    cells = []
    for name, newest in definition.fields.items():
        if not newest.is_question:
            continue
        field = view.definition.fields.get(name) if view else None
        answer: Any = view.answers.get(name) if view else None
        if field is None or answer is None:
            cells.append("")
            continue
        if is_protected:
            answer = masked_answer(field, answer)
        cells.append(" / ".join(answer_lines(field, answer, "ja")))
    return cells


def _finished(row: Sequence[object], header: Sequence[str], encoding: Encoding) -> list[str]:
    cells = [safe_csv_cell(cell) for cell in row]
    if encoding == "sjis":
        lost = {title: unwritable_in_sjis(cell) for title, cell in zip(header, cells, strict=False)}
        cells.append(_told(lost))
    return cells


def _told(lost: Mapping[str, Sequence[str]]) -> str:
    """氏名: U+20BB7 — by code point, for the character itself can't be written."""
    return "、".join(
        f"{title}: {' '.join(f'U+{ord(c):04X}' for c in characters)}"
        for title, characters in lost.items()
        if characters
    )


def _encoded(rows: Iterable[Sequence[str]], encoding: Encoding) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return to_sjis(text.getvalue()) if encoding == "sjis" else text.getvalue().encode()
