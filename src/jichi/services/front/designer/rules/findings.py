"""点検: everything wrong with a design, each with the place where it is mended. As `jichi procedure check` finds it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pydantic import ValidationError

from jichi.engines.forms.rules import (
    DefinitionError,
    FormDefinition,
    Problem,
    lint,
    missing_translations,
    read_definition,
)

from .making import BLANK, blanks
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


def checked(
    data: dict[str, Plain], routes: Collection[str] | None, divisions: Collection[str] | None = None
) -> Checked:
    """Everything found, errors first.

    Args:
        routes: ids of the routes that exist; None: not looked at. divisions: codes of the divisions, likewise.
    """
    try:
        definition, source = read_definition(to_yaml(data))
    except DefinitionError as error:
        return Checked(None, (*(_found(one, data) for one in error.problems), *_unwritten(data)), (), 0)
    problems = lint(definition, source, routes)
    found = [_found(one, data) for one in problems if one.code != UNTRANSLATED]
    if divisions is not None and definition.division not in divisions:
        message = f"課「{definition.division}」がありません。"
        found.append(Found("error", "definition.unknown_division", message, "担当課を選び直す", (), "division"))
    errors = (*(one for one in found if one.level == "error"), *_unwritten(data))
    return Checked(
        definition, errors, tuple(one for one in found if one.level != "error"), len(missing_translations(definition))
    )


def unreadable(data: dict[str, Plain]) -> tuple[Found, ...]:
    """What keeps the design from being read as a definition; () when nothing does. Quick where nothing does."""
    try:
        FormDefinition.model_validate(data)
    except ValidationError:
        pass
    else:
        return ()
    try:
        read_definition(to_yaml(data))
    except DefinitionError as error:
        return tuple(_found(one, data) for one in error.problems)
    return ()


def _found(problem: Problem, data: Plain) -> Found:
    place, item = nearest_part(place_of_problem(problem.path, data), data)
    return Found(problem.level, problem.code, problem.message, problem.fix, place, item)


def _unwritten(data: Plain) -> list[Found]:
    found = []
    for place in blanks(data):
        part, item = nearest_part(place, data)
        found.append(Found("error", "designer.blank", f"「{BLANK}」のままです。", "文を書く", part, item))
    return found
