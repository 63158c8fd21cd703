"""What is known of somebody who wants to enter: from the register and earlier entries, never from what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from jichi.engines.audit.context import unit
from jichi.engines.registry import queries as registry

from ..models import EntryPerson, Offering
from ..rules.booking import LIVING, Facts, Unmet, kinds_of, tier_of, unmet, weight_of
from .offering import SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What an offering's rules say of one person."""

    unmet: tuple[Unmet, ...] = ()
    tier: int = 0
    weight: int = 1
    link: str = ""
    """How the offering is linked with others."""


def person_key(offering_id: UUID, person: str) -> str:
    """An opaque key of a person (宛名番号 or account id) that says nothing outside of its offering."""
    return hashlib.sha256(f"{offering_id}:{person}".encode()).hexdigest()


def judged(offering_id: UUID, person: str, *, works_here: bool | None = None) -> Judged:
    """Conditions that a person does not meet, and how they stand in a draw. One statement where nothing is asked.

    Args:
        works_here: an official has seen a proof; the register does not know it.
    """
    rules = Offering.objects.values("conditions", "tiers", "weights", "series", "season", "link").get(pk=offering_id)
    conditions: list[Mapping[str, Any]] = list(rules["conditions"])
    asked = [*conditions, *(one for tier in rules["tiers"] for one in tier)]
    asked += [one for row in rules["weights"] for one in row["when"]]
    kinds = kinds_of(asked)
    if not kinds:
        return Judged(link=rules["link"])
    with unit(SYSTEM):
        facts = _facts(kinds, offering_id, person, works_here, rules["series"], rules["season"])
    return Judged(
        unmet=unmet(conditions, facts),
        tier=tier_of(rules["tiers"], facts),
        weight=weight_of(rules["weights"], facts),
        link=rules["link"],
    )


def _facts(
    kinds: frozenset[str], offering_id: UUID, person: str, works_here: bool | None, series: str, season: str
) -> Facts:
    found = registry.resident(person) if kinds & {"resident", "age", "household"} else None
    lives_here = None if found is None else found.state == "resident"
    size = len(registry.household_of(person)) if "household" in kinds and lives_here else None
    before = _entered(offering_id, person, ("placed",), series=series) if "first_timer" in kinds and series else None
    once = _entered(offering_id, person, LIVING, season=season) if "once_per_season" in kinds and season else None
    return Facts(
        resident=lives_here, works_here=works_here, born_on=found.birth_date if found else None, entered_before=before,
        entered_this_season=once, household_size=size,
    )  # fmt: skip


def _entered(offering_id: UUID, person: str, states: Sequence[str], **which: str) -> bool:
    """Has the person an entry in these states in another offering of the series or season? Two statements."""
    others = Offering.objects.filter(**which).exclude(pk=offering_id).values_list("pk", flat=True)
    keys = [person_key(other, person) for other in others]
    return EntryPerson.objects.filter(person__in=keys, entry__state__in=states).exists()
