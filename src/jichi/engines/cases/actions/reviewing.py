"""Taking a case into one's hands and giving it back."""

from __future__ import annotations

from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel.errors import Conflict

from .. import permissions, rules
from ..models import Case
from ..rules import Status, Step
from .changing import add_event, locked_case, save_case, take_step
from .numbering import issue_number


def take_case(*, actor: Actor, case_id: UUID, expected_version: int) -> None:
    """審査を始める: the official becomes the one in charge (担当); from a colleague too, which the timeline shows.

    Raises:
        NotFound, Forbidden: out of reach.
        Conflict: somebody was faster, or the case is closed.
    """
    with unit(actor):
        case = locked_case(case_id)
        permissions.require_staff(actor, case, permissions.HANDLE)
        before = case.assignee_id
        if before is not None and before == actor.account_id and case.status == Status.REVIEWING:
            return  # pressed twice: it is in these hands already
        take_step(case, Step.TAKE, expected_version=expected_version)
        take_in_hand(actor, case)
        inbox.assign_items(actor=actor, subject_key=rules.subject_key(case.pk), assignee_id=actor.account_id)


def take_in_hand(actor: Actor, case: Case) -> None:
    """The official becomes the one in charge; what nobody has taken in yet gets its 収受番号. The step was taken."""
    before, fields = case.assignee_id, ["assignee"]
    case.assignee_id = actor.account_id
    if not case.receipt_number:
        _, case.receipt_number = issue_number(actor, kind="receipt", division_id=case.division_id, case=case)
        fields.append("receipt_number")
    save_case(case, *fields)
    add_event(actor, case, "taken", detail={"from": str(before)} if before else {})


def release_case(*, actor: Actor, case_id: UUID, expected_version: int) -> None:
    """担当を外れる: back to the division's pile; undoes `take_case`."""
    with unit(actor):
        case = locked_case(case_id)
        permissions.require_staff(actor, case, permissions.HANDLE)
        if case.stage == "on_route":
            raise Conflict("case.on_route", number=case.number)
        take_step(case, Step.RELEASE, expected_version=expected_version)
        case.assignee_id = None
        save_case(case, "assignee")
        add_event(actor, case, "released", public=False)
        inbox.assign_items(actor=actor, subject_key=rules.subject_key(case.pk), assignee_id=None)
