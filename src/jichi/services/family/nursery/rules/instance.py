"""The instance as arrays: units, their options, and each slot's children in strict order of priority."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .options import expand
from .problems import Problem
from .reading import Tables
from .tables import Ints, found_in, order_of, pointers, ranges, without_repeats


@dataclass(frozen=True, slots=True)
class Instance:
    """What is matched. An *entry* is a child at a slot it may be placed at; entries are numbered slot after slot, best
    priority first, so at one slot a lower number is a better priority. -1 stands for no seat.

    Option k of unit u is `place[place_at[u] + k*size : … + size]`, an entry for each child, elder first; the options
    of all units are numbered through, unit u's from `option_at[u]`. What stands below them all is `stay`, by child.
    """

    tables: Tables
    unit_ids: list[str]
    unit_first: Ints
    unit_size: Ints
    child_unit: Ints
    option_at: Ints
    place_at: Ints
    place: Ints
    slot_at: Ints
    entry_slot: Ints
    entry_child: Ints
    entry_score: Ints
    stay: Ints
    capacity: Ints
    """Seats that are given by priority: `full_capacity` less those of fixed children."""
    full_capacity: Ints
    fixed: dict[int, tuple[int, ...]]
    """Unit → slots of its children, for units that officials placed by hand."""

    @property
    def linked(self) -> Ints:
        """Units of several children that are not fixed."""
        fixed = np.zeros(len(self.unit_size), dtype=np.bool_)
        fixed[list(self.fixed)] = True
        return np.flatnonzero((self.unit_size > 1) & ~fixed)

    def option(self, unit: int, number: int) -> list[int]:
        """Entries of a unit's option (from 0); the status quo where `number` is beyond the last."""
        size, first = int(self.unit_size[unit]), int(self.unit_first[unit])
        if number >= self.option_at[unit + 1] - self.option_at[unit]:
            return self.stay[first : first + size].tolist()  # type: ignore[no-any-return]  # numpy's lists are untyped
        at = int(self.place_at[unit]) + number * size
        return self.place[at : at + size].tolist()  # type: ignore[no-any-return]  # numpy's lists are untyped


def build(tables: Tables) -> tuple[Instance | None, list[Problem]]:
    """The instance of checked tables, with W_OPTIONS_TRUNCATED; None and E_TIE where priorities are not strict."""
    unit_ids, first, problems = *_units(tables), list[Problem]()
    children = len(tables.child_ids)
    size = np.diff(np.append(first, children)).astype(np.int64)
    child_unit = np.repeat(np.arange(len(first)), size)
    fixed = _fixed(tables, first, size)
    listed = _options_of_units(tables, unit_ids, first, size, fixed, problems)
    counts = np.diff(tables.choice_at)[first] * (size == 1)
    for unit, options in listed.items():
        counts[unit] = len(options)
    option_at, place_at = pointers(counts), pointers(counts * size)
    place_slot = _placements(tables, first, size, counts, place_at, listed)
    place_child = _children_of(first, size, counts)
    staying = np.where(np.isin(np.arange(children), list(tables.pins)), -1, tables.current)
    key, ties = _entries(tables, place_slot, place_child, staying)
    order, scores = key
    problems += ties
    pair = order[:, 0] * max(children, 1) + order[:, 1]
    sorter = np.argsort(pair, kind="stable")
    known = pair[sorter]

    def entries(slots: Ints, members: Ints) -> Ints:
        wanted = slots * max(children, 1) + members
        found: Ints = np.full(len(slots), -1, dtype=np.int64)
        seated = slots >= 0
        found[seated] = sorter[found_in(known, wanted[seated])]
        return found

    full = tables.vacancy + np.bincount(tables.current[tables.current >= 0], minlength=len(tables.vacancy))
    taken = np.array([slot for slot in tables.pins.values() if slot >= 0], dtype=np.int64)
    instance = Instance(
        tables=tables, unit_ids=unit_ids, unit_first=first, unit_size=size, child_unit=child_unit, option_at=option_at,
        place_at=place_at, place=entries(place_slot, place_child), entry_slot=order[:, 0].copy(),
        entry_child=order[:, 1].copy(), entry_score=scores,
        slot_at=pointers(np.bincount(order[:, 0], minlength=len(full)).astype(np.int64)),
        stay=entries(staying, np.arange(children)), full_capacity=full.astype(np.int64),
        capacity=(full - np.bincount(taken, minlength=len(full))).astype(np.int64), fixed=fixed,
    )  # fmt: skip
    return (None if ties else instance), problems


def _units(tables: Tables) -> tuple[list[str], Ints]:
    """Ids of units and the first child of each; an INDEPENDENT family is one unit a child."""
    begins = np.ones(len(tables.child_ids), dtype=np.bool_)
    begins[1:] = tables.child_family[1:] != tables.child_family[:-1]
    apart = np.array([condition == "INDEPENDENT" for condition in tables.condition], dtype=np.bool_)
    alone = apart[tables.child_family] if len(apart) else begins
    first = np.flatnonzero(begins | alone).astype(np.int64)
    names = [
        f"{tables.family_ids[family]}#{seq}" if lone else tables.family_ids[family]
        for family, seq, lone in zip(
            tables.child_family[first].tolist(), tables.child_seq[first].tolist(), alone[first].tolist(), strict=True
        )
    ]
    return names, first


def _fixed(tables: Tables, first: Ints, size: Ints) -> dict[int, tuple[int, ...]]:
    if not tables.pins:
        return {}
    heads = {int(child): unit for unit, child in enumerate(first)}
    return {
        heads[child]: tuple(tables.pins[one] for one in range(child, child + int(size[heads[child]])))
        for child in sorted(tables.pins)
        if child in heads
    }


def _options_of_units(
    tables: Tables, unit_ids: list[str], first: Ints, size: Ints, fixed: dict[int, tuple[int, ...]],
    problems: list[Problem],
) -> dict[int, list[tuple[int, ...]]]:  # fmt: skip
    """Options as slots, of all units whose options are not simply their child's list."""
    found: dict[int, list[tuple[int, ...]]] = {unit: [] for unit in fixed}
    facility = tables.slot_facility.tolist().__getitem__
    families = tables.child_family[first].tolist()
    special = {number for number, condition in enumerate(tables.condition) if condition == "EXPLICIT"}
    several = {*np.flatnonzero(size > 1).tolist(), *(u for u, family in enumerate(families) if family in special)}
    for unit in sorted(several - set(fixed)):
        family, child = families[unit], int(first[unit])
        if family in special:
            found[unit] = tables.explicit[family]
            continue
        members = range(child, child + int(size[unit]))
        lists = [tables.choice_slot[tables.choice_at[one] : tables.choice_at[one + 1]].tolist() for one in members]
        stay = [int(tables.current[one]) for one in members]
        options, cut = expand(
            lists, stay, facility, condition=tables.condition[family], solo=tables.solo[family],
            split=tables.split[family],
        )  # fmt: skip
        found[unit] = options
        if cut:
            problems.append(Problem("W_OPTIONS_TRUNCATED", "families.csv", id=unit_ids[unit]))
    return found


def _placements(
    tables: Tables, first: Ints, size: Ints, counts: Ints, place_at: Ints, listed: dict[int, list[tuple[int, ...]]]
) -> Ints:
    """Slots of all options of all units."""
    slots = np.zeros(int(place_at[-1]), dtype=np.int64)
    plain = size == 1
    plain[list(listed)] = False
    units = np.flatnonzero(plain)
    slots[ranges(place_at[units], counts[units])] = tables.choice_slot[
        ranges(tables.choice_at[first[units]], counts[units])
    ]
    others = np.array(sorted(listed), dtype=np.int64)
    flat = [slot for unit in others.tolist() for option in listed[unit] for slot in option]
    slots[ranges(place_at[others], (counts * size)[others])] = flat
    return slots


def _children_of(first: Ints, size: Ints, counts: Ints) -> Ints:
    """The child of each placement."""
    return ranges(np.repeat(first, counts), np.repeat(size, counts))


def _entries(
    tables: Tables, place_slot: Ints, place_child: Ints, staying: Ints
) -> tuple[tuple[Ints, Ints], list[Problem]]:
    """((slot, child) of all entries in their order, their scores), and E_TIE."""
    children = max(len(tables.child_ids), 1)
    listed, held = place_slot >= 0, np.flatnonzero(staying >= 0)
    keys = np.concatenate((
        place_slot[listed] * children + place_child[listed], staying[held] * children + held,
    ))  # fmt: skip
    keys = without_repeats(keys)
    slot, child = keys // children, keys % children
    rows = np.repeat(np.arange(len(tables.child_ids)), np.diff(tables.choice_at))
    choice = tables.choice_slot * children + rows
    sorter = np.argsort(choice, kind="stable")
    at = found_in(choice[sorter], keys)
    at = np.where(at >= 0, np.append(sorter, -1)[at], -1)
    score = tables.index[child] + np.append(tables.choice_bonus, 0)[at]
    local = np.append(tables.choice_local, 0)[at]
    rank, klass = _order_of_children(tables)
    new = (tables.current[child] != slot).astype(np.int64)
    order = order_of(slot, new, -score, local, rank[child])
    slot, child, score, local, new = slot[order], child[order], score[order], local[order], new[order]
    same = (slot[1:] == slot[:-1]) & (new[1:] == new[:-1]) & (score[1:] == score[:-1]) & (local[1:] == local[:-1])
    same &= klass[child[1:]] == klass[child[:-1]]
    same &= tables.child_family[child[1:]] != tables.child_family[child[:-1]]
    ties = [
        Problem("E_TIE", "children.csv", 0, tables.child_ids[child[i]], _tied(tables, int(slot[i]), int(child[i + 1])))
        for i in np.flatnonzero(same)
    ]
    return (np.stack((slot, child), axis=1), score.astype(np.int64)), ties


def _tied(tables: Tables, slot: int, other: int) -> str:
    return f"{tables.child_ids[other]}と {tables.slot_name(slot)}で"


def _order_of_children(tables: Tables) -> tuple[Ints, Ints]:
    """(place of each child among all by tb1, tb2, … lottery, then family and seq; class of those equal before)."""
    own = np.arange(len(tables.child_ids))  # children stand by family and seq
    order = np.lexsort((own, *reversed(tables.keys)))
    rank = np.empty_like(own)
    rank[order] = own
    steps = np.zeros(len(own), dtype=np.int64)
    for key in tables.keys:
        steps[1:] |= key[order][1:] != key[order][:-1]
    klass = np.empty_like(own)
    klass[order] = np.cumsum(steps)
    return rank, klass
