"""One case, whole: for its applicant and, logged, for officials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor
from jichi.kernel.errors import NotFound
from jichi.kernel.localized import LocalizedText
from jichi.kernel.receipt_number import format_number, parse_number

from .. import permissions
from ..models import Case, CaseEvent, Correction, Decision, IssuedDocument
from ..rules import OPEN, Status, Step, possible_steps

PURPOSE: Final = "application_review"
"""The purpose (利用目的) under which officials look at cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A line of the timeline (経過)."""

    at: datetime
    kind: str
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    detail: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionInfo:
    """A request for correction: points [{field, sentence, texts?}], open or ended."""

    id: UUID
    points: list[dict[str, Any]]
    asked_at: datetime
    due_on: date
    state: str
    ended_at: datetime | None
    before_id: UUID
    after_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionInfo:
    """The decision as both sides read it."""

    outcome: str
    reason: str
    rule: str
    appeal: LocalizedText
    document_number: str
    decided_at: datetime
    content_hash: str
    seal: str = "omitted"
    dispatch: str = "electronic"
    dispatch_because: str = ""
    granted_yen: int | None = None
    decided_by: UUID | None = None
    decided_for: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInfo:
    """A document given out."""

    id: UUID
    kind: str
    title: LocalizedText
    file_id: UUID
    verification_code: str
    issued_at: datetime
    valid_until: date | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """A case with its history. `events` newest first."""

    id: UUID
    number: str
    procedure: str
    form_version_id: int
    submission_id: UUID
    title: LocalizedText
    division_id: int
    account_id: UUID | None
    subject_no: str
    applicant_no: str
    name: str
    kana: str
    status: Status
    assignee_id: UUID | None
    received_at: datetime
    due_on: date
    correction_due_on: date | None
    closed_at: datetime | None
    checks: list[dict[str, object]]
    channel: str
    language: str
    version: int
    entered_by_id: UUID | None
    receipt_number: str
    stage: str
    payment: str
    second_person: str
    events: tuple[Event, ...]
    corrections: tuple[CorrectionInfo, ...]
    decision: DecisionInfo | None
    documents: tuple[DocumentInfo, ...]

    @property
    def written_number(self) -> str:
        """受付番号 as people read it."""
        return format_number(self.number)

    @property
    def open_correction(self) -> CorrectionInfo | None:
        """What the applicant is asked to put right now."""
        return next((c for c in self.corrections if c.state == "open"), None)

    def steps_for(self, side: str) -> tuple[Step, ...]:
        """What this side ("staff" or "resident") could do from this state."""
        return possible_steps(self.status, side)

    @property
    def is_open(self) -> bool:
        """Is it still on its way?"""
        return self.status in OPEN


def _record(case: Case, *, public_only: bool) -> CaseRecord:
    """Five statements in all, with the case itself."""
    events = CaseEvent.objects.filter(case=case).order_by("-id")
    if public_only:
        events = events.filter(public=True)
    decision = Decision.objects.filter(case=case).first()
    return CaseRecord(
        **{name: getattr(case, name) for name in _COPIED}, status=Status(case.status),
        events=tuple(
            Event(
                at=e.at, kind=e.kind, actor_kind=e.actor_kind,
                actor_id=None if public_only else e.actor_id, actor_name="" if public_only else e.actor_name,
                detail={} if public_only and e.kind == "taken" else e.detail,
            )
            for e in events
        ),
        corrections=tuple(
            CorrectionInfo(
                id=c.pk, points=c.points, asked_at=c.asked_at, due_on=c.due_on, state=c.state, ended_at=c.ended_at,
                before_id=c.before_id, after_id=c.after_id,
            )
            for c in Correction.objects.filter(case=case).order_by("-asked_at")
        ),
        decision=_decision(decision) if decision else None,
        documents=tuple(_document(d) for d in IssuedDocument.objects.filter(case=case).order_by("issued_at")),
    )  # fmt: skip


_COPIED = (
    "id", "number", "procedure", "form_version_id", "submission_id", "title", "division_id", "account_id", "subject_no",
    "applicant_no", "name", "kana", "assignee_id", "received_at", "due_on", "correction_due_on", "closed_at", "checks",
    "channel", "language", "version", "entered_by_id", "receipt_number", "stage", "payment", "second_person",
)  # fmt: skip


def _decision(row: Decision) -> DecisionInfo:
    return DecisionInfo(
        outcome=row.outcome, reason=row.reason, rule=row.rule, appeal=row.appeal, document_number=row.document_number,
        decided_at=row.decided_at, content_hash=row.content_hash, seal=row.seal, dispatch=row.dispatch,
        decided_by=row.decided_by_id, decided_for=row.decided_for_id, dispatch_because=row.dispatch_because,
        granted_yen=row.granted_yen,
    )  # fmt: skip


def _document(row: IssuedDocument) -> DocumentInfo:
    return DocumentInfo(
        id=row.pk, kind=row.kind, title=row.title, file_id=row.file_id, verification_code=row.verification_code,
        issued_at=row.issued_at, valid_until=row.valid_until, revoked_at=row.revoked_at,
    )  # fmt: skip


def _by_number(written: str) -> Case:
    number = parse_number(written)
    case = Case.objects.filter(number=number).first() if number else None
    if case is None:
        raise NotFound
    return case


def applicant_case(*, actor: Actor, number: str) -> CaseRecord:
    """The applicant's own case, with what applicants see of its history.

    Args:
        number: 受付番号 in any width and case, with or without hyphen.

    Raises:
        NotFound: none, or somebody else's.
    """
    case = _by_number(number)
    permissions.require_applicant(actor, case)
    return _record(case, public_only=True)


def look_at_case(*, actor: Actor, number: str) -> CaseRecord:
    """A case for an official of its division; the look is logged.

    Raises:
        NotFound: none, or another division's.
        Forbidden: the role doesn't reach this far.
    """
    case = _by_number(number)
    permissions.require_staff(actor, case, permissions.VIEW)
    audit.record_look(
        actor=actor.for_purpose(PURPOSE), table="eng_cases_case", object_id=str(case.pk), subject=case.subject_no
    )
    return _record(case, public_only=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCase:
    """As much of a case as a step needs."""

    id: UUID
    number: str
    title: LocalizedText
    name: str
    status: Status
    version: int
    subject_no: str
    submission_id: UUID
    form_version_id: int
    account_id: UUID | None
    language: str
    due_on: date
    correction_due_on: date | None
    stage: str
    payment: str
    channel: str

    @property
    def written_number(self) -> str:
        """受付番号 as people read it."""
        return format_number(self.number)


def case_for_step(*, actor: Actor, number: str, permission: str = permissions.HANDLE) -> StepCase:
    """The case an official is about to act on; one statement, no look logged (the page before logged it).

    Raises:
        NotFound: none, or another division's. Forbidden: the role doesn't reach this far.
    """
    case = _by_number(number)
    permissions.require_staff(actor, case, permission)
    return StepCase(
        id=case.pk, number=case.number, title=case.title, name=case.name, status=Status(case.status),
        version=case.version, subject_no=case.subject_no, submission_id=case.submission_id,
        form_version_id=case.form_version_id, account_id=case.account_id, language=case.language, due_on=case.due_on,
        correction_due_on=case.correction_due_on, stage=case.stage, payment=case.payment, channel=case.channel,
    )  # fmt: skip


def submissions_of(case_id: UUID, current: UUID) -> list[UUID]:
    """Everything that was sent for the case: what stands, and what corrections replaced. One statement."""
    return [current, *Correction.objects.filter(case_id=case_id).values_list("before_id", flat=True)]


def documents_of(case_id: UUID) -> tuple[DocumentInfo, ...]:
    """What was given out. One statement."""
    return tuple(_document(d) for d in IssuedDocument.objects.filter(case_id=case_id).order_by("issued_at"))


def case_by_id(case_id: UUID) -> CaseRecord:
    """A case for handlers and jobs, as far as the actor of the unit sees it.

    Raises:
        NotFound: none, or not to be seen.
    """
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise NotFound
    return _record(case, public_only=False)


def number_of_submission(submission_id: UUID) -> tuple[str, UUID] | None:
    """受付番号 and id of the case that a submission opened, if the actor may see it."""
    found: tuple[str, UUID] | None = (
        Case.objects.filter(submission_id=submission_id).values_list("number", "pk").first()
        or Case.objects.filter(corrections__before_id=submission_id).values_list("number", "pk").first()
    )
    return found


def number_of_submission_of_draft(draft_id: UUID) -> str | None:
    """受付番号 of the case that this draft opened, if the actor may see it. One statement."""
    return (
        Case.objects.filter(Q(submission__draft_id=draft_id) | Q(corrections__before__draft_id=draft_id))
        .values_list("number", flat=True)
        .first()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """A case in the applicant's own lists."""

    number: str
    title: LocalizedText
    status: Status
    received_at: datetime
    due_on: date
    correction_due_on: date | None

    @property
    def written_number(self) -> str:
        """受付番号 as people read it."""
        return format_number(self.number)

    @property
    def is_open(self) -> bool:
        """Is it still on its way?"""
        return self.status in OPEN


def cases_of_account(account_id: UUID, *, open_only: bool | None = None, limit: int = 50) -> tuple[CaseSummary, ...]:
    """The account's cases, newest first: open ones, closed ones, or (None) both. One statement."""
    found = Case.objects.filter(account_id=account_id).order_by("-received_at")
    if open_only is not None:
        found = found.filter(status__in=OPEN) if open_only else found.exclude(status__in=OPEN)
    return tuple(
        CaseSummary(
            number=c.number, title=c.title, status=Status(c.status), received_at=c.received_at, due_on=c.due_on,
            correction_due_on=c.correction_due_on,
        )
        for c in found[:limit]
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDocument:
    """A document in the applicant's list of documents."""

    id: UUID
    title: LocalizedText
    number: str
    issued_at: datetime

    @property
    def written_number(self) -> str:
        """受付番号 as people read it."""
        return format_number(self.number)


def documents_of_account(account_id: UUID, *, limit: int = 100) -> tuple[OwnDocument, ...]:
    """Documents given to the account, newest first. One statement."""
    found = IssuedDocument.objects.filter(case__account_id=account_id).order_by("-issued_at")
    rows = found.values_list("pk", "title", "case__number", "issued_at")[:limit]
    return tuple(OwnDocument(id=pk, title=title, number=n, issued_at=at) for pk, title, n, at in rows)


def open_case_of(*, procedure: str, once_key: str) -> Case | None:
    """The case that takes the one place of this person in this procedure, if there is one."""
    return (
        Case.objects.filter(procedure=procedure, once_key=once_key)
        .exclude(status__in=("refused", "withdrawn", "expired"))
        .first()
    )
