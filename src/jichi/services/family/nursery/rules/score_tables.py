"""Tables of scores as CSV that the division edits (指数表): reading with every error by line, writing the same form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from jichi.kernel.errors import FieldError
from jichi.kernel.tables import LineError, read_table, write_table

from .answers import ABOUT, BY_TITLE, About, Answer, known_to, read_answer
from .scoring import COMPARE, HOW, KINDS, TOTALS, How, Kind, Rule, Term

W = TypeVar("W", bound=str)
COLUMNS: Final = {
    "code": ("番号",), "kind": ("区分",), "about": ("対象",), "condition": ("条件",), "points": ("点",),
    "group": ("組",), "how": ("組の決め方",), "name": ("名称",),
}  # fmt: skip
HEADINGS: Final = tuple(names[0] for names in COLUMNS.values())
ALWAYS: Final = "常に"
AND: Final = "かつ"
MOST_POINTS: Final = 10_000
_SIGN: Final = re.compile(r"(>=|<=|!=|=|>|<)")
_KINDS: Final[dict[str, Kind]] = {word: key for key, word in KINDS.items()}
_ABOUT: Final[dict[str, About]] = {word: key for key, word in ABOUT.items()}
_HOW: Final[dict[str, How]] = {word: key for key, word in HOW.items()}
_NUMBERS: Final = TOTALS | {title for title, one in BY_TITLE.items() if not one.words}


class _WrongError(Exception):
    """One cell is wrong: its field, and what to say."""

    def __init__(self, field: str, code: str, /, **params: object) -> None:
        super().__init__(code)
        self.field, self.error = field, FieldError(code, params)


def read_rules(data: bytes) -> tuple[tuple[Rule, ...], tuple[LineError, ...]]:
    """(rules of a CSV, all errors); with an error there are no rules."""
    table = read_table(data, COLUMNS, tuple(COLUMNS))
    errors, rules, lines = list(table.errors), list[Rule](), dict[str, int]()
    for line, row in table.rows:
        try:
            rule = _rule(row)
            if rule.code in lines:
                raise _WrongError("code", "nursery.code_twice", line=lines[rule.code])
            lines[rule.code] = line
            rules.append(rule)
        except _WrongError as wrong:
            errors.append(LineError(line, COLUMNS[wrong.field][0], wrong.error))
    return (() if errors else tuple(rules)), tuple(errors)


def write_rules(rules: Sequence[Rule]) -> bytes:
    """The CSV of rules; `read_rules` gives the same ones back."""
    return write_table(HEADINGS, [cells_of(one) for one in rules])


def cells_of(one: Rule) -> tuple[str, ...]:
    """A rule as the row of a table, in the order of `HEADINGS`."""
    return (
        one.code, KINDS[one.kind], ABOUT[one.about], condition_text(one), points_text(one), one.group, HOW[one.how],
        one.name,
    )  # fmt: skip


def with_row(rules: Sequence[Rule], was: str, cells: Sequence[str] | None) -> bytes:
    """The table's CSV with one row changed: the row numbered `was` gives place to `cells`, or goes ("": one more)."""
    rows: list[Sequence[str]] = []
    for one in rules:
        if one.code != was:
            rows.append(cells_of(one))
        elif cells is not None:
            rows.append(cells)
    if cells is not None and was not in {one.code for one in rules}:
        rows.append(cells)
    return write_table(HEADINGS, rows)


def condition_text(rule: Rule) -> str:
    """The condition as people write it."""
    return f" {AND} ".join(str(term) for term in rule.terms) or ALWAYS


def points_text(rule: Rule) -> str:
    """The points as people write them: a number, or what the value is taken from ("値:所得階層")."""
    return f"値:{rule.source}" if rule.source else str(rule.points)


def _rule(row: Mapping[str, str]) -> Rule:
    for field in ("code", "name"):
        if not row[field]:
            raise _WrongError(field, "field.required")
    kind = _word(row, "kind", _KINDS)
    about = _word(row, "about", _ABOUT)
    how = _word({"how": row["how"] or HOW["sum"]}, "how", _HOW)
    points, source = _points(row["points"], kind)
    if kind == "key" and not (row["group"].isascii() and row["group"].isdigit() and len(row["group"]) < 3):
        raise _WrongError("group", "nursery.key_place")
    if kind == "place" and about == "guardian":
        raise _WrongError("about", "nursery.place_about")
    return Rule(
        row["code"], kind, about, _terms(row["condition"], about), points, row["group"], how, row["name"], source
    )


def _word(row: Mapping[str, str], field: str, words: Mapping[str, W]) -> W:
    if row[field] not in words:
        raise _WrongError(field, "nursery.word", word=row[field], words="、".join(words))
    return words[row[field]]


def _points(text: str, kind: Kind) -> tuple[int, str]:
    given = unicodedata.normalize("NFKC", text).replace(" ", "").replace("−", "-")
    if kind == "key" and given.startswith("値:"):
        source = given[2:]
        if source.removeprefix("-") not in _NUMBERS:
            raise _WrongError("points", "nursery.unknown_answer", name=source, words="、".join(sorted(_NUMBERS)))
        return 0, source
    if not re.fullmatch(r"-?[0-9]{1,5}", given) or abs(int(given)) > MOST_POINTS:
        raise _WrongError("points", "nursery.points")
    return int(given), ""


def _terms(text: str, about: About) -> tuple[Term, ...]:
    given = unicodedata.normalize("NFKC", text).strip()
    if given in {"", ALWAYS}:
        return ()
    return tuple(_term(part.strip(), about) for part in re.split(rf"\s*{AND}\s*", given))


def _term(text: str, about: About) -> Term:
    title, sign, value = ([part.strip() for part in _SIGN.split(text, maxsplit=1)] + ["", ""])[:3]
    if sign not in COMPARE or not value:
        raise _WrongError("condition", "nursery.condition", text=text)
    if title not in known_to(about):
        raise _WrongError("condition", "nursery.unknown_answer", name=title, words="、".join(sorted(known_to(about))))
    question = BY_TITLE[title]
    values = [_value(title, part.strip()) for part in value.split("|")]
    if (question.words or len(values) > 1) and sign not in {"=", "!="}:
        raise _WrongError("condition", "nursery.only_equal", name=title)
    return Term(title, sign, tuple(values))


def _value(title: str, text: str) -> Answer:
    found = read_answer(BY_TITLE[title], text) if text else None
    if found is None:
        words = "、".join(BY_TITLE[title].words) or "0からの整数"
        raise _WrongError("condition", "nursery.word", word=text, words=words)
    return found
