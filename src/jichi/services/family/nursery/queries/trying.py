"""Whose scores another table would change, without keeping anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ..models import Child
from ..rules.scoring import Rule, score


@dataclass(frozen=True, slots=True)
class Change:
    """A child whose index would be another."""

    application_id: UUID
    code: str
    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Changes:
    """How many children a round has, how many would score otherwise, and the first of them."""

    children: int
    changed: int
    first: tuple[Change, ...]


def changed_scores(round_id: UUID, rules: Sequence[Rule], *, most: int = 50) -> Changes:
    """What a table would change in a round. One statement."""
    children = Child.objects.filter(application__round_id=round_id, application__withdrawn_at__isnull=True)
    found: list[Change] = []
    total = 0
    for one in children.select_related("application").order_by("application__code", "seq"):
        total += 1
        now = score(rules, one.application.guardians, one.application.answers, one.answers).index
        before = one.score["base"] + one.score["adjust"] if one.score else 0
        if now != before:
            found.append(Change(one.application_id, one.application.code, one.name, before, now))
    return Changes(total, len(found), tuple(found[:most]))
