"""The project's vectors of local tax reckoning (`vectors.json`): each names its public source or two computations."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any


@lru_cache(maxsize=1)
def _all() -> dict[str, list[dict[str, Any]]]:
    loaded: dict[str, list[dict[str, Any]]] = json.loads(
        (Path(__file__).parent / "vectors.json").read_text(encoding="utf-8")
    )
    return loaded


def vectors(kind: str) -> list[dict[str, Any]]:
    """All of one kind: {id, input, expected, source}."""
    return _all()[kind]


def names(kind: str) -> list[str]:
    """Their ids, for pytest."""
    return [str(vector["id"]) for vector in _all()[kind]]
