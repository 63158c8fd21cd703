"""Excel files (.xlsx) as plain cells, and plain tables as Excel files.

Whatever could run, reach out or blow up is refused before the library sees it: macros, embedded objects, links to other
files, document types, bombs. Values as last calculated; formulas are never worked out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from .rules import DefinitionError, Problem

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_UNPACKED: Final = 40 * 1024 * 1024
MOST_PARTS: Final = 500
MOST_CELLS: Final = 60_000
MOST_ROWS: Final = 6_000
MOST_COLUMNS: Final = 200
MOST_AREA: Final = 120_000
MOST_SHEETS: Final = 20
_OLE: Final = b"\xd0\xcf\x11\xe0"
_RUNS: Final = re.compile(r"vba|macro|activex|embeddings|externallink|customui|ctrlprops", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. Rows and columns count from 1; `merged` as (first row, first column, last row, last column).

    `choices`: cell → the choices its list allows.
    """

    name: str
    cells: Mapping[tuple[int, int], str]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    choices: Mapping[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)

    def table(self) -> list[list[str]]:
        """All rows, as wide as the widest."""
        rows = max((row for row, _ in self.cells), default=0)
        columns = max((column for _, column in self.cells), default=0)
        return [[self.cells.get((r, c), "") for c in range(1, columns + 1)] for r in range(1, rows + 1)]


def read_xlsx(content: bytes) -> tuple[Sheet, ...]:
    """The visible sheets of a file that has something on them.

    Raises:
        DefinitionError: no Excel file, one that may run or reach out, or one that is too large.
    """
    _judge(content)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
        found = [_sheet(one) for one in book.worksheets[:MOST_SHEETS] if one.sheet_state == "visible"]
    except Exception as error:
        raise _refused("not_xlsx", "Excelのファイルとして読めません。", "Excelで開いて、保存し直す") from error
    return tuple(one for one in found if one.cells)


def _judge(content: bytes) -> None:
    """Refuse what must not be read at all; looks at the archive only."""
    if len(content) > MOST_BYTES:
        raise _refused("too_large", "ファイルが大きすぎます。", "10MBまでにする")
    if content.startswith(_OLE):
        message = "古い形か、パスワードの付いたExcelのファイルです。"
        raise _refused("old_excel", message, "「Excel ブック(.xlsx)」で、パスワードなしで保存する")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise _refused("bomb", "ファイルの中身が大きすぎます。", "要るシートだけにする")
            names = [part.filename for part in parts]
            if any(_RUNS.search(name) for name in names):
                message = "マクロか埋め込みの入ったファイルは受け取れません。"
                raise _refused("macros", message, "「Excel ブック(.xlsx)」で保存し直す")
            _judge_parts(archive, parts)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        if isinstance(error, DefinitionError):
            raise
        raise _refused("not_xlsx", "Excelのファイルとして読めません。", "Excelで開いて、保存し直す") from error


def _judge_parts(archive: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo]) -> None:
    """What the parts hold, read no further than they say they are long."""
    cells = 0
    for part in parts:
        if not part.filename.endswith((".xml", ".rels")):
            continue
        with archive.open(part) as stream:
            text = stream.read(part.file_size + 1)
        if len(text) > part.file_size or b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\x00<" in text[:200]:
            raise _refused("hostile", "このファイルは安全に読めません。", "Excelで開いて、保存し直す")
        if part.filename.endswith("[Content_Types].xml") and b"macroEnabled" in text:
            raise _refused("macros", "マクロの入ったファイルは受け取れません。", "「Excel ブック(.xlsx)」で保存し直す")
        if part.filename.startswith("xl/worksheets/"):
            cells += text.count(b"<c ") + text.count(b"<c>") + text.count(b"<mergeCell ")
    if cells > MOST_CELLS:
        raise _refused("too_many_cells", "セルが多すぎます。", f"{MOST_CELLS:,}個までにする")


def _refused(code: str, message: str, fix: str) -> DefinitionError:
    return DefinitionError([Problem(f"file.{code}", 0, "", message, fix)])


def _sheet(sheet: Any) -> Sheet:
    rows, columns = min(sheet.max_row, MOST_ROWS), min(sheet.max_column, MOST_COLUMNS)
    if rows * columns > MOST_AREA:  # one cell far out makes a wide sheet of nothing
        columns = MOST_AREA // rows
    cells: dict[tuple[int, int], str] = {}
    for row in sheet.iter_rows(min_row=1, max_row=rows, max_col=columns, values_only=False):
        for cell in row:
            text = _text(cell.value)
            if text:
                cells[cell.row, cell.column] = text
    merged = tuple((one.min_row, one.min_col, one.max_row, one.max_col) for one in sheet.merged_cells.ranges)
    return Sheet(str(sheet.title), cells, merged, _choices(sheet))


def _text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else ("TRUE" if value else "FALSE")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "".join(c for c in str(value)[:4000] if c == "\n" or c.isprintable() or c == "\u3000").strip()


def _choices(sheet: Any) -> dict[tuple[int, int], tuple[str, ...]]:
    """Lists written into the sheet's own validations (「"はい,いいえ"」)."""
    found: dict[tuple[int, int], tuple[str, ...]] = {}
    for one in sheet.data_validations.dataValidation:
        formula = str(one.formula1 or "")
        if one.type != "list" or not formula.startswith('"'):
            continue
        options = tuple(part.strip() for part in formula.strip('"').split(",") if part.strip())
        for area in one.sqref.ranges:
            found[area.min_row, area.min_col] = options[:50]
    return found


def write_xlsx(title: str, table: Iterable[Sequence[str]]) -> bytes:
    """An Excel file with one sheet; every cell is text, none a formula, the first row stays in sight."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "C2"
    for letter in "ABCDEF":
        sheet.column_dimensions[letter].width = 40
    for row in table:
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=text)
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
