"""Text types of definition files: five languages, slugs, dates, fiscal windows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from jichi.kernel.localized import LANGUAGES

MAX_TEXT = 4000


class Part(BaseModel):
    """Base of everything in a definition: frozen, no unknown items, text stripped at its ends."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, populate_by_name=True)


def _as_text(value: object) -> object:
    """A bare string stands for the Japanese text."""
    if isinstance(value, str):
        return {"ja": value}
    if isinstance(value, dict):
        _languages(value)
    return value


def _languages(value: Iterable[str]) -> None:
    for language in value:
        if language not in LANGUAGES:
            raise PydanticCustomError(
                "unknown_language", "知らない言語「{found}」です。", {"found": language, "known": ", ".join(LANGUAGES)}
            )


def _complete(value: dict[str, str]) -> dict[str, str]:
    if not value.get("ja", "").strip():
        raise PydanticCustomError("no_japanese", "日本語(ja)の文がありません。", {})
    return value


TEXT_SCHEMA: dict[str, Any] = {
    "description": "文。日本語だけなら文字列、ほかの言語もあれば言語ごとに書く。",
    "anyOf": [
        {"type": "string", "minLength": 1, "maxLength": MAX_TEXT},
        {
            "type": "object",
            "properties": {code: {"type": "string", "minLength": 1, "maxLength": MAX_TEXT} for code in LANGUAGES},
            "required": ["ja"],
            "additionalProperties": False,
        },
    ],
}

Text = Annotated[
    dict[str, Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT)]],
    BeforeValidator(_as_text),
    AfterValidator(_complete),
    WithJsonSchema(TEXT_SCHEMA),
]
"""Language code → text; `ja` always there. A bare string in the file is the Japanese text."""


def _known_languages(value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    _languages(value)
    return value


Word = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Words = Annotated[dict[str, tuple[Word, ...]], AfterValidator(_known_languages)]
"""Language code → words that people use for it."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$", max_length=60)]
"""Lower-case words joined by hyphens: appears in addresses."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$", max_length=40)]
"""Lower-case words joined by underscores: ids of pages, fields, rules, options."""


def localized(ja: str, easy: str, en: str, zh_hans: str, ko: str) -> dict[str, str]:
    """A text in all five languages, in the platform's order."""
    return {"ja": ja, "easy": easy, "en": en, "zh-hans": zh_hans, "ko": ko}
