"""Arguments of this room's addresses, for the tests that walk every address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

SHARED = frozenset({"eng_ledger:account"})
"""The chart is one for all; whose entries are shown, row security decides."""


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → its arguments."""
    return {"eng_ledger:account": lambda world: {"code": "cash"}}
