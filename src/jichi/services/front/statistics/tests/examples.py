"""Objects of this room for the tests that walk every address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SHARED = frozenset({"front_statistics:sheet", "front_statistics:export", "front_statistics:picture"})
"""Figures are for every official who may see them; each sees those of the own procedures."""


def url_examples() -> dict[str, Callable[[Any], dict[str, object]]]:
    """URL name → its arguments."""
    return {
        "front_statistics:sheet": lambda world: {"sheet": "deciding"},
        "front_statistics:export": lambda world: {"sheet": "deciding", "grid": "steps"},
        "front_statistics:picture": lambda world: {"sheet": "overview", "chart": "visits", "kind": "svg"},
    }
