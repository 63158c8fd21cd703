"""The frozen list of entries: reading its canonical lines; making it of applications, rejections counted."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice, repeat
from operator import lt
from typing import Final, overload

from .params import LONGEST_ID, UNSEEN, DrawError, Params

MOST_TICKETS: Final = 50_000_000
"""Of all passes together: a file that asks for more is refused before the work begins."""
_SEEN: Final = bytes([9, 10, *range(0x21, 0x7F), *range(0x80, 0x100)])
_DIGITS: Final = 9
_VALUES: Final = bytes.maketrans(b"0123456789", bytes(range(10)))
CHUNK: Final = 1 << 18
"""Bytes that are read at once."""
SHORT: Final = 8
"""Up to so many wishes all pairs are compared, beyond they are sorted."""


class Prefs(Sequence[tuple[int, ...]]):
    """The wishes of each entry, packed: all in `listed`, those of entry n from `begins[n]` to `begins[n + 1]`."""

    def __init__(self) -> None:
        self.listed, self.begins = array("i"), array("i", (0,))

    def extend(self, places: Sequence[int], counts: Iterable[int]) -> None:
        """Those of further entries: how many each has, and all of them."""
        self.begins.extend(islice(accumulate(counts, initial=len(self.listed)), 1, None))
        self.listed.extend(places)

    def __len__(self) -> int:
        return len(self.begins) - 1

    @overload
    def __getitem__(self, place: int) -> tuple[int, ...]: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[int, ...]]: ...

    def __getitem__(self, place: int | slice) -> tuple[int, ...] | Sequence[tuple[int, ...]]:
        if isinstance(place, slice):
            return [self[n] for n in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        return tuple(self.listed[self.begins[place] : self.begins[place + 1]])


@dataclass(frozen=True, slots=True)
class Entries:
    """The list by columns; row n of each belongs to entry n. `prefs` are places of the items in `Params.items`."""

    data: bytes
    digest: bytes
    """E: SHA-256 of the file."""
    ids: list[bytes]
    sizes: array[int]
    tiers: array[int]
    weights: array[int]
    wants: array[int]
    prefs: Prefs

    @property
    def numbers(self) -> tuple[array[int], ...]:
        """The columns between id and prefs."""
        return self.sizes, self.tiers, self.weights, self.wants

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody handed in: an entry's fields, and opaque keys of the persons in it (never published)."""

    id: str
    size: int
    tier: int
    weight: int
    want: int
    prefs: tuple[str, ...]
    persons: tuple[str, ...] = ()


def read_entries(data: bytes, params: Params, where: str = "entries") -> Entries:
    """The list as it was frozen: `id, size, tier, weight, want, prefs` joined by TAB, LF after each, sorted by id.

    Raises:
        DrawError: with the line of the first thing that is not canonical, an unknown item, or too many tickets.
    """
    _readable(data, where)
    found = Entries(data, hashlib.sha256(data).digest(), [], array("i"), array("i"), array("i"), array("i"), Prefs())
    reader = _Reader(found, params)
    start = number = 0
    while start < len(data):
        end = data.find(b"\n", start + CHUNK) + 1 or len(data)
        chunk = data[start:end]
        if not reader.quickly(chunk):
            reader.line_by_line(chunk, where, number)
        number += chunk.count(b"\n")
        start = end
    if sum(found.weights) * params.passes > MOST_TICKETS:
        raise DrawError(f"asks for more than {MOST_TICKETS:,} tickets in all passes", where=where)
    return found


class _Reader:
    """Fills the columns: a thousand lines at once while all is well, one by one to say where it is not."""

    def __init__(self, found: Entries, params: Params) -> None:
        self.found = found
        self.positive, self.natural, self.choices = _Numbers(1), _Numbers(0), _Choices(params)

    def quickly(self, chunk: bytes) -> bool:
        """Take whole lines in; False, with nothing taken, where any of them is not as it must be."""
        fields = (b"\n" + chunk[:-1]).replace(b"\n", b"\t\n").split(b"\t")[1:]
        marked = b"".join(fields[::6])  # every id behind the end of the line before it, if lines have six fields
        ids = marked.split(b"\n")[1:]
        before = self.found.ids[-1] if self.found.ids else b""
        in_order = len(ids) * 6 == len(fields) and before < ids[0] and all(map(lt, ids, ids[1:]))
        if not in_order or b"," in marked or max(map(len, ids)) > LONGEST_ID:
            return False
        try:
            sizes = self.positive.of_all(fields[1::6])
            tiers = self.natural.of_all(fields[2::6])
            weights = self.positive.of_all(fields[3::6])
            wants = self.positive.of_all(fields[4::6])
            places, counts = self.choices.of_all(fields[5::6])
        except DrawError:
            return False
        self.found.ids.extend(ids)
        self.found.prefs.extend(places, counts)
        for column, more in zip(self.found.numbers, (sizes, tiers, weights, wants), strict=True):
            column.extend(more)
        return True

    def line_by_line(self, chunk: bytes, where: str, number: int) -> None:
        """Find the first line that is wrong.

        Raises:
            DrawError: always; the lines were refused before.
        """
        before = self.found.ids[-1] if self.found.ids else b""
        for line in chunk.split(b"\n")[:-1]:
            number += 1
            fields = line.split(b"\t")
            if len(fields) != 6:
                raise DrawError(f"has {len(fields)} fields instead of 6, joined by TAB", where=where, line=number)
            try:
                _check_id(fields[0], before)
                for known, text in zip(
                    (self.positive, self.natural, self.positive, self.positive), fields[1:5], strict=True
                ):
                    known[text]
                self.choices[fields[5]]
            except DrawError as error:
                raise DrawError(error.what, where=where, line=number) from None
            before = fields[0]
        raise DrawError("can't be read", where=where, line=number)


def _readable(data: bytes, where: str) -> None:
    if data and not data.endswith(b"\n"):
        raise DrawError("the last line does not end with LF", where=where, line=data.count(b"\n") + 1)
    strange = data.translate(None, _SEEN)
    if strange:
        at = data.index(strange[:1])
        named = {0x0D: "CR (only LF ends a line)", 0x20: "a blank"}.get(strange[0], f"the byte 0x{strange[0]:02x}")
        raise DrawError(f"holds {named}", where=where, line=data.count(b"\n", 0, at) + 1)
    if data.isascii():
        return
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise DrawError("is no UTF-8", where=where, line=data.count(b"\n", 0, error.start) + 1) from None
    for number, line in enumerate(text.split("\n"), 1):
        unseen = UNSEEN.search(line.replace("\t", "").replace(",", ""))
        if unseen:
            raise DrawError(f"holds the unseen character U+{ord(unseen[0]):04X}", where=where, line=number)


def _check_id(name: bytes, before: bytes) -> None:
    if not name:
        raise DrawError("the id is empty")
    if b"," in name:
        raise DrawError("the id holds a comma")
    if len(name) > LONGEST_ID:
        raise DrawError(f"the id is longer than {LONGEST_ID} bytes")
    if name == before:
        raise DrawError(f"the id {name.decode()} stands twice")
    if name < before:
        raise DrawError(
            f"the id {name.decode()} comes before {before.decode()}: lines are sorted by the bytes of the id"
        )


class _Numbers(dict[bytes, int]):
    """Digits to whole numbers, each text read once."""

    def __init__(self, least: int) -> None:
        self.least = least

    def __missing__(self, text: bytes) -> int:
        plain = text.isdigit() and len(text) <= _DIGITS and str(int(text)).encode() == text
        if not plain or int(text) < self.least:
            raise DrawError(f"{text.decode(errors='replace')!r} is no whole number of at least {self.least}")
        self[text] = int(text)
        return self[text]

    def of_all(self, texts: list[bytes]) -> array[int]:
        """Of many texts at once.

        Raises:
            DrawError: one of them is none.
        """
        digits = b"".join(texts)
        if len(digits) == len(texts) and not digits.translate(None, b"0123456789"[self.least :]) and b"" not in texts:
            return array("i", list(digits.translate(_VALUES)))
        return array("i", map(self.__getitem__, texts))


class _Choices(dict[bytes, tuple[int, ...]]):
    """`pref1,pref2` to places of the items."""

    def __init__(self, params: Params) -> None:
        self.places = {item.encode(): place for place, item in enumerate(params.items)}

    def __missing__(self, text: bytes) -> tuple[int, ...]:
        try:
            found = tuple([self.places[name] for name in text.split(b",")])
        except KeyError as error:
            name = error.args[0].decode(errors="replace")
            raise DrawError(f"the item {name!r} is not in params" if name else "an item is empty") from None
        if len(found) > 1 and len(set(found)) < len(found):
            raise DrawError("the same item is named twice")
        return found

    def of_all(self, texts: list[bytes]) -> tuple[list[int], list[int]]:
        """(places of all texts one after another, how many each has).

        Raises:
            DrawError: one of them is wrong; which, `__missing__` says.
        """
        try:
            places = list(map(self.places.__getitem__, b",".join(texts).split(b",")))
        except KeyError:
            raise DrawError("an item is not in params") from None
        counts = [commas + 1 for commas in map(bytes.count, texts, repeat(b","))]
        if _any_twice(places, counts):
            raise DrawError("the same item is named twice")
        return places, counts


def _any_twice(places: Sequence[int], counts: Sequence[int]) -> bool:
    """Is a place named twice by one entry?"""
    import numpy as np

    longest = max(counts)
    listed, who = np.array(places, dtype=np.int64), np.repeat(np.arange(len(counts)), counts)
    if longest > SHORT:
        keys = np.sort(who * (int(listed.max()) + 1) + listed)
        return bool((keys[1:] == keys[:-1]).any())
    return any(
        bool(((listed[apart:] == listed[:-apart]) & (who[apart:] == who[:-apart])).any())
        for apart in range(1, longest)
    )  # fmt: skip


def frozen_list(applications: Iterable[Application], params: Params) -> tuple[bytes, dict[str, int]]:
    """The canonical file, and how many applications were rejected by cause.

    Causes: "id" (none, or not to be written), "repeated_id", "number" (size, tier, weight, want), "unknown_item",
    "no_item", "shared_person" (somebody stands in two). All of those that share an id or a person are rejected:
    taking the first one would make the order of arrival decide.
    """
    everyone = list(applications)
    ids = Counter(one.id for one in everyone)
    persons = Counter(person for one in everyone for person in set(one.persons))
    rejected: Counter[str] = Counter()
    lines: list[tuple[bytes, bytes]] = []
    for one in everyone:
        cause = _cause(one, params, ids[one.id], any(persons[person] > 1 for person in one.persons))
        if cause:
            rejected[cause] += 1
        else:
            lines.append((one.id.encode(), _line(one)))
    return b"".join(line for _, line in sorted(lines)), dict(sorted(rejected.items()))


def _cause(one: Application, params: Params, same_id: int, shared: bool) -> str:
    checks: Sequence[tuple[bool, str]] = (
        (not one.id or len(one.id.encode(errors="replace")) > LONGEST_ID or bool(UNSEEN.search(one.id)), "id"),
        (same_id > 1, "repeated_id"),
        (min(one.size, one.weight, one.want) < 1 or one.tier < 0, "number"),
        (max(one.size, one.weight, one.want, one.tier) >= 10**_DIGITS, "number"),
        (not one.prefs or len(set(one.prefs)) < len(one.prefs), "no_item"),
        (not set(one.prefs) <= set(params.items), "unknown_item"),
        (shared, "shared_person"),
    )
    return next((cause for wrong, cause in checks if wrong), "")


def _line(one: Application) -> bytes:
    fields = (one.id, str(one.size), str(one.tier), str(one.weight), str(one.want), ",".join(one.prefs))
    return ("\t".join(fields) + "\n").encode()
