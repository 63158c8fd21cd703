"""Cases that a table of scores is tested with (確かめの例): an invented family's answers and the points it must get."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jichi.kernel.errors import FieldError
from jichi.kernel.tables import LineError, read_table, write_table

from .answers import BY_TITLE, Answer, read_answer
from .intake import HEADINGS
from .scoring import Rule, Score, score

ANSWERS: Final = {key: heading for key, heading in HEADINGS.items() if ":" in key}
"""Column of an answer → heading, as in a file of applications."""
EXPECTED: Final = {"base": "基準指数", "adjust": "調整指数", "place": "園の点"}
COLUMNS: Final = {"name": "例の名前", **ANSWERS, **EXPECTED}
MOST_CASES: Final = 200
LONGEST: Final = 60
_NUMBER: Final = re.compile(r"-?[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Case:
    """One case: answers by column ("g1:理由"), and the totals that must come out."""

    name: str
    answers: Mapping[str, Answer]
    expected: Mapping[str, int]

    def said(self, of: str) -> dict[str, Answer]:
        """The answers of "g1", "g2", "family" or "child" by their titles."""
        return {key.partition(":")[2]: value for key, value in self.answers.items() if key.startswith(f"{of}:")}


@dataclass(frozen=True, slots=True)
class Tried:
    """A case beside what a table makes of it; `wrong`: (what, expected, got)."""

    case: Case
    score: Score
    wrong: tuple[tuple[str, int, int], ...]


def read_case(row: Mapping[str, str]) -> tuple[Case | None, dict[str, FieldError]]:
    """(the case, {}) from cells by column, or (None, what is wrong by column)."""
    wrong: dict[str, FieldError] = {}
    name = " ".join(row.get("name", "").split())
    if not name:
        wrong["name"] = FieldError("field.required")
    elif len(name) > LONGEST:
        wrong["name"] = FieldError("field.too_long", {"max": LONGEST, "now": len(name)})
    answers: dict[str, Answer] = {}
    for column in ANSWERS:
        question = BY_TITLE[column.partition(":")[2]]
        answer = read_answer(question, row.get(column, ""))
        if answer is None:
            words = "、".join(question.words) or "0からの整数"
            wrong[column] = FieldError("nursery.word", {"word": row[column], "words": words})
        else:
            answers[column] = answer
    expected: dict[str, int] = {}
    for column in EXPECTED:
        given = unicodedata.normalize("NFKC", row.get(column, "")).strip().replace("−", "-")
        if _NUMBER.fullmatch(given):
            expected[column] = int(given)
        else:
            wrong[column] = FieldError("nursery.points")
    return (None, wrong) if wrong else (Case(name, answers, expected), {})


def read_cases(data: bytes) -> tuple[tuple[Case, ...], tuple[LineError, ...]]:
    """(cases of a CSV, all errors); with an error there are no cases. Nothing at all: no cases."""
    if not data:
        return (), ()
    table = read_table(data, {key: (heading,) for key, heading in COLUMNS.items()}, ("name", *EXPECTED))
    errors, cases, lines = list(table.errors), list[Case](), dict[str, int]()
    for line, row in table.rows:
        case, wrong = read_case(row)
        errors += [LineError(line, COLUMNS[column], error) for column, error in wrong.items()]
        if case is None:
            continue
        if case.name in lines:
            errors.append(
                LineError(line, COLUMNS["name"], FieldError("nursery.code_twice", {"line": lines[case.name]}))
            )
        lines[case.name] = line
        cases.append(case)
    if len(cases) > MOST_CASES:
        errors.append(LineError(0, "", FieldError("table.too_many_rows", {"max": MOST_CASES})))
    return (() if errors else tuple(cases)), tuple(errors)


def write_cases(cases: Sequence[Case]) -> bytes:
    """The CSV of cases; `read_cases` gives the same ones back."""
    return write_table(
        tuple(COLUMNS.values()),
        [
            [
                one.name,
                *(str(one.answers.get(key, "")) for key in ANSWERS),
                *(str(one.expected[key]) for key in EXPECTED),
            ]
            for one in cases
        ],
    )


def try_cases(rules: Sequence[Rule], cases: Sequence[Case]) -> tuple[Tried, ...]:
    """Every case counted by a table, in their order."""
    return tuple(_tried(rules, one) for one in cases)


def _tried(rules: Sequence[Rule], case: Case) -> Tried:
    found = score(rules, (case.said("g1"), case.said("g2")), case.said("family"), case.said("child"))
    got = {"base": found.base, "adjust": found.adjust, "place": found.place}
    wrong = tuple(
        (words, case.expected[key], got[key]) for key, words in EXPECTED.items() if case.expected[key] != got[key]
    )
    return Tried(case, found, wrong)
