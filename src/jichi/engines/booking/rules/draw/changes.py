"""After the draw: places given back, the next in line, and a chained list of all of it that anyone can follow.

The order of a waiting list never changes; who is next follows from it alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .drawing import Outcome
from .entries import Entries
from .params import DrawError, Params, canonical_json

KINDS: Final = ("release", "promote", "decline")
"""A winner gives a place back; the next in line gets it; somebody on the list does not want it any more."""
_KEYS: Final = {"kind", "item", "entry", "at", "previous"}


@dataclass(slots=True)
class Ledger:
    """Places and lists as they stand now, by id."""

    strict: bool
    sizes: Mapping[str, int]
    wants: Mapping[str, int]
    remaining: dict[str, int]
    wins: dict[str, list[str]]
    waitlists: dict[str, list[str]]
    declined: set[tuple[str, str]] = field(default_factory=set)


def opening_ledger(params: Params, entries: Entries, outcome: Outcome) -> Ledger:
    """Places and lists as the draw left them."""
    ids = [name.decode() for name in entries.ids]
    return Ledger(
        strict=params.strict,
        sizes=dict(zip(ids, entries.sizes, strict=True)),
        wants=dict(zip(ids, entries.wants, strict=True)),
        remaining=dict(zip(params.items, outcome.remaining, strict=True)),
        wins={ids[n]: [params.items[item] for item in won] for n, won in outcome.wins.items()},
        waitlists={
            item: [ids[n] for n in waiting] for item, waiting in zip(params.items, outcome.waitlists, strict=True)
        },
    )


def next_in_line(ledger: Ledger, item: str) -> str | None:
    """Who gets a free place of an item: the first on the list whose size fits.

    With `strict` only the first one, or nobody until its size fits. Who has won as much as they want, gave this item
    back or said no to it is passed over.
    """
    left = ledger.remaining[item]
    for entry in ledger.waitlists[item]:
        won = ledger.wins.get(entry, [])
        if item in won or len(won) >= ledger.wants[entry] or (item, entry) in ledger.declined:
            continue
        if ledger.sizes[entry] <= left:
            return entry
        if ledger.strict:
            return None
    return None


def apply_change(ledger: Ledger, kind: str, item: str, entry: str) -> None:
    """Follow one change.

    Raises:
        DrawError: it does not follow from what was before.
    """
    if item not in ledger.remaining or entry not in ledger.sizes:
        raise DrawError(f"there is no item {item!r} or no entry {entry!r}")
    won = ledger.wins.setdefault(entry, [])
    if kind == "release":
        if item not in won:
            raise DrawError(f"{entry} gives {item} back without having it")
        won.remove(item)
        ledger.remaining[item] += ledger.sizes[entry]
        ledger.declined.add((item, entry))
    elif kind == "promote":
        due = next_in_line(ledger, item)
        if due != entry:
            raise DrawError(f"{entry} is given {item}; next in line is {due or 'nobody'}")
        won.append(item)
        ledger.remaining[item] -= ledger.sizes[entry]
    elif kind == "decline":
        if item in won or entry not in ledger.waitlists[item]:
            raise DrawError(f"{entry} does not wait for {item}")
        ledger.declined.add((item, entry))
    else:
        raise DrawError(f"{kind!r} is no kind of change")


def appended(changes: Sequence[Mapping[str, Any]], start: str, kind: str, item: str, entry: str, at: str) -> Any:
    """The next link of the chain: it names the hash of the link before, the first one that of the record."""
    previous = hashlib.sha256(canonical_json(dict(changes[-1]))).hexdigest() if changes else start
    return {"kind": kind, "item": item, "entry": entry, "at": at, "previous": previous}


def applied_changes(ledger: Ledger, changes: Iterable[Any], start: str) -> None:
    """Follow all changes of a record from its own hash on.

    Raises:
        DrawError: the first link that is broken or does not follow.
    """
    before: list[Mapping[str, Any]] = []
    for number, change in enumerate(changes, 1):
        where = f"change {number}"
        if not isinstance(change, dict) or set(change) != _KEYS or not all(isinstance(v, str) for v in change.values()):
            raise DrawError(f"must have {', '.join(sorted(_KEYS))}", where=where)
        due = appended(before, start, change["kind"], change["item"], change["entry"], change["at"])
        if due["previous"] != change["previous"]:
            raise DrawError("does not name the hash of the one before it", where=where)
        try:
            apply_change(ledger, change["kind"], change["item"], change["entry"])
        except DrawError as error:
            raise DrawError(error.what, where=where) from None
        before = [change]
