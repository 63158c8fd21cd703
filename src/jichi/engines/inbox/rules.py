"""How words are made comparable for search, and in which order kinds are shown. Pure."""

from __future__ import annotations

from typing import Final

from jichi.kernel.localized import LocalizedText
from jichi.kernel.text import fold_for_search

RESIDENT_ORDER: Final = ("item", "procedure", "faq", "bookable", "facility", "page")
STAFF_ORDER: Final = ("case", "person", "document", "item", "procedure", "page")
MAX_WORDS: Final = 8
MAX_QUERY: Final = 200


def as_words(query: str) -> tuple[str, ...]:
    """The folded words of a query, at most eight; repeated ones once."""
    return tuple(dict.fromkeys(fold_for_search(query[:MAX_QUERY]).split()))[:MAX_WORDS]


def search_text(title: LocalizedText, words: str, about: str) -> str:
    """The folded text under which an entry is found; the Japanese title stands first."""
    rest = " ".join(text for language, text in title.items() if language != "ja")
    return fold_for_search(" ".join(part for part in (title.get("ja", ""), rest, words, about) if part))


def kind_order(audience: str) -> tuple[str, ...]:
    """The order in which result groups stand (journeys §1.3)."""
    return STAFF_ORDER if audience == "staff" else RESIDENT_ORDER
