"""Examples beside a design: kept, changed, taken away; each act runs all of them anew."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from jichi.engines.audit.context import Actor, unit
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import rules
from ..models import Design
from ..rules import Expected
from .changing import failing_of, locked

NAME_LENGTH: Final = 100
LARGEST: Final = 256 * 1024
"""Bytes of all examples of a design."""


def keep_example(
    *, actor: Actor, id: UUID, name: str, who: str, day: date, answers: Mapping[str, Any],
    raw: Mapping[str, Sequence[str]],
) -> str:  # fmt: skip
    """Keep the answers of a test run as an example; what comes out of them now is expected. Answers the example's id.

    Args:
        day: what counts as today whenever it is run.
        answers: those that were right. raw: what was typed on the page where the run stands.

    Raises:
        NotFound. Conflict: "designer.ended", "designer.locked", "designer.unreadable".
        Invalid: no name or a long one ("name"); "designer.too_many_examples", "designer.too_large".
    """
    _named(name)
    with unit(actor):
        design = locked(actor, id)
        definition = rules.definition_of(design.source)
        if definition is None:
            raise Conflict("designer.unreadable")
        made = rules.recorded(definition, id=uuid4().hex, who=who, day=day, answers=answers, raw=raw)
        if len(design.examples) >= rules.MOST:
            raise Invalid("designer.too_many_examples", count=rules.MOST)
        _write(design, [*design.examples, replace(made, name=name.strip()).kept()])
        return made.id


def change_example(*, actor: Actor, id: UUID, example: str, seen: str, name: str, expected: Expected) -> None:
    """Another name, another expected outcome. The answers stay.

    Args:
        seen: `rules.digest_of` what the page showed: what somebody else changed meanwhile is not overwritten.

    Raises:
        NotFound. Conflict: "designer.ended", "designer.locked", "designer.changed_since". Invalid: the name.
    """
    _named(name)
    with unit(actor):
        design = locked(actor, id)
        before = _found(design, example)
        after = replace(rules.example_of(before), name=name.strip(), expected=expected).kept()
        if before == after:
            return
        if rules.digest_of(before) != seen:
            raise Conflict("designer.changed_since")
        _write(design, [after if one["id"] == example else one for one in design.examples])


def accept_outcome(*, actor: Actor, id: UUID, example: str) -> None:
    """What comes out now is what is expected from now on.

    Raises:
        NotFound. Conflict: "designer.ended", "designer.locked", "designer.unreadable".
    """
    with unit(actor):
        design = locked(actor, id)
        definition = rules.definition_of(design.source)
        if definition is None:
            raise Conflict("designer.unreadable")
        kept = rules.example_of(_found(design, example))
        after = replace(kept, expected=rules.as_expected(rules.outcome_of(definition, kept))).kept()
        _write(design, [after if one["id"] == example else one for one in design.examples])


def remove_example(*, actor: Actor, id: UUID, example: str) -> None:
    """Take an example away; one that is gone stays gone.

    Raises:
        NotFound: no such design. Conflict: "designer.ended", "designer.locked".
    """
    with unit(actor):
        design = locked(actor, id)
        _write(design, [one for one in design.examples if one["id"] != example])


def _named(name: str) -> None:
    if not name.strip() or "\x00" in name:
        raise Invalid(fields={"name": FieldError("field.required")})
    if len(name) > NAME_LENGTH:
        raise Invalid(fields={"name": FieldError("field.too_long", {"max": NAME_LENGTH, "now": len(name)})})


def _found(design: Design, example: str) -> dict[str, Any]:
    for one in design.examples:
        if one["id"] == example:
            return dict(one)
    raise NotFound


def _write(design: Design, examples: list[dict[str, Any]]) -> None:
    if len(json.dumps(examples, ensure_ascii=False).encode()) > LARGEST:
        raise Invalid("designer.too_large")
    design.examples = examples
    design.failing = failing_of(design)
    design.save(update_fields=["examples", "failing"])
