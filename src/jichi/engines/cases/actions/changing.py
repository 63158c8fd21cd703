"""What every change of a case does: lock it, check version and state, write the timeline, tell people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from jichi.engines.audit.context import Actor
from jichi.engines.messages import actions as messages
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, NotFound
from jichi.kernel.receipt_number import format_number

from .. import rules
from ..models import Case, CaseEvent
from ..rules import CLOSED, Status, Step
from ..texts import title_of


def locked_case(case_id: UUID) -> Case:
    """The case, locked until the unit of work ends.

    Raises:
        NotFound: none, or out of the actor's reach (row security).
    """
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise NotFound
    return case


def take_step(case: Case, step: Step, *, expected_version: int | None, now: datetime | None = None) -> None:
    """Move the case along `step`; the caller saves it through `save_case`.

    Raises:
        Conflict: "case.changed" with who and when, if the page showed an older version;
            "case.state" if the step is not possible from here.
    """
    if expected_version is not None:
        check_version(case, expected_version)
    target = rules.target_of(step, Status(case.status))
    if target is None:
        raise Conflict("case.state", number=case.number, status=case.status)
    case.status = target.value
    if target in CLOSED:
        case.closed_at = now or clock.now()


def check_version(case: Case, expected_version: int) -> None:
    """Nobody acts on what they have not seen.

    Raises:
        Conflict: "case.changed" with who and when.
    """
    if case.version == expected_version:
        return
    last = CaseEvent.objects.filter(case=case).order_by("-id").first()
    raise Conflict("case.changed", by=last.actor_name if last else "", at=last.at if last else None, number=case.number)


def save_case(case: Case, *fields: str) -> None:
    """Save the named fields and count the change."""
    case.version += 1
    case.save(update_fields=[*fields, "status", "closed_at", "version"])


def add_event(
    actor: Actor, case: Case, kind: str, *, public: bool = True, detail: Mapping[str, object] | None = None
) -> None:
    """Append a line to the timeline."""
    CaseEvent.objects.create(
        case=case, at=clock.now(), kind=kind, actor_kind=actor.kind, actor_id=actor.account_id, actor_name=actor.name,
        public=public, detail=dict(detail or {}),
    )  # fmt: skip


def tell_applicant(
    actor: Actor, case: Case, kind: str, *, key: str, todo: bool = False, yen: tuple[int, int] = (0, 0)
) -> None:
    """An entry in the applicant's inbox (exactly once per `key`) and a mail that says there is one.

    Args:
        yen: before and after, for the entry about a fee that changed; no mail names an amount.
    """
    if case.account_id is None:
        return
    messages.notify(
        actor=actor, account_id=case.account_id, kind="todo" if todo else "notice", template=f"case.{kind}",
        title=title_of(kind, case.title, yen=yen), url_path=item_path(case), subject_key=rules.subject_key(case.pk),
        about=case.number, due_on=case.correction_due_on if todo else None, dedupe_key=key, message_key=f"case.{key}",
        division_id=case.division_id, alert_url_path=staff_path(case),
    )  # fmt: skip


def person_behind(actor: Actor, case: Case) -> UUID:
    """The official who answers for a step: who took it, or for the platform itself the one in charge.

    Raises:
        Forbidden: nobody does.
    """
    person: UUID | None = actor.account_id or case.assignee_id
    if person is None:
        raise Forbidden
    return person


def item_path(case: Case) -> str:
    """The one address of the case for its applicant."""
    return f"/items/{format_number(case.number)}/"


def staff_path(case: Case) -> str:
    """The one address of the case for officials."""
    return f"/staff/cases/{format_number(case.number)}/"
