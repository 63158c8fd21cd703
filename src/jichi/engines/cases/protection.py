"""支援措置: what is left out of answers where the address of a protected person must not be seen. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jichi.engines.forms.rules import Field
from jichi.engines.registry.rules import HIDDEN

RESTRICTED: Final = "【閲覧制限】"
"""What marks a protected person in lists and files."""

_WHERE: Final = frozenset({"address", "postcode", "town_key"})


def tells_where(field: Field) -> bool:
    """Does the answer say, or show from the register, where somebody lives?"""
    if field.kind in {"address", "postcode", "point"}:
        return True
    return any(_is_place(fact) for fact in (field.prefill or "", *(field.shows or ())))


def _is_place(fact: str) -> bool:
    return fact.rpartition(".")[2] in _WHERE


def masked_answer(field: Field, answer: Any) -> Any:
    """The answer without the place: other parts of it stay.

    Returns an answer of the same shape, fit for `forms.rules.answer_lines`; for postcodes None.
    """
    if answer is None or not tells_where(field):
        return answer
    if field.kind == "address" and isinstance(answer, Mapping):
        return {**answer, "postcode": "", "address": HIDDEN}
    if field.kind == "point" and isinstance(answer, Mapping):
        return {**answer, "words": HIDDEN, "lat": "", "lng": ""}
    if field.kind == "confirm" and isinstance(answer, Mapping):
        shown = {k: HIDDEN if _is_place(k) else v for k, v in answer.get("shown", {}).items()}
        return {**answer, "shown": shown}
    return None if field.kind == "postcode" else HIDDEN
