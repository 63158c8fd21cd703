"""The tables read a second time, by code of its own (`cells`): what the verifier counts with.

Shares nothing with the reader and the matching on purpose: an error there must not hide itself here.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Final, TypeAlias

import numpy as np

from .cells import Marks, Names, Numbers, Sheet, numbered, ordered

MOST: Final = 2_000_000
"""Families with more combinations than this are not judged by trying them all."""
Option: TypeAlias = tuple[int, ...]
"""The facility of each child of a unit, elder first; -1 for no seat."""


class Book:
    """The input as numbers of facilities, classes, slots, children and units, in the order they are met; -1: none.

    A unit is a family, or after those one child of an INDEPENDENT family; unit u's children, elder first, are
    `members[member_at[u] : member_at[u + 1]]`. Child c's list above its own seat is
    `wish[wish_at[c] : wish_at[c + 1]]`, and the options of a unit of one child are that; the options of other units
    (also of EXPLICIT families of one child) are `listed`. Options are numbered through, unit u's from `option_at[u]`.
    """

    def __init__(self, files: Mapping[str, bytes], encoding: str) -> None:
        self.encoding, self.files = encoding, files
        self.unsure: list[str] = []
        self._read_slots()
        self._read_families()
        self._read_children()
        self._read_choices()
        self._read_pins()
        self._make_units()
        self.pairs = Pairs(self)

    def _sheet(self, name: str) -> Sheet:
        return Sheet(self.files[name], self.encoding)

    def _read_slots(self) -> None:
        facility, group, vacancy = self._sheet("slots.csv").columns("facility_id", "class_id", "vacancy")
        self.facilities, self.slot_facility = numbered(facility)
        self.classes, self.slot_class = numbered(group)
        self.vacancy = vacancy.whole()
        self._slot_of = np.full((len(self.facilities) + 1, len(self.classes) + 1), -1, dtype=np.int64)
        self._slot_of[self.slot_facility, self.slot_class] = np.arange(len(self.vacancy))
        if (self._slot_of >= 0).sum() != len(self.vacancy):
            raise ValueError("a slot twice")

    def slot(self, facility: Numbers, group: Numbers) -> Numbers:
        """The slots of facilities and classes, -1 where there is none or one of them is none."""
        return np.where((facility >= 0) & (group >= 0), self._slot_of[facility, group], -1)

    def _read_families(self) -> None:
        family, *said = self._sheet("families.csv").columns("family_id", "condition", "solo", "split")
        self.families = Names(family)
        words = [numbered(column) for column in said]
        self._said = [(names.cells.texts(), number) for names, number in words]

    def said(self, family: int) -> tuple[str, str, str]:
        """(condition, solo, split) of a family."""
        condition, solo, split = (texts[int(number[family])] for texts, number in self._said)
        return condition, solo, split

    def _condition(self, wanted: str) -> Marks:
        """The families with this condition."""
        texts, number = self._said[0]
        found: Marks = np.array([text == wanted for text in texts], dtype=np.bool_)[number]
        return found

    def _read_children(self) -> None:
        sheet = self._sheet("children.csv")
        keys = sorted((n for n in sheet.header if n[:2] == "tb" and n[2:].isdigit()), key=lambda name: int(name[2:]))
        columns = sheet.columns("child_id", "family_id", "class_id", "current_facility_id")
        name, family, group, current = columns
        self.children, self.family = Names(name), self.families.known(family)
        self.group = np.maximum(self.classes.find(group), -1)
        self.current = self.facilities.find(current, blank=-1)
        self.home = self.slot(np.maximum(self.current, -1), self.group)
        """The slot each child holds now."""
        if ((self.current != -1) & (self.home < 0)).any():
            raise ValueError("a current facility without a slot of the class")
        self.seq, self.index, *tb = (cells.whole() for cells in sheet.columns("seq", "index", *keys, "lottery"))
        place = np.argsort(ordered(*tb, self.family, self.seq), kind="stable")
        self.place = np.empty_like(place)
        """Of each child, its place among all by the keys below the score."""
        self.place[place] = np.arange(len(place))
        at_home = np.bincount(self.home[self.home >= 0], minlength=len(self.vacancy))
        self.capacity = self.vacancy + at_home

    def _read_choices(self) -> None:
        parts = [np.zeros((5, 0), dtype=np.int64)]
        for name, facility, rank, bonus, local in self._sheet("choices.csv").blocks(
            "child_id", "facility_id", "rank", "bonus", "local_tb"
        ):
            child = self.children.known(name), self.facilities.known(facility)
            parts.append(np.stack((*child, rank.whole(), bonus.whole(blank=0), local.whole(blank=0))))
        child, facility, rank, *points = np.concatenate(parts, axis=1)
        del parts
        key = child * (len(self.facilities) + 1) + facility
        sorter = np.argsort(key, kind="stable")
        self.points = key[sorter], points[0][sorter], points[1][sorter]
        """(child and facility as `Pairs` numbers them, bonus, local_tb) of all rows."""
        order = np.argsort(ordered(child, rank), kind="stable")
        child, facility = child[order], facility[order]
        own = np.flatnonzero(facility == self.current[child])
        end = np.full(len(self.children), len(child), dtype=np.int64)
        end[child[own[::-1]]] = own[::-1]
        kept = (np.arange(len(child)) < end[child]) & ~self._condition("EXPLICIT")[self.family[child]]
        self.wish, self.wish_child = facility[kept], child[kept]
        self.wish_at = _pointers(np.bincount(self.wish_child, minlength=len(self.children)))

    def _read_pins(self) -> None:
        """`pin`: the facility officials gave a child; -1 none, -2 it is not pinned."""
        self.pin = np.full(len(self.children), -2, dtype=np.int64)
        if "pins.csv" in self.files:
            name, facility = self._sheet("pins.csv").columns("child_id", "facility_id")
            self.pin[self.children.known(name)] = self.facilities.find(facility, blank=-1)

    def _make_units(self) -> None:
        apart = self._condition("INDEPENDENT")[self.family]
        alone = np.flatnonzero(apart)
        self.unit = self.family.copy()
        self.unit[alone] = len(self.families) + np.arange(len(alone))
        self.unit_names = self.families
        if len(alone):
            own = [f"{self.families[int(self.family[one])]}#{self.seq[one]}" for one in alone.tolist()]
            names = [*self.families.cells.texts(), *own]
            self.unit_names = Names(self.families.cells.of(names))
        self.members = np.lexsort((self.seq, self.unit))
        self.member_at = _pointers(np.bincount(self.unit, minlength=len(self.unit_names)))
        self.size = np.diff(self.member_at)
        self.pinned = np.zeros(len(self.size), dtype=np.bool_)
        filled = np.flatnonzero(self.size > 0)
        self.pinned[filled] = self.pin[self.members[self.member_at[filled]]] != -2
        explicit = self._explicit()
        self.listed: dict[int, list[Option]] = {}
        for unit in {*np.flatnonzero(self.size > 1).tolist(), *explicit}:
            self.listed[unit] = explicit[unit] if unit in explicit else self._combined(unit)
        self.plain = self.size == 1
        """Units whose options are their child's list."""
        self.plain[list(self.listed)] = False
        count = np.zeros(len(self.size), dtype=np.int64)
        only = np.flatnonzero(self.plain)
        count[only] = np.diff(self.wish_at)[self.members[self.member_at[only]]]
        for unit, options in self.listed.items():
            count[unit] = len(options)
        self.option_at = _pointers(count)

    def children_of(self, unit: int) -> list[int]:
        """The children of a unit, elder first."""
        found: list[int] = self.members[self.member_at[unit] : self.member_at[unit + 1]].tolist()
        return found

    def _explicit(self) -> dict[int, list[Option]]:
        """The options of families that list their own: up to the one that is what they have now."""
        found: dict[int, dict[int, dict[int, int]]] = {
            family: {} for family in np.flatnonzero(self._condition("EXPLICIT")).tolist()
        }
        if "options.csv" in self.files:
            family, rank, name, facility = self._sheet("options.csv").columns(
                "family_id", "option_rank", "child_id", "facility_id"
            )
            at = self.facilities.find(facility, blank=-1)
            columns = self.families.known(family), rank.whole(), self.children.known(name), at
            for home, number, child, place in zip(*(column.tolist() for column in columns), strict=True):
                found.setdefault(home, {}).setdefault(number, {})[child] = place
        listed: dict[int, list[Option]] = {}
        for home, ranked in found.items():
            children = self.children_of(home)
            stay = tuple(int(self.current[child]) for child in children)
            options = listed[home] = []
            for number in sorted(ranked):
                option = tuple(ranked[number][child] for child in children)
                if option == stay:
                    break
                options.append(option)
        return listed

    def _combined(self, unit: int) -> list[Option]:
        """All combinations that a family's condition allows, in the order of the contract."""
        condition, solo, split = self.said(unit)
        pools = [
            [*self.wish[self.wish_at[child] : self.wish_at[child + 1]].tolist(), int(self.current[child])]
            for child in self.children_of(unit)
        ]
        size = 1
        for pool in pools:
            size *= len(pool)
        if size > MOST:
            self.unsure.append(self.unit_names[unit])
            return []
        home = tuple(pool[-1] for pool in pools)
        kept = []
        for ranks in product(*(range(len(pool)) for pool in pools)):
            option = tuple([pool[rank] for pool, rank in zip(pools, ranks, strict=True)])
            if option == home or not _keeps(condition, solo, option):
                continue
            several = split == "SAME_FIRST" and len({*option} - {-1}) > 1
            kept.append((option.count(-1), several, sum(ranks), max(ranks), ranks, option))
        kept.sort()
        return [row[-1] for row in kept[:4_000]]


def _keeps(condition: str, solo: str, option: Option) -> bool:
    if condition == "PARTIAL" and solo == "EITHER":
        return True
    if condition == "SAME":
        return -1 not in option and len(set(option)) == 1
    if condition == "TOGETHER":
        return -1 not in option
    seats = "".join("0" if facility < 0 else "1" for facility in option)
    return {"ELDER": "01" not in seats, "YOUNGER": "10" not in seats}.get(solo, True)


class Pairs:
    """Every child at every facility it may come to or holds now, slot after slot, best priority first.

    So at one slot the lower number is the better priority. `slot_at[s]` is where slot s begins.
    """

    def __init__(self, book: Book) -> None:
        self._width = len(book.facilities) + 1
        placed = [
            child * self._width + facility
            for unit, options in book.listed.items()
            for at, child in enumerate(book.children_of(unit))
            for facility in {option[at] for option in options} - {-1}
        ]
        held = np.flatnonzero(book.current >= 0)
        wished = book.wish_child * self._width + book.wish
        key = np.sort(np.concatenate((wished, np.array(placed, np.int64), held * self._width + book.current[held])))
        key = key[np.append(True, key[1:] != key[:-1])[: len(key)]]
        child, facility = key // self._width, key % self._width
        slot = book.slot(facility, book.group[child])
        if (slot < 0).any():
            raise ValueError("a wish without a slot of the class")
        bonus, local = self._points(book, key)
        self.score = book.index[child] + bonus
        self.new = facility != book.current[child]
        """Whether the child would come new."""
        order = np.argsort(
            ordered(slot, self.new.astype(np.int64), -self.score, local, book.place[child]), kind="stable"
        )
        self._key, self._number = key, np.empty_like(order)
        self._number[order] = np.arange(len(order))
        self.child, self.facility, self.slot = child[order], facility[order], slot[order]
        self.score, self.new = self.score[order], self.new[order]
        self.slot_at = _pointers(np.bincount(self.slot, minlength=len(book.capacity)))
        self.rank = np.full(len(key), -1, dtype=np.int64)
        """Place in the child's list, from 0; -1 where an option brings it there, no list."""
        self.of_wish = self.find(book.wish_child, book.wish)
        self.rank[self.of_wish] = np.arange(len(book.wish)) - book.wish_at[book.wish_child]
        self.optional = np.zeros(len(key), dtype=np.bool_)
        """Whether an option of the unit holds it."""
        self.optional[self.of_wish] = book.plain[book.unit[book.wish_child]]
        if placed:
            self.optional[self._number[np.searchsorted(key, np.array(placed, np.int64))]] = True

    def _points(self, book: Book, key: Numbers) -> tuple[Numbers, Numbers]:
        listed, bonus, local = book.points
        if not len(listed):
            return np.zeros_like(key), np.zeros_like(key)
        at = np.minimum(np.searchsorted(listed, key, side="right") - 1, len(listed) - 1)
        known = listed[at] == key
        return np.where(known, bonus[at], 0), np.where(known, local[at], 0)

    def find(self, child: Numbers, facility: Numbers) -> Numbers:
        """The pairs of children and facilities; -1 where there is none."""
        wanted = np.where((child >= 0) & (facility >= 0), child * self._width + facility, -1)
        if not len(self._key):
            return np.full(len(wanted), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self._key, wanted), len(self._key) - 1)
        return np.where(self._key[at] == wanted, self._number[at], -1)


def _pointers(counts: Numbers) -> Numbers:
    """[0, c0, c0 + c1, …]."""
    return np.append(0, np.cumsum(counts)).astype(np.int64)
