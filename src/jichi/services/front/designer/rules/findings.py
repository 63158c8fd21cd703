"""点検: everything wrong with a design, each with the place where it is mended. Forms finds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from jichi.engines.forms.rules import (
    DefinitionError,
    FormDefinition,
    Problem,
    missing_translations,
    read_definition,
)

from .making import BLANK, blanks
from .page_words import in_page_words
from .places import Place, Plain, nearest_part, place_of_problem
from .writing import to_yaml

UNTRANSLATED = "definition.untranslated"


@dataclass(frozen=True, slots=True)
class Found:
    """One finding. `place` is the part whose page mends it, `item` the item there; `level` error or warning."""

    level: str
    code: str
    message: str
    fix: str
    place: Place
    item: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A design looked through. `definition` is None where it can't be read; missing translations are counted alone."""

    definition: FormDefinition | None
    errors: tuple[Found, ...]
    warnings: tuple[Found, ...]
    untranslated: int

    @property
    def may_publish(self) -> bool:
        """No error."""
        return not self.errors


def found_in(data: dict[str, Plain], problems: Sequence[Problem]) -> Checked:
    """What `problems` of the design's file mean for its pages, and what must still be written; errors first."""
    found = [_found(one, data) for one in problems if one.code != UNTRANSLATED]
    definition = definition_of(data)
    return Checked(
        definition,
        (*(one for one in found if one.level == "error"), *_unwritten(data)),
        tuple(one for one in found if one.level != "error"),
        len(missing_translations(definition)) if definition else 0,
    )


def definition_of(data: dict[str, Plain]) -> FormDefinition | None:
    """The definition, or None while it can't be read."""
    try:
        return FormDefinition.model_validate(data)
    except ValidationError:
        return None


def unreadable(data: dict[str, Plain]) -> tuple[Found, ...]:
    """What keeps the design from being read as a definition; () when nothing does. Quick where nothing does."""
    if definition_of(data) is not None:
        return ()
    try:
        read_definition(to_yaml(data))
    except DefinitionError as error:
        return tuple(_found(one, data) for one in error.problems)
    return ()


def _found(problem: Problem, data: Plain) -> Found:
    place, item = nearest_part(place_of_problem(problem.path, data), data)
    message, fix = in_page_words(problem.code, problem.message, problem.fix, data)
    return Found(problem.level, problem.code, message, fix, place, item)


def _unwritten(data: Plain) -> list[Found]:
    found = []
    for place in blanks(data):
        part, item = nearest_part(place, data)
        found.append(Found("error", "designer.blank", f"「{BLANK}」のままです。", "文を書く", part, item))
    return found
