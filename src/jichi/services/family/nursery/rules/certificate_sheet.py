"""An employer's spreadsheet read by the form in force: each answer with its cell. Nothing counts by itself."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from .certificate_form import CertificateForm, Item, plain
from .certificate_items import read_value

Cells = Mapping[tuple[int, int], str]
"""(row, column), both from 1 → text."""
TICKED: Final = frozenset({"☑", "■", "✓", "✔", "レ", "○", "◯", "●", "TRUE", "1", "✅"})
EMPTY: Final = "□"
MOST_LISTED: Final = 250
"""So many characters a list of choices may have inside a cell's own validation."""
LONGEST: Final = 200
_PARTS: Final = {"date": 3, "month": 2, "span": 4}


@dataclass(frozen=True, slots=True)
class SheetRead:
    """What a file says. `moved`: labels that do not stand where the form has them; then nothing was read.

    `values` and `origins` by item key, the origin a cell ("C12"); `unread` the items whose cell can't be understood.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    moved: tuple[str, ...] = ()


def read_sheet(form: CertificateForm, sheets: tuple[Cells, ...]) -> SheetRead | None:
    """The file by the form: the sheet on which every label stands in its place; None where the form has no layout."""
    placed = [one for one in form.items if one.value_at]
    if not placed:
        return None
    moved: list[tuple[str, ...]] = []
    for cells in sheets:
        wrong = tuple(one.label for one in placed if plain(_at(cells, one.label_at)) != plain(one.label))
        if not wrong:
            return _read(placed, cells)
        moved.append(wrong)
    nearest = min(moved, key=len, default=tuple(one.label for one in placed))
    return SheetRead(moved=nearest)


def _at(cells: Cells, name: str) -> str:
    """The text of a cell by its name ("C12")."""
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return cells.get((int(name[len(letters) :]), column), "").strip()


def _read(items: list[Item], cells: Cells) -> SheetRead:
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    unread: dict[str, str] = {}
    for one in items:
        found = {name: _at(cells, cell).removeprefix(EMPTY) for name, cell in one.cells().items()}
        where = " ".join(one.cells().values())
        if not any(found.values()):
            continue
        value = _value(one, found)
        if value is None:
            unread[one.key] = where
        elif value != "":
            values[one.key], origins[one.key] = value, where
    return SheetRead(values, origins, unread)


def _value(item: Item, found: Mapping[str, str]) -> Any:
    """The answer; "" where nothing was answered, None where it can't be understood."""
    if item.kind in {"choice", "choices"} and set(found) <= set(item.words):
        ticked = [
            word for word, text in found.items() if plain(text).upper().removesuffix(plain(word).upper()) in TICKED
        ]
        if item.kind == "choices":
            return ticked or ""
        return ticked[0] if len(ticked) == 1 else None if ticked else ""
    texts = [unicodedata.normalize("NFKC", text) for text in found.values()]
    if item.kind == "choices":
        ticked = [word for word in item.words if word in re.split(r"[\s、,・]+", texts[0])]
        return ticked or None
    if item.kind == "date":
        return _day(texts)
    if len(texts) == _PARTS.get(item.kind) and item.kind == "month":
        texts = [f"{texts[0]}-{texts[1].zfill(2)}"]
    elif len(texts) == _PARTS.get(item.kind):
        texts = [f"{texts[0]}:{texts[1].zfill(2)}-{texts[2]}:{texts[3].zfill(2)}"]
    if item.kind == "text":
        return texts[0][:LONGEST]
    value, error = read_value(item, texts[0].removesuffix(item.unit).strip())
    return None if error else value


def _day(texts: list[str]) -> str | None:
    """ISO text of a day in one cell or in year, month and day."""
    try:
        parts = texts if len(texts) == 3 else re.split(r"[-/.年月]", texts[0].removesuffix("日"))
        year, month, day = (int(part.strip().rstrip("年月日")) for part in parts)
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def blank(form: CertificateForm) -> bytes:
    """An Excel file of the form to fill in: labels and choices in the cells from which the answers are read."""
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    sheet.title = "就労証明"
    sheet["B1"] = "就労証明書"
    sheet.column_dimensions["B"].width, sheet.column_dimensions["C"].width = 36, 30
    for one in form.items:
        if not one.value_at:
            continue
        sheet[one.label_at] = one.label
        cells = one.cells()
        if set(cells) <= set(one.words) and one.words:
            for word, cell in cells.items():
                sheet[cell] = f"{EMPTY}{word}"
        elif one.kind == "choice" and len(",".join(one.words)) < MOST_LISTED:
            offered = DataValidation(type="list", formula1=f'"{",".join(one.words)}"', allow_blank=True)
            sheet.add_data_validation(offered)
            offered.add(cells["0"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
