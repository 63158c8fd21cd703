"""Objects of this room for the tests that walk every address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from jichi.engines.audit.context import system_actor

from .. import actions

SYSTEM = system_actor("test")
SHARED = frozenset({"office_administration:division", "office_administration:people_load"})
"""Who administers the house sees all of it."""


def _load(world: Any) -> dict[str, object]:
    data = f"職員ID,氏名\r\nx{uuid4().hex[:8]},新人\r\n".encode()
    return {"id": actions.read_people_load(actor=SYSTEM, filename="people.csv", data=data)}


def url_examples() -> dict[str, Callable[[Any], dict[str, object]]]:
    """URL name → its arguments."""
    return {
        "office_administration:division": lambda world: {"code": world.division.code},
        "office_administration:people_load": _load,
    }
