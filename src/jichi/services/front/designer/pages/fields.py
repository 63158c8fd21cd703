"""The form of a part: one field for each item, as the item's shape says. No item is listed here by hand but for a list
to choose from: divisions, routes, procedures, questions, facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from jichi.design.fields import FormField, Option
from jichi.engines.accounts import queries as accounts
from jichi.engines.forms import queries as forms
from jichi.engines.forms.rules import LIFE_EVENTS
from jichi.engines.routes import queries as routes
from jichi.kernel.errors import FieldError

from .. import rules
from ..rules import Plain, Shape

LONG: Final = frozenset({
    "summary", "intro", "text", "message", "lead", "reason", "ok", "look", "if_no", "pattern_message", "rule", "hint",
})  # fmt: skip
FEW: Final = 5
APART: Final = frozenset({"id", "code", "value", "autocomplete", "pattern", "pattern_message", "noun"})
"""Items that most people never touch: they stand below, folded."""
_LISTS: Final = {"options": 6, "keywords": 4, "synonyms": 3, "needs": 4, "notes": 4, "messages": 3}
Options = Sequence[Option]


def form_fields(
    data: Plain, name: str, part: Mapping[str, Plain], shapes: Mapping[str, Shape], items: Sequence[str],
    *, raw: Mapping[str, Sequence[str]] | None = None, wrong: Mapping[str, FieldError] | None = None,
) -> list[FormField]:  # fmt: skip
    """The fields of a part.

    Args:
        data: the design. name: of the part's kind. items: those that the form asks for.
        raw: what was posted just now, shown instead of what is kept.
    """
    return [
        _field(data, name, item, shapes[item], part.get(item), raw).with_error((wrong or {}).get(item))
        for item in items
    ]


def _field(
    data: Plain, name: str, item: str, shape: Shape, value: Plain, raw: Mapping[str, Sequence[str]] | None
) -> FormField:
    shown = rules.written_value(shape, value)
    if raw is not None:
        posted = list(raw.get(item, ()))
        shown = posted if shape.kind == "choices" else bool(posted) if shape.kind == "switch" else "".join(posted[-1:])
    label, hint = rules.label(item, name), rules.HINTS.get(item, "")
    options = _options(data, name, item, shape, str(value) if isinstance(value, str) else "")
    if shape.kind == "switch":
        return FormField(name=item, label=label, kind="consent", required=False, value=shown, show_mark=False)
    if shape.kind == "choices":
        return FormField(
            name=item, label=label, kind="checkboxes", required=bool(shape.low), value=shown, options=options, hint=hint
        )
    if options:
        few = len(options) <= FEW and shape.kind == "choice"
        return FormField(
            name=item, label=label, kind="radio" if few else "select", required=shape.required, value=shown,
            options=options, hint=hint,
        )  # fmt: skip
    if shape.kind in {"texts", "lines", "words", "map"} or rules.is_quick(shape):
        rows = _LISTS.get(item, 3)
        return FormField(
            name=item, label=label, kind="textarea", required=shape.required, value=shown, rows=rows,
            hint=hint or "1行に1つ",
        )  # fmt: skip
    if shape.kind == "text" and item in LONG:
        return FormField(
            name=item, label=label, kind="textarea", required=shape.required, value=shown, rows=2, hint=hint
        )
    numeric = shape.kind == "number" or (shape.kind == "either" and shape.plain == "number")
    return FormField(
        name=item, label=label, kind="number" if numeric else "text", required=shape.required, value=shown,
        size=10 if numeric else 0, hint=hint,
    )  # fmt: skip


def _options(data: Plain, name: str, item: str, shape: Shape, value: str) -> tuple[Option, ...]:
    if shape.kind in {"choice", "choices"}:
        return tuple(Option(one, _word(one, item, name)) for one in shape.options)
    if shape.kind not in {"line", "either"} or (shape.kind == "either" and shape.plain != "line"):
        return ()
    maker = _maker(name, item)
    if maker is None:
        return ()
    found = list(maker(data))
    if value and value not in {one.value for one in found}:
        found.append(Option(value, value, noruby=True))
    return (*(() if shape.required else (Option("", "なし"),)), *found)


def _word(value: str, item: str, name: str) -> str:
    if item == "life_events" and value in LIFE_EVENTS:
        return LIFE_EVENTS[value]["ja"]
    if item == "shows":
        return rules.fact_name(value)
    return rules.word(value, f"{name.lower()}.{item}" if name == "Result" else item)


def _maker(name: str, item: str) -> Callable[[Plain], Options] | None:
    if item in {"field", "count"} or (name == "Delivery" and item == "address"):
        return _questions
    if item in {"prefill", "fact"}:
        return _facts
    if item == "division":
        return _divisions
    if (name, item) in {("", "route"), ("RouteStep", "id"), ("RouteChoice", "id")}:
        return _routes
    return _procedures if item in {"follows", "procedure"} else None


def _questions(data: Plain) -> Options:
    return [Option(one.id, f"{one.name} ({one.id})", noruby=True) for one in rules.all_asked(data).values()]


def _facts(_data: Plain) -> Options:
    return [Option(fact, rules.fact_name(fact)) for fact in rules.facts()]


def _divisions(_data: Plain) -> Options:
    return [Option(one.code, one.names["ja"], noruby=True) for one in accounts.divisions()]


def _routes(_data: Plain) -> Options:
    return [Option(id, f"{spec.title} ({id})", noruby=True) for id, spec in routes.specs().items()]


def _procedures(_data: Plain) -> Options:
    return [Option(one.slug, one.definition.title["ja"], noruby=True) for one in forms.procedures()]
