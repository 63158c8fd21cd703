"""The names and values under which an answer is posted: what a page sends, shows again, and re-validation reads. Pure.


Posted names: the field's id; dates `<id>_era`, `_y`, `_m`, `_d` (or the id alone with a whole date);
another address `<id>__postcode` and `<id>__address`; tables as in `tables`; a person typed `<id>__name`; a point
`<id>` (words), `<id>__lat`, `<id>__lng`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from .fields import Field
from .people_asked import raw_people, typed_name
from .points import POINT_PARTS
from .tables import raw_cells, rows_name
from .towns import TOWN_PARTS

Raw: TypeAlias = Mapping[str, Sequence[str]]
"""Posted name → values, as in an HTTP form."""

DATE_PARTS: Final = ("era", "y", "m", "d")
ADDRESS_PARTS: Final = ("postcode", "address")


def posted_names(field: Field) -> tuple[str, ...]:
    """The names under which the field's answer may be posted."""
    if field.kind == "date":
        return (field.id, *(f"{field.id}_{part}" for part in DATE_PARTS))
    if field.kind == "address":
        return (field.id, *(f"{field.id}__{part}" for part in (*ADDRESS_PARTS, *TOWN_PARTS)))
    if field.kind == "table":
        return (field.id, rows_name(field))
    if field.kind == "person":
        return (field.id, typed_name(field))
    if field.kind == "point":
        return (field.id, *(f"{field.id}__{part}" for part in POINT_PARTS))
    return (field.id,) if field.is_question and field.kind != "file" else ()


def raw_of(field: Field, answer: Any) -> dict[str, list[str]]:
    """The form values that would be posted for this answer: what a page shows again, and re-validation reads."""
    if answer is None or field.kind in {"file", "note"}:
        return {}
    several = _SEVERAL.get(field.kind)
    if several is not None:
        return several(field, answer)
    if field.kind == "confirm":
        return {field.id: [str(answer.get("choice", ""))]}
    if isinstance(answer, list):
        return {field.id: [str(value) for value in answer]}
    return {field.id: [str(answer)]}


def _raw_date(field: Field, answer: Any) -> dict[str, list[str]]:
    year, month, day = str(answer).split("-")
    return {f"{field.id}_era": [""], f"{field.id}_y": [str(int(year))], f"{field.id}_m": [str(int(month))],
            f"{field.id}_d": [str(int(day))]}  # fmt: skip


def _raw_address(field: Field, answer: Any) -> dict[str, list[str]]:
    other = {f"{field.id}__{part}": [str(answer.get(part, ""))] for part in ADDRESS_PARTS}
    return {field.id: [str(answer.get("choice", ""))], **(other if answer.get("choice") == "other" else {})}


def _raw_point(field: Field, answer: Any) -> dict[str, list[str]]:
    numbers = {f"{field.id}__{part}": [str(answer.get(part, ""))] for part in POINT_PARTS}
    return {field.id: [str(answer.get("words", ""))], **numbers}


def _raw_table(field: Field, answer: Any) -> dict[str, list[str]]:
    return raw_cells(field, [row for row in answer if isinstance(row, Mapping)])


_SEVERAL: Final[Mapping[str, Callable[[Field, Any], dict[str, list[str]]]]] = {
    "date": _raw_date, "address": _raw_address, "table": _raw_table, "person": raw_people, "point": _raw_point,
}  # fmt: skip
