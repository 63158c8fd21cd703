"""The least age at entry (受入れの月齢, "生後57日から"): from which day of its life a facility takes a child."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeAlias

MOST_DAYS: Final = 2000
Slot: TypeAlias = tuple[str, int]
"""(facility, class)."""


@dataclass(frozen=True, slots=True)
class LeastAge:
    """So many days old; 0: from birth. Wards count in two ways, so the way is part of the rule.

    `birth_counts`: the day of birth is the first day (as ages are counted, 年齢計算ニ関する法律); else the day after it
    is (as the eight weeks after birth are, 労働基準法65条2項).
    """

    days: int
    birth_counts: bool = False

    def reached_on(self, birth: date) -> date:
        """The first day on which a child born on this day may enter."""
        return birth + timedelta(days=max(0, self.days - self.birth_counts))


@dataclass(frozen=True, slots=True)
class TooYoung:
    """A facility wished for that a child is too young for on the day of entry, and the day it would be old enough."""

    facility: str
    days: int
    reached_on: date


def in_force(rows: Iterable[tuple[Slot, date, LeastAge]], entry: date) -> dict[Slot, LeastAge]:
    """Of each slot, the rule with the latest first day that is not after the entry; those without a limit left out."""
    found: dict[Slot, tuple[date, LeastAge]] = {}
    for slot, since, rule in rows:
        if since <= entry and (slot not in found or found[slot][0] < since):
            found[slot] = (since, rule)
    return {slot: rule for slot, (_, rule) in found.items() if rule.days}


def too_young(
    rules: Mapping[Slot, LeastAge], wishes: Sequence[str], class_id: int, birth: date, entry: date
) -> tuple[TooYoung, ...]:
    """The facilities among the wishes that may not take the child on the day of entry, in their order."""
    found = []
    for code in wishes:
        rule = rules.get((code, class_id))
        if rule and rule.reached_on(birth) > entry:
            found.append(TooYoung(code, rule.days, rule.reached_on(birth)))
    return tuple(found)
