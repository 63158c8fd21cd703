"""Checkers of wiring that import-linter can't see: names in strings, migrations, templates, signals."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from .tree import Module, Template, calls, dotted_name, last_name, may_use, room_of, text_of

RELATIONS = ("ForeignKey", "OneToOneField", "ManyToManyField")
ADDRESS_CALLS = ("reverse", "reverse_lazy", "redirect")
DOTTED = re.compile(r"jichi(\.\w+)+")
TAG = re.compile(r"{%-?\s*(extends|include|url)\s+(.*?)-?%}", re.DOTALL)
QUOTED = re.compile(r"""^(["'])(?P<name>[^"']+)\1""")
TEMPLATE_NAME = re.compile(r"[\w-]+(/[\w.-]+)*\.(html|txt)")


@dataclass(frozen=True)
class Wires:
    """What strings in the house may name: app labels, URL names and templates, each with its room."""

    labels: Mapping[str, str]
    addresses: Mapping[str, str]
    templates: Mapping[str, str]


def address_owners() -> dict[str, str]:
    """URL name (with namespace) → room of the view behind it; rooms outside the house are left out."""
    return {name: room for name, pattern in named_patterns(get_resolver()) if (room := room_of(view_module(pattern)))}


def named_patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named pattern below a resolver, as `namespace:name`."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from named_patterns(entry, prefix + (f"{entry.namespace}:" if entry.namespace else ""))
        elif entry.name:
            yield prefix + entry.name, entry


def view_module(pattern: URLPattern) -> str:
    """The module a view was written in."""
    view = pattern.callback
    view = getattr(view, "view_class", view)
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return str(view.__module__)


# -- models and migrations -----------------------------------------------------------------------


def relation_findings(module: Module, wires: Wires) -> list[str]:
    """String foreign keys and `get_model` that point upward; `get_model` elsewhere than at home."""
    found = []
    for call in calls(module.tree, *RELATIONS):
        first = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "to"), None)
        named = text_of(first) or ("eng_accounts.Account" if first and _is_user_model(first) else "")
        label = named.split(".")[0] if "." in named else ""
        found += _label_findings(module, call, label, wires)
    for call in calls(module.tree, "get_model"):
        named = text_of(call.args[0]) if call.args else None
        if named is None:
            continue
        owner = wires.labels.get(named.split(".")[0])
        if owner and owner != module.room and not module.is_migration:
            found.append(f"{module.at(call)}: get_model({named!r}) reaches into {owner}")
        elif owner:
            found += _label_findings(module, call, named.split(".")[0], wires)
    return found


def dependency_findings(module: Module, wires: Wires) -> list[str]:
    """Migrations that wait for those of a higher room."""
    found = []
    for node in ast.walk(module.tree):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        if "run_before" in names:
            found.append(f"{module.at(node)}: run_before turns a dependency round")
        if "dependencies" not in names or not isinstance(node.value, ast.List | ast.Tuple):
            continue
        for entry in node.value.elts:
            if isinstance(entry, ast.Tuple):
                found += _label_findings(module, entry, text_of(entry.elts[0]) or "", wires)
            elif isinstance(entry, ast.Call) and _is_user_model(*entry.args):
                found += _label_findings(module, entry, "eng_accounts", wires)
    return found


def _is_user_model(*nodes: ast.expr) -> bool:
    return any(dotted_name(node).endswith("AUTH_USER_MODEL") for node in nodes)


def _label_findings(module: Module, node: ast.AST, label: str, wires: Wires) -> list[str]:
    owner = wires.labels.get(label)
    if owner and module.room and not may_use(module.room, owner):
        return [f"{module.at(node)}: {label} belongs to {owner}, which is not below {module.room}"]
    return []


# -- strings in Python ---------------------------------------------------------------------------


def string_findings(module: Module, wires: Wires) -> list[str]:
    """Dotted names, URL names and template names in strings: they exist and lie below or inside."""
    found = []
    loggers = {id(call.args[0]) for call in calls(module.tree, "getLogger") if call.args}
    for node in ast.walk(module.tree):
        value = text_of(node) if isinstance(node, ast.Constant) else None
        if value is None or id(node) in loggers:
            continue
        if DOTTED.fullmatch(value):
            found += _dotted_findings(module, node, value)
        elif TEMPLATE_NAME.fullmatch(value) and value.split("/")[0] in wires.labels:
            found += _owned_findings(module.room, module.at(node), value, wires.templates)
    for call in calls(module.tree, *ADDRESS_CALLS):
        named = text_of(call.args[0]) if call.args else None
        if named and (last_name(call.func) != "redirect" or ":" in named) and "/" not in named:
            found += _owned_findings(module.room, module.at(call), named, wires.addresses)
    for keyword in (k for call in calls(module.tree, "MenuEntry") for k in call.keywords if k.arg == "url_name"):
        found += _owned_findings(module.room, module.at(keyword.value), text_of(keyword.value) or "?", wires.addresses)
    return found


def _dotted_findings(module: Module, node: ast.AST, dotted: str) -> list[str]:
    if not resolves(dotted):
        return [f"{module.at(node)}: {dotted!r} names nothing"]
    owner = room_of(dotted)
    if owner and module.room and not may_use(module.room, owner):
        return [f"{module.at(node)}: {dotted!r} belongs to {owner}, which is not below {module.room}"]
    return []


def resolves(dotted: str) -> bool:
    """Is this the dotted name of a module or of something in one?"""
    parts = dotted.split(".")
    for cut in range(len(parts), 0, -1):
        name = ".".join(parts[:cut])
        try:
            found: object = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or not (name == error.name or name.startswith(error.name + ".")):
                raise
            continue
        for attribute in parts[cut:]:
            if not hasattr(found, attribute):
                return False
            found = getattr(found, attribute)
        return True
    return False


# -- templates -----------------------------------------------------------------------------------


def template_findings(template: Template, wires: Wires) -> list[str]:
    """`{% extends %}`, `{% include %}` and `{% url %}` that name nothing or something above."""
    found = []
    for match in TAG.finditer(template.text):
        quoted = QUOTED.match(match[2].strip())
        if not quoted:
            continue
        owners = wires.addresses if match[1] == "url" else wires.templates
        line = template.text.count("\n", 0, match.start()) + 1
        found += _owned_findings(template.room, f"{template.name}:{line}", quoted["name"], owners)
    return found


def _owned_findings(user: str | None, where: str, name: str, owners: Mapping[str, str]) -> list[str]:
    owner = owners.get(name)
    if owner is None:
        return [f"{where}: {name!r} names nothing"]
    if user and not may_use(user, owner):
        return [f"{where}: {name!r} belongs to {owner}, which is not below {user}"]
    return []


# -- hidden effects ------------------------------------------------------------------------------


def signal_findings(module: Module) -> list[str]:
    """Framework signals: the cause calls the effect by name, or announces an event."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            named = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        else:
            continue
        found += [
            f"{module.at(node)}: {name} is a framework signal"
            for name in named
            if name.startswith(("django.dispatch", "blinker")) or re.match(r"django\..*\bsignals\b", name)
        ]
    return found


def raw_markup_findings(module: Module) -> list[str]:
    """Markup that is not escaped, made in Python."""
    # The types may be named in annotations; making one is what escapes escaping.
    makers = ("mark_safe", "SafeString", "SafeText", "Markup")
    found = [f"{module.at(call)}: {last_name(call.func)}()" for call in calls(module.tree, *makers)]
    if module.room != "jichi.design":  # its components build markup from escaped parts; nobody else does
        found += [
            f"{module.at(node)}: jichi.design.html.{alias.name}"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ImportFrom) and node.module == "jichi.design.html"
            for alias in node.names
            if alias.name in {"safe", "join"}
        ]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef) and node.name == "__html__":
            found.append(f"{module.at(node)}: __html__")
        if isinstance(node, ast.keyword) and node.arg == "is_safe" and getattr(node.value, "value", False) is True:
            found.append(f"{module.at(node.value)}: is_safe=True")
    return found


def raw_template_findings(template: Template) -> list[str]:
    """Markup that is not escaped, let through in a template."""
    pattern = re.compile(r"\|\s*(safe|safeseq)\b|{%\s*autoescape\s+off|{%\s*filter\s+safe")
    return [
        f"{template.name}:{template.text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for match in pattern.finditer(template.text)
    ]
