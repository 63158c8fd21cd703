"""Objects of this room for the tests that walk every address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jichi.engines.api import actions

from .calling import SYSTEM, let_in

SHARED = frozenset(f"eng_api_admin:{name}" for name in ("client", "calls", "make_key", "stop", "revoke"))
"""Administrators see every client, whatever its division."""


def _client(world: Any) -> dict[str, object]:
    return {"client_id": let_in(world.division.code, ["eng_cases.case.view"])}


def _key(world: Any) -> dict[str, object]:
    made = actions.make_key(actor=SYSTEM, client_id=let_in(world.division.code, ["eng_cases.case.view"]))
    return {"key_id": made.id}


def url_examples() -> dict[str, Callable[[Any], dict[str, object]]]:
    """URL name → the arguments of an address of a client or key."""
    return {
        **{f"eng_api_admin:{name}": _client for name in ("client", "calls", "make_key", "stop")},
        "eng_api_admin:revoke": _key,
    }
