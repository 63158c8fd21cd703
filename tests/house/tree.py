"""The house as data: rooms and floors, parsed modules, templates. What every rule below walks over."""

from __future__ import annotations

import ast
import gc
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from jichi.config.rooms import ROOMS

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
PACKAGE = SOURCE / "jichi"

SINGLE_ROOMS = ("jichi.kernel", "jichi.sample", "jichi.config")
"""Floors that are one room each and have no manifest."""
FLOORS = ("kernel", "design", "engines", "services", "portals", "sample", "config")
DOORS = frozenset({"actions", "queries", "rules", "events", "errors"})
OPEN_FLOORS = frozenset({"jichi.kernel", "jichi.design"})
"""Rooms whose every module may be used from above."""
FURTHER_DOORS = frozenset(
    {
        "jichi.engines.audit.announce",
        "jichi.engines.audit.context",
        "jichi.engines.audit.track",
        "jichi.engines.jobs.tasks",
        "jichi.engines.files.documents",
        "jichi.engines.files.views",
        "jichi.engines.statistics.noting",  # views say what a page was; nothing is asked or written
        "jichi.engines.statistics.recorder",  # the web process starts the thread that writes
        "jichi.engines.accounts.access",
        "jichi.engines.accounts.guests",  # applying without a login, apart from actions for its length
        "jichi.engines.accounts.menus",  # the portals' navigation, and pages found by their words
        "jichi.engines.accounts.linking",  # requests to be linked with the register, apart for their length
        "jichi.engines.accounts.officials",  # officials' accounts and invitations, apart from actions for their length
        "jichi.engines.accounts.sign_in",  # use cases of signing in, apart from actions for their length
        "jichi.engines.accounts.sealing",  # encryption of single fields with the site's keys
        "jichi.engines.accounts.visitors",  # who asks, for answers that must be quick
        "jichi.engines.accounts.stash",  # views put back what an ended session had kept
        "jichi.engines.api.problems",  # what programs are told where no operation was reached
        "jichi.engines.api.operations",  # how `api.py` of rooms declares what programs may call
        "jichi.engines.bankfiles.transfers",  # account transfers, apart from actions for their length
        "jichi.engines.slips.scanning",  # symbols on a photo or PDF, read in a process of its own
        "jichi.engines.mandates.permissions",  # services show and guard mandates by the engine's own rights
        "jichi.engines.registry.permissions",
        "jichi.engines.forms.drafting",  # first drafts from Excel and PDF forms
        "jichi.engines.forms.papers",  # result documents as PDFs, real ones and specimens
        "jichi.engines.forms.register",  # facts for forms, read when looked at
        "jichi.engines.forms.render",  # definition fields as form fields
        "jichi.engines.forms.sheets",  # cells of Excel files, read after whatever could run or blow up is refused
        "jichi.engines.forms.translating",  # lists for translation as CSV and Excel files
        "jichi.engines.programmes.arranging",  # the form of what is published, which services put at their own addresses
        "jichi.engines.programmes.base",  # the abstract table of what is published; it has no rows of its own
        "jichi.engines.programmes.door",  # the door where the line is away, likewise
        "jichi.engines.programmes.drawing",  # the page of a draw, which services put under their own addresses
        "jichi.engines.programmes.telephone",  # the page of telephone entry, likewise
        "jichi.engines.surveys.pages",  # answering, asking and the report, shown by services at their own addresses
        "jichi.engines.cases.presentation",  # words for states and timeline, one place for both portals
    }
)


@lru_cache
def rooms(extra: tuple[str, ...] = ()) -> tuple[str, ...]:
    """All rooms as dotted package names; `extra` ones are for examples."""
    return (*SINGLE_ROOMS, *ROOMS, *extra)


@cache
def room_of(dotted: str, extra: tuple[str, ...] = ()) -> str | None:
    """The room a module or function belongs to; None for the bare floors and what is outside."""
    fitting = [room for room in rooms(extra) if dotted == room or dotted.startswith(room + ".")]
    return max(fitting, key=len) if fitting else None


def floor_of(room: str) -> str:
    """The floor a room stands on."""
    return room.split(".")[1]


def may_use(user: str, used: str) -> bool:
    """May a room rest on another one: itself, a lower floor, or an engine listed before it?

    Services and portals stand side by side: none rests on another.
    """
    if user == used:
        return True
    mine, theirs = FLOORS.index(floor_of(user)), FLOORS.index(floor_of(used))
    if mine != theirs:
        return theirs < mine
    if floor_of(user) != "engines" or user not in ROOMS or used not in ROOMS:
        return False
    return ROOMS.index(used) < ROOMS.index(user)


@dataclass(frozen=True)
class Module:
    """One Python file, parsed."""

    name: str
    text: str
    path: Path
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; empty where the file is no Python, which has a test of its own."""
        gc.disable()  # two million nodes live to the end: looking for garbage among them takes most of the time
        try:
            return ast.parse(self.text, filename=str(self.path))
        except SyntaxError:
            return ast.parse("")
        finally:
            gc.freeze()
            gc.enable()

    @property
    def room(self) -> str | None:
        """The room it stands in."""
        return room_of(self.name)

    @property
    def inside(self) -> tuple[str, ...]:
        """Its path inside the room: ("rules", "fees")."""
        return tuple(self.name[len(self.room or "") :].strip(".").split("."))

    @property
    def is_test(self) -> bool:
        """Left out of the wheel."""
        return "tests" in self.name.split(".")

    @property
    def is_migration(self) -> bool:
        """A step of the database's history."""
        return "migrations" in self.name.split(".")

    def at(self, node: ast.AST) -> str:
        """Where a finding is, as editors understand it."""
        return f"{shown(self.path)}:{getattr(node, 'lineno', 1)}"


def example(name: str, text: str) -> Module:
    """A module that exists only in a table of examples."""
    return Module(name=name, text=text, path=Path("example") / (name.replace(".", "/") + ".py"))


def shown(path: Path) -> str:
    """A path as findings show it."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()


def module_name(path: Path) -> str:
    """Dotted name of a file below src/."""
    parts = list(path.relative_to(SOURCE).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


@lru_cache
def modules() -> tuple[Module, ...]:
    """Every Python module of the house, tests and migrations included."""
    return tuple(
        Module(module_name(path), path.read_text(encoding="utf-8"), path, path.name == "__init__.py")
        for path in sorted(PACKAGE.rglob("*.py"))
    )


@lru_cache
def module_names() -> frozenset[str]:
    """Dotted names of all modules."""
    return frozenset(module.name for module in modules())


@dataclass(frozen=True)
class Template:
    """One template file. `name` is what `{% extends %}` calls it."""

    name: str
    text: str
    room: str
    path: Path


def template_example(text: str, *, name: str = "example/page.html", room: str = "jichi.portals.resident") -> Template:
    """A template that exists only in a table of examples."""
    return Template(name, text, room, Path("example/templates") / name)


@lru_cache
def templates() -> tuple[Template, ...]:
    """Every template of every room."""
    found = []
    for room in rooms():
        folder = SOURCE / room.replace(".", "/") / "templates"
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                found.append(Template(name, path.read_text(encoding="utf-8"), room, path))
    return tuple(found)


@lru_cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = listed.stdout.decode().split("\0")
    return tuple(ROOT / name for name in sorted(set(names)) if name and (ROOT / name).is_file())


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Calls of a function or method by its last name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and last_name(node.func) in names:
            yield node


def last_name(node: ast.expr) -> str:
    """`c` of `a.b.c`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def dotted_name(node: ast.expr) -> str:
    """`a.b.c` of the expression; "" where it is not a plain dotted name."""
    if isinstance(node, ast.Attribute):
        before = dotted_name(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""


def text_of(node: ast.expr | None) -> str | None:
    """The value of a string literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def report(findings: list[str]) -> str:
    """Findings, one a line, as a failing test prints them."""
    return f"{len(findings)} finding(s):\n" + "\n".join(findings)
