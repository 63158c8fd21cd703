"""A page as it is sent, before any browser: its tree, where it leads, how it is built and what is wrong with its structure.

What needs styles, scripts or sizes is looked at in the browser (`page_checks`); this is what every page gets.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from urllib.parse import urljoin

from .page_checks import WARD, says_error

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
FIELDS = frozenset({"input", "select", "textarea"})
TOLD = frozenset({"type", "open", "role", "hidden", "scope"})
"""Attributes whose value tells a style or a screen reader what an element is; of others only that they are there."""
UP = 2
"""The element and its parent tell apart two places; what hangs on more is looked at on every page by `--all`."""


@dataclass(eq=False)
class Element:
    """An element of a page."""

    tag: str
    attributes: dict[str, str]
    above: Element | None = None
    inside: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """Its classes, in their order."""
        return self.attributes.get("class", "").split()

    def all(self) -> Iterator[Element]:
        """Every element below, as the page has them."""
        for one in self.inside:
            if isinstance(one, Element):
                yield one
                yield from one.all()

    def chain(self) -> Iterator[Element]:
        """The element and those around it."""
        at: Element | None = self
        while at is not None:
            yield at
            at = at.above

    @cached_property
    def words(self) -> str:
        """What is read aloud of it: its label, else its text."""
        if label := self.attributes.get("aria-label"):
            return " ".join(label.split())
        return " ".join("".join(one if isinstance(one, str) else f"{one.text}" for one in self.inside).split())

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(one if isinstance(one, str) else one.text for one in self.inside)

    @cached_property
    def is_shown(self) -> bool:
        """Does nothing around it hide it, as far as the source tells?"""
        above = self.above
        if "hidden" in self.attributes or (above is not None and not above.is_shown):
            return False
        return above is None or above.tag != "details" or "open" in above.attributes or self.tag == "summary"

    @cached_property
    def kind(self) -> str:
        """What styles and screen readers can tell of it, apart from where it stands."""
        told = [f"[{name}={value}]" if name in TOLD else f"[{name}]" for name, value in sorted(self.attributes.items())
                if name in TOLD or name.startswith("aria-")]  # fmt: skip
        wide = "/wide" if self.tag == "tr" and len([one for one in self.inside if isinstance(one, Element)]) > 6 else ""
        return self.tag + "".join(f".{one}" for one in sorted(self.classes)) + "".join(told) + wide


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#page", {})
        self._at = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, self._at)
        self._at.inside.append(made)
        if tag not in VOID:
            self._at = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._at.inside.append(Element(tag, {name: value or "" for name, value in attrs}, self._at))

    def handle_endtag(self, tag: str) -> None:
        found = next((one for one in self._at.chain() if one.tag == tag), None)
        if found is not None and found.above is not None:
            self._at = found.above

    def handle_data(self, data: str) -> None:
        self._at.inside.append(data)


class Sent:
    """A page as it was sent from an address."""

    def __init__(self, url: str, source: str) -> None:
        builder = _Builder()
        builder.feed(source)
        self.url = url
        self.source = source
        self.elements = list(builder.root.all())

    def named(self, *tags: str) -> list[Element]:
        """The elements of these names."""
        return [one for one in self.elements if one.tag in tags]

    @property
    def title(self) -> str:
        """Its title."""
        return next((one.words for one in self.named("title")), "")

    @property
    def links(self) -> list[str]:
        """Whole addresses that its links lead to, those in drawings too."""
        return [urljoin(self.url, one.attributes["href"]) for one in self.named("a") if "href" in one.attributes]

    def places(self) -> set[str]:
        """Every kind of element with those it stands in: two pages of the same places look and sound alike, words apart."""
        body = [one for one in self.elements if any(up.tag == "body" for up in one.chain())]
        return {">".join(up.kind for _, up in zip(range(UP), one.chain(), strict=False)) for one in body}


def structure_findings(page: Sent) -> list[str]:
    """Headings, landmarks, labels, links, tables, ids, title."""
    found = [*_headings(page), *_fields(page), *_links(page), *_tables(page)]
    for tag, what in (("header", "site"), ("main", ""), ("footer", "")):
        if len([one for one in page.named(tag) if not what or what in one.classes]) != 1:
            found.append(f"not one {tag}")
    ids = Counter(one.attributes["id"] for one in page.elements if one.attributes.get("id"))
    found += [f"the id {one} twice" for one, times in ids.items() if times > 1]
    if not page.title.endswith(f" - {WARD}"):
        found.append(f"the title does not end with the ward: {page.title}")
    if ("error-summary" in ids) != says_error(page.title):
        found.append(f"errors and title disagree: {page.title}")
    return found


def _headings(page: Sent) -> Iterator[str]:
    levels = [int(one.tag[1]) for one in page.named(*HEADINGS) if one.is_shown and not _in_notice(one)]
    if levels.count(1) != 1 or levels[:1] != [1]:
        yield f"headings begin {levels[:3]} and have {levels.count(1)} h1"
    yield from (f"h{later} after h{one}" for one, later in itertools.pairwise(levels) if later > one + 1)


def _in_notice(element: Element) -> bool:
    return any(up.attributes.get("id") == "error-summary" or "notice" in up.classes for up in element.chain())


def _fields(page: Sent) -> Iterator[str]:
    labelled = {one.attributes["for"] for one in page.named("label") if "for" in one.attributes}
    for one in page.named(*FIELDS):
        name = one.attributes.get("name", "")
        yield from (f"{name} has {bad}" for bad in ("placeholder", "disabled", "readonly") if bad in one.attributes)
        by = one.attributes.get("id") in labelled or any(up.tag == "label" for up in one.chain())
        hidden = one.attributes.get("type") in {"hidden", "submit"}
        if not (hidden or by or one.attributes.get("aria-label")):
            yield f"{name} has no label"


def _links(page: Sent) -> Iterator[str]:
    first = next((one for one in page.named("a")), None)
    if first is None or "skip" not in first.classes:
        yield "the skip link is not the first"
    places: dict[str, set[str]] = {}
    for one in page.named("a"):
        if "href" not in one.attributes or not any(up.tag == "main" for up in one.chain()):
            continue
        if not one.words and not any("alt" in below.attributes for below in one.all()):
            yield f"a link without words to {one.attributes['href']}"
        if re.fullmatch("こちら|ここ|詳細|もっと見る", one.words):
            yield f"a link that says only {one.words}"
        places.setdefault(one.words, set()).add(urljoin(page.url, one.attributes["href"]).split("#")[0])
    yield from (f"「{name}」 leads to {len(there)} places" for name, there in places.items() if len(there) > 1)


def _tables(page: Sent) -> Iterator[str]:
    for table in page.named("table"):
        below = list(table.all())
        if not any(one.tag == "caption" for one in below):
            yield "a table without caption"
        if any(one.tag == "th" and "scope" not in one.attributes for one in below):
            yield "a table heading without scope"
