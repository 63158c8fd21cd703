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
    """The folded words of a query, at most eight; repeated ones once.

    Folding joins what stands apart (a name is found with and without the space in it), so words are parted first. Not
    where one is a single letter (「山 田」): the whole is one word then.
    """
    parts = [fold_for_search(part) for part in query[:MAX_QUERY].split()]
    if any(len(part) == 1 for part in parts):
        parts = fold_for_search(query[:MAX_QUERY]).split()
    return tuple(dict.fromkeys(part for part in parts if part))[:MAX_WORDS]


def search_text(title: LocalizedText, words: str, about: str) -> str:
    """The folded text under which an entry is found; the Japanese title stands first."""
    rest = " ".join(text for language, text in title.items() if language != "ja")
    return fold_for_search(" ".join(part for part in (title.get("ja", ""), rest, words, about) if part))


def kind_order(audience: str) -> tuple[str, ...]:
    """The order in which result groups stand (journeys §1.3)."""
    return STAFF_ORDER if audience == "staff" else RESIDENT_ORDER
