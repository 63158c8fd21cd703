"""Who has which open cases in hand, for whoever plans a personnel change: numbers, no case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from ..models import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand:
    """Open cases of a division in one official's hands; `bound` of them can go to a person only."""

    account_id: UUID | None
    """None: nobody has them in hand yet."""
    division: str
    count: int
    bound: int


def cases_in_hand() -> tuple[InHand, ...]:
    """Open cases by division and official, as far as the actor of the unit sees them; one statement."""
    bound = Q(stage="on_route") | Q(status="correction")
    rows = (
        Case.objects.filter(closed_at=None)
        .order_by("division__code", "assignee_id")
        .values_list("assignee_id", "division__code")
        .annotate(count=Count("pk"), bound=Count("pk", filter=bound))
    )
    return tuple(InHand(account_id=r[0], division=r[1], count=r[2], bound=r[3]) for r in rows)


def divisions_with_cases_of(subjects: Sequence[str], *, since: datetime) -> set[tuple[str, str]]:
    """(宛名番号, code of the division) of cases about or by these people that were open since then; one statement."""
    found: set[tuple[str, str]] = set()
    live = Case.objects.filter(Q(closed_at=None) | Q(closed_at__gte=since))
    rows = live.filter(Q(subject_no__in=subjects) | Q(applicant_no__in=subjects)).values_list(
        "subject_no", "applicant_no", "division__code"
    )
    for subject, applicant, division in rows.order_by():
        found |= {(subject, division), (applicant, division)}
    return found
