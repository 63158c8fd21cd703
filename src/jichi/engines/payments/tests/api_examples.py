"""Operations of this room for the tests that call every one with every key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .examples import _charge

Example = tuple[str, Mapping[str, Any] | None, int | None]


def api_examples() -> dict[str, Callable[[Any], Example]]:
    """Operation → path, query or body, version."""
    counter = {"method": "cash", "slip": "R-0001"}
    return {
        "charges": lambda world: ("/charges", {"limit": 3, "q": str(_charge(world)["charge_id"])[:0]}, None),
        "charge": lambda world: (f"/charges/{_charge(world)['charge_id']}", None, None),
        "collect": lambda world: (f"/charges/{_charge(world)['charge_id']}/counter-payment", counter, None),
    }
