"""申込みのファイル: children who apply, read with every error told by line and column."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from jichi.kernel.errors import FieldError
from jichi.kernel.tables import LineError, Table, read_table

from .fees import CLASSES
from .months import month_of

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "child": ("児童の宛名番号", "児童"), "payer": ("保護者の宛名番号", "納付者の宛名番号", "保護者"),
    "club": ("クラブ", "クラブ名"), "grade": ("学年",), "first": ("利用開始月", "開始月"), "class": ("階層",),
}  # fmt: skip
NEEDED: Final = ("child", "payer", "club", "grade", "first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """One line of the file."""

    line: int
    child_no: str
    payer_no: str
    club: str
    grade: int
    first_month: date
    income_class: str


def read_file(
    data: bytes, *, clubs: Mapping[str, str], taken: Collection[str]
) -> tuple[tuple[Applicant, ...], tuple[LineError, ...]]:
    """Every line, or what is wrong with it.

    Args:
        clubs: name or code → code.
        taken: 宛名番号 of children who use a club or have applied.
    """
    table = read_table(data, COLUMNS, NEEDED)
    if table.errors:
        return (), table.errors
    found: list[Applicant] = []
    errors: list[LineError] = []
    lines: dict[str, int] = {}
    for line, cells in table.rows:
        one, wrong = _read(line, cells, clubs)
        if one is not None and one.child_no in lines:
            wrong["child"] = FieldError("after_school.twice", {"line": lines[one.child_no]})
        elif one is not None and one.child_no in taken:
            wrong["child"] = FieldError("after_school.there")
        errors += [LineError(line, _heading(table, name), error) for name, error in wrong.items()]
        if one is not None:
            lines.setdefault(one.child_no, line)
            found.append(one)
    return tuple(found), tuple(errors)


def _heading(table: Table, name: str) -> str:
    return table.headings.get(name, COLUMNS[name][0])


def _read(
    line: int, cells: Mapping[str, str], clubs: Mapping[str, str]
) -> tuple[Applicant | None, dict[str, FieldError]]:
    given = {name: unicodedata.normalize("NFKC", cells.get(name, "")).strip() for name in COLUMNS}
    wrong = {name: FieldError("field.required") for name in NEEDED if not given[name]}
    club = clubs.get(cells.get("club", "").strip(), clubs.get(given["club"], ""))
    if given["club"] and not club:
        wrong["club"] = FieldError("after_school.club", {"name": given["club"][:40]})
    if given["grade"] and given["grade"] not in tuple("123456"):
        wrong["grade"] = FieldError("after_school.grade")
    month = None
    try:
        month = month_of(given["first"]) if given["first"] else None
    except ValueError:
        wrong["first"] = FieldError("after_school.month")
    income = given["class"][:1] or "D"
    if income not in CLASSES:
        wrong["class"] = FieldError("after_school.class", {"words": "・".join(CLASSES)})
    if wrong or month is None:
        return None, wrong
    return Applicant(
        line=line, child_no=given["child"], payer_no=given["payer"], club=club, grade=int(given["grade"]),
        first_month=month, income_class=income,
    ), {}  # fmt: skip
