"""The independent verifier: trusts nothing, counts everything again from the tables (`recounting`)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from .recounting import Book, Seating, Unit, picked, table

STABLE: Final = frozenset({"CHILD_OPTIMAL", "STABLE", "STABLE_MAX"})
VERDICTS: Final = STABLE | {"LEAST_BLOCKING", "BEST_FOUND"}
SHOWN: Final = 50


def verify(inputs: Mapping[str, bytes], outputs: Mapping[str, bytes], encoding: str = "utf-8") -> list[str]:
    """What is wrong with a result, one sentence each; empty when every table is what the definitions say.

    Checked: hashes, that each unit holds a listed option or stays, capacities, the number of blocking coalitions,
    a true witness for every refused better option, cut-offs and their public edition, the codes of explain.csv, and
    where no unit has several children that the matching is the child-optimal one. Not checked: that no matching has
    fewer blocking coalitions (LEAST_BLOCKING), which only a proof can show.

    `encoding` is that of the input; run.json says the output's.
    """
    try:
        run = json.loads(outputs["run.json"])
        check = _Check(inputs, outputs, encoding, run)
        check.hashes()
        check.assigned()
        if not check.found:
            check.judged()
            check.reasons()
            check.cutoffs()
            check.explained()
        return check.found[:SHOWN]
    except (KeyError, ValueError, IndexError, StopIteration, UnicodeError, TypeError) as error:
        return [f"the tables can't be read: {type(error).__name__} {error}"]


class _Check:
    def __init__(
        self, inputs: Mapping[str, bytes], outputs: Mapping[str, bytes], encoding: str, run: dict[str, Any]
    ) -> None:
        self.inputs, self.outputs, self.run = inputs, outputs, run
        self.encoding: str = run["parameters"]["output_encoding"]
        self.book = Book(inputs, encoding)
        self.found: list[str] = [f"{family}: too many combinations to check" for family in self.book.unsure]
        self.places: dict[str, str] = {}
        self.chosen: dict[str, int] = {}

    def hashes(self) -> None:
        for kind, files in (("inputs", self.inputs), ("outputs", self.outputs)):
            told: dict[str, str] = self.run[kind]
            real = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
            for name in ("run.json", "timing.json", "errors.csv"):
                real.pop(name, None)
            self.found += [
                f"{name}: is not the file run.json speaks of" for name in told if told[name] != real.get(name)
            ]
            self.found += [f"{name}: is not in run.json" for name in real if name not in told]

    def assigned(self) -> None:
        """Every child once, every unit at an option of its own, no slot over its capacity."""
        book = self.book
        ranks: dict[str, str] = {}
        for row in table(self.outputs["assignments.csv"], self.encoding):
            name, facility = row["child_id"], row["facility_id"]
            if name not in book.children or name in self.places:
                self.found.append(f"{name}: not a child of the input, or twice")
                continue
            child = book.children[name]
            moved = "TRANSFERRED" if child.current else "ADMITTED"
            status = "WAITING" if not facility else "STAYED" if facility == child.current else moved
            if row["status"] != status or row["family_id"] != child.family:
                self.found.append(f"{name}: status or family is wrong")
            self.places[name], ranks[name] = facility, row["option_rank"]
        self.found += [f"{name}: is missing" for name in book.children if name not in self.places]
        if self.found:
            return
        for name, unit in book.units.items():
            self._unit(name, unit, {ranks[member] for member in unit.members})
        counts = Counter(book.slot(name, place) for name, place in self.places.items() if place)
        self.found += [f"{slot}: {n} children" for slot, n in counts.items() if n > book.capacity.get(slot, 0)]

    def _unit(self, name: str, unit: Unit, ranks: set[str]) -> None:
        held = tuple(self.places[member] for member in unit.members)
        home = tuple(self.book.children[member].current for member in unit.members)
        if unit.pinned:
            good = held == tuple(self.book.pins[member] for member in unit.members) and ranks == {""}
        elif held == home:
            good, self.chosen[name] = ranks == {""}, len(unit.options)
        else:
            good = held in unit.options and ranks == {str(unit.options.index(held) + 1)}
            self.chosen[name] = unit.options.index(held) if held in unit.options else 0
        if not good:
            self.found.append(f"{name}: holds no option of its list, or another than told")

    def judged(self) -> None:
        """The number of blocking coalitions, and what the verdict promises."""
        self.seating = Seating(self.book, self.places)
        self.open: set[tuple[str, int]] = set()
        for name, number in self.chosen.items():
            unit = self.book.units[name]
            for option in range(number):
                if self.seating.is_open(name, unit.options[option]):
                    self.open.add((name, option))
        verdict, told = self.run["verdict"], self.run["blocking_coalitions"]
        listed = {(one["unit_id"], one["option_rank"] - 1) for one in self.run["blocking"]}
        if told != len(self.open) or listed != self.open:
            self.found.append(f"{len(self.open)} blocking coalitions, told {told}")
        if verdict not in VERDICTS or (verdict in STABLE and self.open):
            self.found.append(f"{verdict} with {len(self.open)} blocking coalitions")
        if self.run["seated"] != sum(bool(place) for place in self.places.values()):
            self.found.append("the number of children with a seat is wrong")
        if verdict == "CHILD_OPTIMAL" and self._deferred() != self.chosen:
            self.found.append("CHILD_OPTIMAL, but deferred acceptance gives another matching")

    def _deferred(self) -> dict[str, int]:
        """Deferred acceptance once more, child by child."""
        book, at = self.book, dict.fromkeys(self.chosen, 0)
        room = dict(book.capacity)
        for name, place in book.pins.items():
            if place:
                room[book.slot(name, place)] -= 1
        held: dict[tuple[str, str], list[tuple[tuple[object, ...], str]]] = {}
        waiting = list(self.chosen)
        while waiting:
            name = waiting.pop()
            unit = book.units[name]
            child = unit.members[0]
            options = [option[0] for option in unit.options] + [book.children[child].current]
            facility = options[at[name]]
            if not facility:
                continue
            slot = book.slot(child, facility)
            seats = held.setdefault(slot, [])
            seats.append((book.key(child, facility), name))
            if len(seats) > room[slot]:
                worst = max(seats)
                seats.remove(worst)
                at[worst[1]] += 1
                waiting.append(worst[1])
        return at

    def reasons(self) -> None:
        """A true witness for every option better than the outcome that does not block, and none besides."""
        wanted = {(name, option) for name, number in self.chosen.items() for option in range(number)} - self.open
        columns = "unit_id", "option_rank", "facility_id", "class_id", "child_id", "above", "need", "capacity"
        for name, rank, facility, group, told, *counted in picked(self.outputs["reasons.csv"], self.encoding, *columns):
            option, slot = int(rank) - 1, (facility, group)
            if (name, option) not in wanted:
                self.found.append(f"{name}: a reason for option {option + 1}, which needs none")
                continue
            wanted.discard((name, option))
            asked = self.seating.asked(name, self.book.units[name].options[option]).get(slot, [])
            child = asked[-1] if asked else ""
            true = bool(asked) and told == child
            figures = int(counted[0]), int(counted[1]), int(counted[2])
            true = true and figures == (self.seating.above(name, slot, child), len(asked), self.book.capacity[slot])
            if not true or figures[0] + figures[1] <= figures[2]:
                self.found.append(f"{name}: the witness against option {option + 1} is false")
        self.found += [f"{name}: no reason against option {option + 1}" for name, option in sorted(wanted)[:SHOWN]]

    def cutoffs(self) -> None:
        """Both editions of the cut-offs."""
        book = self.book
        applicants: dict[tuple[str, str], set[str]] = {slot: set() for slot in book.capacity}
        for unit in book.units.values():
            pinned = [tuple(book.pins[name] for name in unit.members)] if unit.pinned else unit.options
            for option in pinned:
                for name, facility in zip(unit.members, option, strict=True):
                    if facility and (unit.pinned or facility != book.children[name].current):
                        applicants[book.slot(name, facility)].add(name)
        self.expected: dict[tuple[str, str], dict[str, str]] = {}
        for slot, capacity in book.capacity.items():
            seated = self.seating.seats.get(slot, [])
            new = [(key, name) for key, name in seated if book.children[name].current != slot[0]]
            ranked = [name for key, name in new if name not in book.pins]
            last = ranked[-1] if ranked else ""
            self.expected[slot] = {
                "capacity": str(capacity), "applicants": str(len(applicants[slot])), "admitted": str(len(new)),
                "staying": str(len(seated) - len(new)), "remaining": str(capacity - len(seated)),
                "cutoff_score": str(book.score(last, slot[0])) if last else "", "cutoff_child": last,
            }  # fmt: skip
        least = int(self.run["parameters"]["public_from"])
        for file, public in (("cutoffs.csv", False), ("cutoffs-public.csv", True)):
            met = set()
            for row in table(self.outputs[file], self.encoding):
                slot = (row["facility_id"], row["class_id"])
                met.add(slot)
                want = dict(self.expected.get(slot, {}))
                if public and want:
                    want.pop("cutoff_child")
                    want["cutoff_score"] = want["cutoff_score"] if int(want["admitted"]) >= least else ""
                if not want or any(row[column] != value for column, value in want.items()):
                    self.found.append(f"{file} {slot}: is not what counting gives")
                if public and "cutoff_child" in row:
                    self.found.append(f"{file}: names children")
            if met != set(book.capacity):
                self.found.append(f"{file}: not one row for each slot")

    def explained(self) -> None:
        """One row for each listed facility, with the code and figures that counting gives."""
        book = self.book
        listed = {(name, wish) for name, child in book.children.items() for wish in child.wishes}
        for unit in book.units.values():
            if len(unit.members) == 1 and book.children[unit.members[0]].wishes:
                continue  # its options are its wishes
            for option in unit.options:
                listed |= {pair for pair in zip(unit.members, option, strict=True) if pair[1]}
        listed -= {(name, child.current) for name, child in book.children.items()}
        columns = "child_id", "facility_id", "code", "own_score", "cutoff_score"
        for name, facility, code, own, last in picked(self.outputs["explain.csv"], self.encoding, *columns):
            pair = name, facility
            if pair not in listed:
                self.found.append(f"{pair}: explained twice, or not listed")
            elif own != str(book.score(name, facility)) or not self._told(name, facility, code, last):
                self.found.append(f"{pair}: {code} is not what counting gives")
            listed.discard(pair)
        self.found += [f"{pair}: not explained" for pair in sorted(listed)[:SHOWN]]

    def _told(self, name: str, facility: str, code: str, last: str) -> bool:
        book, place, child = self.book, self.places[name], self.book.children[name]
        slot, unit = (facility, child.group), book.unit_of[name]
        if last != self.expected[slot]["cutoff_score"]:
            return False
        if book.units[unit].pinned or code == "PINNED":
            return book.units[unit].pinned and code == "PINNED"
        if place == facility or code == "GRANTED":
            return place == facility and code == "GRANTED"
        single, wishes = len(book.units[unit].members) == 1, child.wishes
        lower = place in wishes and facility in wishes and wishes.index(place) < wishes.index(facility)
        if lower or code == "HIGHER_CHOICE":
            return code == "HIGHER_CHOICE" and (lower or not single)
        empty = book.capacity[slot] == 0
        if code in {"NO_SEAT", "CONDITION"}:
            return empty if code == "NO_SEAT" else not single
        short = self.seating.above(unit, slot, name) + 1 > book.capacity[slot]
        true = {"CUTOFF": short and not empty, "SAME_CLASS": not single and not short,
                "SIBLING": not single and not short, "BLOCKING_LEFT": not short and bool(self.open)}  # fmt: skip
        return true.get(code, False)
