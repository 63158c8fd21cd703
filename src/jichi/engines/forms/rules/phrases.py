"""Conditions and limits as Japanese sentences (「『在勤』が『はい』」): for officials, who read no code. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from jichi.kernel.calendar import format_date
from jichi.kernel.localized import pick

from .conditions import Condition, Ref
from .definition import FormDefinition
from .facts import FACTS, NO, YES, fact_label, fact_text
from .fields import Field
from .summary import CORRECT, NOT_CORRECT, REGISTERED
from .texts import localized

_OTHER = localized("別の住所", "ほかの住所", "Another address", "其他地址", "다른 주소")
_FIXED = {
    "yesno": {"yes": YES, "no": NO}, "consent": {"yes": localized("同意", "いい", "Agreed", "同意", "동의")},
    "confirm": {"yes": CORRECT, "no": NOT_CORRECT}, "address": {"register": REGISTERED, "other": _OTHER},
}  # fmt: skip


def condition_text(condition: Condition, definition: FormDefinition) -> str:
    """The condition in Japanese words, questions and choices by their names: 「『性別』が『女』、かつ…」."""
    return _said(condition, definition, inside=False)


def field_text(definition: FormDefinition, name: str) -> str:
    """A question by its name: 「『氏名』」; its id where there is none."""
    field = definition.fields.get(name)
    return f"『{(field.noun or field.name)['ja'] if field else name}』"


def value_text(field: Field | None, value: object) -> str:
    """A compared value as the question shows it: the choice's words, 「はい」, a day."""
    if field is not None and field.options is not None:
        labels = {option.value: option.label["ja"] for option in field.options}
        return labels.get(str(value), str(value))
    fixed = _FIXED.get(field.kind, {}) if field is not None else {}
    if value in fixed:
        return str(pick(fixed[str(value)], "ja"))
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, int):
        return f"{value:,}" + ("円" if field is not None and field.kind == "money" else "")
    return _day(str(value))


def operand_text(operand: Any, definition: FormDefinition, field: Field | None = None, fact: str = "") -> str:
    """What a comparison or a limit looks at, in words."""
    if not isinstance(operand, Ref):
        if fact in FACTS and not isinstance(operand, int):
            return f"『{_fact_value(fact, operand)}』"
        return f"『{value_text(field, operand)}』" if isinstance(operand, str) else value_text(field, operand)
    if operand.field is not None:
        return _whole(definition, operand.field, operand.column)
    if operand.fact is not None:
        return f"台帳の『{_fact_name(operand.fact)}』"
    days = operand.today or 0
    return "きょう" if days == 0 else f"きょうの{abs(days)}日{'後' if days > 0 else '前'}"


def _fact_name(fact: str) -> str:
    return fact_label(fact, "ja") if fact in FACTS else fact


def _fact_value(fact: str, value: str) -> str:
    try:
        return fact_text(fact, value, "ja")
    except ValueError:
        return value


def _day(text: str) -> str:
    try:
        return format_date(date.fromisoformat(text), "ja", "short")
    except ValueError:
        return text


def _whole(definition: FormDefinition, name: str, column: str | None) -> str:
    said = field_text(definition, name)
    field = definition.fields.get(name)
    if column is None:
        return said
    found = next((one for one in (field.columns if field else None) or () if one.id == column), None)
    return f"表{said}の『{found.name['ja'] if found else column}』の合計"


def _said(condition: Condition, definition: FormDefinition, *, inside: bool) -> str:
    if condition.all is not None or condition.any is not None:
        parts = condition.all or condition.any or ()
        text = ("、かつ" if condition.all else "、または").join(_said(c, definition, inside=True) for c in parts)
        return f"({text})" if inside and len(parts) > 1 else text
    if condition.not_ is not None:
        return f"「{_said(condition.not_, definition, inside=False)}」ではない"
    return _comparison(condition, definition)


def _comparison(part: Condition, definition: FormDefinition) -> str:
    field = definition.fields.get(part.field or "") if part.column is None else None
    if part.fact is not None:
        what = f"台帳の『{_fact_name(part.fact)}』"
    else:
        what = _whole(definition, part.field or "", part.column)

    def said(value: Any) -> str:
        return operand_text(value, definition, field, part.fact or "")

    if part.answered is not None:
        there = "が分かっている" if part.fact else "に答えている"
        return f"{what}{there if part.answered else there[:-2] + 'いない'}"
    if part.in_ is not None or part.not_in is not None:
        several = "か".join(said(value) for value in (part.in_ or part.not_in or ()))
        return f"{what}が{several}" + ("" if part.in_ else "のどれでもない")
    if part.between is not None:
        return f"{what}が{said(part.between[0])}から{said(part.between[1])}まで"
    days = _is_day(part, field)
    for value, after in (
        (part.equals, ""), (part.not_equals, "でない"), (part.at_least, "以後" if days else "以上"),
        (part.at_most, "以前" if days else "以下"),
    ):  # fmt: skip
        if value is not None:
            return f"{what}が{said(value)}{after}"
    return f"{what}に{said(part.contains)}が含まれる"


def _is_day(part: Condition, field: Field | None) -> bool:
    if part.fact in FACTS:
        return FACTS[str(part.fact)].type == "date"
    return field is not None and field.kind == "date"
