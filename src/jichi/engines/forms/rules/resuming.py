"""Going on without a login: which answer somebody is asked for who comes back by a mailed link, and whether it fits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from jichi.kernel.text import fold_for_search

from .conditions import Situation
from .definition import FormDefinition
from .fields import Field
from .posting import Raw
from .values import Wrong, read_answer

ASKED_KINDS: Final = ("date", "phone", "postcode", "name", "kana", "text", "textarea")
"""Kinds of answers that are asked for, what is typed again most surely first. Never the mail address: whoever
reads the mail knows it."""
BEGINNING: Final = 5
"""Of a long text, its first letters."""


def may_begin_as_guest(definition: FormDefinition) -> bool:
    """May it be begun without a login? Not what follows an earlier application: whose that was, a login says."""
    return definition.identification == "none" and definition.follows is None


def asked_again(definition: FormDefinition, answers: Mapping[str, Any]) -> Field | None:
    """The question whose answer opens a mailed link; None where nothing fit to ask has been answered yet."""
    found = [
        field
        for field in definition.fields.values()
        if field.kind in ASKED_KINDS and len(_folded(str(answers.get(field.id) or ""))) > 1
    ]
    return min(found, key=lambda field: ASKED_KINDS.index(field.kind), default=None)


def fits_again(field: Field, answer: str, raw: Raw, today: date) -> bool:
    """Is this what was answered before? Widths, blanks and capitals don't matter; of a long text its beginning does."""
    try:
        typed = read_answer(field, raw, Situation({}, {}, today))
    except Wrong:
        return False
    if typed is None:
        return False
    mine, theirs = _folded(str(typed)), _folded(str(answer))
    if field.kind == "textarea":
        mine, theirs = mine[:BEGINNING], theirs[:BEGINNING]
    return mine == theirs


def _folded(text: str) -> str:
    return "".join(fold_for_search(text).split())
