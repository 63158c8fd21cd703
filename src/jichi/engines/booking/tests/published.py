"""The published vectors (vectors.json), and lists of the statistical tests of the algorithm."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from jichi.engines.booking.rules.draw import Entries, Params, read_entries, read_params

PUBLISHED: Final[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
VECTORS: Final[list[dict[str, Any]]] = PUBLISHED["vectors"]


def loaded(vector: dict[str, Any]) -> tuple[Params, Entries]:
    """Rules and list of a vector."""
    params = read_params(vector["params"])
    return params, read_entries(vector["entries"].encode(), params)


def rules(capacity: int = 0, **changed: Any) -> Params:
    """Rules with one item "X"."""
    value = {
        "algorithm": "verifiable-lottery-1", "draw_id": "test", "beacon": {"kind": "text", "sources": "x"},
        "items": [{"id": "X", "capacity": capacity}], "passes": 1, "fill": "greedy",
    }  # fmt: skip
    return read_params({**value, **changed})


def listed(weights: list[int], letter: str) -> Entries:
    """Entries LETTER-0, LETTER-1, … of one person each that want item X."""
    width = len(str(len(weights) - 1)) if letter == "W" else 2
    lines = [f"{letter}-{n:0{width}}\t1\t0\t{weight}\t1\tX\n" for n, weight in enumerate(weights)]
    return read_entries("".join(lines).encode(), rules())


def key_number(draw: int) -> bytes:
    """K_d of the statistical tests."""
    return hashlib.sha256(b"verifiable-lottery-1/test\0" + draw.to_bytes(4, "big")).digest()
