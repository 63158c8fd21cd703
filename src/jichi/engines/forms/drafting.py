"""First drafts of a procedure from the form that a division has: an Excel file or a PDF.

A door for the rooms above; what is recognised stands in `rules.drafting`, how it is written in `rules.drafting_yaml`.
"""

from __future__ import annotations

from .printed import read_pdf
from .rules.drafting import Cell, Line, recognise
from .rules.drafting_yaml import Drafted, drafted
from .sheets import Sheet, read_xlsx

__all__ = ["Drafted", "draft_of", "draft_of_pdf", "draft_of_xlsx"]


def draft_of(content: bytes, *, procedure_id: str = "draft", division: str = "division") -> Drafted:
    """A draft of whichever of both the file is. Raises as the two below."""
    make = draft_of_pdf if content.lstrip()[:5].startswith(b"%PDF-") else draft_of_xlsx
    return make(content, procedure_id=procedure_id, division=division)


def draft_of_xlsx(content: bytes, *, procedure_id: str = "draft", division: str = "division") -> Drafted:
    """A definition file from an Excel form, with what a person must look at.

    Args:
        procedure_id: id to write into it (a slug).
        division: code of the division.

    Raises:
        DefinitionError: the file can't be read, or is not safe to read.
    """
    lines = [line for sheet in read_xlsx(content) for line in lines_of(sheet)]
    return drafted(recognise(lines), procedure_id=procedure_id, division=division)


def draft_of_pdf(content: bytes, *, procedure_id: str = "draft", division: str = "division") -> Drafted:
    """The same from a PDF: its own fields first, otherwise its words. Raises as `draft_of_xlsx`."""
    return drafted(recognise(read_pdf(content)), procedure_id=procedure_id, division=division)


def lines_of(sheet: Sheet) -> list[Line]:
    """The rows of a sheet; merged cells are one, as wide and high as they are."""
    sizes = {(top, left): (right - left + 1, bottom - top + 1) for top, left, bottom, right in sheet.merged}
    rows: dict[int, list[Cell]] = {}
    anchors = {**dict.fromkeys(sheet.choices, ""), **sheet.cells}
    beside = {place for place in sheet.choices if place not in sheet.cells}
    for row, column in sorted(anchors):
        width, height = sizes.get((row, column), (1, 1))
        text = anchors[row, column]
        if (row, column) in beside:  # a list in an empty cell: the answer of the label to its left
            text = " ".join(f"□{choice}" for choice in sheet.choices[row, column])
        rows.setdefault(row, []).append(Cell(text, column, width, height))
    return [Line(tuple(cells), f"{sheet.name} {row}行目") for row, cells in sorted(rows.items())]
