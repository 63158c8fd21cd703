"""Examples of this room's addresses for the test of access."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → the arguments of an address of the portal."""
    return {"portal_resident:language": lambda world: {"code": "en"}}
