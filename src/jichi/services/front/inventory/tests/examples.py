"""Objects of this room for the tests that walk every address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from jichi.engines.audit.context import system_actor, unit

from .. import actions, queries

SHARED = frozenset({
    "front_inventory:entry", "front_inventory:change", "front_inventory:load", "front_inventory:picture",
})  # fmt: skip
"""The inventory is for every official who may see it, of whatever division."""
SYSTEM = system_actor("test")


def _load(world: Any) -> UUID:
    rows = f"手続番号,手続名,課,状態,理由\r\nX{uuid4().hex[:8]},例の申請,{world.division.code},予定なし,押印\r\n"
    return actions.read_load(actor=SYSTEM, filename="example.csv", data=rows.encode())


def _entry(world: Any) -> dict[str, object]:
    key = _load(world)
    with unit(SYSTEM):
        found = queries.load(key)
    assert found is not None
    actions.apply_load(actor=SYSTEM, id=key, expected=found.fingerprint)
    with unit(SYSTEM):
        return {"id": queries.listed(queries.Filter(text=found.differences[0].after.code)).rows[0].id}


def url_examples() -> dict[str, Callable[[Any], dict[str, object]]]:
    """URL name → its arguments."""
    return {
        "front_inventory:entry": _entry,
        "front_inventory:change": _entry,
        "front_inventory:load": lambda world: {"id": _load(world)},
        "front_inventory:picture": lambda world: {"chart": "course", "kind": "svg"},
    }
