"""Words and limits of bookings, and who may enter: conditions as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

MODES: Final = ("first_come", "lottery", "lottery_then_first_come", "waiting_list")
ENTRY_STATES: Final = ("applied", "placed", "waiting", "lost", "withdrawn", "cancelled")
LIVING: Final = ("applied", "placed", "waiting")
PLACE_STATES: Final = ("held", "taken", "released")
COUNTED_UP_TO: Final = 1000
"""More places than this are rows of their own: many hands then don't wait for one counter."""
CONDITIONS: Final = ("resident", "works_here", "age", "first_timer", "once_per_season", "household")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one person who wants to enter; None: not known, which never counts as yes."""

    resident: bool | None = None
    works_here: bool | None = None
    born_on: date | None = None
    entered_before: bool | None = None
    entered_this_season: bool | None = None
    household_size: int | None = None


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that is not met: its place in the list and its kind."""

    place: int
    kind: str


def unmet(conditions: Sequence[Mapping[str, Any]], facts: Facts) -> tuple[Unmet, ...]:
    """Conditions somebody does not meet, in order.

    Each is {"kind": …} of `CONDITIONS`; "age" has "on" (ISO date) and "least" and/or "most" full years; "household" has
    "most" persons; {"any": [...]} is met when one of its conditions is.

    Raises:
        ValueError: a condition nobody knows: better nobody enters than everybody.
    """
    return tuple(
        Unmet(place, str(condition.get("kind", "any")))
        for place, condition in enumerate(conditions)
        if not _met(condition, facts)
    )


def kinds_of(conditions: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Kinds of conditions that are asked somewhere, so that only their facts need be looked up."""
    found: set[str] = set()
    for condition in conditions:
        found |= kinds_of(condition["any"]) if "any" in condition else {str(condition.get("kind"))}
    return frozenset(found)


def tier_of(tiers: Sequence[Sequence[Mapping[str, Any]]], facts: Facts) -> int:
    """Whose turn a person is in a draw: the first of the tiers (lists of conditions) that is met whole, else the last.

    Raises:
        ValueError: a condition nobody knows.
    """
    return next((place for place, tier in enumerate(tiers) if not unmet(tier, facts)), len(tiers))


def weight_of(weights: Sequence[Mapping[str, Any]], facts: Facts) -> int:
    """Slips in the drum: the largest "weight" of the rows whose "when" (conditions) is met; else 1.

    Raises:
        ValueError: a condition nobody knows.
    """
    return max((int(row["weight"]) for row in weights if not unmet(row["when"], facts)), default=1)


def _met(condition: Mapping[str, Any], facts: Facts) -> bool:
    if "any" in condition:
        return any(_met(one, facts) for one in condition["any"])
    kind = condition.get("kind")
    simple = {
        "resident": facts.resident is True,
        "works_here": facts.works_here is True,
        "first_timer": facts.entered_before is False,
        "once_per_season": facts.entered_this_season is False,
    }
    if kind in simple:
        return simple[kind]
    if kind == "household":
        return facts.household_size is not None and facts.household_size <= int(condition["most"])
    if kind == "age":
        return facts.born_on is not None and _age_fits(condition, facts.born_on)
    raise ValueError(f"no such condition: {kind!r}")


def _age_fits(condition: Mapping[str, Any], born_on: date) -> bool:
    """Full years on a day, counted as people do: a year more on the birthday (29 February: 1 March)."""
    on = date.fromisoformat(condition["on"])
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    return bool(condition.get("least", 0) <= age <= condition.get("most", 200))


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry on a waiting list, in its order."""

    entry: str
    size: int
    choices: tuple[str, ...]


def promoted(waiting: Sequence[Waiting], item: str, free: int, *, strict: bool) -> Waiting | None:
    """Who gets freed places of an item: the first on the list whose size fits; `strict`: the first, or nobody yet."""
    for one in waiting:
        if item not in one.choices:
            continue
        if one.size <= free:
            return one
        if strict:
            return None
    return None


def is_open(opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """From the first moment of opening to the last before closing."""
    return opens_at <= now < closes_at
