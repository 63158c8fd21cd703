"""Checkers of how code is written: sizes, names, docstrings, actions, the clock, reasons beside exceptions."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath

from .tree import Module, dotted_name, shown

FILE_LIMIT = 400
FUNCTION_LIMIT = 40
LONG = re.compile(r"\blong: \S")
NAMELESS = re.compile(r"(^|_)(utils?|helpers?|common|misc)$")
CLOCKS = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "timezone.localdate")
IGNORE = re.compile(r"#\s*(type:\s*ignore(\[[^\]]*\])?|noqa(:\s*[A-Z0-9, ]+)?)(?P<after>.*)$")


def syntax_findings(module: Module) -> list[str]:
    """A file that this Python can't read."""
    try:
        ast.parse(module.text)
    except SyntaxError as error:
        return [f"{shown(module.path)}:{error.lineno}: {error.msg}"]
    return []


def size_findings(name: str, text: str) -> list[str]:
    """A file over the limit that does not say why (`long: …` in its first 15 lines)."""
    lines = text.splitlines()
    if len(lines) <= FILE_LIMIT or any(LONG.search(line) for line in lines[:15]):
        return []
    return [f"{name}: {len(lines)} lines; make it a package or say why with `# long: …`"]


def function_findings(module: Module) -> list[str]:
    """Functions over the limit, docstring not counted, that do not say why."""
    found = []
    lines = module.text.splitlines()
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
        length = (node.end_lineno or 0) - first.lineno + 1
        if length > FUNCTION_LIMIT and not any(LONG.search(line) for line in lines[node.lineno - 1 : node.end_lineno]):
            found.append(f"{module.at(node)}: {node.name}() has {length} lines")
    return found


def name_findings(path: str) -> list[str]:
    """Rooms without names: utils, helpers, common, misc."""
    parts = PurePosixPath(path).with_suffix("").parts
    return [f"{path}: {part} says nothing" for part in parts if NAMELESS.search(part)]


def docstring_findings(module: Module) -> list[str]:
    """A module opens with one to five lines on what it is for."""
    if not module.text.strip():
        return []
    text = ast.get_docstring(module.tree)
    if not text:
        return [f"{module.at(module.tree)}: no docstring"]
    lines = [line for line in text.splitlines() if line.strip()]
    return [f"{module.at(module.tree)}: docstring of {len(lines)} lines"] if len(lines) > 5 else []


def offered(module: Module) -> frozenset[str]:
    """What the front of a package offers: the names it imports from its own modules."""
    nodes = [node for node in module.tree.body if isinstance(node, ast.ImportFrom)]
    own = [node for node in nodes if node.level == 1 or (node.module or "").startswith(module.name)]
    return frozenset(alias.asname or alias.name for node in own for alias in node.names)


def action_findings(module: Module, public: frozenset[str] | None = None) -> list[str]:
    """An action takes keywords only, the actor first, and says what it does.

    `public` names the actions where the module is a part of a package; else all without underscore are.
    """
    found = []
    for node in module.tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if public is not None and node.name not in public:
            continue
        arguments = node.args
        if arguments.args or arguments.posonlyargs:
            found.append(f"{module.at(node)}: {node.name}() takes positional arguments")
        elif not arguments.kwonlyargs or arguments.kwonlyargs[0].arg != "actor":
            found.append(f"{module.at(node)}: {node.name}() does not take the actor first")
        if not ast.get_docstring(node):
            found.append(f"{module.at(node)}: {node.name}() has no docstring")
    return found


def door_docstring_findings(module: Module) -> list[str]:
    """What others may use says what it promises."""
    return [
        f"{module.at(node)}: {node.name} has no docstring"
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]


def clock_findings(module: Module) -> list[str]:
    """Time that does not come from the house's one clock."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ".".join(dotted_name(node.func).split(".")[-2:]) in CLOCKS:
            found.append(f"{module.at(node)}: {dotted_name(node.func)}() instead of kernel.clock")
        if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            found.append(f"{module.at(node.value)}: {node.arg} instead of kernel.clock")
    return found


def excuse_findings(name: str, text: str) -> list[str]:
    """`type: ignore` and `noqa` without a rule or without a reason after it."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        match = IGNORE.search(line)
        if not match:
            continue
        if not (match[2] or match[3]):
            found.append(f"{name}:{number}: switches every rule off")
        elif not re.search(r"\w{3,}", match["after"]):
            found.append(f"{name}:{number}: gives no reason")
    return found
