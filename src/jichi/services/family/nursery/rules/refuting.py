"""Why narrowing ended as it did: the options whose right to block was used, traced back from what was struck out."""

from __future__ import annotations

from collections.abc import Iterable

from .narrowing import ALIVE, Assumptions, Narrowed, Shape
from .tables import Bools, Ints


class Refutation:
    """Traces outcomes of one narrowing. Its answer holds for every matching, not only for stable ones:

    no feasible matching can leave all the options it names without blocking (and not `exempt`) and keep the outcomes
    that were asked about. So of each set that refutes, at least one option blocks in every feasible matching.
    """

    def __init__(self, shape: Shape, narrowed: Narrowed, exempt: Bools) -> None:
        self.shape, self.exempt = shape, exempt
        self.stamp: Ints = narrowed.stamp
        self.why: Ints = narrowed.why
        self.known: dict[int, tuple[int, int, int]] = {}
        self.holders, self.holder_at, self.begin = shape.holders, shape.holder_at, shape.group_at

    def outcomes_of(self, unit: int) -> list[int]:
        """All outcomes of a unit, best first."""
        first, end = int(self.shape.instance.option_at[unit]), int(self.shape.instance.option_at[unit + 1])
        return [*range(first, end), self.shape.options + unit]

    def options_behind(self, outcomes: Iterable[int]) -> frozenset[int]:
        """The options whose not blocking struck these outcomes out."""
        used: set[int] = set()
        todo = [outcome for outcome in outcomes if self.stamp[outcome] < ALIVE]
        seen = set(todo)
        while todo:
            for one in self.reasons(todo.pop(), used):
                if one not in seen:
                    seen.add(one)
                    todo.append(one)
        return frozenset(used)

    def reasons(self, outcome: int, used: set[int]) -> list[int]:
        """The outcomes that had to be struck out before this one; whose right to block that took goes into `used`."""
        why, now = int(self.why[outcome]), int(self.stamp[outcome])
        if now % 2:
            return self._behind_refused(why, now, used)
        if why < 0:
            return []  # assumed
        used.add(why)
        return self._behind_open(why, now)

    def _above(self, group: int) -> list[int]:
        """Entries of other units above a group's worst child."""
        grouped, shape = self.shape.grouped, self.shape
        first, unit = int(shape.instance.slot_at[grouped.slot[group]]), grouped.unit[group]
        return [entry for entry in range(first, int(grouped.worst[group])) if shape.owner[entry] != unit]

    def _holding(self, entry: int) -> list[int]:
        return self.holders[self.holder_at[entry] : self.holder_at[entry + 1]].tolist()  # type: ignore[no-any-return]  # numpy

    def _behind_open(self, option: int, now: int) -> list[int]:
        """Outcomes that had to be struck out before an option was surely open."""
        found: list[int] = []
        for group in range(int(self.begin[option]), int(self.begin[option + 1])):
            above = self._above(group)
            room = int(self.shape.instance.capacity[self.shape.grouped.slot[group]] - self.shape.grouped.need[group])
            wanted = len(above) - room
            if wanted <= 0:
                continue
            gone = sorted((max(int(self.stamp[one]) for one in self._holding(entry)), entry) for entry in above)
            for last, entry in gone[:wanted]:
                assert last < now  # noqa: S101 - a reason stands before what it explains
                found += self._holding(entry)
        return found

    def _behind_refused(self, group: int, now: int, used: set[int]) -> list[int]:
        """The same for a group that was refused; its children's own right to block goes into `used`."""
        room = int(self.shape.instance.capacity[self.shape.grouped.slot[group]] - self.shape.grouped.need[group])
        known = self.known
        ways = sorted(known.get(entry) or self._sure(entry) for entry in self._above(group))[: max(0, room + 1)]
        found: list[int] = []
        for last, entry, option in ways:
            assert last < now  # noqa: S101 - a reason stands before what it explains
            used |= {option} if option >= 0 else set()
            found += self._needed(entry, option)
        return found

    def _needed(self, entry: int, option: int) -> list[int]:
        outcomes = self.outcomes_of(int(self.shape.owner[entry]))
        if option >= 0:
            return outcomes[: outcomes.index(option)]
        holding = set(self._holding(entry))
        return [outcome for outcome in outcomes if outcome not in holding]

    def _sure(self, entry: int) -> tuple[int, int, int]:
        """(half round since which it was sure, entry, option whose right to block is used or -1)."""
        if entry not in self.known:
            shape, unit = self.shape, int(self.shape.owner[entry])
            first, end = int(shape.instance.option_at[unit]), int(shape.instance.option_at[unit + 1])
            stamps = [*self.stamp[first:end].tolist(), int(self.stamp[shape.options + unit])]
            holding = self._holding(entry)
            places = {min(one, end) - first for one in holding}
            ways = [(max((one for at, one in enumerate(stamps) if at not in places), default=-1), entry, -1)]
            if shape.alone[unit]:
                ways += [
                    (max(stamps[: one - first], default=-1), entry, one)
                    for one in holding
                    if one < shape.options and not self.exempt[one]
                ]
            self.known[entry] = min(ways)
        return self.known[entry]


class Behind:
    """What a search that assumes and takes back has used up, branch after branch: of all of it together one option must
    block, if every branch failed.
    """

    def __init__(self, trace: Refutation) -> None:
        self.trace, self.used, self.before = trace, set[int](), set[int]()

    def add(self, tried: Assumptions, unit: int) -> None:
        """What struck out outcomes of a unit, back to where nothing was assumed yet."""
        trace = self.trace
        own, kept = (trace.stamp, trace.why), trace.known
        trace.stamp, trace.why, trace.known = tried.stamp, tried.why, _Known(kept, tried.since)
        todo = [outcome for outcome in trace.outcomes_of(unit) if tried.stamp[outcome] < ALIVE]
        seen = set(todo)
        while todo:
            outcome = todo.pop()
            if tried.stamp[outcome] < tried.since:
                self.before.add(outcome)
                continue
            for one in trace.reasons(outcome, self.used):
                if one not in seen:
                    seen.add(one)
                    todo.append(one)
        (trace.stamp, trace.why), trace.known = own, kept

    def options(self) -> frozenset[int]:
        """All the options."""
        return self.trace.options_behind(self.before) | self.used


class _Known(dict[int, tuple[int, int, int]]):
    """What is known of entries in one branch: what holds without assumptions is kept for the others."""

    def __init__(self, kept: dict[int, tuple[int, int, int]], since: int) -> None:
        super().__init__(kept)
        self.kept, self.since = kept, since

    def __setitem__(self, entry: int, found: tuple[int, int, int]) -> None:
        super().__setitem__(entry, found)
        if found[0] < self.since:
            self.kept[entry] = found
