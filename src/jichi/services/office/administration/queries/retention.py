"""Reads of retention: the rules of the house, what goes next, certificates, holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel.manifest import Retention, load_manifests, resolve

from .. import rules
from ..models import Erasure, Hold

PLATFORM = system_actor("retention", purpose="retention")
MOST = 1000
"""Counted up to here; more is shown as "1,000+"."""


def retention_rules() -> tuple[Retention, ...]:
    """Every rule that a manifest of the house announces; no statement."""
    return tuple(rule for one in load_manifests(tuple(settings.JICHI_ROOMS)) for rule in one.retention)


def open_holds() -> tuple[tuple[str, str], ...]:
    """(rule, subject) of what is held; one statement."""
    return tuple(Hold.objects.filter(lifted_at=None).values_list("rule", "subject"))


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What a rule will delete by a day: how many (up to MOST), since when they ended, how many are held."""

    rule: Retention
    count: int
    held: int
    first: date | None


def upcoming(day: date) -> tuple[Upcoming, ...]:
    """What each rule would delete by a day; a statement for each rule, for cases one for each procedure."""
    found = []
    with unit(PLATFORM):
        holds = open_holds()
        for rule in retention_rules():
            over = resolve(rule.over)(rule.key, day, MOST)
            free = rules.not_held(rule.key, over, holds)
            found.append(Upcoming(rule, len(free), len(over) - len(free), free[0][2] if free else None))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """消去証明, as its page and PDF show it."""

    id: UUID
    number: int
    rule: str
    told: dict[str, str]
    items: int
    counts: dict[str, int]
    ended_from: date
    ended_to: date
    hashes: tuple[str, ...]
    digest: str
    erased_at: datetime


_TOLD = ("pk", "number", "rule", "told", "items", "counts", "ended_from", "ended_to", "digest", "erased_at")


def certificates(*, rule: str = "", after: str = "", limit: int = 50) -> tuple[tuple[Certificate, ...], str]:
    """Certificates, newest first, and the cursor of the next page ("" at the end); one statement, without hashes."""
    found = Erasure.objects.order_by("-number")
    if rule:
        found = found.filter(rule=rule)
    if after.isdecimal() and len(after) < 19:
        found = found.filter(number__lt=int(after))
    rows = [_certificate(row, ()) for row in found.values_list(*_TOLD)[: limit + 1]]
    return tuple(rows[:limit]), str(rows[limit - 1].number) if len(rows) > limit else ""


def certificate(id: UUID) -> Certificate | None:
    """One certificate with its hashes; one statement."""
    row = Erasure.objects.filter(pk=id).values_list(*_TOLD, "hashes").first()
    return _certificate(row[:-1], tuple(row[-1])) if row else None


def _certificate(row: Any, hashes: tuple[str, ...]) -> Certificate:
    return Certificate(
        id=row[0], number=row[1], rule=row[2], told=row[3], items=row[4], counts=row[5], ended_from=row[6],
        ended_to=row[7], digest=row[8], erased_at=row[9], hashes=hashes,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    """A hold, open or lifted."""

    id: UUID
    rule: str
    subject: str
    reason: str
    set_by: str
    set_at: datetime
    lifted_at: datetime | None


def holds(limit: int = 100) -> tuple[HoldView, ...]:
    """Holds, open ones first, newest first; one statement."""
    rows = Hold.objects.select_related("set_by").order_by("lifted_at", "-set_at")[:limit]
    found = tuple(
        HoldView(
            id=row.pk, rule=row.rule, subject=row.subject, reason=row.reason,
            set_by=row.set_by.name if row.set_by else "", set_at=row.set_at, lifted_at=row.lifted_at,
        )
        for row in rows
    )  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.lifted_at is not None))
