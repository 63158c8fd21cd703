"""An address of the gallery for the tests that walk every address; its pages are everybody's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

SHARED = frozenset({"design:page"})


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → function of the world → the address's arguments."""
    return {"design:page": lambda world: {"layout": "resident", "name": "words"}}
