"""Template context about the visitor: navigation from the manifests, name, number of open inbox items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from jichi.engines.audit.context import Actor
from jichi.kernel.localized import LANGUAGES, pick
from jichi.kernel.manifest import MenuEntry, load_manifests
from jichi.kernel.text import fold_for_search


@dataclass(frozen=True, slots=True)
class NavLink:
    """One line of a menu, ready to show."""

    label: str
    url: str
    current: bool
    area: str


@lru_cache(maxsize=1)
def _entries() -> tuple[MenuEntry, ...]:
    found = [entry for manifest in load_manifests(tuple(settings.JICHI_ROOMS)) for entry in manifest.menu]
    return tuple(sorted(found, key=lambda entry: entry.order))


def _allowed(actor: Actor | None, audience: str) -> list[MenuEntry]:
    return [
        entry for entry in _entries()
        if entry.audience == audience and (not entry.permission or (actor is not None and actor.may(entry.permission)))
    ]  # fmt: skip


def links_for(request: HttpRequest, audience: str) -> list[NavLink]:
    """The lines of a portal's menu that this visitor may use."""
    actor = getattr(request, "actor", None)
    language = getattr(request, "LANGUAGE_CODE", "ja")
    signed_in = _is_signed_in(actor) and actor is not None and actor.kind == audience
    lines = [
        (entry, reverse(entry.url_name)) for entry in _allowed(actor, audience)
        if entry.when == "always" or (entry.when == "signed_in") == signed_in
    ]  # fmt: skip
    here = _current(request.path, [url for _, url in lines])
    return [NavLink(pick(entry.label, language).text, url, url == here, entry.area) for entry, url in lines]


def pages_found(request: HttpRequest, audience: str, query: str) -> list[NavLink]:
    """Lines of the menu that answer a search, by their label in any language or their further words.

    Every word of the query stands in them, or holds one of them (「保育園の申し込み方」). Pages that ask for a sign-in
    are found before that, too.
    """
    language = getattr(request, "LANGUAGE_CODE", "ja")
    wanted = [fold_for_search(part) for part in query.split()]
    found = []
    for entry in _allowed(getattr(request, "actor", None), audience):
        known = _searched(entry)
        if entry.when == "signed_out" or not wanted or not all(_answers(word, known) for word in wanted):
            continue
        found.append(NavLink(pick(entry.label, language).text, reverse(entry.url_name), current=False, area=entry.area))
    return found


@lru_cache(maxsize=256)
def _words(label: tuple[str, ...], words: str) -> frozenset[str]:
    return frozenset(fold_for_search(part) for part in [*label, *words.split()])


def _searched(entry: MenuEntry) -> frozenset[str]:
    return _words(tuple(entry.label.values()), entry.words)


def _answers(word: str, known: frozenset[str]) -> bool:
    return any(word in one or (len(one) > 1 and one in word) for one in known)


def _current(path: str, urls: Sequence[str]) -> str:
    """The line that leads to this page or, failing that, nearest above it; "" for none. No home is above all."""
    homes = {"/", "/staff/", *(f"/{language}/" for language in LANGUAGES)}
    above = [url for url in urls if url == path or (url not in homes and path.startswith(url))]
    return max(above, key=len, default="")


def _is_signed_in(actor: Actor | None) -> bool:
    """Has this visitor a login? Who applies without one has an account and no menu of their own."""
    return actor is not None and actor.account_id is not None and actor.level != "none"


def menus(request: HttpRequest) -> dict[str, Any]:
    """`nav`, `footer_links`, `account` and `inbox_count` for the layouts."""
    in_staff = request.path.startswith("/staff/")
    actor = getattr(request, "actor", None)
    account = None
    if actor is not None and _is_signed_in(actor) and (actor.kind == "staff") == in_staff:
        signed_in = getattr(request, "signed_in", None)
        account = {"name": actor.name, "kind": actor.kind, "post": "・".join(getattr(signed_in, "posts", ()))}
    nav = links_for(request, "staff" if in_staff else "resident") if account or not in_staff else []
    return {
        "nav": nav,
        "footer_links": [line for line in nav if line.area == "footer"],
        "account": account,
        "inbox_count": getattr(request, "inbox_count", None),
    }
