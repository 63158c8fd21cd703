"""Which questions can be reached at all: the conditions are tried out with the values that matter. Pure."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from .conditions import Condition, Ref, Situation, holds
from .definition import FormDefinition
from .facts import FACTS
from .fields import NUMBERS, Field
from .flow import visible_pages

MAX_TRIALS: Final = 3000
_DAY: Final = date(2026, 11, 21)
"""Conditions about today are tried on one day; any will do."""


def never_shown(definition: FormDefinition) -> tuple[str, ...]:
    """Ids of fields that no combination of answers and facts shows, in order.

    Where there are too many combinations to try, a field counts as reachable.
    """
    shows: dict[str, tuple[Condition, ...]] = {
        field.id: tuple(c for c in (page.show_if, field.show_if) if c is not None)
        for page in definition.pages
        for field in page.fields
    }
    reached: dict[frozenset[str], set[str]] = {}
    found = []
    for name, conditions in shows.items():
        if not conditions:
            continue
        around = _depends_on(name, shows)
        if around not in reached:
            reached[around] = _tried(definition, [c for one in (name, *around) for c in shows.get(one, ())], around)
        if name not in reached[around] and "*" not in reached[around]:
            found.append(name)
    return tuple(found)


def never_true(definition: FormDefinition, condition: Condition) -> bool:
    """No combination of answers and facts makes the condition hold; False where there are too many to try."""
    values, facts, fields = _mentioned([condition]), sorted(condition.facts()), sorted(condition.fields())
    domains = [list(_domain(definition.fields.get(name), values)) for name in fields]
    domains += [list(_fact_domain(fact, values)) for fact in facts]
    if math.prod(len(domain) for domain in domains) > MAX_TRIALS:
        return False
    for trial in itertools.product(*domains):
        answers = {name: value for name, value in zip(fields, trial, strict=False) if value is not None}
        situation = Situation(answers, dict(zip(facts, trial[len(fields) :], strict=True)), _DAY)
        if holds(condition, situation) is True:
            return False
    return True


def _depends_on(name: str, shows: dict[str, tuple[Condition, ...]]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        for condition in shows.get(waiting.pop(), ()):
            for other in condition.fields() - seen:
                seen.add(other)
                waiting.append(other)
    return frozenset(seen)


def _tried(definition: FormDefinition, conditions: list[Condition], fields: frozenset[str]) -> set[str]:
    """Fields shown in some trial; "*" stands for all when there would be too many trials."""
    values = _mentioned(conditions)
    facts = sorted({fact for c in conditions for fact in c.facts()})
    domains = [list(_domain(definition.fields.get(name), values)) for name in sorted(fields)]
    domains += [list(_fact_domain(fact, values)) for fact in facts]
    total = 1
    for domain in domains:
        total *= len(domain)
    if total > MAX_TRIALS:
        return {"*"}
    shown: set[str] = set()
    for trial in itertools.product(*domains):
        answers = {n: v for n, v in zip(sorted(fields), trial, strict=False) if v is not None}
        known = dict(zip(facts, trial[len(fields) :], strict=True))
        for page in visible_pages(definition, answers, known, _DAY):
            shown |= {field.id for field in page.fields}
    return shown


def _mentioned(conditions: list[Condition]) -> list[Any]:
    """Every value that the conditions compare with."""
    found: list[Any] = []
    for condition in conditions:
        for part in condition.parts():
            for value in (part.equals, part.not_equals, part.contains, part.at_least, part.at_most,
                          *(part.in_ or ()), *(part.not_in or ()), *(part.between or ())):  # fmt: skip
                if isinstance(value, Ref):
                    found += [(_DAY + timedelta(days=value.today)).isoformat()] if value.today is not None else []
                elif value is not None and value not in found:
                    found.append(value)
    return found


def _domain(field: Field | None, values: list[Any]) -> Iterator[Any]:
    yield None
    if field is None:
        return
    if field.kind == "multi":
        options = sorted((option.value for option in field.options or ()), key=lambda value: value not in values)
        for size in (1, 2):
            yield from (list(chosen) for chosen in itertools.combinations(options[:12], size))
        yield options
    elif field.options is not None:
        yield from (option.value for option in field.options)
    elif field.kind in {"yesno", "consent"}:
        yield from ("yes", "no") if field.kind == "yesno" else ("yes",)
    elif field.kind in {"confirm", "address"}:
        yield from ({"choice": one} for one in (("yes", "no") if field.kind == "confirm" else ("register", "other")))
    elif field.kind == "file":
        yield [{"id": "", "name": "", "size": 1}]
    elif field.kind == "table":
        columns = [column.id for column in field.columns or ()]
        yield from ([dict.fromkeys(columns, value)] for value in _around(values, int, is_day=False))
    else:
        yield from _around(values, int if field.kind in NUMBERS else str, is_day=field.kind == "date")


def _fact_domain(fact: str, values: list[Any]) -> Iterator[Any]:
    kind = FACTS[fact].type
    yield None
    if kind == "bool":
        yield from (True, False)
    else:
        yield from _around(values, int if kind == "number" else str, is_day=kind == "date")


def _around(values: list[Any], kind: type, *, is_day: bool) -> Iterator[Any]:
    """The mentioned values of a type, and their neighbours: one of them lies in every gap."""
    if kind is int:
        numbers = [value for value in values if type(value) is int]
        yield from sorted({near for value in numbers for near in (value - 1, value, value + 1)} or {0})
        return
    texts = [value for value in values if isinstance(value, str)]
    if is_day:
        days = [date.fromisoformat(text) for text in texts if _as_day(text)]
        near = {day + timedelta(days=step) for day in days for step in (-1, 0, 1)}
        yield from sorted(day.isoformat() for day in near or {_DAY})
        return
    yield from texts
    yield "another"


def _as_day(value: str) -> bool:
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False
