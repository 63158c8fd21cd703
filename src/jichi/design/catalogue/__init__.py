"""Sentences every page shares, by code: what happened, what was kept, what to do now (journeys §3.1).

A code may have variants `code|param`: the variant is taken when that parameter is given.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import Final

from django.utils.translation import get_language

from jichi.kernel.errors import FieldError
from jichi.kernel.localized import LANGUAGES, LocalizedText

from .of_fields import FIELD_MESSAGES
from .of_pages import PAGE_MESSAGES
from .of_parts import PART_MESSAGES
from .of_tables import TABLE_MESSAGES

logger = logging.getLogger("jichi.design.catalogue")

Texts = tuple[str, str, str, str, str]
"""ja, easy, en, zh-hans, ko"""

_MESSAGES: dict[str, Texts] = {**FIELD_MESSAGES, **PAGE_MESSAGES, **PART_MESSAGES}
_PLACE: Final = {code: place for place, code in enumerate(LANGUAGES)}
_UNKNOWN: Final = "error"
_FOR_OFFICIALS: set[str] = set()


def codes() -> tuple[str, ...]:
    """All codes, variants (`code|param`) included."""
    return tuple(_MESSAGES)


def texts(code: str) -> LocalizedText:
    """The message as written, in all languages, with its `{placeholders}`. KeyError for an unknown code."""
    return dict(zip(LANGUAGES, _MESSAGES[code], strict=True))


def add(messages: Mapping[str, LocalizedText]) -> None:
    """Add a room's own messages (from its `apps.ready`); a code already taken by other words is refused.

    Args:
        messages: code → text in all five languages.
    """
    for code, text in messages.items():
        words = (text["ja"], text["easy"], text["en"], text["zh-hans"], text["ko"])
        if _MESSAGES.setdefault(code, words) != words:
            raise ValueError(f"message {code} is there already")


def for_officials() -> frozenset[str]:
    """Codes whose sentences only officials meet."""
    return frozenset(_FOR_OFFICIALS)


def add_for_officials(messages: Mapping[str, str]) -> None:
    """Add sentences that only officials meet: their pages speak Japanese, so there is one text for every language.

    Args:
        messages: code → Japanese text.
    """
    add({code: dict.fromkeys(LANGUAGES, text) for code, text in messages.items()})
    _FOR_OFFICIALS.update(messages)


class _Params(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


def message(code: str, language: str | None = None, **params: object) -> str:
    """The sentence for `code`, in `language` or that of the current page.

    `params` fill the placeholders; dates and amounts are handed in as text. `seconds` also gives `minutes`
    (rounded up). An unknown code gives the general sentence and a line in the log: a page never fails for it.
    """
    place = _PLACE.get(language or get_language() or "ja", 0)  # type: ignore[call-overload] # any code may come in
    for name, value in params.items():
        if value not in (None, "") and f"{code}|{name}" in _MESSAGES:
            code = f"{code}|{name}"
            break
    found = _MESSAGES.get(code)
    if found is None:
        logger.error("no message for code %s", code)
        found = _MESSAGES[_UNKNOWN]
    if "seconds" in params:
        params["minutes"] = max(1, math.ceil(int(str(params["seconds"])) / 60))
    return found[place].format_map(_Params(params)) if "{" in found[place] else found[place]


def field_message(error: FieldError, *, label: str, language: str | None = None) -> str:
    """The sentence for one wrong field; `label` is the noun of the field in that language."""
    return message(error.code, language, **{"label": label, **error.params})


add_for_officials(TABLE_MESSAGES)
