"""Examples of this room's addresses for the test of access."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → the arguments of an address of `world.resident`."""
    return {"portal_staff:person": lambda world: {"addressee_no": world.resident.addressee_no}}


SHARED = frozenset({"portal_staff:person"})
"""The register is every division's, for those whose role may look."""
