"""Checkers of imports: doors, privacy of models, purity of rules, no imports hidden in functions."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from .tree import DOORS, FURTHER_DOORS, OPEN_FLOORS, Module, dotted_name, last_name, may_use, room_of

WIRING = frozenset({"manifest", "middleware", "sample", "commands", "urls", "apps"})
"""Modules that `config` may also use: it puts the house together."""
UNPURE = frozenset(
    {"django", "psycopg", "psycopg_pool", "procrastinate", "ninja", "requests", "httpx", "socket", "subprocess"}
)
CLOCKS = frozenset(
    {
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "time.time",
        "time.monotonic",
        "clock.now",
        "clock.today",
    }
)
CHANCE = frozenset({"random.random", "random.randint", "random.choice", "random.shuffle", "uuid.uuid4", "uuid4"})
READS = frozenset({"open", "read_text", "read_bytes", "write_text", "write_bytes", "getenv"})


@dataclass(frozen=True)
class Import:
    """One imported thing: `module` is a module of ours or a foreign one, `name` what was taken from it."""

    module: str
    name: str
    node: ast.AST
    function: str


def imports_of(module: Module, known: Iterable[str] = ()) -> tuple[Import, ...]:
    """Every import of a file, wherever it hides; relative ones made absolute."""
    return _imports_of(module, frozenset(known))


@cache
def _imports_of(module: Module, known: frozenset[str]) -> tuple[Import, ...]:
    return tuple(_found_imports(module, known))


def _found_imports(module: Module, known: frozenset[str]) -> Iterator[Import]:
    for node, function in _with_function(module.tree, ""):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, "", node, function)
        elif isinstance(node, ast.ImportFrom):
            base = _base(module, node)
            for alias in node.names:
                below = f"{base}.{alias.name}"
                # `from jichi.engines.inbox import actions` names a module, not something in one.
                is_module = below in known or alias.name in DOORS or alias.name in {"models", "manifest", "rules"}
                is_module = is_module and base.startswith("jichi") and base not in _files(known, base)
                yield Import(below if is_module else base, "" if is_module else alias.name, node, function)


def _files(known: frozenset[str], base: str) -> frozenset[str]:
    """`base` itself where it is known to be a plain file, which has no modules below."""
    has_below = any(name.startswith(base + ".") for name in known)
    return frozenset({base}) if base in known and not has_below else frozenset()


def _base(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    parts = parts[: len(parts) - node.level + (1 if module.is_package else 0)]
    return ".".join([*parts, *([node.module] if node.module else [])])


def _with_function(node: ast.AST, function: str) -> Iterator[tuple[ast.AST, str]]:
    for child in ast.iter_child_nodes(node):
        inner = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
        yield child, function
        yield from _with_function(child, inner)


def floor_findings(module: Module, known: Iterable[str] = ()) -> list[str]:
    """Imports that point upward or sideways."""
    found = []
    for item in imports_of(module, known):
        target = room_of(item.module)
        if module.room and target and not may_use(module.room, target):
            found.append(f"{module.at(item.node)}: {module.room} may not rest on {target}")
    return found


def door_findings(module: Module, known: Iterable[str] = ()) -> list[str]:
    """Imports of another room that do not go through one of its doors."""
    found = []
    for item in imports_of(module, known):
        target = room_of(item.module)
        if not module.room or not target or target == module.room or target in OPEN_FLOORS:
            continue
        if not _is_door(module, item.module, target):
            found.append(f"{module.at(item.node)}: {item.module} is not a door of {target}")
    return found


def _is_door(module: Module, imported: str, target: str) -> bool:
    if imported in FURTHER_DOORS:
        return True
    first = imported[len(target) :].strip(".").split(".")[0]
    if first in DOORS:
        return True
    if module.is_test and first == "tests":
        return True  # what a lower room's tests use to build their world may be used by tests above
    if module.room == "jichi.config":
        return target == "jichi.sample" or first in WIRING
    return False


def leak_findings(module: Module, doors: dict[str, Module], known: Iterable[str] = ()) -> list[str]:
    """Names that a door has only because it imported them from its room's private models."""
    found = []
    for item in imports_of(module, known):
        door = doors.get(item.module)
        if door is None or door.room == module.room or not item.name:
            continue
        if item.name in _taken_from_models(door):
            found.append(f"{module.at(item.node)}: {item.name} is a model of {door.room}, private there")
    return found


@cache
def _taken_from_models(door: Module) -> frozenset[str]:
    return frozenset(
        alias.asname or alias.name
        for node in ast.walk(door.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1] == "models"
        for alias in node.names
    )


def hidden_findings(module: Module, known: Iterable[str] = ()) -> list[str]:
    """Imports of another room inside a function: only commands and Django's `ready` may be lazy with them."""
    if module.is_test or module.room == "jichi.config" or module.inside[0] in {"commands", "apps"}:
        return []
    return [
        f"{module.at(item.node)}: {item.module} is imported inside {item.function}()"
        for item in imports_of(module, known)
        if item.function and room_of(item.module) not in {None, module.room}
    ]


def is_pure(module: Module) -> bool:
    """Is this module one of those that must not know the world: rules, events, errors, kernel?"""
    if module.is_test:
        return False
    if module.name.startswith("jichi.portals."):  # a portal's `errors` are its error pages
        return module.inside[0] == "rules"
    return module.room == "jichi.kernel" or module.inside[0] in {"rules", "events", "errors"}


def purity_findings(module: Module, known: Iterable[str] = ()) -> list[str]:
    """Frameworks, clock, chance and files in a module that decides."""
    found = []
    for item in imports_of(module, known):
        top = item.module.split(".")[0]
        if top in UNPURE:
            found.append(f"{module.at(item.node)}: {item.module} in a pure module")
        elif top == "jichi" and not _pure_target(module, item):
            found.append(f"{module.at(item.node)}: {item.module} is not pure")
    if module.room != "jichi.kernel":  # the kernel holds the clock itself
        found += [
            f"{module.at(call)}: {dotted_name(call.func) or last_name(call.func)}() must be handed in"
            for call in ast.walk(module.tree)
            if isinstance(call, ast.Call) and _reaches_out(call.func)
        ]
    return found


def _pure_target(module: Module, item: Import) -> bool:
    room = room_of(item.module)
    if item.module == "jichi.kernel.clock" and item.name == "TOKYO":
        return True  # a constant, not the time
    if room is None or room == "jichi.kernel":
        return module.room == "jichi.kernel" or (room is not None and item.module != "jichi.kernel.clock")
    return item.module[len(room) :].strip(".").split(".")[0] in {"rules", "events", "errors"}


def _reaches_out(function: ast.expr) -> bool:
    name = dotted_name(function)
    tail = ".".join(name.split(".")[-2:])
    return tail in CLOCKS or tail in CHANCE or name in CHANCE or last_name(function) in READS
