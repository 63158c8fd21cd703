"""The independent verifier: trusts nothing, counts everything again from the tables (`recounting`, `seating`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

from .cells import Cells, Marks, Names, Numbers, Sheet
from .recounting import Book
from .seating import Seating

STABLE: Final = frozenset({"CHILD_OPTIMAL", "STABLE", "STABLE_MAX"})
VERDICTS: Final = STABLE | {"LEAST_BLOCKING", "BEST_FOUND"}
SHOWN: Final = 50
NONE: Final = -(1 << 62)
"""Stands for a number that is blank."""
STATUS: Final = ("WAITING", "STAYED", "TRANSFERRED", "ADMITTED")
CODES: Final = (
    "PINNED", "GRANTED", "HIGHER_CHOICE", "NO_SEAT", "CONDITION", "CUTOFF", "SAME_CLASS", "SIBLING", "BLOCKING_LEFT",
)  # fmt: skip


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

    def _sheet(self, name: str) -> Sheet:
        return Sheet(self.outputs[name], self.encoding)

    def _tell(self, names: Names, numbers: Iterable[int], what: str) -> None:
        self.found += [f"{names[number]}: {what}" for number in list(numbers)[:SHOWN]]

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
        name, family, facility, said, told = self._sheet("assignments.csv").columns(
            "child_id", "family_id", "facility_id", "status", "option_rank"
        )
        child, place = book.children.find(name), book.facilities.find(facility, blank=-1)
        times = np.bincount(child[child >= 0], minlength=len(book.children))
        if (child < 0).any() or (times > 1).any():
            self.found.append("assignments.csv: names what is not a child of the input, or a child twice")
        self._tell(book.children, np.flatnonzero(times == 0).tolist(), "is missing")
        if self.found:
            return
        moved = np.where(book.current[child] >= 0, STATUS.index("TRANSFERRED"), STATUS.index("ADMITTED"))
        status = np.where(place == book.current[child], STATUS.index("STAYED"), moved)
        status = np.where(place == -1, STATUS.index("WAITING"), status)
        wrong = (Names(Cells.of(STATUS)).find(said) != status) | (book.families.find(family) != book.family[child])
        self._tell(book.children, child[wrong].tolist(), "status or family is wrong")
        places, ranks = np.full(len(child), -2, dtype=np.int64), np.zeros(len(child), dtype=np.int64)
        places[child], ranks[child] = place, told.whole(blank=0)
        lost = (places == -2) | ((places >= 0) & (book.slot(places, book.group) < 0))
        self._tell(book.children, np.flatnonzero(lost).tolist(), "is at no facility with a slot of its class")
        if not self.found:
            self.seating = Seating(book, places)
            self._held(ranks)

    def _held(self, ranks: Numbers) -> None:
        book, seating = self.book, self.seating
        want = np.where(seating.chosen < np.diff(book.option_at), seating.chosen + 1, 0)
        want[book.pinned] = 0
        wrong = (seating.chosen < 0)[book.unit] | (ranks != want[book.unit])
        wrong |= seating.pinned & (seating.place != book.pin)
        self._tell(
            book.unit_names, np.unique(book.unit[wrong]).tolist(), "holds no option of its list, or another than told"
        )
        for slot in np.flatnonzero(seating.taken > book.capacity).tolist()[:SHOWN]:
            self.found.append(f"{self._slot(slot)}: {seating.taken[slot]} children")

    def _slot(self, slot: int) -> str:
        return f"{self.book.facilities[self.book.slot_facility[slot]]} {self.book.classes[self.book.slot_class[slot]]}"

    def judged(self) -> None:
        """The number of blocking coalitions, and what the verdict promises."""
        left = {self.seating.names_of(option) for option in np.flatnonzero(self.seating.open).tolist()}
        verdict, told = self.run["verdict"], self.run["blocking_coalitions"]
        listed = {(one["unit_id"], one["option_rank"]) for one in self.run["blocking"]}
        if told != len(left) or listed != left:
            self.found.append(f"{len(left)} blocking coalitions, told {told}")
        if verdict not in VERDICTS or (verdict in STABLE and left):
            self.found.append(f"{verdict} with {len(left)} blocking coalitions")
        if self.run["seated"] != int((self.seating.place >= 0).sum()):
            self.found.append("the number of children with a seat is wrong")
        if verdict == "CHILD_OPTIMAL" and ((self.book.size > 1) & ~self.book.pinned).any():
            self.found.append("CHILD_OPTIMAL, but families decide for several children")
        elif verdict == "CHILD_OPTIMAL" and not self.seating.is_child_optimal():
            self.found.append("CHILD_OPTIMAL, but another stable matching is better for children")

    def reasons(self) -> None:
        """A true witness for every option better than the outcome that does not block, and none besides."""
        book, seating, slots = self.book, self.seating, len(self.book.capacity)
        asked = seating.asked_option * slots + seating.asked_slot
        order = np.argsort(asked, kind="stable")
        times = np.zeros(len(seating.better), dtype=np.int64)
        for block in self._sheet("reasons.csv").blocks(
            "unit_id", "option_rank", "facility_id", "class_id", "child_id", "above", "need", "capacity"
        ):
            unit, rank = book.unit_names.known(block[0]), block[1].whole()
            option = book.option_at[unit] + rank - 1
            true = (rank >= 1) & (rank <= seating.chosen[unit])
            self._tell(book.unit_names, unit[~true].tolist(), "a reason for an option which needs none")
            unit, option = unit[true], option[true]
            np.add.at(times, option, 1)
            slot = book.slot(book.facilities.find(block[2]), book.classes.find(block[3]))[true]
            at = order[np.minimum(np.searchsorted(asked, option * slots + slot, sorter=order), len(asked) - 1)]
            good = (slot >= 0) & (asked[at] == option * slots + slot) & seating.refused[at]
            pair = seating.asked_pair[at]
            figures = (book.pairs.child[pair], seating.above[pair], seating.asked_need[at], book.capacity[slot])
            told = (book.children.find(block[4]), *(cells.whole() for cells in block[5:]))
            for mine, theirs in zip(figures, told, strict=True):
                good &= mine == theirs[true]
            self._tell(book.unit_names, unit[~good].tolist(), "the witness against an option is false")
        wrong = np.flatnonzero(times != (seating.better & ~seating.open))
        for number in wrong.tolist()[:SHOWN]:
            name, told_as = seating.names_of(number)
            self.found.append(f"{name}: {times[number]} reasons against option {told_as}")

    def cutoffs(self) -> None:
        """Both editions of the cut-offs."""
        book, pairs, seating, slots = self.book, self.book.pairs, self.seating, len(self.book.capacity)
        came = pairs.optional & pairs.new & ~seating.pinned[pairs.child]
        stayed = (seating.slot >= 0) & (seating.place == book.current)
        staying = np.bincount(seating.slot[stayed], minlength=slots)
        last = np.full(slots, -1, dtype=np.int64)
        new = np.flatnonzero(seating.held & pairs.new)
        last[pairs.slot[new]] = new
        self.cut = np.where(last >= 0, np.append(pairs.score, 0)[last], NONE)
        expected = {
            "capacity": book.capacity, "applicants": np.bincount(pairs.slot[came], minlength=slots) + seating.by_hand,
            "admitted": seating.taken - staying, "staying": staying, "remaining": book.capacity - seating.taken,
        }  # fmt: skip
        shown = expected["admitted"] >= int(self.run["parameters"]["public_from"])
        child = np.where(last >= 0, np.append(pairs.child, -1)[last], -1)
        for file in ("cutoffs.csv", "cutoffs-public.csv"):
            public, sheet = file == "cutoffs-public.csv", self._sheet(file)
            if public and "cutoff_child" in sheet.header:
                self.found.append(f"{file}: names children")
            facility, group, score, *told = sheet.columns(
                "facility_id", "class_id", "cutoff_score", *expected, *(() if public else ("cutoff_child",))
            )
            slot = book.slot(book.facilities.known(facility), book.classes.known(group))
            if sorted(slot.tolist()) != list(range(slots)):
                self.found.append(f"{file}: not one row for each slot")
                continue
            wrong = score.whole(blank=NONE) != np.where(shown | (not public), self.cut, NONE)[slot]
            for column, values in zip(told, expected.values(), strict=False):
                wrong |= column.whole() != values[slot]
            if not public:
                wrong |= book.children.find(told[-1], blank=-1) != child[slot]
            self.found += [f"{file} {self._slot(one)}: is not what counting gives" for one in slot[wrong].tolist()]

    def explained(self) -> None:
        """One row for each listed facility, with the code and figures that counting gives."""
        book, pairs = self.book, self.book.pairs
        times = np.zeros(len(pairs.child), dtype=np.int64)
        codes = Names(Cells.of(CODES))
        truth = self._true_codes()
        for block in self._sheet("explain.csv").blocks("child_id", "facility_id", "code", "own_score", "cutoff_score"):
            pair = pairs.find(book.children.find(block[0]), book.facilities.find(block[1]))
            code, own, last = codes.find(block[2]), block[3].whole(), block[4].whole(blank=NONE)
            if (pair < 0).any():
                self.found.append("explain.csv: a facility that a child does not list")
            known = pair >= 0
            pair, code = pair[known], code[known]
            np.add.at(times, pair, 1)
            good = (own[known] == pairs.score[pair]) & (last[known] == self.cut[pairs.slot[pair]])
            good &= (code >= 0) & truth[pair, code]
            self._tell(book.children, pairs.child[pair[~good]].tolist(), "a code is not what counting gives")
        wrong = np.flatnonzero(times != pairs.new)
        self._tell(book.children, pairs.child[wrong].tolist(), "a facility is not explained, or twice, or not listed")

    def _true_codes(self) -> Marks:
        """Of each pair and code, whether it may be said."""
        book, pairs, seating = self.book, self.book.pairs, self.seating
        child = pairs.child
        here = seating.place[child] == pairs.facility
        held = np.where(seating.pair >= 0, np.append(pairs.rank, -1)[seating.pair], -1)[child]
        lower = (held >= 0) & (pairs.rank > held)
        several = book.size[book.unit[child]] > 1
        empty = book.capacity[pairs.slot] == 0
        short = seating.above + 1 > book.capacity[pairs.slot]
        left = bool(seating.open.any())
        rest = ~here & ~lower
        pinned = seating.pinned[child]
        said = {
            "GRANTED": here, "HIGHER_CHOICE": lower & ~here | several & ~here, "NO_SEAT": rest & empty,
            "CONDITION": rest & several, "CUTOFF": rest & short & ~empty, "SAME_CLASS": rest & several & ~short,
            "SIBLING": rest & several & ~short, "BLOCKING_LEFT": rest & ~short & left,
        }  # fmt: skip
        return np.stack([pinned, *(said[code] & ~pinned for code in CODES[1:])], axis=1)
