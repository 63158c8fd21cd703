"""Katakana and hiragana."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_TO_KATAKANA: Final = {code: code + 0x60 for code in [*range(0x3041, 0x3097), 0x309D, 0x309E]}
_TO_HIRAGANA: Final = {katakana: hiragana for hiragana, katakana in _TO_KATAKANA.items()}
_HALF_WIDTH: Final = re.compile("[\uff65-\uff9f]+")
_KATAKANA_NAME: Final = re.compile("[ァ-ヺー・]+(?:[ \u3000][ァ-ヺー・]+)*")

SMALL: Final = dict(zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True))
"""Small kana → large."""


def widen_kana(text: str) -> str:
    """Half-width katakana with their marks as full-width: ｶﾞ → ガ. Nothing else changes."""
    return _HALF_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def to_katakana(text: str) -> str:
    """Hiragana and half-width katakana as full-width katakana; everything else as it is."""
    return unicodedata.normalize("NFC", widen_kana(text).translate(_TO_KATAKANA)) if text else text


def to_hiragana(text: str) -> str:
    """Katakana of either width as hiragana; ヷヸヹヺ, which have none, stay; everything else as it is."""
    return unicodedata.normalize("NFC", widen_kana(text).translate(_TO_HIRAGANA)) if text else text


def is_katakana_name(text: str) -> bool:
    """Whether a フリガナ can be stored: full-width katakana, ー and ・, parts separated by one space."""
    return _KATAKANA_NAME.fullmatch(text) is not None
