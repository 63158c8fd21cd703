"""Finding procedures by plain words: folding, synonyms, words inside a sentence. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jichi.kernel.text import bigrams, fold_for_search

from .definition import FormDefinition
from .life_events import LIFE_EVENTS

_TITLE, _WORD, _TEXT = 100, 60, 20


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """What is searched of one procedure, folded, in all languages: people mix them."""

    titles: tuple[str, ...]
    words: tuple[str, ...]
    text: str
    pairs: frozenset[str]


def index_of(definition: FormDefinition) -> SearchIndex:
    """The searchable words of a definition: title, keywords, synonyms, life events, summary."""
    titles = tuple(fold_for_search(text) for text in definition.title.values())
    lists = [*definition.keywords.values(), *definition.synonyms.values()]
    lists += [tuple(LIFE_EVENTS[event].values()) for event in definition.life_events if event in LIFE_EVENTS]
    words = {fold_for_search(word) for words in lists for word in words}
    text = " ".join(fold_for_search(text) for text in definition.summary.values())
    pairs = frozenset(pair for part in (*titles, *words) for pair in bigrams(part))
    return SearchIndex(titles, tuple(sorted(words)), text, pairs)


def score(query: str, index: SearchIndex) -> int:
    """How well the procedure answers the words; 0: not at all.

    Each word of the query must be found, or a word of the procedure must stand in the query
    (「子どもの予防接種の紙をなくした」 holds 予防接種).
    """
    parts = [fold_for_search(part) for part in query.replace("\u3000", " ").split()]
    parts = [part for part in parts if part]
    if not parts:
        return 0
    whole = fold_for_search(query)
    total = sum(_word_score(part, index) for part in parts) if all(_word_score(p, index) for p in parts) else 0
    inside = sum(len(word) for word in (*index.titles, *index.words) if len(word) >= 2 and word in whole)
    near = _near(whole, index) if not total and not inside else 0
    return total + inside * 4 + near


def _word_score(part: str, index: SearchIndex) -> int:
    if any(part in title for title in index.titles):
        return _TITLE + (_TITLE if part in index.titles else 0)
    if len(part) >= 2 and any(part in word for word in index.words):
        return _WORD
    return _TEXT if len(part) >= 2 and part in index.text else 0


def _near(whole: str, index: SearchIndex) -> int:
    """Spelling slips: most pairs of characters are there."""
    pairs = bigrams(whole)
    if len(pairs) < 3:
        return 0
    share = sum(pair in index.pairs for pair in pairs) / len(pairs)
    return int(share * 30) if share >= 0.6 else 0


def ranked(query: str, entries: Iterable[tuple[str, SearchIndex]]) -> Sequence[str]:
    """Keys of the entries that answer the query, best first; the same score keeps the given order."""
    scored = [(score(query, index), key) for key, index in entries]
    return [key for points, key in sorted(scored, key=lambda one: -one[0]) if points]
