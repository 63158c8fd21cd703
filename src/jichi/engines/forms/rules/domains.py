"""The answers and facts that a set of conditions can tell apart: one of each group. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from .conditions import Condition, Ref
from .definition import FormDefinition
from .facts import FACTS
from .fields import NUMBERS, Field

DAY: Final = date(2026, 11, 21)
"""Conditions that look at today alone are tried on one day; any will do."""
_MOST: Final = 400
"""So many values of one question are tried at most."""
_SEVERAL: Final = 6
"""So many named choices of a question with several answers: their subsets are tried."""
_CROSSED: Final = 3
"""So many comparisons of one answer with another."""


@dataclass(frozen=True, slots=True)
class Domains:
    """Values to try; of fields those of an answered question. None among a fact's values: the register can't say."""

    fields: Mapping[str, Sequence[Any]]
    facts: Mapping[str, Sequence[Any]]
    days: Sequence[date]


def domains_of(definition: FormDefinition, fields: Sequence[str], conditions: Sequence[Condition]) -> Domains | None:
    """What to try for these questions and conditions; None where groups can't be told."""
    limits = [limit for name in fields for limit in (definition.fields[name].lowest, definition.fields[name].max)]
    known = _Mentioned.of(conditions, [limit for limit in limits if isinstance(limit, (int, str))])
    if len(known.crossed) > _CROSSED or _columns_mixed(conditions):
        return None
    days = known.days()
    tried: dict[str, Sequence[Any]] = {}
    for name in fields:
        values = _of_field(definition.fields[name], known, days)
        if values is None or len(values) > _MOST:
            return None
        tried[name] = values
    facts = sorted({fact for condition in conditions for fact in condition.facts()})
    return Domains(tried, {fact: [*_of_fact(fact, known, days), None] for fact in facts}, days)


@dataclass(frozen=True, slots=True)
class _Mentioned:
    """What conditions compare with: values, offsets from today, and other answers or facts."""

    values: tuple[Any, ...]
    offsets: tuple[int, ...]
    crossed: tuple[str, ...]

    @classmethod
    def of(cls, conditions: Sequence[Condition], limits: Sequence[int | str]) -> _Mentioned:
        values: dict[tuple[type, Any], Any] = {(type(limit), limit): limit for limit in limits}
        offsets: set[int] = set()
        crossed: set[str] = set()
        for part in (part for condition in conditions for part in condition.parts()):
            for value in (part.equals, part.not_equals, part.contains, part.at_least, part.at_most,
                          *(part.in_ or ()), *(part.not_in or ()), *(part.between or ())):  # fmt: skip
                if isinstance(value, Ref):
                    offsets |= {value.today} if value.today is not None else set()
                    crossed |= {str(value.field or value.fact)} if value.today is None else set()
                elif value is not None:
                    values[type(value), value] = value
        return cls(tuple(values.values()), tuple(sorted(offsets)), tuple(sorted(crossed)))

    def texts(self) -> list[str]:
        return [value for value in self.values if isinstance(value, str)]

    def days(self) -> list[date]:
        """Days to be today: one, or those that put today before, on and after every named day."""
        named = [day for day in map(_as_day, self.texts()) if day]
        if not self.offsets or not named:
            return [DAY]
        near = {day - timedelta(days=offset + step) for day in named for offset in self.offsets for step in (-1, 0, 1)}
        return sorted({DAY, *near})

    def steps(self) -> range:
        """How far around a value its neighbours are tried."""
        reach = 1 + len(self.crossed)
        return range(-reach, reach + 1)


def _columns_mixed(conditions: Sequence[Condition]) -> bool:
    """Two columns of one table: their sums can't be tried on their own."""
    pairs: set[tuple[str, str]] = set()
    for part in (part for condition in conditions for part in condition.parts()):
        both = [(part.field, part.column), *((ref.field, ref.column) for ref in part.references())]
        pairs |= {(field, column) for field, column in both if field and column}
    return len({name for name, _ in pairs}) < len(pairs)


_FIXED: Final[Mapping[str, Sequence[Any]]] = {
    "yesno": ("yes", "no"), "consent": ("yes",), "confirm": ({"choice": "yes"}, {"choice": "no"}),
    "address": ({"choice": "register"}, {"choice": "other"}), "file": ([{"id": "", "name": "", "size": 1}],),
    "person": ([{"no": "1", "name": "a"}],), "point": ({"words": "a"},),
}  # fmt: skip


def _of_field(field: Field, known: _Mentioned, days: Sequence[date]) -> Sequence[Any] | None:
    """Answers to try; None where there are too many groups."""
    if field.kind == "multi":
        return _subsets(field, known)
    if field.options is not None:
        values = [option.value for option in field.options]
        return values if known.crossed else _few(values, known)
    if field.kind in _FIXED:
        fixed = _FIXED[field.kind]
        return fixed[:1] if field.register_only else fixed[1:] if field.other_only else fixed
    if field.kind == "table":
        columns = [column.id for column in field.columns or ()]
        return [[dict.fromkeys(columns, value)] for value in _numbers(known)]
    if field.kind in NUMBERS or field.kind == "date":
        near: Sequence[Any] = _numbers(known) if field.kind in NUMBERS else _days(known, days)
        return [value for value in near if _within(field, value)]
    return [*known.texts(), *(f"another {n}" for n in range(1 + len(known.crossed)))]


def _within(field: Field, value: Any) -> bool:
    """Is it between the written limits? Limits that look at other answers don't count."""
    low: Any = field.lowest
    high: Any = field.max
    above = type(low) is not type(value) or value >= low
    return above and (type(high) is not type(value) or value <= high)


def _few(values: Sequence[str], known: _Mentioned) -> list[str]:
    """Those that conditions name, and one of the others."""
    named = [value for value in values if value in known.values]
    return named + [value for value in values if value not in named][:1]


def _subsets(field: Field, known: _Mentioned) -> list[Any] | None:
    options = field.options or ()
    few = _few([option.value for option in options], known)
    if len(few) > _SEVERAL + 1:
        return None
    alone = {option.value for option in options if option.exclusive}
    found: list[Any] = []
    for size in range(1, min(len(few), field.max_choices or len(few)) + 1):
        found += [list(c) for c in itertools.combinations(few, size) if size == 1 or not alone & set(c)]
    return found


def _of_fact(fact: str, known: _Mentioned, days: Sequence[date]) -> Iterator[Any]:
    if fact not in FACTS:
        return
    kind = FACTS[fact]
    if kind.codes is not None:
        yield from kind.codes
    elif kind.type == "bool":
        yield from (True, False)
    elif kind.type == "number":
        yield from _numbers(known)
    elif kind.type == "date":
        yield from _days(known, days)
    else:
        yield from (*known.texts(), *(f"another {n}" for n in range(1 + len(known.crossed))))


def _numbers(known: _Mentioned) -> list[int]:
    """The named numbers and their neighbours: one of them lies in every gap."""
    numbers = [value for value in known.values if type(value) is int] or [0]
    return sorted({value + step for value in numbers for step in known.steps()})


def _days(known: _Mentioned, days: Sequence[date]) -> list[str]:
    named = {day for day in map(_as_day, known.texts()) if day}
    named |= {day + timedelta(days=offset) for day in days for offset in known.offsets}
    return sorted({(day + timedelta(days=step)).isoformat() for day in named or {DAY} for step in known.steps()})


def _as_day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
