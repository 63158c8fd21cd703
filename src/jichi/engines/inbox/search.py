"""The one search box: grouped, the exact 受付番号 first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from jichi.engines.audit.context import Actor
from jichi.kernel.receipt_number import parse_number

from .rules import as_words, kind_order

CAP: Final = 1000
"""At most so many entries are looked at; counts stop here."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One row of the result page. `exact`: the query is its 受付番号."""

    key: str
    kind: str
    title: dict[str, str]
    summary: dict[str, str]
    url_path: str
    about: str
    exact: bool


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """The rows of one kind and how many there are in all."""

    kind: str
    count: int
    hits: tuple[SearchHit, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found; `words` are the folded words that were looked for."""

    words: tuple[str, ...]
    groups: tuple[SearchGroup, ...]

    @property
    def total(self) -> int:
        """Number of entries found (counted up to CAP)."""
        return sum(group.count for group in self.groups)


def _loaded(value: Any) -> dict[str, str]:
    return json.loads(value) if isinstance(value, str) else dict(value)


def search(actor: Actor, q: str, kinds: Sequence[str] | None = None, *, per_kind: int = 5) -> SearchResult:
    """Find what the actor of the open unit may see. One statement; none for an empty query.

    Args:
        actor: residents and visitors search the resident side, officials the staff side.
        q: as typed; width, case, kana and old kanji fold; a 受付番号 in any writing is found exactly.
        kinds: only these kinds.
        per_kind: rows of each kind.
    """
    words = as_words(q)
    number = parse_number(q) or ""
    if not words and not number:
        return SearchResult((), ())
    audience = "staff" if actor.kind == "staff" else "resident"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, kind, title, summary, url_path, about, exact, found "
            "FROM search_find(%s, %s::text[], %s, %s::text[], %s, %s)",
            (audience, list(words), number, list(kinds) if kinds is not None else None, per_kind, CAP),
        )
        rows = cursor.fetchall()
    found: dict[str, list[SearchHit]] = {}
    count: dict[str, int] = {}
    for key, kind, title, summary, url_path, about, exact, in_all in rows:
        found.setdefault(kind, []).append(
            SearchHit(key, kind, _loaded(title), _loaded(summary), url_path, about, exact)
        )
        count[kind] = in_all
    order = {kind: place for place, kind in enumerate(kind_order(audience))}
    groups = [SearchGroup(kind, count[kind], tuple(hits)) for kind, hits in found.items()]
    # The group that holds the exact number stands first, whatever its kind.
    groups.sort(key=lambda g: (not any(h.exact for h in g.hits), order.get(g.kind, 99), g.kind))
    return SearchResult(words, tuple(groups))
