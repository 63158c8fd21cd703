"""Translation catalogues: what each room says, whether it says it in five languages, and compiling it.

The Japanese text in the code is the key. What only officials read needs no translation; everything
else is found in the catalogue of the room that says it, or of a room below. No gettext tools needed.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from .environment import PACKAGE
from .rooms import ROOMS

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

FOLDERS: Final[Mapping[str, str]] = {"easy": "easy", "en": "en", "zh-hans": "zh_Hans", "ko": "ko"}
"""Language code → name of its folder below `locale/`."""
PLURALS: Final[Mapping[str, str]] = {
    "easy": "nplurals=1; plural=0;",
    "en": "nplurals=2; plural=(n != 1);",
    "zh-hans": "nplurals=1; plural=0;",
    "ko": "nplurals=1; plural=0;",
}
STAFF_LAYOUT: Final = "design/layouts/staff.html"
STAFF_ROOM: Final = "jichi.portals.staff"
KEYWORDS: Final[dict[str, tuple[int | tuple[int, str], ...] | None]] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
_EXTENDS = re.compile(r"""{%\s*extends\s+["']([^"']+)["']""")
_INCLUDES = re.compile(r"""{%\s*include\s+["']([^"']+)["']""")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
_JAPANESE = re.compile(r"[\u3041-\u309f\u30a0-\u30ff\u3400-\u9fff]")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
_EXAMPLE = re.compile(r"\([^()]*\)|“[^“”]*”|「[^「」]*」")
"""In brackets and quotation marks Japanese may be shown as it is."""

Key: TypeAlias = tuple[str, str]
"""Context ("" for none) and Japanese text."""
Translated: TypeAlias = str | tuple[str, ...] | list[str]
"""A translation; several forms where the text has a plural."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text that a room says: its plural ("" for none), where, and whether only officials read it."""

    plural: str
    places: tuple[str, ...]
    staff_only: bool


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with one text in one language."""

    room: str
    language: str
    text: str
    what: str

    def __str__(self) -> str:
        return f"{self.room} [{self.language}] {self.what}: {self.text!r}"


def folder_of(room: str) -> Path:
    """Where a room's files lie."""
    return PACKAGE.parent / room.replace(".", "/")


def po_path(room: str, language: str) -> Path:
    """The catalogue of a room in a language."""
    return folder_of(room) / "locale" / FOLDERS[language] / "LC_MESSAGES" / "django.po"


# -- what is said --------------------------------------------------------------------------------


def staff_only(templates: Mapping[str, str], *, rooms: Mapping[str, str]) -> frozenset[str]:
    """Templates that only officials see.

    They belong to the staff portal, lie in a folder `staff`, extend the staff layout, or are
    included by such templates alone.

    Args:
        templates: name as `{% extends %}` calls it → text.
        rooms: template name → room.
    """
    parents = {name: _EXTENDS.findall(text)[:1] for name, text in templates.items()}
    users: dict[str, set[str]] = {}
    for name, text in templates.items():
        for part in _INCLUDES.findall(text):
            users.setdefault(part, set()).add(name)

    def is_staff(name: str, seen: frozenset[str]) -> bool:
        if name == STAFF_LAYOUT or rooms.get(name) == STAFF_ROOM or "/staff/" in name:
            return True
        if name in seen or name not in templates:
            return False
        if parents[name]:
            return is_staff(parents[name][0], seen | {name})
        return bool(users.get(name)) and all(is_staff(user, seen | {name}) for user in users[name])

    return frozenset(name for name in templates if is_staff(name, frozenset()))


def template_texts(text: str) -> Iterator[tuple[int, Key, str]]:
    """Texts of `{% translate %}`, `{% blocktranslate %}` and `_("…")`: line, key, plural."""
    from django.utils.translation.template import templatize

    # templatize writes Python-like calls among blanked text; leading blanks would read as indentation.
    code = "\n".join(line.lstrip() for line in templatize(text).splitlines())
    yield from python_texts(code)


def python_texts(code: str) -> Iterator[tuple[int, Key, str]]:
    """Texts that Python code hands to gettext: line, key, plural."""
    if not any(f"{word}(" in code for word in KEYWORDS):
        return
    from babel.messages.extract import extract as babel_extract

    options = {"encoding": "utf-8"}
    for line, message, _comments, context in babel_extract(
        "python", io.BytesIO(code.encode()), keywords=KEYWORDS, options=options
    ):
        singular, plural = message[:2] if isinstance(message, tuple) else (message, "")
        yield line, (context or "", singular), plural or ""


@lru_cache(maxsize=1)
def _all_templates() -> tuple[dict[str, str], dict[str, str]]:
    texts: dict[str, str] = {}
    rooms: dict[str, str] = {}
    for room in ROOMS:
        folder = folder_of(room) / "templates"
        for path in sorted(p for p in folder.rglob("*") if p.suffix in {".html", ".txt"}):
            name = path.relative_to(folder).as_posix()
            texts[name] = path.read_text(encoding="utf-8")
            rooms[name] = room
    return texts, rooms


def extract(room: str) -> dict[Key, Said]:
    """Every text that a room hands to gettext, in templates and Python, tests left out."""
    found: dict[Key, Said] = {}

    def note(key: Key, plural: str, place: str, *, for_staff: bool) -> None:
        if not key[1]:
            return
        before = found.get(key, Said("", (), staff_only=True))
        found[key] = Said(before.plural or plural, (*before.places, place), before.staff_only and for_staff)

    texts, rooms = _all_templates()
    staff = staff_only(texts, rooms=rooms)
    for name, text in texts.items():
        if rooms[name] == room:
            for line, key, plural in template_texts(text):
                note(key, plural, f"{name}:{line}", for_staff=name in staff)
    folder = folder_of(room)
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).parts
        if "tests" in parts or "migrations" in parts:
            continue
        for line, key, plural in python_texts(path.read_text(encoding="utf-8")):
            note(key, plural, f"{'/'.join(parts)}:{line}", for_staff=room == STAFF_ROOM)
    return found


# -- what is translated --------------------------------------------------------------------------


def read_catalog(path: Path) -> Catalog:
    """A catalogue as it lies in its file, an error in it named by its line; empty where there is no file."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        # No locale is given: Babel does not know the language "easy"; the header says all that is needed.
        return read_po(file, abort_invalid=True)


def entry_problems(language: str, key: Key, translated: Translated | None) -> list[str]:
    """What is wrong with one translation: missing, untranslated, placeholders lost, wrong script."""
    forms = [str(form) for form in translated] if isinstance(translated, tuple | list) else [str(translated or "")]
    if not all(form.strip() for form in forms):
        return ["not translated"]
    found = []
    text = key[1]
    wanted = sorted(_PLACEHOLDER.findall(text))
    # A form for one thing may leave the number out; the last form stands for any number.
    # Plain Japanese may say less.
    unknown = any(set(_PLACEHOLDER.findall(form)) - set(wanted) for form in forms)
    if unknown or (language != "easy" and sorted(_PLACEHOLDER.findall(forms[-1])) != wanted):
        found.append("placeholders differ")
    ends = {(form.startswith("\n"), form.endswith("\n")) for form in forms}
    if ends != {(text.startswith("\n"), text.endswith("\n"))}:
        found.append("line ends differ")
    if language in {"en", "ko"} and _JAPANESE.search(text) and text in forms:
        found.append("left in Japanese")
    elif language != "easy" and any(_KANA.search(_EXAMPLE.sub("", form)) for form in forms):
        found.append("holds kana")
    return found


def catalog_problems(room: str, language: str, catalog: Catalog, said: Mapping[Key, Said]) -> list[Problem]:
    """What is wrong with one catalogue, apart from what it leaves out."""
    found = []
    for message in catalog:
        if not message.id:
            continue
        plural = isinstance(message.id, tuple | list)
        key = (message.context or "", str(message.id[0] if plural else message.id))
        if message.fuzzy:
            found.append(Problem(room, language, key[1], "marked fuzzy"))
        if key not in said:
            found.append(Problem(room, language, key[1], "no longer said"))
        found += [Problem(room, language, key[1], what) for what in entry_problems(language, key, message.string)]
        if plural and f"nplurals={catalog.num_plurals};" not in PLURALS[language]:
            found.append(Problem(room, language, key[1], "wrong Plural-Forms in the header"))
    found += [Problem(room, language, str(gone.id), "obsolete entry kept") for gone in catalog.obsolete.values()]
    return found


def check(rooms: Sequence[str] = ROOMS) -> list[Problem]:
    """Everything wrong with the catalogues of the rooms, lowest first.

    A text may be translated in a lower room's catalogue. The same text translated differently in
    two rooms is an error, because Django keeps one of them for the whole house.
    """
    found = []
    for language in FOLDERS:
        known: dict[Key, tuple[Translated, str]] = {}
        for room in rooms:
            said = extract(room)
            catalog = read_catalog(po_path(room, language))
            found += catalog_problems(room, language, catalog, said)
            for key, translated in _translations(catalog):
                first, where = known.setdefault(key, (translated, room))
                if first != translated:
                    found.append(Problem(room, language, key[1], f"translated differently in {where}"))
            found += [
                Problem(room, language, key[1], f"not in the catalogue ({text.places[0]})")
                for key, text in said.items()
                if not text.staff_only and key not in known and _JAPANESE.search(key[1])
            ]
    return sorted(set(found))


def _translations(catalog: Catalog) -> Iterator[tuple[Key, Translated]]:
    for message in catalog:
        if message.id and message.string and any(message.string):
            singular = message.id[0] if isinstance(message.id, tuple | list) else message.id
            yield (message.context or "", str(singular)), message.string


# -- writing -------------------------------------------------------------------------------------


def update(room: str) -> int:
    """Add to a room's catalogues what it says and they lack, empty; take out what is no longer said.

    Returns:
        Number of entries that wait for a translator, over all languages.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    said = {key: text for key, text in extract(room).items() if not text.staff_only and _JAPANESE.search(key[1])}
    waiting = 0
    for language, folder in FOLDERS.items():
        path = po_path(room, language)
        if not said and not path.exists():
            continue
        kept = dict(_translations(read_catalog(path)))
        new = Catalog(fuzzy=False)
        new.mime_headers = [("Plural-Forms", PLURALS[language])]  # tells it how many forms to write
        for key in sorted(said):
            plural = said[key].plural
            waiting += key not in kept
            new.add((key[1], plural) if plural else key[1], kept.get(key, ""), context=key[0] or None)
        # Our own header: Babel's carries the time of writing, which would change with every run.
        header = (
            'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
            f'"Language: {folder}\\n"\n"Plural-Forms: {PLURALS[language]}\\n"\n\n'
        )
        body = io.BytesIO()
        write_po(body, new, width=110, omit_header=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(header + body.getvalue().decode().strip("\n") + "\n", encoding="utf-8")
    return waiting


def compile_catalogs(rooms: Iterable[str] = ROOMS) -> list[Path]:
    """Write the `.mo` beside every `.po` that is newer, whole or not at all; returns what was written."""
    written = []
    for room in rooms:
        for language in FOLDERS:
            source = po_path(room, language)
            target = source.with_suffix(".mo")
            if not source.exists():
                continue
            if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
                continue
            from babel.messages.mofile import write_mo

            partial = target.with_suffix(f".mo.{os.getpid()}")
            catalog = read_catalog(source)
            # Babel writes the plural rule only for a locale it knows; plain Japanese counts as Japanese does.
            catalog.locale = {"easy": "ja"}.get(FOLDERS[language], FOLDERS[language])
            with partial.open("wb") as file:
                write_mo(file, catalog)
            partial.replace(target)
            written.append(target)
    return written


def compile_stale() -> int:
    """Compile every catalogue of the house that changed; returns how many."""
    return len(compile_catalogs())


def main(argv: Sequence[str]) -> int:
    """`jichi messages extract|check|compile`."""
    parser = argparse.ArgumentParser(prog="jichi messages", description="Translation catalogues of the rooms.")
    parser.add_argument("what", choices=("extract", "check", "compile"))
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help="rooms, as jichi.design; all without one")
    given = parser.parse_args(list(argv))
    rooms = tuple(given.rooms) or ROOMS
    problems = []
    if given.what == "extract":
        lines = [f"{room}: {update(room)} entries wait for a translator" for room in rooms]
    elif given.what == "compile":
        lines = [f"wrote {path.relative_to(PACKAGE.parent)}" for path in compile_catalogs(rooms)]
    else:
        problems = [problem for problem in check() if problem.room in rooms]
        lines = [*map(str, problems), f"{len(problems)} problem(s) in {len(rooms)} rooms"]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if problems else 0
