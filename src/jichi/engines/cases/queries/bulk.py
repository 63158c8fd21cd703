"""Bulk decisions: how far a run has come, what was left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max

from jichi.engines.audit.context import Actor
from jichi.kernel.errors import NotFound
from jichi.kernel.receipt_number import format_number

from .. import permissions
from ..models import BulkItem, BulkRun, Case
from .lists import require

SHOWN = 200
"""Cases left out that a page names."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A case that was not decided with the others; `code` of the catalogue says why."""

    number: str
    name: str
    code: str

    @property
    def written_number(self) -> str:
        """受付番号 as people read it."""
        return format_number(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkView:
    """A run: `done` are finished, `decided` still wait for their document, `waiting` for everything."""

    id: UUID
    outcome: str
    reason: str
    state: str
    total: int
    done: int
    decided: int
    waiting: int
    left: int
    cancelled: int
    created_at: datetime
    ended_at: datetime | None
    last_at: datetime | None
    left_out: tuple[LeftOut, ...]


def bulk_run(*, actor: Actor, run_id: UUID) -> BulkView:
    """A run of one's division. Three statements.

    Raises:
        NotFound: none, or of other divisions only.
    """
    require(actor, permissions.BULK)
    run = BulkRun.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound
    counted = BulkItem.objects.filter(run=run).order_by().values_list("state").annotate(Count("id"), Max("ended_at"))
    counts = {state: (count, last) for state, count, last in counted}
    left = BulkItem.objects.filter(run=run, state="left").order_by("position")
    return BulkView(
        id=run.pk, outcome=run.outcome, reason=run.reason, state=run.state, total=run.total, created_at=run.created_at,
        ended_at=run.ended_at, last_at=max((last for _, last in counts.values() if last), default=None),
        **{name: counts.get(name, (0, None))[0] for name in ("done", "decided", "waiting", "left", "cancelled")},
        left_out=tuple(LeftOut(*row) for row in left.values_list("case__number", "case__name", "code")[:SHOWN]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChoice:
    """A chosen case on the preview page, with the version that is shown."""

    id: UUID
    number: str
    name: str
    title: str
    status: str
    version: int
    code: str

    @property
    def written_number(self) -> str:
        """受付番号 as people read it."""
        return format_number(self.number)


def chosen_cases(*, actor: Actor, ids: Sequence[UUID], permission: str) -> list[Case]:
    """The cases with these ids that the actor's divisions have, in the order given. One statement."""
    require(actor, permission)
    found = {case.pk: case for case in Case.objects.filter(pk__in=list(ids), division_id__in=actor.divisions)}
    return [found[one] for one in dict.fromkeys(ids) if one in found]
