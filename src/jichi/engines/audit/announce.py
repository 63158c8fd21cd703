"""Events travel upward: an action announces a fact, the handlers that manifests declare run at once.

Same transaction, fixed order (order, then room as listed): what a handler refuses undoes the action.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.db import connection

from jichi.kernel.manifest import load_manifests, resolve


@lru_cache(maxsize=1)
def handlers() -> dict[str, tuple[str, ...]]:
    """Event class (dotted) → handler functions (dotted), in the order they run."""
    found: dict[str, list[tuple[int, str]]] = {}
    for manifest in load_manifests(tuple(settings.JICHI_ROOMS)):
        for handler in manifest.handlers:
            found.setdefault(handler.event, []).append((handler.order, handler.function))
    return {event: tuple(f for _, f in sorted(entries, key=lambda e: e[0])) for event, entries in found.items()}


def announce(event: object) -> None:
    """Run every handler of this fact, inside the open unit of work.

    Raises:
        RuntimeError: outside of a unit; an event without its transaction would be half a fact.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("announce() needs an open unit of work")
    for function in handlers().get(f"{type(event).__module__}.{type(event).__qualname__}", ()):
        resolve(function)(event)
