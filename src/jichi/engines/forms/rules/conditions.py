"""Conditions of a definition: structured, never code; and what they come to for given answers.

Three outcomes: True, False, and None where a register fact is unknown. An unanswered question is
not unknown: it simply equals nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from .facts import Facts
from .texts import Name, Part

Answers: TypeAlias = Mapping[str, Any]
"""Field id → answer as stored (JSON): text, whole number, list, or mapping."""


class Ref(Part):
    """What stands to the right of a comparison when it is not written out: exactly one item."""

    field: Name | None = None
    column: Name | None = None
    """Of a table: the sum of this column."""
    fact: str | None = None
    today: int | None = None
    """Today plus this many days."""

    @model_validator(mode="after")
    def _one(self) -> Ref:
        if self.column is not None and self.field is None:
            raise PydanticCustomError("column_alone", "column は field と一緒に書きます。", {})
        if sum(value is not None for value in (self.field, self.fact, self.today)) != 1:
            raise PydanticCustomError("one_reference", "field、fact、today のどれか1つを書きます。", {})
        return self


def _operand_kind(value: object) -> str:
    return "ref" if isinstance(value, (dict, Ref)) else "value"


Scalar: TypeAlias = bool | int | Annotated[str, Field(max_length=400)]
Operand = Annotated[
    Annotated[Ref, Tag("ref")] | Annotated[Scalar, Tag("value")],
    Discriminator(_operand_kind),
]

OPERATORS = ("equals", "not_equals", "in", "not_in", "contains", "answered", "between", "at_least", "at_most")
_ATTRIBUTES = ("equals", "not_equals", "in_", "not_in", "contains", "answered", "between", "at_least", "at_most")


class Condition(Part):
    """One of: `all`, `any` (lists), `not` (a condition), or one comparison of a field or fact."""

    all: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=50)] | None = None
    any: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=50)] | None = None
    not_: Condition | None = Field(default=None, alias="not")
    field: Name | None = None
    column: Name | None = None
    """Of a table: the sum of this column is compared."""
    fact: str | None = None
    equals: Operand | None = None
    not_equals: Operand | None = None
    in_: Annotated[tuple[Scalar, ...], Field(min_length=1, max_length=200)] | None = Field(default=None, alias="in")
    not_in: Annotated[tuple[Scalar, ...], Field(min_length=1, max_length=200)] | None = None
    contains: Operand | None = None
    """For questions with several choices: this one is among them."""
    answered: bool | None = None
    between: tuple[Operand, Operand] | None = None
    """Both ends included."""
    at_least: Operand | None = None
    at_most: Operand | None = None

    @model_validator(mode="after")
    def _one_shape(self) -> Condition:
        shapes = [n for n in ("all", "any", "not_", "field", "fact") if getattr(self, n) is not None]
        if len(shapes) != 1:
            raise PydanticCustomError("condition_shape", "all、any、not、field、fact のどれか1つだけを書きます。", {})
        if self.column is not None and self.field is None:
            raise PydanticCustomError("column_alone", "column は field と一緒に書きます。", {})
        operators = [n for n in _ATTRIBUTES if getattr(self, n) is not None]
        if len(operators) != (1 if shapes[0] in {"field", "fact"} else 0):
            raise PydanticCustomError(
                "condition_operator",
                "比べ方({known})を、field か fact と一緒に1つだけ書きます。",
                {"known": "、".join(OPERATORS)},
            )
        return self

    def parts(self) -> Iterator[Condition]:
        """This condition and all inside it."""
        yield self
        for inner in (*(self.all or ()), *(self.any or ()), *((self.not_,) if self.not_ else ())):
            yield from inner.parts()

    def fields(self) -> frozenset[str]:
        """Ids of all fields it looks at."""
        found = {part.field for part in self.parts() if part.field}
        found |= {ref.field for part in self.parts() for ref in part.references() if ref.field}
        return frozenset(found)

    def facts(self) -> frozenset[str]:
        """Names of all facts it looks at."""
        found = {part.fact for part in self.parts() if part.fact}
        found |= {ref.fact for part in self.parts() for ref in part.references() if ref.fact}
        return frozenset(found)

    def references(self) -> Iterator[Ref]:
        """References on the right side of this comparison."""
        single = (self.equals, self.not_equals, self.contains, self.at_least, self.at_most)
        for operand in (*single, *(self.between or ())):
            if isinstance(operand, Ref):
                yield operand


@dataclass(frozen=True, slots=True)
class Situation:
    """What a condition is asked about. `answers` holds visible answers only."""

    answers: Answers
    facts: Facts
    today: date


def _plain(value: Any) -> Any:
    """Dates as ISO text; of answers with several parts the one that says what was chosen."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return value.get("choice") or value.get("words") or value.get("lat")
    return value


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def table_total(rows: Any, column: str) -> int:
    """The sum of a column of a table's answer; 0 for no rows, and for cells that are no numbers."""
    cells = [row.get(column) for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return sum(cell for cell in cells if isinstance(cell, int) and not isinstance(cell, bool))


def _answer(situation: Situation, field: str, column: str | None) -> Any:
    answer = situation.answers.get(field)
    return _plain(answer) if column is None else table_total(answer, column)


def resolve_operand(operand: Ref | bool | int | str, situation: Situation) -> Any:
    """The value an operand stands for; None if the fact or answer is not there."""
    if not isinstance(operand, Ref):
        return operand
    if operand.field is not None:
        return _answer(situation, operand.field, operand.column)
    if operand.fact is not None:
        return _plain(situation.facts.get(operand.fact))
    return (situation.today + timedelta(days=operand.today or 0)).isoformat()


def holds(condition: Condition, situation: Situation) -> bool | None:
    """True, False, or None where a register fact that matters is unknown (Kleene's logic)."""
    if condition.all is not None:
        return _all(holds(inner, situation) for inner in condition.all)
    if condition.any is not None:
        found = _all(_negated(holds(inner, situation)) for inner in condition.any)
        return _negated(found)
    if condition.not_ is not None:
        return _negated(holds(condition.not_, situation))
    if condition.fact is not None:
        value = _plain(situation.facts.get(condition.fact))
        if condition.answered is not None:
            return condition.answered is not _empty(value)
        if value is None:
            return None
    else:
        value = _answer(situation, condition.field or "", condition.column)
        if condition.answered is not None:
            return condition.answered is not _empty(value)
    return _compare(condition, value, situation)


def _negated(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(values: Iterator[bool | None]) -> bool | None:
    unknown = False
    for value in values:
        if value is False:
            return False
        unknown = unknown or value is None
    return None if unknown else True


def _same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and bool(left == right)


def _ordered(left: Any, right: Any, test: Callable[[Any, Any], bool]) -> bool:
    comparable = type(left) is type(right) and isinstance(left, (int, str)) and not isinstance(left, bool)
    return comparable and left != "" and test(left, right)


def _compare(condition: Condition, value: Any, situation: Situation) -> bool | None:
    if condition.in_ is not None:
        return any(_same(value, one) for one in condition.in_)
    if condition.not_in is not None:
        return not any(_same(value, one) for one in condition.not_in)
    found = []
    for operand in _operands(condition):
        right = resolve_operand(operand, situation)
        if right is None and isinstance(operand, Ref) and operand.fact:
            return None
        found.append(right)
    return _test(condition, value, found)


def _test(condition: Condition, value: Any, right: list[Any]) -> bool:
    if condition.equals is not None:
        return _same(value, right[0])
    if condition.not_equals is not None:
        return not _same(value, right[0])
    if condition.contains is not None:
        return isinstance(value, list) and any(_same(one, right[0]) for one in value)
    low = right[0] if condition.at_least is not None or condition.between is not None else None
    high = right[-1] if condition.at_most is not None or condition.between is not None else None
    above = low is None or _ordered(value, low, lambda a, b: a >= b)
    return above and (high is None or _ordered(value, high, lambda a, b: a <= b))


def _operands(condition: Condition) -> tuple[Ref | bool | int | str, ...]:
    single = (condition.equals, condition.not_equals, condition.contains, condition.at_least, condition.at_most)
    return tuple(operand for operand in single if operand is not None) or (condition.between or ())
