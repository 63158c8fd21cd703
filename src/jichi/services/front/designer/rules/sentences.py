"""Conditions as Japanese sentences, and the comparisons that can be chosen for a question or a fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jichi.engines.forms.rules import FACTS, fact_label

from .places import Plain
from .shape import column_kinds

OPERATORS: Final[Mapping[str, str]] = {
    "equals": "が「{}」の", "not_equals": "が「{}」ではない", "in": "が{}のどれかの", "not_in": "が{}のどれでもない",
    "contains": "で「{}」を選んだ", "answered": "", "between": "が{}の",
    "at_least": "が{}以上の", "at_most": "が{}以下の",
}  # fmt: skip
CHOICES: Final[Mapping[str, str]] = {
    "equals": "次と同じ", "not_equals": "次と違う", "contains": "次を選んだ", "at_least": "次以上", "at_most": "次以下",
    "answered": "答えがある", "unanswered": "答えがない",
}  # fmt: skip
YES_NO: Final = {"yes": "はい", "no": "いいえ"}
_FIXED: Final[Mapping[str, Mapping[str, str]]] = {
    "yesno": YES_NO, "confirm": {"yes": "このとおり", "no": "違う"}, "consent": {"yes": "同意する"},
    "address": {"register": "登録の住所", "other": "別の住所"},
}  # fmt: skip
_ORDERED: Final = frozenset({"number", "count", "money", "date"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as conditions see it."""

    id: str
    kind: str
    name: str
    values: Mapping[str, str]
    """Value → words, where the answer is one of a few; empty where it is anything."""

    @property
    def operators(self) -> tuple[str, ...]:
        """Comparisons that make sense."""
        if self.kind == "multi":
            return ("contains", "answered", "unanswered")
        if self.kind in _ORDERED:
            return ("equals", "not_equals", "at_least", "at_most", "answered", "unanswered")
        if self.kind in {"file", "table"}:
            return ("answered", "unanswered")
        return ("equals", "not_equals", "answered", "unanswered")


def japanese(text: Plain) -> str:
    """The Japanese words of a text, as written in the file or bare; "" for none."""
    if isinstance(text, dict):
        found = text.get("ja")
        return found if isinstance(found, str) else ""
    return text if isinstance(text, str) else ""


def questions(data: Plain) -> list[tuple[str, dict[str, Plain]]]:
    """(page id, question) of all questions of a definition that may be incomplete, in order."""
    pages = data.get("pages") if isinstance(data, dict) else None
    found = []
    for page in pages if isinstance(pages, list) else []:
        fields = page.get("fields") if isinstance(page, dict) else None
        for field in fields if isinstance(fields, list) else []:
            if isinstance(page, dict) and isinstance(field, dict):
                found.append((str(page.get("id", "")), field))
    return found


def asked(field: Mapping[str, Plain]) -> Asked:
    """The question as conditions see it."""
    kind, options = str(field.get("kind", "")), field.get("options")
    values = dict(_FIXED.get(kind, {}))
    for one in options if isinstance(options, list) else []:
        if isinstance(one, dict):
            values[str(one.get("value", ""))] = japanese(one.get("label"))
    return Asked(str(field.get("id", "")), kind, name_of(field), values)


def name_of(field: Mapping[str, Plain]) -> str:
    """What a question is called: its short name, its heading, its text, or its id."""
    texts = (japanese(field.get(item)) for item in ("noun", "label", "text"))
    return next((text for text in texts if text), str(field.get("id", "")))


def all_asked(data: Plain) -> dict[str, Asked]:
    """Every question by id."""
    return {str(field.get("id", "")): asked(field) for _page, field in questions(data)}


def fact_asked(fact: str) -> Asked:
    """A fact of the register as conditions see it."""
    kind = FACTS[fact]
    codes = {code: japanese(dict(text)) for code, text in (kind.codes or {}).items()}
    values = {"true": "はい", "false": "いいえ"} if kind.type == "bool" else codes
    shown = {"bool": "yesno", "number": "number", "date": "date"}.get(kind.type, "text")
    return Asked(fact, shown, fact_name(fact), values)


def fact_name(fact: str) -> str:
    """「対象の人の年齢」."""
    owner = {"subject": "対象の人", "applicant": "申請する人", "organisation": "", "follows": ""}
    who = owner.get(fact.partition(".")[0], "")
    words = fact_label(fact, "ja") if fact in FACTS else fact
    return f"{who}の{words}" if who else words


def sentence(condition: Plain, known: Mapping[str, Asked]) -> str:
    """The condition in words, to stand before とき or 人: 「『利用の場所』で「在勤」を選んだ」."""
    if not isinstance(condition, dict):
        return "(条件が読めません)"
    for item, joint in (("all", "、かつ"), ("any", "、または")):
        inner = condition.get(item)
        if isinstance(inner, list):
            parts = [sentence(one, known) for one in inner]
            return joint.join(f"({part})" if _is_group(one) else part for one, part in zip(inner, parts, strict=True))
    if "not" in condition:
        return f"({sentence(condition['not'], known)}とき)ではない"
    return _comparison(condition, known)


def _is_group(condition: Plain) -> bool:
    return isinstance(condition, dict) and ("all" in condition or "any" in condition)


def _comparison(condition: dict[str, Plain], known: Mapping[str, Asked]) -> str:
    one = _left(condition, known)
    name = f"『{one.name}』" + (f"の列「{condition['column']}」の合計" if condition.get("column") else "")
    if "answered" in condition:
        return f"{name}に答え{'た' if condition['answered'] else 'ていない'}"
    for operator, words in OPERATORS.items():
        value = condition.get(operator)
        if value is None or operator == "answered":
            continue
        if operator == "between" and isinstance(value, list) and len(value) == 2:
            return f"{name}が{_value(value[0], one, known)}から{_value(value[1], one, known)}までの"
        if isinstance(value, list):
            return name + words.format("・".join(f"「{_value(v, one, known)}」" for v in value))
        if operator == "equals" and one.kind in {"choice", "yesno", "confirm", "consent", "address"}:
            return name + ("で「{}」を選んだ" if one.kind in {"choice", "address"} else "に「{}」と答えた").format(
                _value(value, one, known)
            )
        said = words.replace("「{}」", "{}") if isinstance(value, dict) else words
        return name + said.format(_value(value, one, known))
    return f"{name}(比べ方がない)の"


def _left(condition: dict[str, Plain], known: Mapping[str, Asked]) -> Asked:
    fact = condition.get("fact")
    if isinstance(fact, str):
        return fact_asked(fact) if fact in FACTS else Asked(fact, "text", fact, {})
    field = str(condition.get("field", ""))
    return known.get(field) or Asked(field, "text", f"{field}(ない質問)", {})


def _value(value: Plain, one: Asked, known: Mapping[str, Asked]) -> str:
    if isinstance(value, dict):
        return limit_words(value, known)
    if isinstance(value, bool):
        return one.values.get("true" if value else "false", str(value))
    return one.values.get(str(value), str(value))


def limit_words(value: Plain, known: Mapping[str, Asked]) -> str:
    """A limit or the right side of a comparison in words."""
    if not isinstance(value, dict):
        return "" if value is None else str(value)
    if "today" in value:
        days = value["today"] if isinstance(value["today"], int) else 0
        return "今日" if not days else f"今日の{abs(days)}日{'後' if days > 0 else '前'}"
    if isinstance(value.get("fact"), str):
        return f"『{fact_name(str(value['fact']))}』"
    field = str(value.get("field", ""))
    name = known[field].name if field in known else field
    return f"『{name}』" + (f"の列「{value['column']}」の合計" if value.get("column") else "")


def show_sentence(condition: Plain, name: str, known: Mapping[str, Asked], *, is_page: bool = False) -> str:
    """「『利用の場所』で「在勤」を選んだ人だけに『勤務先』をきく」; without a condition everybody is asked."""
    asks = f"『{name}』をきく" if not is_page else f"ページ『{name}』を見せる"
    return f"全員に{asks}" if condition is None else f"{sentence(condition, known)}人だけに{asks}"


def comparison(one: Asked, operator: str, text: str, *, is_fact: bool, column: str = "") -> dict[str, Plain]:
    """A comparison as the file has it, from what was chosen on the page.

    Args:
        text: the value as posted: one of the question's values, a number, or words.
    """
    left: dict[str, Plain] = {"fact" if is_fact else "field": one.id}
    if column:
        left["column"] = column
    if operator in {"answered", "unanswered"}:
        return {**left, "answered": operator == "answered"}
    return {**left, operator: _typed(one, text, is_fact=is_fact, column=column)}


def _typed(one: Asked, text: str, *, is_fact: bool, column: str) -> Plain:
    value = read_limit(text)
    if is_fact and FACTS[one.id].type == "bool":
        return text == "true"
    numeric = column or one.kind in {"number", "count", "money"}
    return value if isinstance(value, dict) or (numeric and isinstance(value, int)) else text.strip()


def read_limit(text: str) -> Plain:
    """A limit as typed: 「今日」「今日+30」「台帳:項目」「質問:識別名」, a whole number, or words. None for nothing."""
    text = text.strip().replace("＋", "+").replace("－", "-").replace("：", ":")
    if not text:
        return None
    if text == "今日":
        return {"today": 0}
    days = text.removeprefix("今日").removesuffix("日")
    if text.startswith("今日") and days[:1] in {"+", "-"} and days[1:].isdecimal() and days.isascii() and len(days) < 8:
        return {"today": int(days)}
    if text.startswith("台帳:"):
        return {"fact": text.removeprefix("台帳:").strip()}
    if text.startswith("質問:"):
        return {"field": text.removeprefix("質問:").strip()}
    digits = text.removeprefix("-")
    return int(text) if digits.isdecimal() and digits.isascii() and len(digits) < 16 else text


def limit_text(value: Plain) -> str:
    """A limit as it is typed."""
    if isinstance(value, dict):
        if "today" in value:
            days = value["today"] if isinstance(value["today"], int) else 0
            return "今日" if not days else f"今日{days:+}"
        return f"台帳:{value['fact']}" if "fact" in value else f"質問:{value.get('field', '')}"
    return "" if value is None else str(value)


def columns_of(field: Mapping[str, Plain]) -> dict[str, str]:
    """Columns of a table that hold numbers: id → heading."""
    columns, numbers = field.get("columns"), {"number", "count", "money"} & set(column_kinds())
    return {
        str(one.get("id", "")): japanese(one.get("label"))
        for one in (columns if isinstance(columns, list) else [])
        if isinstance(one, dict) and one.get("kind") in numbers
    }
