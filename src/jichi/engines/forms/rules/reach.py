"""What can happen at all: an exact search over the answers and facts that conditions tell apart. Pure.

Every condition splits answers into a few groups; one answer of each group is tried, question by question, and a branch
is left as soon as what is sought can no longer come. "Can't decide" is an answer of its own and never a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeAlias

from .conditions import Condition, Situation, holds
from .definition import FormDefinition
from .domains import Domains, domains_of

MAX_STEPS: Final = 6000
Outcomes: TypeAlias = frozenset[bool | None]
_ANY: Final[Outcomes] = frozenset({True, False, None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What is sought: all of it at once."""

    true: tuple[Condition, ...] = ()
    not_true: tuple[Condition, ...] = ()
    shown: tuple[str, ...] = ()
    """Ids of questions that are seen."""
    hidden: tuple[str, ...] = ()


def can_be(definition: FormDefinition, goal: Goal) -> bool | None:
    """Is there a person, with answers as they can be sent, for whom all of the goal holds?

    Returns:
        None where there is too much to try, or where answers are compared in ways that can't be split into groups.
    """
    return _Search(definition, goal).run()


def never_shown(definition: FormDefinition) -> tuple[str, ...]:
    """Ids of fields that no combination of answers and facts shows, in order."""
    named = [name for name in definition.fields if conditions_of(definition, name)]
    reached: set[str] = set()
    never: set[str] = set()
    for name in reversed(named):  # who gets to the last question saw most of those before
        if name not in reached:
            search = _Search(definition, Goal(shown=(name,)))
            if search.run() is False:
                never.add(name)
            reached |= search.seen(named)
    return tuple(name for name in named if name in never)


def never_true(definition: FormDefinition, condition: Condition) -> bool:
    """No combination of answers and facts makes the condition hold; False where that can't be decided."""
    return can_be(definition, Goal(true=(condition,))) is False


def may_hide(definition: FormDefinition, name: str, when: Condition | None = None) -> bool:
    """Is the question not seen by somebody (for whom `when` holds)? False where that can't be decided."""
    goal = Goal(hidden=(name,), true=(when,) if when is not None else ())
    return bool(conditions_of(definition, name)) and can_be(definition, goal) is True


def conditions_of(definition: FormDefinition, name: str) -> tuple[Condition, ...]:
    """All that must hold for the question to be seen: its page's condition and its own."""
    page = definition.page(definition.page_of_field[name])
    return tuple(c for c in (page.show_if, definition.fields[name].show_if) if c is not None)


@dataclass(slots=True)
class _Search:
    """Backtracking in the order of the form; facts and the day come first."""

    definition: FormDefinition
    goal: Goal
    steps: int = 0
    answers: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    today: date = date.min
    shows: dict[str, tuple[Condition, ...]] = field(default_factory=dict)

    def run(self) -> bool | None:
        sought = [*self.goal.true, *self.goal.not_true]
        asked = (*self.goal.shown, *self.goal.hidden)
        sought += [c for name in asked for c in conditions_of(self.definition, name)]
        fields, conditions = self._involved(sought)
        domains = domains_of(self.definition, fields, conditions)
        if domains is None:
            return None
        for name in (*fields, *asked):
            self.shows[name] = conditions_of(self.definition, name)
        order = [("fact", name) for name in domains.facts] + [("field", name) for name in fields]
        try:
            for day in domains.days:
                self.today = day
                if self._found(order, 0, domains):
                    return True
        except _TooMuch:
            return None
        return False

    def seen(self, names: Sequence[str]) -> set[str]:
        """Which of these questions the person who was found sees for certain."""
        known = ((name, conditions_of(self.definition, name)) for name in names)
        return {name for name, conditions in known if all(self._outcomes(c) == {True} for c in conditions)}

    def _involved(self, sought: Sequence[Condition]) -> tuple[list[str], list[Condition]]:
        """Questions that matter, in the form's order, and all conditions among them."""
        seen: set[str] = set()
        conditions, waiting = list(sought), [name for c in sought for name in c.fields()]
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self.definition.fields:
                continue
            seen.add(name)
            for condition in conditions_of(self.definition, name):
                conditions.append(condition)
                waiting.extend(condition.fields())
        return [name for name in self.definition.fields if name in seen], conditions

    def _found(self, order: Sequence[tuple[str, str]], at: int, domains: Domains) -> bool:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise _TooMuch
        if not self._open():
            return False
        if at == len(order):
            return True
        kind, name = order[at]
        self.settled.add(f"{kind} {name}")
        for value in self._values(kind, name, domains):
            place = self.answers if kind == "field" else self.facts
            if value is not None:
                place[name] = value
            if self._found(order, at + 1, domains):
                return True
            place.pop(name, None)
        self.settled.discard(f"{kind} {name}")
        return False

    def _values(self, kind: str, name: str, domains: Domains) -> Iterator[Any]:
        if kind == "fact":
            yield from domains.facts[name]
            return
        question = self.definition.fields[name]
        if not question.is_question or not self._is_seen(name):
            yield None
            return
        yield from domains.fields[name]
        if not question.required:
            yield None

    def _is_seen(self, name: str) -> bool:
        return all(self._outcomes(condition) == {True} for condition in self.shows[name])

    def _open(self) -> bool:
        """Can the goal still come?"""
        goal = self.goal
        if not all(True in self._outcomes(c) for c in goal.true):
            return False
        if not all(self._outcomes(c) - {True} for c in goal.not_true):
            return False
        if not all(True in self._outcomes(c) for name in goal.shown for c in self.shows[name]):
            return False
        return all(any(self._outcomes(c) - {True} for c in self.shows[name]) for name in goal.hidden)

    def _outcomes(self, condition: Condition) -> Outcomes:
        """What the condition may still come to."""
        if condition.all is not None:
            return _both([self._outcomes(inner) for inner in condition.all])
        if condition.any is not None:
            return _negated(_both([_negated(self._outcomes(inner)) for inner in condition.any]))
        if condition.not_ is not None:
            return _negated(self._outcomes(condition.not_))
        names = {f"field {name}" for name in condition.fields() if name in self.definition.fields}
        if (names | {f"fact {fact}" for fact in condition.facts()}) - self.settled:
            return _ANY
        return frozenset({holds(condition, Situation(self.answers, self.facts, self.today))})


class _TooMuch(Exception):
    """More to try than is worth it."""


def _negated(outcomes: Outcomes) -> Outcomes:
    return frozenset(None if value is None else not value for value in outcomes)


def _both(parts: Sequence[Outcomes]) -> Outcomes:
    """Kleene's "and" over all that each may come to."""
    unsure = any(None in part for part in parts) and all(part - {False} for part in parts)
    may = {False: any(False in part for part in parts), True: all(True in part for part in parts), None: unsure}
    return frozenset(outcome for outcome, comes in may.items() if comes)
