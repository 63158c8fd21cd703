"""Translations: find texts in code and templates, say what is untranslated, compile .po to .mo.

No gettext tools are needed: Babel reads and writes the catalogues. Staff pages are Japanese only, so
texts of templates under `staff/` are not asked for.
"""

from __future__ import annotations

import argparse
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .environment import PACKAGE

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LANGUAGES: Final = ("easy", "en", "zh_Hans", "ko")
_KEYWORDS: Final[dict[str, Any]] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2),
    "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)[sd]|%(?:\(\w+\))?[sd]|\{(\w*)\}")
_STAFF_ONLY: Final = re.compile(r"/templates/(?:[^/]+/)*staff/|/portals/staff/|/tests/")


@dataclass(frozen=True, slots=True)
class Text:
    """One translatable text and where it stands."""

    msgid: str | tuple[str, ...]
    context: str | None
    place: str

    @property
    def key(self) -> tuple[str, str | None]:
        """What a catalogue looks it up by."""
        return (self.msgid if isinstance(self.msgid, str) else self.msgid[0], self.context)


# -- finding ---------------------------------------------------------------------------------


def texts(root: Path = PACKAGE) -> Iterator[Text]:
    """Every translatable text of the house that a resident or the public may read."""
    for path in sorted([*root.rglob("*.py"), *root.rglob("templates/**/*.html"), *root.rglob("templates/**/*.txt")]):
        place = "/" + path.relative_to(root).as_posix()
        if _STAFF_ONLY.search(place) or "/migrations/" in place:
            continue
        for line, _function, message, context in _extract(path):
            yield Text(message, context, f"{place[1:]}:{line}")


def _extract(path: Path) -> Iterable[tuple[int, str, Any, str | None]]:
    from babel.messages.extract import extract

    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        if "trans" not in source and "_(" not in source:
            return []
        from django.utils.translation.template import templatize

        # Django turns a template into something like Python; the brackets make its odd indentation legal.
        source = "(\n" + templatize(source, origin=str(path)) + "\n)"
    elif not any(f"{word}(" in source for word in _KEYWORDS):
        return []
    found = extract("python", io.BytesIO(source.encode()), keywords=_KEYWORDS)
    shift = 0 if path.suffix == ".py" else -1
    return [(line + shift, "", message, context) for line, message, _comments, context in found]


def room_of(place: str) -> Path:
    """The room folder that a text belongs to: where `apps.py` stands, else config."""
    for folder in (PACKAGE / place).parents:
        if folder == PACKAGE:
            break
        if (folder / "apps.py").exists():
            return folder
    return PACKAGE / "config"


# -- reading ---------------------------------------------------------------------------------


def catalog_files(root: Path = PACKAGE) -> list[Path]:
    """All .po files."""
    return sorted(root.rglob("locale/*/LC_MESSAGES/*.po"))


def read(path: Path) -> Catalog:
    """A catalogue; an error in it stops us with its line."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        # No locale: Babel does not know the language "easy"; the header says all that is needed.
        return read_po(file, abort_invalid=True)


def translated(root: Path = PACKAGE) -> dict[str, dict[tuple[str, str | None], str]]:
    """Language → text → translation, of all rooms together as Django merges them."""
    found: dict[str, dict[tuple[str, str | None], str]] = {language: {} for language in LANGUAGES}
    for path in catalog_files(root):
        language = path.parts[-3]
        for message in read(path):
            if message.id and not message.fuzzy:
                first = message.id if isinstance(message.id, str) else message.id[0]
                given = message.string if isinstance(message.string, str) else " ".join(message.string)
                if given:
                    found.setdefault(language, {})[(first, message.context)] = given
    return found


def problems(root: Path = PACKAGE) -> list[str]:
    """What `jichi messages check` complains about, one line each."""
    known = translated(root)
    lines: list[str] = []
    for text in texts(root):
        missing = [language for language in LANGUAGES if text.key not in known[language]]
        if missing:
            lines.append(f"{text.place}: not in {', '.join(missing)}: {text.key[0][:60]!r}")
    for language, messages in known.items():
        for (msgid, _context), string in messages.items():
            wanted, given = _placeholders(msgid), _placeholders(string)
            if not given <= wanted or (wanted - given and language != "easy"):
                lines.append(f"{language}: placeholders differ: {msgid[:50]!r} → {string[:50]!r}")
    for path in catalog_files(root):
        if "Plural-Forms" not in path.read_text(encoding="utf-8")[:2000]:
            lines.append(f"{path.relative_to(root)}: the header lacks Plural-Forms")
    return lines


def _placeholders(text: str) -> set[str]:
    return {match.group(0) for match in _PLACEHOLDER.finditer(text.replace("%%", "")) if "|" not in match.group(0)}


# -- writing ---------------------------------------------------------------------------------


def compile_stale(root: Path = PACKAGE) -> int:
    """Compile every .po that is newer than its .mo; returns how many."""
    number = 0
    for path in catalog_files(root):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        from babel.messages.mofile import write_mo

        partial = target.with_suffix(f".mo.{os.getpid()}")
        with partial.open("wb") as file:
            write_mo(file, read(path))
        partial.replace(target)
        number += 1
    return number


def write_missing(root: Path = PACKAGE) -> int:
    """Add untranslated texts, empty, to their room's catalogues; returns how many entries were added."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    known, changed, number = translated(root), {}, 0
    for text in texts(root):
        for language in LANGUAGES:
            if text.key in known[language]:
                continue
            path = room_of(text.place.partition(":")[0]) / "locale" / language / "LC_MESSAGES" / "django.po"
            if path not in changed:
                changed[path] = read(path) if path.exists() else Catalog(fuzzy=False)
            catalog = changed[path]
            if catalog.get(text.msgid, context=text.context) is None:
                catalog.add(text.msgid, locations=[(text.place.partition(":")[0], None)], context=text.context)
                number += 1
    for path, catalog in changed.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=110, omit_header=False, sort_by_file=False)
    return number


def main(argv: Sequence[str]) -> int:
    """`jichi messages extract|check|compile`."""
    from .cli import complain, say

    parser = argparse.ArgumentParser(prog="jichi messages", description="Translations of the pages.")
    parser.add_argument("what", choices=("extract", "check", "compile"))
    given = parser.parse_args(list(argv))
    if given.what == "extract":
        say(f"{write_missing()} entries added, to be translated")
        return 0
    if given.what == "compile":
        say(f"{compile_stale()} catalogues compiled")
        return 0
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
    lines = problems()
    for line in lines:
        say(line)
    if lines:
        complain(f"{len(lines)} problems; `jichi messages extract` adds what is missing to the catalogues")
        return 1
    say(f"{len({text.key for text in texts()})} texts are translated into {len(LANGUAGES)} languages")
    return 0
