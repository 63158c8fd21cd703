"""Objects of this room for the tests that walk every address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from jichi.engines.accounts import officials
from jichi.engines.audit.context import system_actor
from jichi.kernel import clock
from jichi.kernel.clock import standing_at

from .. import actions, queries, rules

SYSTEM = system_actor("test")
SHARED = frozenset({
    "office_administration:certificate", "office_administration:certificate_pdf",
    "office_administration:division", "office_administration:people_load", "office_administration:plan",
    "office_administration:plan_export",
})  # fmt: skip
"""Who administers the house sees all of it."""


def _load(world: Any) -> dict[str, object]:
    data = f"職員ID,氏名\r\nx{uuid4().hex[:8]},新人\r\n".encode()
    return {"id": actions.read_people_load(actor=SYSTEM, filename="people.csv", data=data)}


def _plan(world: Any) -> dict[str, object]:
    move = rules.Move(line=2, kind="open", division=f"d{uuid4().hex[:8]}", name="新しい課")
    return {"id": actions.save_plan(actor=SYSTEM, title="例", day=clock.today(), moves=(move,))}


def _certificate(world: Any) -> dict[str, object]:
    with standing_at(clock.now() - timedelta(days=60)):
        key = officials.save_official(actor=SYSTEM, login=f"x{uuid4().hex[:8]}", name="新人")
        officials.invite(actor=SYSTEM, account_id=key, reason="例")
    actions.erase_over(actor=SYSTEM)
    return {"id": queries.certificates()[0][0].id}


def url_examples() -> dict[str, Callable[[Any], dict[str, object]]]:
    """URL name → its arguments."""
    return {
        "office_administration:division": lambda world: {"code": world.division.code},
        "office_administration:people_load": _load,
        "office_administration:certificate": _certificate,
        "office_administration:certificate_pdf": _certificate,
        "office_administration:plan": _plan,
        "office_administration:plan_export": _plan,
    }
