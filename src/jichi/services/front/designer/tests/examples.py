"""Objects of this room for the tests that walk every address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.forms import actions as forms

from .. import actions, rules
from ..models import Design
from .written import complete

_OF_A_DESIGN = (
    "edit", "settings", "group", "part", "condition", "change", "check", "preview", "frame", "history", "export", "try",
    "texts", "texts_list", "publish", "examples", "example",
)  # fmt: skip
SHARED = frozenset(f"front_designer:{name}" for name in (*_OF_A_DESIGN, "running"))
"""The DX office works at the designs of every division; the visitor of another division has its role too."""
SYSTEM = system_actor("test")
_MORE = {
    "group": {"group": "texts"}, "part": {"at": "pages/page_1"}, "condition": {"at": "pages/page_1/show_if"},
    "frame": {"page": "page_1"},
}  # fmt: skip


def _design(world: Any) -> UUID:
    return actions.begin_empty(
        actor=SYSTEM, slug=f"example-{uuid4().hex[:8]}", title="例の手続", division=world.division.code
    )


def url_examples() -> dict[str, Callable[[Any], dict[str, object]]]:
    """URL name → its arguments."""
    found = {f"front_designer:{name}": _arguments(name) for name in _OF_A_DESIGN}
    return {**found, "front_designer:running": _running}


def _running(world: Any) -> dict[str, object]:
    name = f"running-{uuid4().hex[:8]}"
    accounts.create_division(actor=world.system, code=name, names={"ja": "公開の課"})
    source = complete(name, name)
    forms.publish_definition(actor=SYSTEM, source=rules.to_yaml(source))
    return {"slug": source["id"]}


def _arguments(name: str) -> Callable[[Any], dict[str, object]]:
    if name == "example":
        return _example
    return lambda world: {"id": _design(world), **_MORE.get(name, {})}


def _example(world: Any) -> dict[str, object]:
    """An example beside a design of the division, whose code is none that a definition file takes."""
    id = _design(world)
    kept = rules.Example(
        id="0" * 32, name="例", who="adult", day=date(2026, 11, 21), raw={}, files={}, expected=rules.Expected()
    )  # fmt: skip
    with unit(SYSTEM):
        Design.objects.filter(pk=id).update(examples=[kept.kept()])
    return {"id": id, "example": kept.id}
