"""Tiny instances solved by trying everything, from the definitions alone: what the fast code is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations, product

from ..rules.writing import table_bytes

Files = dict[str, bytes]
SLOTS = ["facility_id", "class_id", "vacancy"]
CHILDREN = ["child_id", "family_id", "seq", "class_id", "index", "tb1", "lottery", "current_facility_id"]
FAMILIES = ["family_id", "condition", "solo", "split"]
CHOICES = ["child_id", "rank", "facility_id", "bonus", "local_tb"]


def files(
    slots: list[tuple[str, str, int]],
    families: list[tuple[str, str, list[tuple[str, int, str, str]]]],
    *,
    bonus: dict[tuple[str, str], int] | None = None,
    options: list[list[object]] | None = None,
    pins: list[list[object]] | None = None,
) -> Files:
    """Tables of (facility, class, vacancy) and (family, "CONDITION solo split", [(class, index, wishes, current)]).

    Wishes are facility ids apart by blanks; children are called family + seq; the lottery is the family's place.
    """
    tables: dict[str, list[list[object]]] = {
        "slots.csv": [[*SLOTS], *map(list, slots)],
        "families.csv": [[*FAMILIES]],
        "children.csv": [[*CHILDREN]],
        "choices.csv": [[*CHOICES]],
    }
    for lot, (family, said, members) in enumerate(families):
        tables["families.csv"].append([family, *[*said.replace("-", "").split(" "), "", ""][:3]])
        for seq, (group, index, wishes, current) in enumerate(members, 1):
            child = f"{family}{seq}"
            tables["children.csv"].append([child, family, seq, group, index, 0, lot, current])
            for rank, facility in enumerate(wishes.split(), 1):
                extra = (bonus or {}).get((child, facility), 0)
                tables["choices.csv"].append([child, rank, facility, extra, 0])
    if options is not None:
        tables["options.csv"] = [["family_id", "option_rank", "child_id", "facility_id"], *options]
    if pins is not None:
        tables["pins.csv"] = [["child_id", "facility_id"], *pins]
    return {name: table_bytes(name, rows, "utf-8") for name, rows in tables.items()}


@dataclass(frozen=True)
class Unit:
    """A decision unit: children with class, current facility; options as tuples of facilities ("" for none)."""

    name: str
    children: tuple[str, ...]
    classes: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]  # the status quo is the last


@dataclass(frozen=True)
class Small:
    """An instance in plain words."""

    units: tuple[Unit, ...]
    capacity: dict[tuple[str, str], int]
    key: dict[tuple[str, str], tuple[object, ...]]
    """(child, facility) → what priorities are compared by; lower first."""

    def matchings(self) -> Iterator[tuple[int, ...]]:
        """All feasible matchings, as option numbers by unit."""
        for chosen in product(*(range(len(unit.options)) for unit in self.units)):
            seats = self.seats(chosen)
            if all(len(children) <= self.capacity[slot] for slot, children in seats.items()):
                yield chosen

    def seats(self, chosen: tuple[int, ...]) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """Slot → (unit, child) who sit there."""
        found: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for unit, number in zip(self.units, chosen, strict=True):
            for child, group, facility in zip(unit.children, unit.classes, unit.options[number], strict=True):
                if facility:
                    found.setdefault((facility, group), []).append((unit.name, child))
        return found

    def blocking(self, chosen: tuple[int, ...]) -> list[tuple[str, int]]:
        """Blocking coalitions (unit, option) by the definition: choose the best of the pool, slot by slot."""
        seats = self.seats(chosen)
        return [
            (unit.name, option)
            for unit, number in zip(self.units, chosen, strict=True)
            for option in range(number)
            if self._chosen_everywhere(unit, unit.options[option], seats)
        ]

    def _chosen_everywhere(
        self, unit: Unit, option: tuple[str, ...], seats: dict[tuple[str, str], list[tuple[str, str]]]
    ) -> bool:
        asked: dict[tuple[str, str], list[str]] = {}
        for child, group, facility in zip(unit.children, unit.classes, option, strict=True):
            if facility:
                asked.setdefault((facility, group), []).append(child)
        for slot, children in asked.items():
            pool = [child for name, child in seats.get(slot, []) if name != unit.name] + children
            best = sorted(pool, key=lambda child: self.key[child, slot[0]])[: self.capacity[slot]]
            if not set(children) <= set(best):
                return False
        return True

    def seated(self, chosen: tuple[int, ...]) -> int:
        """Children with a seat."""
        return sum(len(children) for children in self.seats(chosen).values())


def all_orders(wishes: list[str]) -> list[str]:
    """Every list that can be made of some facilities, none repeated."""
    return [" ".join(order) for size in range(1, len(wishes) + 1) for order in permutations(wishes, size)]
