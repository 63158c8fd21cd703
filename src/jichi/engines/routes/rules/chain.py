"""The chain of a route's history: each act holds the hash of the one before and its own content.

hash = SHA-256 of the hash before, a line feed, and the act as canonical JSON; anybody can compute it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Final

from pydantic import TypeAdapter

from .state import Act

START: Final = "0" * 64
_ACT: Final[TypeAdapter[Act]] = TypeAdapter(Act)


def act_body(act: Act) -> str:
    """The act as canonical JSON: sorted keys, no spaces; the same act is always the same text."""
    return json.dumps(_ACT.dump_python(act, mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def act_from_body(body: str) -> Act:
    """The act that a body holds."""
    return _ACT.validate_json(body)


def link(previous: str, body: str) -> str:
    """The hash of an act that follows the one with the hash `previous` (START for the first)."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def broken_at(rows: Sequence[tuple[int, str, str, str]], head: str) -> int | None:
    """The number of the first act that does not fit; None when the chain is whole.

    Args:
        rows: number, hash before, hash and body of each act, in order.
        head: the hash that the route itself holds as its last; a cut-off end shows by it.
    """
    before = START
    for place, (number, previous, own, body) in enumerate(rows, 1):
        if number != place or previous != before or own != link(before, body):
            return place
        before = own
    return None if before == head else len(rows) + 1
