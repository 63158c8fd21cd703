"""育成料: what one child's month costs by the table of a fiscal year; tables are data, tried on examples first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jichi.kernel.errors import FieldError, Invalid

CLASSES: Final[Mapping[str, str]] = {
    "A": "A 生活保護", "B": "B 住民税が非課税", "C": "C 住民税が均等割だけ", "D": "D その他",
}  # fmt: skip
"""階層: income class of the household. What each takes off is in the table, not here."""
GROUNDS: Final[Mapping[str, str]] = {
    "": "なし", "single_parent": "ひとり親", "disaster": "災害", "school_aid": "就学援助",
}  # fmt: skip
"""減免の理由 besides the class."""
MOST_YEN: Final = 99_999


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeTable:
    """The table of one fiscal year. Percentages say how much is taken off; only the largest counts, they don't add.

    `monthly`: yen a month; `cut`: the fee is cut to whole `cut` yen; `due_day`: day of the month, 31 its last.
    """

    fiscal_year: int
    monthly: int
    second_child: int = 0
    third_child: int = 0
    classes: Mapping[str, int] = field(default_factory=dict)
    grounds: Mapping[str, int] = field(default_factory=dict)
    cut: int = 10
    due_day: int = 31


@dataclass(frozen=True, slots=True)
class Case:
    """One child in one month: class, ground, and which child of the household it is (1 = the first)."""

    income_class: str
    place: int = 1
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """What the month costs and why, in words for the division and the parents."""

    yen: int
    reason: str


def fee_of(table: FeeTable, case: Case) -> Fee:
    """The fee of a month. Of several reductions the largest counts."""
    reductions = [
        (table.classes.get(case.income_class, 0), f"階層 {CLASSES.get(case.income_class, case.income_class)}"),
        (table.grounds.get(case.ground, 0) if case.ground else 0, GROUNDS.get(case.ground, case.ground)),
        (
            table.third_child if case.place >= 3 else table.second_child if case.place == 2 else 0,
            f"きょうだい{case.place}人目",
        ),
    ]
    percent, why = max(reductions, key=lambda one: one[0])
    if percent <= 0:
        return Fee(table.monthly, "基本の額")
    yen = table.monthly * (100 - percent) // 100 // table.cut * table.cut
    return Fee(yen, f"{why}: {percent}%減" if percent < 100 else f"{why}: 免除")


def table_from(fiscal_year: int, given: Mapping[str, Any]) -> FeeTable:
    """The table as it is kept (JSON) or typed.

    Raises:
        Invalid: a number that is none, per field.
    """
    wrong: dict[str, FieldError] = {}

    def number(name: str, most: int, code: str) -> int:
        text = str(given.get(name, "") or "0").replace(",", "").strip()
        if not (text.isascii() and text.isdecimal() and len(text) < 7 and int(text) <= most):
            wrong[name] = FieldError(code, {"most": f"{most:,}"})
            return 0
        return int(text)

    table = FeeTable(
        fiscal_year=fiscal_year, monthly=number("monthly", MOST_YEN, "collection.range"),
        second_child=number("second_child", 100, "after_school.percent"),
        third_child=number("third_child", 100, "after_school.percent"),
        classes={key: number(f"class_{key}", 100, "after_school.percent") for key in CLASSES},
        grounds={key: number(f"ground_{key}", 100, "after_school.percent") for key in GROUNDS if key},
        cut=number("cut", 1_000, "collection.range") or 1, due_day=number("due_day", 31, "collection.range") or 31,
    )  # fmt: skip
    if table.monthly == 0:
        wrong.setdefault("monthly", FieldError("field.required"))
    if wrong:
        raise Invalid(fields=wrong)
    return table


@dataclass(frozen=True, slots=True)
class Example:
    """A case whose fee the division worked out by hand."""

    name: str
    case: Case
    yen: int


def read_examples(text: str) -> tuple[tuple[Example, ...], tuple[int, ...]]:
    """One a line: name, class, place among siblings, ground, yen. The second part: lines that can't be read."""
    found, wrong = [], []
    words = {word: key for key, word in GROUNDS.items()} | {key: key for key in GROUNDS}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.replace("、", ",").replace("，", ",").split(",")]
        if len(cells) != 5 or cells[1] not in CLASSES or cells[3] not in words:
            wrong.append(number)
            continue
        if not (cells[2].isdecimal() and cells[4].isdecimal() and 1 <= int(cells[2][:2]) <= 20 and len(cells[4]) < 7):
            wrong.append(number)
            continue
        found.append(Example(cells[0][:60], Case(cells[1], int(cells[2]), words[cells[3]]), int(cells[4])))
    return tuple(found), tuple(wrong)


def wrong_examples(table: FeeTable, examples: Iterable[Example]) -> Sequence[tuple[Example, Fee]]:
    """Examples whose fee by the table is another one, with that."""
    return [(one, fee) for one in examples if (fee := fee_of(table, one.case)).yen != one.yen]
