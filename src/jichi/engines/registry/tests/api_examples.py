"""Operations of this room for the tests that call every one with every key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .people import address_line, fill, resident_line

NUMBER = "100000018"

Example = tuple[str, Mapping[str, Any] | None, int | None]


def _resident(world: Any) -> Example:
    fill(
        [resident_line(NUMBER, name="試験　花", kana="シケン　ハナ", household_no="H1")],
        [address_line(NUMBER, household_no="H1")],
    )
    return f"/residents/{NUMBER}", {"purpose": "application_review"}, None


def api_examples() -> dict[str, Callable[[Any], Example]]:
    """Operation → path, query or body, version."""
    return {"residents": lambda world: ("/residents", {"q": "シケン"}, None), "resident": _resident}
