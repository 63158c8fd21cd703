"""Why two runs of a round differ (違いの理由): what their tables differ in, and what moved each child."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Files: TypeAlias = Mapping[str, bytes]
Slot: TypeAlias = tuple[str, str]
"""(facility, class)."""
Kind: TypeAlias = Literal["gone", "new", "score", "wishes", "current", "condition", "pin", "seats"]
Why: TypeAlias = Literal["own", "freed", "more_seats", "taken", "fewer_seats", "family", "chain"]
NOT_IN: Final = None


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of the tables: of a child, or (`seats`) of a slot with its numbers before and after."""

    kind: Kind
    child: str = ""
    slot: Slot = ("", "")
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """What moved a child: its own tables, a seat that `children` gave up or took, seats of a slot, its siblings.

    "chain": nothing of it is different and nobody left its seat; other moves made another stable result the chosen one.
    """

    why: Why
    slot: Slot = ("", "")
    children: tuple[str, ...] = ()


def _rows(files: Files, name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(io.StringIO(files.get(name, b"").decode("utf-8-sig"), newline=""))


def _of_children(files: Files) -> dict[str, dict[Kind, str]]:
    """Child → what its tables say of it, in texts that can be compared."""
    conditions = {
        row["family_id"]: f"{row['condition']} {row['solo']} {row['split']}" for row in _rows(files, "families.csv")
    }
    pins = {row["child_id"]: row["facility_id"] or "-" for row in _rows(files, "pins.csv")}
    wishes: dict[str, list[tuple[int, str]]] = defaultdict(list)
    bonus: dict[str, list[str]] = defaultdict(list)
    for row in _rows(files, "choices.csv"):
        wishes[row["child_id"]].append((int(row["rank"]), row["facility_id"]))
        if int(row["bonus"] or 0):
            bonus[row["child_id"]].append(f"{row['facility_id']}+{row['bonus']}")
    found: dict[str, dict[Kind, str]] = {}
    for row in _rows(files, "children.csv"):
        child = row["child_id"]
        keys = [value for name, value in row.items() if name.startswith("tb") and name[2:].isdigit()]
        found[child] = {
            "score": " ".join([row["index"], *keys, *bonus[child]]),
            "wishes": " ".join(facility for _rank, facility in sorted(wishes[child])),
            "current": f"{row['current_facility_id']} {row['class_id']}",
            "condition": conditions.get(row["family_id"], ""), "pin": pins.get(child, ""),
        }  # fmt: skip
    return found


def changes_of_inputs(before: Files, after: Files) -> tuple[Change, ...]:
    """Every difference of two runs' tables, children by id, then slots."""
    old, new = _of_children(before), _of_children(after)
    found: list[Change] = []
    for child in sorted({*old, *new}):
        if child not in new:
            found.append(Change("gone", child))
        elif child not in old:
            found.append(Change("new", child))
        else:
            found += [
                Change(kind, child, before=text, after=new[child][kind])
                for kind, text in old[child].items() if text != new[child][kind]
            ]  # fmt: skip
    seats = [
        {(row["facility_id"], row["class_id"]): row["vacancy"] for row in _rows(one, "slots.csv")}
        for one in (before, after)
    ]
    for slot in sorted({*seats[0], *seats[1]}):
        numbers = (seats[0].get(slot, "0"), seats[1].get(slot, "0"))
        if numbers[0] != numbers[1]:
            found.append(Change("seats", slot=slot, before=numbers[0], after=numbers[1]))
    return tuple(found)


def places_of(inputs: Files, outputs: Files) -> dict[str, Slot]:
    """Child → the slot a run gave it; ("", class) is no seat."""
    classes = {row["child_id"]: row["class_id"] for row in _rows(inputs, "children.csv")}
    return {
        row["child_id"]: (row["facility_id"], classes[row["child_id"]]) for row in _rows(outputs, "assignments.csv")
    }


def causes(
    before: Mapping[str, Slot], after: Mapping[str, Slot], changes: Sequence[Change], families: Mapping[str, str]
) -> dict[str, tuple[Cause, ...]]:
    """For each child placed differently, what moved it, as far as counting at its slots shows it.

    Args:
        before, after: `places_of` the runs; a child in one alone was not in the other.
        families: child → its family.
    """
    touched = {one.child for one in changes if one.child}
    seats = {one.slot: int(one.after) - int(one.before) for one in changes if one.kind == "seats"}
    moved = {child for child in {*before, *after} if before.get(child) != after.get(child)}
    left, came = defaultdict[Slot, list[str]](list), defaultdict[Slot, list[str]](list)
    for child in sorted(moved):
        if before.get(child, ("", ""))[0]:
            left[before[child]].append(child)
        if after.get(child, ("", ""))[0]:
            came[after[child]].append(child)
    found: dict[str, tuple[Cause, ...]] = {}
    for child in sorted(moved):
        own = [Cause("own")] if child in touched else []
        now, was = after.get(child, NOT_IN), before.get(child, NOT_IN)
        others: list[Cause] = []
        if now is not None and now[0]:
            if left[now]:
                others.append(Cause("freed", now, tuple(left[now])))
            if seats.get(now, 0) > 0:
                others.append(Cause("more_seats", now))
        elif was is not None and was[0] and now is not None:
            if came[was]:
                others.append(Cause("taken", was, tuple(came[was])))
            if seats.get(was, 0) < 0:
                others.append(Cause("fewer_seats", was))
        brothers = tuple(one for one in sorted(moved) if one != child and families.get(one) == families.get(child))
        if brothers and not others:
            others.append(Cause("family", children=brothers))
        found[child] = (*own, *others) or (Cause("chain"),)
    return found


def families_of(*inputs: Files) -> dict[str, str]:
    """Child → its family, in any of several tables."""
    return {row["child_id"]: row["family_id"] for files in inputs for row in _rows(files, "children.csv")}
