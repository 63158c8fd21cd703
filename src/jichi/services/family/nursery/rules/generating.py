"""Invented instances of any size from a seed, with the shape of published figures. Standard library only."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

AGES: Final = (30, 30, 15, 15, 5, 5)
"""Percent of children by class 0–5."""
PRESSURE: Final = (1.05, 1.35, 1.25, 0.95, 0.60, 0.50)
"""Applicants ÷ vacancies by class."""
KINDS: Final = ((70, range(6)), (20, range(3)), (10, range(1, 6)))
LENGTHS: Final = (6, 10, 16, 20, 20, 14, 8, 6)
"""Weights of list lengths 1–8 (mean 4.3)."""
NEAR: Final = 14


@dataclass(frozen=True, slots=True)
class _Ward:
    classes: list[range]
    popular: list[float]
    near: list[list[int]]
    across: int


def generate(*, children: int, seed: int, linked: bool = True) -> dict[str, list[list[object]]]:
    """{file name: rows, header first} of an invented ward with so many children.

    `linked` gives a tenth of the families two or three applicants with conditions; without it every unit has one child.
    The same arguments give the same tables on every platform.
    """
    chance = random.Random(f"nursery {children} {seed} {linked}")  # noqa: S311 - invented data, no secret
    ward = _ward(chance, max(3, children // 25))
    tables: dict[str, list[list[object]]] = {
        "families.csv": [["family_id", "condition", "solo", "split"]],
        "children.csv": [
            ["child_id", "family_id", "seq", "class_id", "index", "tb1", "tb2", "tb3", "lottery", "current_facility_id"]
        ],
        "choices.csv": [["child_id", "rank", "facility_id", "bonus", "local_tb"]],
    }
    lots = list(range(1, children + 1))
    chance.shuffle(lots)
    applicants = [0] * 6
    made = number = 0
    while made < children:
        number += 1
        size = _size(chance, linked, children - made)
        _family(chance, ward, tables, number=number, first=made, size=size, lot=lots[number - 1], applicants=applicants)
        made += size
    tables["slots.csv"] = _slots(chance, ward, applicants)
    return tables


def _ward(chance: random.Random, facilities: int) -> _Ward:
    kinds = [chance.choices([kind for _, kind in KINDS], [share for share, _ in KINDS])[0] for _ in range(facilities)]
    kinds[0] = range(6)
    places = [(chance.random(), chance.random()) for _ in range(facilities)]
    popular = [chance.gauss(0, 0.35) for _ in range(facilities)]
    across = max(1, int((facilities / 3) ** 0.5))
    cells: dict[tuple[int, int], list[int]] = {}
    for one, (x, y) in enumerate(places):
        cells.setdefault((int(x * across), int(y * across)), []).append(one)
    near = []
    for row in range(across):
        for column in range(across):
            x, y = (row + 0.5) / across, (column + 0.5) / across
            found: list[int] = []
            reach = 1
            while len(found) < min(NEAR, facilities) * 2 and reach <= across + 1:
                reach += 1
                found = [
                    one
                    for i in range(row - reach, row + reach + 1)
                    for j in range(column - reach, column + reach + 1)
                    for one in cells.get((i, j), ())
                ]
            found.sort(key=lambda one: _distance(places[one], x, y) * across - popular[one])
            near.append(found[:NEAR])
    return _Ward(kinds, popular, near, across)


def _distance(place: tuple[float, float], x: float, y: float) -> float:
    return float(((place[0] - x) ** 2 + (place[1] - y) ** 2) ** 0.5)


def _size(chance: random.Random, linked: bool, left: int) -> int:
    if not linked or chance.random() >= 0.10:
        return 1
    return min(left, 3 if chance.random() < 0.08 else 2)


def _family(
    chance: random.Random, ward: _Ward, tables: dict[str, list[list[object]]], *, number: int, first: int, size: int,
    lot: int, applicants: list[int],
) -> None:  # fmt: skip
    family = f"F{number:06d}"
    condition, solo, split = _condition(chance, size)
    tables["families.csv"].append([family, condition, solo, split])
    ages = sorted(chance.choices(range(6), AGES, k=size), reverse=True)
    if size > 1 and chance.random() < 0.08:
        ages = [ages[0]] * size  # twins
    base = 40 if chance.random() < 0.62 else chance.randint(20, 39)
    points, tier = base + max(0, chance.randint(-6, 6)), chance.randint(1, 30)
    near = ward.near[chance.randrange(len(ward.near))]
    wishes = _swapped(chance, near)
    length = chance.choices(range(1, 9), LENGTHS)[0]
    bonus = 3 if chance.random() < 0.12 else 0
    for seq, age in enumerate(ages, 1):
        child = f"C{first + seq:06d}"
        offered = [one for one in wishes if age in ward.classes[one]] or [0]
        if seq > 1 and chance.random() < 0.3:
            offered = _swapped(chance, offered)
        listed = offered[:length]
        current = ""
        if age >= 1 and chance.random() < 0.12:
            others = [one for one in near if age in ward.classes[one] and one not in listed[:2]]
            if others:
                own = chance.choice(others)
                current, listed = _name(own), [one for one in listed if one != own]
        applicants[age] += 1
        tables["children.csv"].append(
            [child, family, seq, age, points, int(bool(current)), 40 - base, tier, lot, current]
        )
        for rank, one in enumerate(listed, 1):
            extra = bonus if one == wishes[0] else 0
            tables["choices.csv"].append([child, rank, _name(one), extra, 0])


def _name(facility: int) -> str:
    return f"D{facility + 1:05d}"


def _condition(chance: random.Random, size: int) -> tuple[str, str, str]:
    if size == 1:
        return "SINGLE", "", ""
    condition = chance.choices(("SAME", "TOGETHER", "PARTIAL", "INDEPENDENT"), (25, 30, 40, 5))[0]
    split = "SAME_FIRST" if condition in {"TOGETHER", "PARTIAL"} and chance.random() < 0.5 else ""
    solo = chance.choices(("EITHER", "ELDER", "YOUNGER"), (60, 20, 20))[0] if condition == "PARTIAL" else ""
    return condition, solo, split


def _swapped(chance: random.Random, order: list[int]) -> list[int]:
    """The order with a few neighbours exchanged."""
    found = list(order)
    for _ in range(len(found) // 2):
        at = chance.randrange(len(found) - 1) if len(found) > 1 else 0
        found[at : at + 2] = found[at : at + 2][::-1]
    return found


def _slots(chance: random.Random, ward: _Ward, applicants: list[int]) -> list[list[object]]:
    """Vacancies by class, spread over the facilities that have it."""
    rows: list[list[object]] = []
    for age, count in enumerate(applicants):
        holders = [one for one, classes in enumerate(ward.classes) if age in classes]
        seats = round(count / PRESSURE[age])
        weights = [chance.uniform(0.5, 1.5) for _ in holders]
        whole = sum(weights)
        shares = [int(seats * weight / whole) for weight in weights]
        for at in chance.sample(range(len(holders)), min(len(holders), seats - sum(shares))):
            shares[at] += 1
        rows += [[_name(one), age, share] for one, share in zip(holders, shares, strict=True)]
    rows.sort(key=lambda row: (str(row[0]), str(row[1])))
    return [["facility_id", "class_id", "vacancy"], *rows]
