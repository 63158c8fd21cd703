"""Places of a definition in words, as pages and the history tell them."""

from __future__ import annotations

from .labels import label
from .places import MISSING, Place, Plain, at, number_of
from .sentences import japanese
from .shape import Shape, items_of, shapes_of

LONGEST = 24
_NAMING = ("noun", "title", "label", "text", "message", "reason")


def words_of(data: Plain, place: Place) -> str:
    """A place in words: 「ページ『連絡先』 › 質問『氏名』 › 見出し」; 「設定」 for the whole."""
    words: list[str] = []
    shape: Shape | None = Shape(kind="part", required=True)
    for number, step in enumerate(place):
        if shape is not None and shape.kind in {"parts", "texts", "lines"}:
            name = member_name(at(data, place[: number + 1]), _fallback(data, place[:number], step))
            words[-1:] = [f"{words[-1]}『{name}』"] if words else [name]
            shape = items_of(shape)
        else:
            part = shape.of if shape is not None else ""
            words.append(label(step, part))
            shape = shapes_of(part).get(step) if shape is not None else None
    return " › ".join(words) or "設定"


def _fallback(data: Plain, place: Place, step: str) -> str:
    members = at(data, place)
    number = number_of(members, step) if isinstance(members, list) else None
    return step if number is None or not step.startswith("~") else f"{number + 1}番目"


def member_name(member: Plain | object, fallback: str) -> str:
    """What a page, question or other member is called."""
    if not isinstance(member, dict):
        return japanese(member)[:LONGEST] if isinstance(member, str) else fallback
    for item in _NAMING:
        if words := japanese(member.get(item)):
            return words[:LONGEST]
    fields = member.get("fields")
    if isinstance(fields, list) and fields and isinstance(fields[0], dict):
        return member_name(fields[0], fallback)
    return fallback if member is not MISSING else ""
