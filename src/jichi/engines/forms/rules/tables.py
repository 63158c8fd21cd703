"""Rows of a table as a page posts them: how many, their names, one more, one less. Pure.

Posted names: `<field>__rows` says how many rows stand on the page, `<field>__<row>__<column>` are the cells (from 0).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .fields import Field


def rows_name(field: Field) -> str:
    """Name under which the number of rows is posted."""
    return f"{field.id}__rows"


def cell_name(field: Field, row: int, column: str) -> str:
    """Name of one cell."""
    return f"{field.id}__{row}__{column}"


def posted_rows(field: Field, raw: Mapping[str, Sequence[str]]) -> int:
    """How many rows were posted; never more than the table may have."""
    text = (list(raw.get(rows_name(field)) or ("",)))[-1][:4]
    return min(int(text), field.max_rows) if text.isascii() and text.isdecimal() else 0


def cells_of(field: Field, raw: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """The posted cells, row by row, as typed."""
    columns = [column.id for column in field.columns or ()]
    return [
        {column: (list(raw.get(cell_name(field, row, column)) or ("",)))[-1] for column in columns}
        for row in range(posted_rows(field, raw))
    ]


def raw_cells(field: Field, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The values that post these rows."""
    found = {rows_name(field): [str(len(rows))]}
    for number, row in enumerate(rows):
        for column in field.columns or ():
            value = row.get(column.id)
            found[cell_name(field, number, column.id)] = ["" if value is None else str(value)]
    return found


def with_row_added(field: Field, raw: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What was typed, with an empty row below; at the most rows nothing changes."""
    rows = cells_of(field, raw)
    return _replaced(field, raw, [*rows, {}][: field.max_rows])


def without_row(field: Field, raw: Mapping[str, Sequence[str]], row: int) -> dict[str, list[str]]:
    """What was typed, without the row of that number (from 0); a row that is not there changes nothing."""
    rows = cells_of(field, raw)
    return _replaced(field, raw, [one for number, one in enumerate(rows) if number != row])


def _replaced(
    field: Field, raw: Mapping[str, Sequence[str]], rows: Sequence[Mapping[str, Any]]
) -> dict[str, list[str]]:
    kept = {name: list(values) for name, values in raw.items() if not name.startswith(f"{field.id}__")}
    return {**kept, **raw_cells(field, rows)}
