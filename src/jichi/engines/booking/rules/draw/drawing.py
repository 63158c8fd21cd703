"""The draw itself: key, tickets, order, places, waiting lists. Bytes and whole numbers only."""

from __future__ import annotations

import hashlib
import hmac
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from .entries import Entries
from .params import Params

BLOCK: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))

Tickets: TypeAlias = Callable[[bytes, int, Entries], list[bytes]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a draw gave. Entries and items by their places in `Entries` and `Params`."""

    key: bytes
    orders: list[Sequence[int]]
    wins: dict[int, list[int]]
    remaining: list[int]
    waitlists: list[list[int]]
    filled: dict[int, tuple[int, int]]
    """Item → (pass, entry) that took its last place; with `strict` also the entry too large for what was left."""


def key_of(params: Params, entries: Entries, randomness: bytes, seed: bytes = b"") -> bytes:
    """K: binds rules, list and randomness; `seed` is the operator's, empty if there is none."""
    message = b"verifiable-lottery-1/key\0" + params.digest + entries.digest + randomness
    return hmac.digest(seed, message, "sha256")


def ticket_of(key: bytes, number: int, entry: bytes, weight: int) -> bytes:
    """T(p,e): the least of `weight` tickets of an entry in pass `number`, as anyone may compute it from K."""
    prefix = b"ticket\0" + number.to_bytes(4, "big")
    return min(hmac.digest(key, prefix + j.to_bytes(4, "big") + entry, "sha256") for j in range(weight))


def tickets_of(key: bytes, number: int, entries: Entries) -> list[bytes]:
    """T(p,e) of every entry: HMAC by hand, so that the key's two blocks are hashed once and not a million times."""
    padded = key.ljust(BLOCK, b"\0")
    inner = hashlib.sha256(padded.translate(_INNER) + b"ticket\0" + number.to_bytes(4, "big"))
    begun = inner.copy()
    begun.update(bytes(4))
    first, after = begun.copy, hashlib.sha256(padded.translate(_OUTER)).copy
    found: list[bytes] = []
    add = found.append
    for name, weight in zip(entries.ids, entries.weights, strict=True):
        one, both = first(), after()
        one.update(name)
        both.update(one.digest())
        ticket = both.digest()
        for j in range(1, weight):
            one, both = inner.copy(), after()
            one.update(j.to_bytes(4, "big") + name)
            both.update(one.digest())
            ticket = min(ticket, both.digest())
        add(ticket)
    return found


def order_of(entries: Entries, tickets: Sequence[bytes]) -> Sequence[int]:
    """Entries by (tier, ticket, bytes of the id)."""
    import numpy as np

    if not len(entries):
        return array("i")
    heads = np.frombuffer(b"".join(tickets), dtype=">u8")[::4].astype(np.uint64)
    tiers = np.frombuffer(entries.tiers, dtype=np.int32)
    order = np.lexsort((heads, tiers))
    same = (heads[order][1:] == heads[order][:-1]) & (tiers[order][1:] == tiers[order][:-1])
    if same.any():  # two tickets begin with the same 8 bytes: look at all of them
        return sorted(range(len(entries)), key=lambda n: (entries.tiers[n], tickets[n], entries.ids[n]))
    return array("i", order.astype(np.int32).tobytes())


def draw(
    params: Params, entries: Entries, randomness: bytes, seed: bytes = b"", *, tickets: Tickets = tickets_of
) -> Outcome:
    """Run every pass. `tickets` may be a quicker way to the same tickets, such as several processes."""
    key = key_of(params, entries, randomness, seed)
    hall = _Hall(params, entries)
    orders = []
    for number in range(1, params.passes + 1):
        orders.append(order_of(entries, tickets(key, number, entries)))
        hall.fill(number, orders[-1])
    lists = _waitlists(entries, orders[0], hall.wins, len(params.items))
    return Outcome(key, orders, hall.wins, hall.left, lists, hall.filled)


class _Hall:
    """Places while they are given away."""

    def __init__(self, params: Params, entries: Entries) -> None:
        self.entries, self.strict = entries, params.strict
        self.left = list(params.capacities)
        self.closed = [not left for left in self.left]
        self.open = self.closed.count(False)
        self.wins: dict[int, list[int]] = {}
        self.filled: dict[int, tuple[int, int]] = {}

    def fill(self, number: int, order: Sequence[int]) -> None:
        """One pass: each entry in order takes its best item that has room."""
        begins, listed = self.entries.prefs.begins, self.entries.prefs.listed
        wants, sizes, left, closed, wins = (
            self.entries.wants, self.entries.sizes, self.left, self.closed, self.wins,
        )  # fmt: skip
        for place in order:
            mine = wins.get(place, ())
            if mine and len(mine) >= min(number, wants[place]):
                continue
            size = sizes[place]
            for item in listed[begins[place] : begins[place + 1]]:
                if closed[item] or item in mine:
                    continue
                if left[item] >= size:
                    left[item] -= size
                    wins.setdefault(place, []).append(item)
                    if not left[item]:
                        self._close(item, number, place)  # nobody fits any more, whatever the rule
                    break
                if self.strict:
                    self._close(item, number, place)
            if not self.open:
                return

    def _close(self, item: int, number: int, place: int) -> None:
        self.closed[item] = True
        self.open -= 1
        self.filled[item] = (number, place)


def _waitlists(entries: Entries, order: Sequence[int], wins: dict[int, list[int]], items: int) -> list[list[int]]:
    """Per item, in the order of pass 1: who lists it, did not win it and has fewer wins than wanted."""
    import numpy as np

    if not len(entries):
        return [[] for _ in range(items)]
    begins, listed = (np.frombuffer(column, dtype=np.int32) for column in (entries.prefs.begins, entries.prefs.listed))
    counts = np.diff(begins)
    done = np.zeros(len(entries), dtype=np.bool_)
    done[[place for place, mine in wins.items() if len(mine) >= entries.wants[place]]] = True
    waits = ~np.repeat(done, counts)
    for place, mine in wins.items():
        if not done[place]:
            begin, end = begins[place], begins[place + 1]
            waits[begin:end] = ~np.isin(listed[begin:end], mine)
    turns = np.array(order, dtype=np.int32)
    counts = counts[turns]
    # Where the wishes of each entry stand, the entries in the order of pass 1.
    at = np.repeat(begins[:-1][turns] - (np.cumsum(counts) - counts), counts) + np.arange(len(listed))
    still = waits[at]
    wished = listed[at][still].astype(np.int16 if items <= np.iinfo(np.int16).max else np.int32)
    found = np.repeat(turns, counts)[still]
    found = found[np.argsort(wished, kind="stable")]
    ends = np.cumsum(np.bincount(wished, minlength=items)).tolist()
    return [found[begin:end].tolist() for begin, end in zip([0, *ends[:-1]], ends, strict=True)]
