"""Examples of this room's addresses for the test of access."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → the arguments of an address about an official."""
    names = ("eng_accounts_admin:person", "eng_accounts_admin:reset")
    return dict.fromkeys(names, lambda world: {"account_id": world.others[0].account_id})


SHARED = frozenset({"eng_accounts_admin:person", "eng_accounts_admin:reset"})
"""Accounts belong to no division: administrators see them all."""
