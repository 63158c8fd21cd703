"""What stands around a case: posted papers, cases that belong to it by hand or by rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from jichi.engines.audit.context import Actor
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.receipt_number import format_number

from .. import permissions
from ..models import Case, CaseLink, Dispatch
from ..rules import Status
from .lists import require

SAME_MATTER_DAYS: Final = 90
"""Within so many days the same procedure for the same person looks like a duplicate."""
SHOWN: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchInfo:
    """A paper that went out. `tracking_number` "" where there is none; `because`: why another way than decided."""

    id: UUID
    way: str
    tracking_number: str
    sent_on: date
    returned_on: date | None
    returned_because: str
    because: str = ""


def dispatches_of(case_id: UUID) -> tuple[DispatchInfo, ...]:
    """What was sent, oldest first. One statement."""
    return tuple(
        DispatchInfo(
            id=row.pk, way=row.way, tracking_number=row.tracking_number, sent_on=row.sent_on,
            returned_on=row.returned_on, returned_because=row.returned_because, because=row.because,
        )
        for row in Dispatch.objects.filter(case_id=case_id).order_by("at")
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A case that belongs to another. `why`: related, duplicate, follow_up, followed_by, household, same_matter.

    `link_id` is set where an official said so.
    """

    number: str
    title: str
    name: str
    status: Status
    why: str
    link_id: UUID | None

    @property
    def written_number(self) -> str:
        """受付番号 as people read it."""
        return format_number(self.number)


def related_cases(*, actor: Actor, case_id: UUID, subject_no: str, procedure: str) -> tuple[Related, ...]:
    """Cases of the actor's divisions that belong to this one: linked by hand, probable duplicates, the household's.

    Those of other divisions are not there, whoever linked them. Four statements.
    """
    require(actor, permissions.VIEW)
    links = CaseLink.objects.filter(Q(case_id=case_id) | Q(other_id=case_id)).select_related("case", "other")
    found: dict[UUID, Related] = {}
    for link in links:
        outgoing = link.case_id == case_id
        other = link.other if outgoing else link.case
        why = "followed_by" if link.kind == "follow_up" and not outgoing else link.kind
        if actor.kind != "staff" or other.division_id in actor.divisions:
            found[other.pk] = _related(other, why, link.pk)
    if not subject_no:
        return tuple(found.values())
    mine = Case.objects.exclude(pk=case_id).filter(division_id__in=actor.divisions).order_by("-received_at")
    since = clock.now() - timedelta(days=SAME_MATTER_DAYS)
    same = mine.filter(subject_no=subject_no, procedure=procedure, received_at__gte=since)
    for case in same.exclude(status__in=("refused", "withdrawn", "expired"))[:SHOWN]:
        found.setdefault(case.pk, _related(case, "same_matter", None))
    family = [p.addressee_no for p in registry.household_of(subject_no) if p.addressee_no != subject_no]
    for case in mine.filter(subject_no__in=family)[:SHOWN] if family else ():
        found.setdefault(case.pk, _related(case, "household", None))
    return tuple(found.values())


def _related(case: Case, why: str, link_id: UUID | None) -> Related:
    return Related(
        number=case.number, title=case.title["ja"], name=case.name, status=Status(case.status), why=why, link_id=link_id
    )
