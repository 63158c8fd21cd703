"""Tiny instances for Hypothesis, and how they read as tables and as plain words."""

from __future__ import annotations

import csv
import io
from itertools import product

from hypothesis import strategies as st

from .exhaustive import Files, Small, Unit, all_orders, files

FACILITIES = ["A", "B", "C"]
WISHES = all_orders(FACILITIES)


@st.composite
def tables(draw: st.DrawFn, *, linked: bool = True) -> Files:
    """Up to four families at three facilities with one or two classes, now and then transfers and bonuses."""
    classes = draw(st.sampled_from([["0"], ["0", "1"]]))
    slots = [(facility, group, draw(st.integers(0, 2))) for facility in FACILITIES for group in classes]
    families = []
    for name in ["F", "G", "H", "I"][: draw(st.integers(1, 4))]:
        size = draw(st.integers(1, 2)) if linked else 1
        conditions = ["SAME", "TOGETHER", "TOGETHER - SAME_FIRST", "INDEPENDENT", "PARTIAL EITHER",
                      "PARTIAL ELDER", "PARTIAL YOUNGER SAME_FIRST"]  # fmt: skip
        said = draw(st.sampled_from(conditions)) if size > 1 else "SINGLE"
        members = [
            (
                draw(st.sampled_from(classes)),
                draw(st.integers(1, 3)),
                draw(st.sampled_from(WISHES)),
                draw(st.sampled_from(["", "", "", "A", "B"])),
            )
            for _ in range(size)
        ]
        families.append((name, said, members))
    order = draw(st.permutations(families))
    bonus = {(f"{name}1", "A"): draw(st.integers(0, 2)) for name, _, _ in families}
    return files(slots, list(order), bonus=bonus)


def without_stable(*classes: str) -> Files:
    """Tables without a stable matching; in each class one coalition must be left.

    F at A and B: G beats the younger child at B. G at B: it would rather have A, free now. G at A: F beats it there,
    and B is free, so F comes back.
    """
    return files(
        [(facility, group, 1) for group in classes for facility in ("A", "B")],
        [
            family
            for group in classes
            for family in (
                (f"F{group}-", "TOGETHER", [(group, 3, "A", ""), (group, 1, "B", "")]),
                (f"G{group}-", "SINGLE", [(group, 2, "A B", "")]),
            )
        ],
    )


def rows(data: bytes) -> list[dict[str, str]]:
    """A table's rows by column name."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def plain(given: Files) -> Small:
    """The same instance from the text of the tables, without any of the code under test."""
    children = sorted(rows(given["children.csv"]), key=lambda row: (row["family_id"], int(row["seq"])))
    capacity = {(row["facility_id"], row["class_id"]): int(row["vacancy"]) for row in rows(given["slots.csv"])}
    lists: dict[str, list[str]] = {row["child_id"]: [] for row in children}
    bonus = {}
    for row in sorted(rows(given["choices.csv"]), key=lambda row: int(row["rank"])):
        lists[row["child_id"]].append(row["facility_id"])
        bonus[row["child_id"], row["facility_id"]] = int(row["bonus"])
    key: dict[tuple[str, str], tuple[object, ...]] = {}
    for row in children:
        name, current = row["child_id"], row["current_facility_id"]
        if current:
            capacity[current, row["class_id"]] += 1
            lists[name] = lists[name][: lists[name].index(current)] if current in lists[name] else lists[name]
        for facility in FACILITIES:
            score = int(row["index"]) + bonus.get((name, facility), 0)
            key[name, facility] = (facility != current, -score, int(row["lottery"]), int(row["seq"]))
    units = []
    for family in sorted(rows(given["families.csv"]), key=lambda row: row["family_id"]):
        mine = [row for row in children if row["family_id"] == family["family_id"]]
        if family["condition"] in {"SINGLE", "INDEPENDENT"}:
            for row in mine:
                own = (
                    f"{family['family_id']}#{row['seq']}" if family["condition"] == "INDEPENDENT" else row["family_id"]
                )
                options = tuple((facility,) for facility in [*lists[row["child_id"]], row["current_facility_id"]])
                units.append(Unit(own, (row["child_id"],), (row["class_id"],), options))
        else:
            names = tuple(row["child_id"] for row in mine)
            groups = tuple(row["class_id"] for row in mine)
            units.append(Unit(family["family_id"], names, groups, _options(family, mine, lists)))
    return Small(tuple(units), capacity, key)


def _options(
    family: dict[str, str], mine: list[dict[str, str]], lists: dict[str, list[str]]
) -> tuple[tuple[str, ...], ...]:
    home = tuple(row["current_facility_id"] for row in mine)
    pools = [[*lists[row["child_id"]], row["current_facility_id"]] for row in mine]
    found = []
    for ranks in product(*(range(len(pool)) for pool in pools)):
        option = tuple(pool[rank] for pool, rank in zip(pools, ranks, strict=True))
        if option != home and _fits(family, option):
            apart = family["split"] == "SAME_FIRST" and len(set(option) - {""}) > 1
            found.append((option.count(""), apart, sum(ranks), max(ranks), ranks, option))
    return (*(row[-1] for row in sorted(found)), home)


def _fits(family: dict[str, str], option: tuple[str, ...]) -> bool:
    if family["condition"] in {"SAME", "TOGETHER"}:
        return all(option) and (family["condition"] == "TOGETHER" or len(set(option)) == 1)
    seated = [bool(facility) for facility in option]
    if family["solo"] == "ELDER":
        return seated == sorted(seated, reverse=True)
    return seated == sorted(seated) if family["solo"] == "YOUNGER" else True
