"""What an official must look at in a finished run (先に見ること): found by counting in its tables, under pseudonyms."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median, quantiles
from typing import Final, Literal, TypeAlias

Files: TypeAlias = Mapping[str, bytes]
Slot: TypeAlias = tuple[str, str]
"""(facility, class)."""
Kind: TypeAlias = Literal["blocking", "tie", "free", "split", "pin", "cost", "score"]
KINDS: Final[tuple[Kind, ...]] = ("blocking", "tie", "free", "split", "pin", "cost", "score")
FAR: Final = 3
"""A score is unusual so many times the middle half's width away from the median …"""
LEAST_FAR: Final = 10
"""… and at least so many points: where half of all have one score, the width is 0."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing to look at. `code` is of explain.csv; `number` a score, or in how many places a family is."""

    kind: Kind
    child: str
    facility: str = ""
    other: str = ""
    code: str = ""
    number: int = 0


def _rows(files: Files, name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(io.StringIO(files.get(name, b"").decode("utf-8-sig"), newline=""))


class _Tables:
    """A run's tables by child and slot."""

    def __init__(self, inputs: Files, outputs: Files) -> None:
        self.child = {row["child_id"]: row for row in _rows(inputs, "children.csv")}
        self.wish = {(row["child_id"], row["facility_id"]): row for row in _rows(inputs, "choices.csv")}
        self.pins = {row["child_id"]: row["facility_id"] for row in _rows(inputs, "pins.csv")}
        self.place = {row["child_id"]: row for row in _rows(outputs, "assignments.csv")}
        self.slot = {(row["facility_id"], row["class_id"]): row for row in _rows(outputs, "cutoffs.csv")}
        explained = _rows(outputs, "explain.csv")
        self.refused = [row for row in explained if row["code"] not in {"GRANTED", "HIGHER_CHOICE"}]
        self.position = {
            (row["child_id"], row["facility_id"]): int(row["priority_position"] or 0) for row in self.refused
        }
        self.witness = list(_rows(outputs, "reasons.csv"))

    def of(self, child: str, facility: str) -> dict[str, str]:
        """The slot of a child's class at a facility."""
        return self.slot.get((facility, self.child[child]["class_id"]), {})

    def keys(self, child: str, facility: str) -> tuple[int, ...]:
        """Everything that orders a child at a facility, but the number drawn among equals (抽選番号)."""
        row, wish = self.child[child], self.wish.get((child, facility), {})
        named = sorted((name for name in row if name.startswith("tb") and name[2:].isdigit()), key=lambda n: int(n[2:]))
        score = int(row["index"]) + int(wish.get("bonus") or 0)
        return score, int(wish.get("local_tb") or 0), *(int(row[name] or 0) for name in named)

    def equal(self, one: str, other: str, facility: str) -> bool:
        """Does nothing but the drawn number order two children of different families there?"""
        apart = self.child[one]["family_id"] != self.child[other]["family_id"]
        return apart and self.keys(one, facility) == self.keys(other, facility)


def flags(inputs: Files, outputs: Files) -> tuple[Flag, ...]:
    """Everything to look at, by kind and child."""
    tables = _Tables(inputs, outputs)
    found = [*_refusals(tables), *_split(tables), *_pins(tables), *_scores(tables)]
    return tuple(sorted(found, key=lambda one: (KINDS.index(one.kind), one.child, one.facility)))


def _refusals(tables: _Tables) -> Iterator[Flag]:
    """Places owed; refusals that the drawn number decided; refusals where a seat stays free, with the reason."""
    for row in tables.refused:
        child, facility, code = row["child_id"], row["facility_id"], row["code"]
        slot = tables.of(child, facility)
        if code == "BLOCKING_LEFT":
            yield Flag("blocking", child, facility, code=code)
        last = slot.get("cutoff_child", "")
        if code == "CUTOFF" and last and tables.equal(child, last, facility):
            yield Flag("tie", child, facility, other=last, code=code)
        seatless = tables.place[child]["status"] in {"WAITING", "STAYED"}
        if seatless and int(slot.get("remaining") or 0) > 0 and code != "BLOCKING_LEFT":
            yield Flag("free", child, facility, code=code, number=int(slot["remaining"]))


def _split(tables: _Tables) -> Iterator[Flag]:
    """Siblings who do not end at one place: at several facilities, or one with a seat and one without."""
    families: dict[str, list[str]] = defaultdict(list)
    for child, row in tables.place.items():
        families[row["family_id"]].append(child)
    for children in families.values():
        places = {tables.place[child]["facility_id"] for child in children}
        if len(places) > 1:
            for child in children:
                yield Flag("split", child, tables.place[child]["facility_id"], number=len(places))


def _pins(tables: _Tables) -> Iterator[Flag]:
    """Children placed by hand, and who is next in line at their seats: it lacks no more seats than were pinned."""
    pinned: dict[Slot, list[str]] = defaultdict(list)
    for child, facility in tables.pins.items():
        yield Flag("pin", child, facility)
        if facility:
            pinned[facility, tables.child[child]["class_id"]].append(child)
    waiting: dict[Slot, list[tuple[int, str]]] = defaultdict(list)
    for row in tables.witness:
        child, slot = row["child_id"], (row["facility_id"], row["class_id"])
        short = int(row["above"]) + int(row["need"]) - int(row["capacity"])
        if row["need"] == "1" and child and 0 < short <= len(pinned.get(slot, ())):
            waiting[slot].append((tables.position.get((child, slot[0]), 0), child))
    for slot, line in waiting.items():
        for _, child in sorted(set(line))[: len(pinned[slot])]:
            yield Flag("cost", child, slot[0], other=min(pinned[slot]))


def _scores(tables: _Tables) -> Iterator[Flag]:
    """Children whose score is far from the others'."""
    scores = {child: int(row["index"]) for child, row in tables.child.items()}
    if len(scores) < 4:
        return
    low, _, high = quantiles(scores.values(), n=4, method="inclusive")
    middle, far = median(scores.values()), max(FAR * (high - low), LEAST_FAR)
    for child, score in scores.items():
        if abs(score - middle) > far:
            yield Flag("score", child, number=score)


def at_a_border(births: Iterable[tuple[str, date]]) -> list[str]:
    """Those born on 1 or 2 April: of one day, the class is another (年齢計算ニ関する法律; see `intake.class_on`)."""
    return [key for key, day in births if (day.month, day.day) in {(4, 1), (4, 2)}]
