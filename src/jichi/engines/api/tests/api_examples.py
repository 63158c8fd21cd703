"""Operations of this room for the tests that call every one with every key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def api_examples() -> dict[str, Callable[[Any], tuple[str, Mapping[str, Any] | None, int | None]]]:
    """Operation → path, query or body, version."""
    return {"me": lambda world: ("/me", None, None)}
