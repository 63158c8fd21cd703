"""A small definition with everything written that must be."""

from __future__ import annotations

from typing import Any

from jichi.engines.forms.rules import DefinitionError, lint, read_definition

from .. import rules


def complete(slug: str, division: str, **items: Any) -> dict[str, Any]:
    """An empty definition whose blanks are filled; `items` stand instead of its own."""
    found: Any = _filled(rules.empty_definition(slug, "ベンチの修理", division))
    return {**found, **items}


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {item: _filled(inner) for item, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner) for inner in value]
    return "書いた文" if value == rules.BLANK else value


def looked(data: Any) -> rules.Checked:
    """The design looked through without a house: no routes, no divisions."""
    try:
        problems = lint(*read_definition(rules.to_yaml(data)))
    except DefinitionError as error:
        problems = error.problems
    return rules.found_in(data, problems)
