"""What programs send and get of cases."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from jichi.engines.api.operations import Field, FileIn, In, Out, Page

from . import actions
from .rules import Status


class CaseRowOut(Out):
    """A case in a list."""

    id: UUID
    number: str
    procedure: str
    title: str
    name: str
    kana: str
    status: Status
    assignee_id: UUID | None
    received_at: datetime
    due_on: date
    correction_due_on: date | None
    closed_at: datetime | None
    subject_no: str
    channel: str
    payment: str


class CasesOut(Out):
    """A page of cases; `next` continues."""

    items: list[CaseRowOut]
    next: str | None


class CasesIn(Page):
    """Filters of the list, as on the page."""

    q: str = Field("", max_length=80, description="受付番号・氏名・宛名番号 / number, name, addressee number")
    status: list[Status] = Field(default_factory=list, max_length=7)
    procedure: str = Field("", max_length=80)
    overdue: bool = False
    waiting: Literal["", "applicant", "payment", "second_person", "route"] = ""
    received_from: date | None = None
    received_to: date | None = None
    sort: Literal["due", "-due", "received", "-received"] = "due"


class CorrectionOut(Out):
    """What the applicant was asked to put right."""

    points: list[dict[str, Any]]
    asked_at: datetime
    due_on: date
    state: str
    ended_at: datetime | None


class DecisionOut(Out):
    """What was decided."""

    outcome: str
    reason: str
    rule: str
    document_number: str
    decided_at: datetime
    seal: str
    dispatch: str


class DocumentOut(Out):
    """A document that was given out."""

    id: UUID
    kind: str
    title: dict[str, str]
    issued_at: datetime
    valid_until: date | None
    revoked_at: datetime | None


class FileOut(Out):
    """A file of the application."""

    id: UUID
    filename: str
    media_type: str
    size: int
    state: str


class CaseOut(Out):
    """A case with what was sent. Places of protected persons are hidden, for every key."""

    id: UUID
    number: str
    version: int
    procedure: str
    title: dict[str, str]
    status: Status
    stage: str
    payment: str
    name: str
    kana: str
    subject_no: str
    applicant_no: str
    assignee_id: UUID | None
    received_at: datetime
    due_on: date
    correction_due_on: date | None
    closed_at: datetime | None
    channel: str
    language: str
    receipt_number: str
    answers: dict[str, Any]
    checks: list[dict[str, Any]]
    files: list[FileOut]
    corrections: list[CorrectionOut]
    decision: DecisionOut | None
    documents: list[DocumentOut]
    hides_places: bool


class EventOut(Out):
    """A line of the timeline."""

    at: datetime
    kind: str
    actor_kind: str
    actor_name: str
    detail: dict[str, Any]


class EventsOut(Out):
    """The timeline, oldest last."""

    items: list[EventOut]


class StateOut(Out):
    """How a case stands after a step."""

    number: str
    status: Status
    stage: str
    version: int


class PointIn(In):
    """One thing to put right: the question, and the sentence above it."""

    field: str = Field(min_length=1, max_length=64)
    sentence: str = Field(min_length=1, max_length=actions.MAX_SENTENCE)


class CorrectionIn(In):
    """What to put right, and until when."""

    points: list[PointIn] = Field(min_length=1, max_length=60)
    due_on: date


class DecisionIn(In):
    """What to decide; where the procedure names a route this proposes it."""

    outcome: Literal["approved", "refused"]
    reason_code: str = Field("", max_length=64)
    reason: str = Field("", max_length=actions.MAX_REASON, description="不承認には必ず要る / required to refuse")
    question: str = Field("", max_length=4000)
    seal: Literal["sealed", "omitted"] = "omitted"
    dispatch: Literal["", "electronic", "post", "counter"] = ""
    dispatch_because: str = Field("", max_length=500)
    granted_yen: int | None = Field(None, ge=1, description="減額して決めるときの交付決定額 / less than was asked for")


class ChosenIn(In):
    """A case to decide with others, as it was read."""

    number: str = Field(min_length=1, max_length=20)
    version: int = Field(ge=1, le=999_999_999, description="読んだときの version / the version that was read")


class DecisionsIn(In):
    """Which cases to decide alike, and how. `preview`: nothing is decided."""

    cases: list[ChosenIn] = Field(min_length=1, max_length=actions.AT_ONCE)
    outcome: Literal["approved", "refused"]
    reason_code: str = Field("", max_length=64)
    reason: str = Field("", max_length=actions.MAX_REASON)
    seal: Literal["sealed", "omitted"] = "omitted"
    dispatch: Literal["", "electronic", "post", "counter"] = ""
    preview: bool = False


class DecidedOut(Out):
    """What became of one case: decided, possible (of a preview), or left with the code and the sentence of why."""

    number: str
    state: Literal["decided", "possible", "left"]
    code: str
    detail: str
    detail_en: str
    status: str
    version: int | None


class DecisionsOut(Out):
    """One result for each case that was named, in their order."""

    items: list[DecidedOut]


class UploadedOut(Out):
    """A file that waits for the application that will name it by `id`; gone after `kept_until`."""

    id: UUID
    filename: str
    media_type: str
    size: int
    sha256: str
    state: str
    kept_until: date


class SentFileIn(In):
    """A file of `POST /files`, by its id."""

    file_id: UUID


class AttachedOut(Out):
    """A file that came with a message."""

    id: UUID
    filename: str


class MessageOut(Out):
    """A message between applicant and office."""

    side: str
    text: str
    language: str
    at: datetime
    read_at: datetime | None
    files: list[AttachedOut]


class MessagesOut(Out):
    """The thread, oldest first."""

    items: list[MessageOut]


class MessageIn(In):
    """A message to the applicant."""

    text: str = Field(min_length=1, max_length=actions.MAX_MESSAGE)
    files: list[FileIn] = Field(default_factory=list, max_length=actions.MAX_FILES)


class MadeOut(Out):
    """What was made."""

    id: UUID


class ApplicationIn(In):
    """An application that came in another way, or through a partner's own desk."""

    procedure: str = Field(min_length=1, max_length=80)
    channel: Literal["paper", "counter", "phone"]
    received_on: date
    applicant_no: str = Field("", max_length=20, description="宛名番号。登録のない人は空 / empty for somebody unknown")
    subject_no: str = Field("", max_length=20, description="対象の人。空なら申請した人 / empty: the applicant")
    answers: dict[str, Any] = Field(default_factory=dict, description="GET /procedures/{slug}/answers-schema の形")
    files: dict[str, list[FileIn | SentFileIn]] = Field(default_factory=dict, max_length=20)
    scan: FileIn | SentFileIn | None = None


class OpenedOut(Out):
    """The case that was opened."""

    number: str
    written_number: str
    case_id: UUID
    fresh: bool
