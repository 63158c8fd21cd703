"""New parts: an empty definition, a page, a question of a kind, one more of anything. What people must still
write says so, and keeps the definition from being published."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from jichi.engines.forms.rules import FACTS

from .places import MISSING, Place, Plain, at, key_of, list_at, shape_at, with_at
from .shape import NAMES, Shape, column_kinds, field_shapes, shapes_of
from .writing import ordered

BLANK: Final = "【未記入】"
"""Stands where people must still write something."""
FIRST_FACT: Final = "subject.name"
_STEMS: Final = {"Page": "page", "Field": "question", "Option": "option", "FeeItem": "item"}


def blank(name: str, kind: str = "", *, taken: Collection[str] = ()) -> dict[str, Plain]:
    """A new part with what it can't do without.

    Args:
        kind: of a question.
        taken: names that its neighbours have.
    """
    shapes: Mapping[str, Shape] = field_shapes(kind) if name == "Field" else shapes_of(name)
    made: dict[str, Plain] = {}
    for item, shape in shapes.items():
        if item in NAMES and shape.kind == "line" and shape.required:
            made[item] = free_name(_STEMS.get(name, name.lower()[:12] or "part"), taken)
        elif shape.required:
            made[item] = _filled(item, shape, kind)
    return {**made, **_together(name)}


def _together(name: str) -> dict[str, Plain]:
    """One of several items that a part needs: those that the schema can't name."""
    whole: dict[str, dict[str, Plain]] = {
        "OfficialCheck": {"rule": {"fact": FIRST_FACT, "answered": True}}, "ShownItem": {"fact": FIRST_FACT},
        "RouteChoice": {"id": "standard"}, "FollowUp": {"days": 30},
    }  # fmt: skip
    return whole.get(name, {})


def _filled(item: str, shape: Shape, kind: str) -> Plain:
    if shape.kind == "number":
        return shape.low or 0
    if shape.kind == "choice":
        return kind if item == "kind" and kind in shape.options else shape.options[0]
    if shape.kind == "choices":
        return [FIRST_FACT if item == "shows" else shape.options[0]]
    if shape.kind in {"texts", "lines"}:
        return [BLANK]
    if shape.kind == "parts":
        inner = column_kinds()[0] if shape.of == "Field" else ""
        return [blank(shape.of, inner or "text")]
    if shape.kind == "part":
        return blank(shape.of)
    if shape.kind == "condition":
        return {"fact": FIRST_FACT, "answered": True}
    return "2026-04-01" if item == "from" else "question" if item in {"field", "count"} else BLANK


def free_name(stem: str, taken: Collection[str]) -> str:
    """`question_4`: the first such name that nobody has."""
    return next(f"{stem}_{n}" for n in range(1, len(taken) + 2) if f"{stem}_{n}" not in taken)


def empty_definition(slug: str, title: str, division: str) -> dict[str, Plain]:
    """A definition to begin with: one page with one question, and what people must still write."""
    made: dict[str, Plain] = {item: _filled(item, shape, "") for item, shape in shapes_of("").items() if shape.required}
    made |= {
        "format": "jichi/procedure/1", "id": slug, "version": 1, "title": title, "division": division,
        "expected_minutes": 10, "processing_days": 14, "retention_years": 5,
        "pages": [{"id": "page_1", "fields": [{"id": "question_1", "kind": "text", "label": BLANK}]}],
        "decision": {
            "accept": {"label": "承認する", "text": BLANK}, "refuse": {"label": "承認しない", "text": BLANK},
            "review_notice": {"text": BLANK},
        },
    }  # fmt: skip
    return made


def added(data: Plain, place: Place, kind: str = "", label: str = "") -> tuple[Plain, Place]:
    """The definition with one more member at the end of the list at `place`, and where the new one stands."""
    shape = shape_at(data, place)
    if shape is None or shape.kind != "parts":
        raise KeyError(place)
    members = list_at(data, place)
    new = blank(shape.of, kind, taken=_taken(data, place, shape.of))
    if shape.of == "Page":
        new["fields"] = [blank("Field", kind or "text", taken=_field_ids(data))]
        if label:
            new["title"] = label
    elif label:
        new["text" if kind == "note" and shape.of == "Field" else "label" if "label" in new else "title"] = label
    changed = with_at(data, place, [*members, new])
    key = next((str(new[item]) for item in NAMES if item in new), f"~{len(members)}")
    return changed, (*place, key)


def _field_ids(data: Plain) -> set[str]:
    return {
        str(field.get("id"))
        for page in list_at(data, ("pages",)) if isinstance(page, dict)
        for field in list_at(page, ("fields",)) if isinstance(field, dict)
    }  # fmt: skip


def names_beside(data: Plain, place: Place) -> set[str]:
    """Names that a member may not take: of its neighbours, for a question of all questions."""
    shape = shape_at(data, place)
    return _taken(data, place[:-1], shape.of if shape else "")


def _taken(data: Plain, place: Place, name: str) -> set[str]:
    if name == "Field" and "columns" not in place:
        return _field_ids(data)
    found = (one.get(item) for one in list_at(data, place) if isinstance(one, dict) for item in NAMES)
    return {str(one) for one in found if one}


def moved(data: Plain, place: Place, by: int) -> Plain:
    """The definition with the member at `place` so many steps further down (up: negative); as far as there are."""
    members = list_at(data, place[:-1])
    one = at(data, place)
    here = next((n for n, member in enumerate(members) if member is one), None)
    if here is None:
        raise KeyError(place)
    there = min(max(here + by, 0), len(members) - 1)
    rest = [*members[:here], *members[here + 1 :]]
    return with_at(data, place[:-1], [*rest[:there], members[here], *rest[there:]])


def moved_to_page(data: Plain, place: Place, page: str) -> tuple[Plain, Place]:
    """The definition with the question at `place` (pages/…/fields/…) at the end of another page."""
    field = at(data, place)
    if field is MISSING or len(place) != 4:
        raise KeyError(place)
    data = with_at(data, place, MISSING)
    there: Place = ("pages", page, "fields")
    data = with_at(data, there, [*list_at(data, there), field])
    return data, (*there, place[3])


def of_kind(field: Mapping[str, Plain], kind: str) -> dict[str, Plain]:
    """The question with another kind: what that kind doesn't take is left out, what it needs is there."""
    shapes = field_shapes(kind)
    kept = {item: value for item, value in field.items() if item in shapes}
    fresh = blank("Field", kind)
    return {**{item: value for item, value in fresh.items() if item not in kept}, **kept, "kind": kind}


def blanks(data: Plain) -> list[Place]:
    """Every place where something must still be written."""
    return _blanks(ordered(data), ())


def _blanks(value: Plain, place: Place) -> list[Place]:
    if isinstance(value, str):
        return [place] if BLANK in value else []
    if isinstance(value, dict):
        return [found for item, inner in value.items() for found in _blanks(inner, (*place, item))]
    if isinstance(value, list):
        return [found for n, inner in enumerate(value) for found in _blanks(inner, (*place, key_of(value, n)))]
    return []


def with_blanks(data: dict[str, Plain]) -> dict[str, Plain]:
    """A drafted definition where what says 「…を書く」 is marked as not written yet."""
    return {item: _marked(value) for item, value in data.items()}


def _marked(value: Plain) -> Plain:
    if isinstance(value, dict):
        return {item: _marked(inner) for item, inner in value.items()}
    if isinstance(value, list):
        return [_marked(inner) for inner in value]
    return f"{BLANK}{value}" if isinstance(value, str) and value.endswith("を書く") else value


def facts() -> tuple[str, ...]:
    """Every fact of the register that a definition may name."""
    return tuple(FACTS)
