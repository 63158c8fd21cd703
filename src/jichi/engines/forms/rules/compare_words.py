"""Parts of a definition as short Japanese words: what a comparison tells of before and after. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .conditions import Condition, Ref
from .definition import FormDefinition
from .facts import FACTS, fact_label
from .item_names import ITEM_NAMES, VALUE_NAMES
from .phrases import condition_text, field_text, operand_text

_LISTED: Final[Mapping[str, str]] = {
    "options": "選択肢", "columns": "列", "items": "項目", "exemptions": "免除", "rules": "申請できる人の規則",
    "reasons": "理由の文", "cross_checks": "答えどうしの確認", "declarations": "宣言", "official_checks": "職員の点検",
    "follow_ups": "後の手続", "legal_basis": "根拠", "needs": "用意するもの", "other_ways": "ほかの申請方法",
    "prices": "価格", "corrections": "補正の文", "shows": "文書の行", "notes": "注意", "steps": "金額ごとの経路",
}  # fmt: skip
_NAMED_BY: Final = ("label", "title", "reason", "text", "message", "procedure", "from", "id", "code", "value")
_SHORT: Final = 30


def caption(part: Any) -> str:
    """What a page, question or other part is called, in a few words; a page without title by its first question."""
    if isinstance(part, str):
        return part
    if isinstance(part.get("ja"), str):
        return _short(part["ja"])
    if "fields" in part and not part.get("title"):
        return caption(part["fields"][0])
    for item in _NAMED_BY:
        value = part.get(item)
        if value:
            return _short(value["ja"] if isinstance(value, dict) else str(value))
    return ""


def listed_as(item: str, part: Any) -> str:
    """「選択肢「はい」」: one part of a list."""
    return f"{_LISTED.get(item, ITEM_NAMES.get(item, item))}「{caption(part)}」"


def said(item: str, value: Any, definition: FormDefinition) -> str:
    """A value of an item in Japanese words; "" for nothing."""
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, list):
        return "、".join(said(item, one, definition) for one in value)
    if isinstance(value, dict):
        return _said_part(item, value, definition)
    if item in {"prefill", "fact", "shows"} and value in FACTS:
        return fact_label(value, "ja")
    if item in {"field", "count", "address"}:
        return field_text(definition, str(value))
    return VALUE_NAMES.get(item, {}).get(str(value), f"{value:,}" if isinstance(value, int) else str(value))


def _said_part(item: str, value: dict[str, Any], definition: FormDefinition) -> str:
    if isinstance(value.get("ja"), str):
        return str(value["ja"])
    if item in {"min", "max"}:
        return operand_text(Ref.model_validate(value), definition)
    if item in {"show_if", "when", "rule"}:
        return condition_text(Condition.model_validate(value), definition)
    parts = ((key, said(key, one, definition)) for key, one in value.items() if key not in {"id", "code", "value"})
    return "、".join(f"{ITEM_NAMES.get(key, key)}: {text}" for key, text in parts if text)


def _short(text: str) -> str:
    first = text.strip().split("\n", 1)[0]
    return first if len(first) <= _SHORT else first[: _SHORT - 1] + "…"
