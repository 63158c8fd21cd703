"""後の手続: what is due after a case, and what a case follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jichi.engines.audit.context import system_actor, unit
from jichi.engines.forms import queries as forms
from jichi.kernel import clock
from jichi.kernel.localized import LocalizedText
from jichi.kernel.receipt_number import format_number

from ..models import Case, Decision, FollowUp
from ..rules import FREES_ITS_PLACE, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpView:
    """Something due after a case. `number`: 受付番号 of what was sent for it, "" while nothing was."""

    procedure: str
    title: LocalizedText
    text: LocalizedText | None
    due_on: date
    number: str
    status: Status | None
    account_id: UUID | None
    """Whose login sent it."""

    @property
    def is_open(self) -> bool:
        """Is it still to be sent?"""
        return not self.number

    @property
    def written_number(self) -> str:
        """受付番号 as people read it."""
        return format_number(self.number)

    def is_overdue(self, today: date) -> bool:
        """Not sent by its day."""
        return self.is_open and self.due_on < today


def follower_of(case: Case, procedure: str) -> Case | None:
    """The application that was sent for it and stands, refused and withdrawn ones left out. One statement."""
    return (
        Case.objects.filter(subject_no=case.subject_no, procedure=procedure, submission__follows=case.number)
        .exclude(status__in=FREES_ITS_PLACE)
        .order_by("-received_at")
        .first()
    )


def follow_ups_of(case_id: UUID) -> tuple[FollowUpView, ...]:
    """What is due after the case, soonest first. One statement, two more where something is.

    The actor sees the case. A colleague in the same office may have sent what is due: that it came, and its number,
    is told to whoever sees the case.
    """
    found = list(FollowUp.objects.filter(case_id=case_id).order_by("due_on", "id"))
    if not found:
        return ()
    with unit(system_actor("cases.follow_up")):
        case = Case.objects.get(pk=case_id)
        sent = {due.pk: follower_of(case, due.procedure) for due in found}
    return tuple(
        FollowUpView(
            procedure=due.procedure, title=due.title, text=due.text, due_on=due.due_on,
            number=after.number if (after := sent[due.pk]) else "", status=Status(after.status) if after else None,
            account_id=after.account_id if after else None,
        )
        for due in found
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The case that another one follows, and what was granted in it."""

    number: str
    title: LocalizedText
    granted_yen: int | None
    decided_on: date

    @property
    def written_number(self) -> str:
        """受付番号 as people read it."""
        return format_number(self.number)


def followed_by(number: str) -> Followed | None:
    """The granted case with this 受付番号 that a follow-up stands on; None where there is none. Two statements.

    Read by the platform: who may begin a follow-up of it was asked when it began.
    """
    if not number:
        return None
    with unit(system_actor("cases.follow_up")):
        decision = Decision.objects.select_related("case").filter(case__number=number, outcome="approved").first()
    if decision is None:
        return None
    return Followed(
        number=number, title=decision.case.title, granted_yen=decision.granted_yen,
        decided_on=decision.decided_at.astimezone(clock.TOKYO).date(),
    )  # fmt: skip


def facts_before(number: str) -> dict[str, str | int | date | None]:
    """What a form may take from the case before: the facts "follows.…" of `forms.rules.facts`."""
    before = followed_by(number)
    if before is None:
        return {}
    return {
        "follows.number": before.written_number, "follows.granted_yen": before.granted_yen,
        "follows.decided_on": before.decided_on,
    }  # fmt: skip


def followed_of(submission_id: UUID) -> Followed | None:
    """What the application that stands now follows, if anything. Three statements."""
    return followed_by(forms.submission(submission_id).follows)
