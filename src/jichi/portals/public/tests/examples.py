"""Examples of this room's addresses for the test of access."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → the arguments of a check; the code belongs to no document."""
    return {"portal_public:verify_code": lambda world: {"code": "K7M42QF9K7M42QF9"}}
