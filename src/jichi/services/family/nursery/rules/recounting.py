"""The tables read a second time, plainly, by code of its own: what the verifier counts with.

Shares nothing with the reader and the matching on purpose: an error there must not hide itself here.
"""

from __future__ import annotations

import csv
import io
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from operator import itemgetter

MOST = 2_000_000
"""Families with more combinations than this are not judged by trying them all."""


@dataclass(slots=True)
class Child:
    """One row of children.csv, and its list above its own seat."""

    family: str
    seq: int
    group: str
    index: int
    keys: tuple[int, ...]
    current: str
    wishes: list[str]


@dataclass(slots=True)
class Unit:
    """Children who decide together, elder first; options best first, the status quo not among them."""

    members: list[str]
    options: list[tuple[str, ...]]
    pinned: bool


def table(data: bytes, encoding: str) -> Iterator[dict[str, str]]:
    """Rows of a CSV file by column name."""
    for header, row in rows(data, encoding):
        yield dict(zip(header, row, strict=True))


def rows(data: bytes, encoding: str) -> Iterator[tuple[list[str], list[str]]]:
    """(header, row) of each row of a CSV file."""
    reader = csv.reader(io.StringIO(data.decode("utf-8-sig" if encoding == "utf-8" else encoding), newline=""))
    header = next(reader)
    for row in reader:
        if row:
            yield header, row


def picked(data: bytes, encoding: str, *names: str) -> Iterator[tuple[str, ...]]:
    """Two or more columns of each row of a CSV file, in the order asked for."""
    of: Callable[[list[str]], tuple[str, ...]] | None = None
    for header, row in rows(data, encoding):
        of = of or itemgetter(*map(header.index, names))
        if len(row) != len(header):
            raise ValueError(f"a row of {len(row)} cells")
        yield of(row)


class Book:
    """The input as plain dictionaries."""

    def __init__(self, files: Mapping[str, bytes], encoding: str) -> None:
        self.capacity: dict[tuple[str, str], int] = {}
        for row in table(files["slots.csv"], encoding):
            self.capacity[row["facility_id"], row["class_id"]] = int(row["vacancy"])
        self.children: dict[str, Child] = {}
        for header, cells in rows(files["children.csv"], encoding):
            one = dict(zip(header, cells, strict=True))
            names = sorted((n for n in header if n[:2] == "tb" and n[2:].isdigit()), key=lambda n: int(n[2:]))
            keys = tuple(int(one[name]) for name in (*names, "lottery"))
            self.children[one["child_id"]] = Child(
                one["family_id"],
                int(one["seq"]),
                one["class_id"],
                int(one["index"]),
                keys,
                one["current_facility_id"],
                [],
            )
        self.points: dict[tuple[str, str], tuple[int, int]] = {}
        self._read_choices(files["choices.csv"], encoding)
        self.vacancy = dict(self.capacity)
        for child in self.children.values():
            if child.current:
                self.capacity[child.current, child.group] += 1
        self.pins = {row["child_id"]: row["facility_id"] for row in table(files.get("pins.csv", b"child_id"), encoding)}
        self.unsure: list[str] = []
        self.units = self._units(files, encoding)
        self.unit_of = {member: name for name, unit in self.units.items() for member in unit.members}

    def _read_choices(self, data: bytes, encoding: str) -> None:
        ranked: dict[str, list[tuple[int, str]]] = {}
        facilities: dict[str, str] = {}
        columns = "child_id", "facility_id", "rank", "bonus", "local_tb"
        for name, listed_at, rank, bonus, local in picked(data, encoding, *columns):
            facility = facilities.setdefault(listed_at, listed_at)
            ranked.setdefault(name, []).append((int(rank), facility))
            extra = int(bonus or 0), int(local or 0)
            if extra != (0, 0):
                self.points[name, facility] = extra
        for name, listed in ranked.items():
            child = self.children[name]
            for _, facility in sorted(listed):
                if facility == child.current:
                    break
                child.wishes.append(facility)

    def score(self, name: str, facility: str) -> int:
        """index + bonus."""
        return self.children[name].index + self.points.get((name, facility), (0, 0))[0]

    def key(self, name: str, facility: str) -> tuple[object, ...]:
        """What a child is compared by at a facility, lower first."""
        child = self.children[name]
        local = self.points.get((name, facility), (0, 0))[1]
        return (facility != child.current, -self.score(name, facility), local, child.keys, child.family, child.seq)

    def slot(self, name: str, facility: str) -> tuple[str, str]:
        """The slot of a child at a facility."""
        return facility, self.children[name].group

    def _units(self, files: Mapping[str, bytes], encoding: str) -> dict[str, Unit]:
        members: dict[str, list[str]] = {}
        for name, child in self.children.items():
            members.setdefault(child.family, []).append(name)
        explicit: dict[str, dict[int, dict[str, str]]] = {}
        for row in table(files.get("options.csv", b"family_id"), encoding):
            listed = explicit.setdefault(row["family_id"], {}).setdefault(int(row["option_rank"]), {})
            listed[row["child_id"]] = row["facility_id"]
        found: dict[str, Unit] = {}
        for row in table(files["families.csv"], encoding):
            family = row["family_id"]
            names = sorted(members.get(family, []), key=lambda name: self.children[name].seq)
            if row["condition"] == "INDEPENDENT":
                for name in names:
                    single: list[tuple[str, ...]] = [(wish,) for wish in self.children[name].wishes]
                    found[f"{family}#{self.children[name].seq}"] = Unit([name], single, name in self.pins)
            elif row["condition"] == "EXPLICIT":
                found[family] = Unit(names, self._listed(names, explicit.get(family, {})), names[0] in self.pins)
                for name in names:
                    self.children[name].wishes.clear()  # such a family's list is options.csv
            else:
                found[family] = Unit(names, self._combined(row, names), names[0] in self.pins)
        return found

    def _listed(self, names: list[str], listed: dict[int, dict[str, str]]) -> list[tuple[str, ...]]:
        home = tuple(self.children[name].current for name in names)
        options = []
        for rank in sorted(listed):
            option = tuple(listed[rank][name] for name in names)
            if option == home:
                break
            options.append(option)
        return options

    def _combined(self, row: dict[str, str], names: list[str]) -> list[tuple[str, ...]]:
        pools = [[*self.children[name].wishes, self.children[name].current] for name in names]
        if len(names) == 1:
            return [(wish,) for wish in pools[0][:-1]]
        size = 1
        for pool in pools:
            size *= len(pool)
        if size > MOST:
            self.unsure.append(row["family_id"])
            return []
        home = tuple(pool[-1] for pool in pools)
        kept = []
        for ranks in product(*(range(len(pool)) for pool in pools)):
            option = tuple(pool[rank] for pool, rank in zip(pools, ranks, strict=True))
            if option == home or not _keeps(row["condition"], row["solo"], option):
                continue
            several = len(set(option) - {""}) > 1
            order = (option.count(""), row["split"] == "SAME_FIRST" and several, sum(ranks), max(ranks), ranks)
            kept.append((order, option))
        return [option for _, option in sorted(kept)[:4_000]]


def _keeps(condition: str, solo: str, option: tuple[str, ...]) -> bool:
    if condition == "PARTIAL" and solo == "EITHER":
        return True
    if condition == "SAME":
        return "" not in option and len(set(option)) == 1
    if condition == "TOGETHER":
        return "" not in option
    seats = "".join("1" if facility else "0" for facility in option)
    return {"ELDER": "01" not in seats, "YOUNGER": "10" not in seats}.get(solo, True)


class Seating:
    """Who sits where, and what a slot answers to those who would come."""

    def __init__(self, book: Book, places: Mapping[str, str]) -> None:
        self.book, self.places = book, places
        self.seats: dict[tuple[str, str], list[tuple[tuple[object, ...], str]]] = {}
        for name, facility in places.items():
            if facility:
                key = (False,) if name in book.pins else (True, *book.key(name, facility))
                self.seats.setdefault(book.slot(name, facility), []).append((key, name))
        for seated in self.seats.values():
            seated.sort()
        self._above: dict[tuple[str, str], int] = {}

    def above(self, unit: str, slot: tuple[str, str], child: str) -> int:
        """Children of other units at the slot with priority over the child; pinned ones always."""
        found = self._above.get((child, slot[0]))
        if found is None:
            seated = self.seats.get(slot, [])
            found = bisect_left(seated, ((True, *self.book.key(child, slot[0])), ""))
            members = self.book.units[unit].members
            if len(members) > 1:
                found -= sum(name in members for _, name in seated[:found])
            self._above[child, slot[0]] = found
        return found

    def asked(self, unit: str, option: tuple[str, ...]) -> dict[tuple[str, str], list[str]]:
        """Slot → children whom an option sends there, the lowest priority last."""
        if len(option) == 1:
            child = self.book.units[unit].members[0]
            return {self.book.slot(child, option[0]): [child]} if option[0] else {}
        found: dict[tuple[str, str], list[str]] = {}
        for name, facility in zip(self.book.units[unit].members, option, strict=True):
            if facility:
                found.setdefault(self.book.slot(name, facility), []).append(name)
        for slot, names in found.items():
            if len(names) > 1:
                names.sort(key=lambda name: self.book.key(name, slot[0]))
        return found

    def is_open(self, unit: str, option: tuple[str, ...]) -> bool:
        """Whether every slot of an option would take the unit's children."""
        if len(option) == 1 and option[0]:
            child = self.book.units[unit].members[0]
            slot = self.book.slot(child, option[0])
            return self.above(unit, slot, child) < self.book.capacity[slot]
        return all(
            self.above(unit, slot, names[-1]) + len(names) <= self.book.capacity[slot]
            for slot, names in self.asked(unit, option).items()
        )
