"""From a table question to the rows that a page draws, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from jichi.design.catalogue import field_message
from jichi.design.fields import FormField, Kind, Option, RowTable
from jichi.kernel.errors import FieldError
from jichi.kernel.localized import pick

from .rules import Field, table_sums
from .rules.conditions import Situation
from .rules.posting import Raw
from .rules.tables import cell_name, cells_of
from .rules.texts import localized
from .rules.values import Wrong, read_answer

_KINDS: Final[Mapping[str, Kind]] = {
    "text": "text", "number": "number", "count": "number", "money": "number", "date": "text", "choice": "select",
}  # fmt: skip
YEN_UNIT: Final = localized("円", "円", "yen", "日元", "엔")
_ROW: Final = localized("{row}行目", "{row}番目", "Row {row}", "第{row}行", "{row}행")
_ADD: Final = localized("行を足す", "行をふやす", "Add a row", "添加一行", "행 추가")
_REMOVE: Final = localized("この行を消す", "この行を消す", "Remove this row", "删除此行", "이 행 삭제")
_SUM: Final = localized("合計を計算する", "全部でいくらか見る", "Work out the total", "计算合计", "합계 계산")
_DATE_HINT: Final = localized(
    "例 2026年4月1日、令和8年4月1日", "例 2026年4月1日", "Example: 2026-04-01", "例:2026-04-01", "예: 2026-04-01"
)
_IN_CELL: Final = localized(
    "{row}行目: {problem}", "{row}番目: {problem}", "Row {row}: {problem}", "第{row}行:{problem}", "{row}행: {problem}"
)


def rows_field(
    field: Field, drawn: FormField, posted: Raw, language: str, *, error: FieldError | None = None
) -> FormField:
    """The table with its rows as typed; wrong cells are marked.

    Args:
        field: of kind table.
        drawn: the form field made so far: label, hint, name.
        posted: the values that would be posted; with none there is one empty row.
        error: of this table, or None.
    """
    cells = cells_of(field, posted) or [{}]
    wrong: dict[tuple[int, str], FieldError] = {}
    if error is not None and error.code == "forms.table_cells":
        wrong = {(row, column): one for row, column, one in error.params["cells"]}  # type: ignore[attr-defined] # tuple
    rows = tuple(
        tuple(_cell(field, column, number, row.get(column.id, ""), wrong, language) for column in field.columns or ())
        for number, row in enumerate(cells)
    )
    table = RowTable(
        rows=rows, sums=table_sums(field, _numbers(field, cells), language), max_rows=field.max_rows,
        row_text=pick(_ROW, language).text, add_text=pick(_ADD, language).text,
        remove_text=pick(_REMOVE, language).text, sum_text=pick(_SUM, language).text,
    )  # fmt: skip
    made = replace(drawn, table=table)
    if error is None:
        return made
    return made.with_error(cells_text(field, error, language) if wrong else _plain(field, error, language))


def _cell(
    field: Field, column: Field, row: int, value: str, wrong: Mapping[tuple[int, str], FieldError], language: str
) -> FormField:
    error = wrong.get((row, column.id))
    unit = pick(YEN_UNIT, language).text if column.kind == "money" else ""
    hint = column.hint or (_DATE_HINT if column.kind == "date" else None)
    return FormField(
        name=cell_name(field, row, column.id), label=pick(column.name, language).text, kind=_KINDS[column.kind],
        hint=pick(hint, language).text if hint else "", required=column.required, value=value,
        size=16 if column.kind == "money" else 0,
        unit=unit or (pick(column.unit, language).text if column.unit else ""),
        options=tuple(Option(o.value, pick(o.label, language).text) for o in column.options or ()),
        error=_plain(column, error, language) if error else None,
    )  # fmt: skip


def _plain(field: Field, error: FieldError, language: str) -> str:
    params = {k: pick(v, language).text if isinstance(v, Mapping) else v for k, v in error.params.items()}
    label = pick(field.noun or field.name, language).text
    return field_message(FieldError(error.code, params), label=label, language=language)


def cells_text(field: Field, error: FieldError, language: str) -> str:
    """What is wrong in which row, for the summary of errors."""
    columns = {column.id: column for column in field.columns or ()}
    cells: Any = error.params["cells"]
    told = [
        pick(_IN_CELL, language).text.replace("{row}", str(row + 1)).replace(
            "{problem}", _plain(columns[column], one, language)
        )
        for row, column, one in cells
    ]  # fmt: skip
    return " ".join(told)


def _numbers(field: Field, cells: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The typed amounts that can be read, for the sums."""
    nothing = Situation({}, {}, date.min)
    found: list[dict[str, Any]] = []
    for row in cells:
        read: dict[str, Any] = {}
        for column in field.sums:
            try:
                read[column.id] = read_answer(column, {column.id: [row.get(column.id, "")]}, nothing)
            except Wrong:
                continue
        found.append(read)
    return found
