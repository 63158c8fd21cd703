"""Text in the five languages of the platform, and how one is chosen.

`ja` is authoritative; the others fall back to it and say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Language: TypeAlias = Literal["ja", "easy", "en", "zh-hans", "ko"]
LANGUAGES: Final[tuple[Language, ...]] = ("ja", "easy", "en", "zh-hans", "ko")

LocalizedText: TypeAlias = Mapping[str, str]
"""Language code → text; `ja` is always present."""

HTML_LANG: Final[Mapping[str, str]] = {
    "ja": "ja",
    "easy": "ja",
    "en": "en",
    "zh-hans": "zh-Hans",
    "ko": "ko",
}
"""Language code → value of the `lang` attribute (やさしい日本語 is Japanese)."""

NATIVE_NAME: Final[Mapping[str, str]] = {
    "ja": "日本語",
    "easy": "やさしい日本語",
    "en": "English",
    "zh-hans": "简体中文",
    "ko": "한국어",
}


@dataclass(frozen=True, slots=True)
class Picked:
    """A text and the language it is really in (`ja` where the wanted one is missing)."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text


def pick(text: LocalizedText, language: str) -> Picked:
    """The text in `language`; the Japanese one, marked as such, where it is missing.

    Args:
        text: language code → text.
        language: one of LANGUAGES; anything else counts as `ja`.
    """
    wanted = text.get(language)
    if wanted:
        return Picked(wanted, language)
    return Picked(text.get("ja", ""), "ja")


def path_in(language: str, path: str) -> str:
    """A path without language prefix ("/my/") as the address of the page in `language`; Japanese has no prefix."""
    return path if language == "ja" else f"/{language}{path}"
