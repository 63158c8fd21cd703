"""What was typed on a page of the designer, put into a part of the definition. Pure; nothing else of it changes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, TypeAlias

from jichi.kernel.errors import FieldError

from .places import MISSING, Plain
from .sentences import japanese, limit_text, read_limit
from .shape import NAMES, Shape

Raw: TypeAlias = Mapping[str, Sequence[str]]
ON_THE_FORM: Final = frozenset({
    "text", "texts", "line", "lines", "number", "switch", "choice", "choices", "value", "words", "map", "either",
})  # fmt: skip
"""What is typed on the page of its part; parts, lists of parts and conditions have pages of their own."""


_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,59}")


class Wrong(ValueError):
    """What was typed can't be taken; `error` says why."""

    def __init__(self, error: FieldError) -> None:
        self.error = error
        super().__init__(error.code)


def is_quick(shape: Shape) -> bool:
    """A list of choices: typed as lines, one for each choice."""
    return shape.kind == "parts" and shape.of == "Option"


def typed_items(shapes: Mapping[str, Shape], part: Mapping[str, Plain]) -> list[str]:
    """The items that the form of a part asks for, in order."""
    return [
        item for item, shape in shapes.items()
        if is_quick(shape) or (shape.kind in ON_THE_FORM and not (shape.kind == "either" and _is_part(part.get(item))))
    ]  # fmt: skip


def _is_part(value: Plain) -> bool:
    return isinstance(value, dict)


def written_value(shape: Shape, value: Plain) -> str | list[str] | bool:
    """The value as the form shows it."""
    if shape.kind == "text":
        return japanese(value)
    if shape.kind == "choices":
        return [str(one) for one in (value if isinstance(value, list) else shape.default or [])]
    if shape.kind == "switch":
        return bool(shape.default if value is None else value)
    if shape.kind == "value":
        return limit_text(value)
    if is_quick(shape) or shape.kind in {"texts", "lines", "words", "map"}:
        return "\n".join(_lines(shape, value))
    return str(shape.default if value is None and shape.default is not None else "" if value is None else value)


def _lines(shape: Shape, value: Plain) -> list[str]:
    """The value as lines, one for each member."""
    if shape.kind == "map":
        return [f"{key}={one}" for key, one in value.items()] if isinstance(value, dict) else []
    if shape.kind == "words":
        value = value.get("ja") if isinstance(value, dict) else None
    members = value if isinstance(value, list) else []
    if is_quick(shape):
        return [japanese(one.get("label")) for one in members if isinstance(one, dict)]
    return [japanese(one) or str(one) for one in members]


def read_part(
    shapes: Mapping[str, Shape], items: Collection[str], raw: Raw, before: Mapping[str, Plain]
) -> tuple[dict[str, Plain], dict[str, FieldError]]:
    """The part as typed, and what is wrong with it by item. Items that were not on the form stay as they are."""
    found: dict[str, Plain] = dict(before)
    wrong: dict[str, FieldError] = {}
    for item in items:
        try:
            value = _read(shapes[item], list(raw.get(item, ())), before.get(item), given=item in before)
        except Wrong as problem:
            wrong[item] = problem.error
            continue
        if item in NAMES and isinstance(value, str) and not _NAME.fullmatch(value):
            wrong[item] = FieldError("designer.name")
        elif value is MISSING:
            found.pop(item, None)
            if shapes[item].required:
                wrong[item] = FieldError("field.required")
        else:
            found[item] = value  # type: ignore[assignment] # MISSING was handled
    return found, wrong


def _read(shape: Shape, values: list[str], before: Plain, *, given: bool) -> Plain | object:
    text = (values[-1] if values else "").replace("\r\n", "\n").replace("\x00", "").strip()
    if shape.kind == "switch":
        chosen = text in {"1", "yes"}
        return chosen if given or chosen != bool(shape.default) else MISSING
    if shape.kind == "choices":
        picked = [value for value in shape.options if value in values]
        if not picked and shape.low:
            raise Wrong(FieldError("field.choose"))
        return MISSING if not picked or (not given and picked == list(shape.default or ())) else picked
    if shape.kind in {"number", "either"} and shape.plain != "line":
        return _number(shape, text, given=given)
    if not text:
        return _emptied(shape, before)
    if shape.kind == "choice":
        if text not in shape.options:
            raise Wrong(FieldError("field.choose_one"))
        return text if given or text != shape.default else MISSING
    if shape.kind == "value":
        return read_limit(text)
    return _worded(shape, text, before)


def _emptied(shape: Shape, before: Plain) -> Plain | object:
    """Nothing was typed: the item goes, but words of other languages don't."""
    if shape.kind == "words" and isinstance(before, dict):
        return {code: words for code, words in before.items() if code != "ja"} or MISSING
    return MISSING


def _number(shape: Shape, text: str, *, given: bool) -> Plain | object:
    if not text:
        return MISSING
    digits = text.replace(",", "").translate(str.maketrans("0123456789", "0123456789"))
    if not (digits.isdecimal() and len(digits) < 12):
        raise Wrong(FieldError("field.number"))
    value = int(digits)
    low, high = shape.low or 0, shape.high
    if value < low or (high is not None and value > high):
        raise Wrong(FieldError("designer.range", {"min": low, "max": high if high is not None else ""}))
    return value if given or value != shape.default else MISSING


def _worded(shape: Shape, text: str, before: Plain) -> Plain:
    if shape.kind == "text":
        return with_japanese(before, text)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if is_quick(shape):
        return options_from(lines, before if isinstance(before, list) else [])
    if shape.kind == "texts":
        kept = before if isinstance(before, list) else []
        return [_same_text(line, kept, number) for number, line in enumerate(lines)]
    if shape.kind == "lines":
        return list(lines)
    if shape.kind == "words":
        others = before if isinstance(before, dict) else {}
        return {**others, "ja": list(lines)}
    if shape.kind == "map":
        if any("=" not in line for line in lines):
            raise Wrong(FieldError("designer.pairs"))
        pairs = (line.split("=", 1) for line in lines)
        return {key.strip(): value.strip() for key, value in pairs}
    return text


def with_japanese(before: Plain, text: str) -> Plain:
    """The text with other Japanese words; its translations stay."""
    return {**before, "ja": text} if isinstance(before, dict) else text


def _same_text(line: str, kept: list[Plain], number: int) -> Plain:
    """The text of the line with its translations: the one with the same words, otherwise the one in its place."""
    same = [one for one in kept if japanese(one) == line]
    if same:
        return same[0]
    return with_japanese(kept[number], line) if number < len(kept) else line


def options_from(lines: Sequence[str], before: list[Plain]) -> list[Plain]:
    """Choices from lines: a line with the words of a choice is that choice, one in its place is it renamed."""
    old = [one for one in before if isinstance(one, dict)]
    labels = [japanese(one.get("label")) for one in old]
    kept = {label for label in labels if label in lines}
    taken = {str(one.get("value")) for one in old}
    found: list[Plain] = []
    for number, line in enumerate(lines):
        if line in kept:
            found.append(old[labels.index(line)])
        elif number < len(old) and labels[number] not in kept:
            found.append({**old[number], "label": with_japanese(old[number].get("label"), line)})
        else:
            value = next(f"option_{n}" for n in range(1, len(taken) + 2) if f"option_{n}" not in taken)
            taken.add(value)
            found.append({"value": value, "label": line})
    return found
