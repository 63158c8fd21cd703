"""Operations of this room for the tests that call every one with every key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Example = tuple[str, Mapping[str, Any] | None, int | None]


def api_examples() -> dict[str, Callable[[Any], Example]]:
    """Operation → path, query or body, version."""
    return {"inventory": lambda world: ("/inventory", {"q": "例"}, None)}
