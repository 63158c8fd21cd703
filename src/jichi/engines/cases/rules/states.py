"""The case as a state machine, and its clock. Pure: no Django, no clock but the one handed in.

States are those of the one status model that residents and officials share (two views of it):
a resident sees `received`, `reviewing`, `correction`, `approved`, `refused`, `withdrawn`, `expired`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from jichi.kernel.receipt_number import new_number


class Status(StrEnum):
    """状態."""

    RECEIVED = "received"
    REVIEWING = "reviewing"
    CORRECTION = "correction"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


OPEN: Final = frozenset({Status.RECEIVED, Status.REVIEWING, Status.CORRECTION})
DECIDED: Final = frozenset({Status.APPROVED, Status.REFUSED})
CLOSED: Final = DECIDED | {Status.WITHDRAWN, Status.EXPIRED}
FREES_ITS_PLACE: Final = frozenset({Status.REFUSED, Status.WITHDRAWN, Status.EXPIRED})
"""After these the same person may apply for the same thing again."""


CHANNELS: Final = ("web", "paper", "phone", "counter")
"""How an application came in; all but the first were entered by an official."""
STAGES: Final = ("", "on_route", "sent_back")
PAYMENTS: Final = ("none", "due", "paid", "refunding", "refunded")
LINK_KINDS: Final = ("related", "duplicate", "follow_up")


class Step(StrEnum):
    """What can be done to a case."""

    TAKE = "take"
    RELEASE = "release"
    REQUEST_CORRECTION = "request_correction"
    ANSWER_CORRECTION = "answer_correction"
    CANCEL_CORRECTION = "cancel_correction"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True)
class Transition:
    """From which states a step leads where; `by` is the side that may take it."""

    sources: frozenset[Status]
    target: Status
    by: str


TRANSITIONS: Final[dict[Step, Transition]] = {
    Step.TAKE: Transition(frozenset({Status.RECEIVED, Status.REVIEWING}), Status.REVIEWING, "staff"),
    Step.RELEASE: Transition(frozenset({Status.REVIEWING}), Status.RECEIVED, "staff"),
    Step.REQUEST_CORRECTION: Transition(frozenset({Status.REVIEWING}), Status.CORRECTION, "staff"),
    Step.ANSWER_CORRECTION: Transition(frozenset({Status.CORRECTION}), Status.REVIEWING, "resident"),
    Step.CANCEL_CORRECTION: Transition(frozenset({Status.CORRECTION}), Status.REVIEWING, "staff"),
    Step.APPROVE: Transition(frozenset({Status.REVIEWING}), Status.APPROVED, "staff"),
    Step.REFUSE: Transition(frozenset({Status.REVIEWING}), Status.REFUSED, "staff"),
    Step.WITHDRAW: Transition(OPEN, Status.WITHDRAWN, "resident"),
    Step.EXPIRE: Transition(frozenset({Status.CORRECTION}), Status.EXPIRED, "staff"),
}


def target_of(step: Step, status: Status) -> Status | None:
    """Where the step leads from this state; None when it is not possible."""
    transition = TRANSITIONS[step]
    return transition.target if status in transition.sources else None


def possible_steps(status: Status, side: str) -> tuple[Step, ...]:
    """The steps that this side ("staff" or "resident") can take now, in the order of the table."""
    return tuple(s for s, t in TRANSITIONS.items() if t.by == side and status in t.sources)


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch during which the review clock stood still: a correction was with the applicant."""

    start: date
    end: date


def paused_open_days(pauses: Iterable[Pause], closed: frozenset[date]) -> int:
    """Opening days that fell into the pauses (the day of asking counts, the day of the answer does not).

    Args:
        pauses: stretches that do not overlap.
        closed: days on which the office is shut, covering the pauses.
    """
    total = 0
    for pause in pauses:
        for ordinal in range(pause.start.toordinal(), pause.end.toordinal()):
            total += date.fromordinal(ordinal) not in closed
    return total


SUBJECT: Final = "eng_cases:case:"


def subject_key(case_id: object) -> str:
    """The opaque name under which inbox, messages, payments and routes know a case."""
    return f"{SUBJECT}{case_id}"


def case_of_subject(subject: str) -> UUID | None:
    """The case behind such a name; None for the subjects of other rooms."""
    try:
        return UUID(subject.removeprefix(SUBJECT)) if subject.startswith(SUBJECT) else None
    except ValueError:
        return None


def follow_up_key(number: str, procedure: str) -> str:
    """What inbox items about something due after a case are about."""
    return f"eng_cases:follow-up:{number}:{procedure}"


def waits_for(status: Status, *, payment: str, second_person: str, stage: str) -> str:
    """On whose turn an open case is: "applicant", "second_person", "payment", "route" or "" (the official's own).

    Closed cases wait for nobody: "".
    """
    if status not in OPEN:
        return ""
    if status is Status.CORRECTION:
        return "applicant"
    if second_person == "waiting":
        return "second_person"
    if payment == "due":
        return "payment"
    return "route" if stage == "on_route" else ""


def clock_stands(status: Status, *, payment: str, second_person: str) -> bool:
    """Does the standard processing time (標準処理期間) stand still: the application is not complete without others?"""
    return waits_for(status, payment=payment, second_person=second_person, stage="") != ""


def new_verification_code(random_bytes: bytes) -> str:
    """検証コード of a document: 16 characters, too many to guess, easy to type from paper.

    Each half carries a check character, so that most typing errors are seen at once.

    Args:
        random_bytes: at least 20, from a secure source.
    """
    return new_number(random_bytes[:10]) + new_number(random_bytes[10:])
