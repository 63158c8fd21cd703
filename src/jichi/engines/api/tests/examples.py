"""Objects of this room for the tests that walk every address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jichi.engines.api import actions
from jichi.engines.api.models import Subscription
from jichi.kernel import clock

from .calling import SYSTEM, let_in

SHARED = frozenset(
    f"eng_api_admin:{name}"
    for name in (
        "client",
        "calls",
        "make_key",
        "stop",
        "revoke",
        "webhook_new",
        "webhook",
        "webhook_secret",
        "webhook_end",
    )
)
"""Administrators see every client, whatever its division."""


def _client(world: Any) -> dict[str, object]:
    return {"client_id": let_in(world.division.code, ["eng_cases.case.view"])}


def _key(world: Any) -> dict[str, object]:
    made = actions.make_key(actor=SYSTEM, client_id=let_in(world.division.code, ["eng_cases.case.view"]))
    return {"key_id": made.id}


def _subscription(world: Any) -> dict[str, object]:
    client_id = let_in(world.division.code, ["eng_cases.case.view"])
    row = Subscription.objects.create(
        client_id=client_id, url="https://hooks.example.com/", kinds=["case.opened"], secret=b"sealed",
        created_at=clock.now(),
    )  # fmt: skip
    return {"subscription_id": row.pk}


def url_examples() -> dict[str, Callable[[Any], dict[str, object]]]:
    """URL name → the arguments of an address of a client or key."""
    return {
        **{f"eng_api_admin:{name}": _client for name in ("client", "calls", "make_key", "stop", "webhook_new")},
        **{f"eng_api_admin:{name}": _subscription for name in ("webhook", "webhook_secret", "webhook_end")},
        "eng_api_admin:revoke": _key,
    }
