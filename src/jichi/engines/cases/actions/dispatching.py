"""発送: a paper left the house, or came back. One notice for each that left."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from .. import permissions, rules
from ..delivering import way_proposed
from ..models import Case, Decision, Dispatch, IssuedDocument
from ..rules import DECIDED, POST_WAYS, Proposed
from .changing import add_event, locked_case, person_behind, staff_path, tell_applicant

MAX_BECAUSE: Final = 200
_TRACKING: Final = re.compile(r"[0-9A-Z]{8,20}")


def record_dispatch(
    *, actor: Actor, case_id: UUID, way: str, sent_on: date, dedupe_key: str, tracking_number: str = "",
    document_id: UUID | None = None, because: str = "",
) -> UUID:  # fmt: skip
    """A paper of a decided case went out: by post, registered, or over the counter. Answers the dispatch's id.

    Args:
        way: of `rules.POST_WAYS`.
        tracking_number: 追跡番号 with or without hyphens and blanks; required for registered.
        document_id: which document; None: the notice of the decision.
        dedupe_key: of the page; pressed twice one is kept.
        because: required for another way than the decision says; the applicant chose that one.

    Raises:
        Invalid: an unknown way, a future day, a tracking number that can't be one, another way without reason.
        Conflict: "case.state" before the decision. NotFound, Forbidden: as for every step.
    """
    tracking = re.sub(r"[\s-]", "", tracking_number).upper()
    wrong: dict[str, FieldError] = {}
    if way not in POST_WAYS:
        wrong["way"] = FieldError("field.choose_one")
    if sent_on > clock.today():
        wrong["sent_on"] = FieldError("field.past_date")
    if (way == "registered" and not tracking) or (tracking and not _TRACKING.fullmatch(tracking)):
        wrong["tracking_number"] = FieldError("dispatch.tracking")
    if len(because) > MAX_BECAUSE:
        wrong["because"] = FieldError("field.too_long", {"limit": MAX_BECAUSE, "length": len(because)})
    if wrong:
        raise Invalid(fields=wrong)
    with unit(actor):
        case = locked_case(case_id)
        permissions.require_staff(actor, case, permissions.HANDLE)
        key = f"{case.pk}:{dedupe_key}"
        before = Dispatch.objects.filter(dedupe_key=key).first()
        if before is not None:
            return UUID(str(before.pk))
        if case.status not in DECIDED:
            raise Conflict("case.state", number=case.number, status=case.status)
        if document_id is not None and not IssuedDocument.objects.filter(pk=document_id, case=case).exists():
            raise NotFound
        other_way = _decided_way(case).paper_departs(way)
        if other_way and not because.strip():
            raise Invalid(fields={"because": FieldError("dispatch.other_way")})
        made = Dispatch.objects.create(
            case=case, document_id=document_id, way=way, tracking_number=tracking, sent_on=sent_on,
            because=because.strip() if other_way else "",
            by_id=person_behind(actor, case), at=clock.now(), dedupe_key=key,
        )  # fmt: skip
        inbox.close_items(
            actor=actor, subject_key=rules.subject_key(case.pk), kinds=("check",), division_id=case.division_id
        )
        add_event(actor, case, "dispatched", detail={"way": way, "tracking_number": tracking})
        tell_applicant(actor, case, "dispatched", key=f"dispatched:{made.pk}")
        return UUID(str(made.pk))


def _decided_way(case: Case) -> Proposed:
    """As it was decided, where the application says how; another way then needs a reason."""
    decision = Decision.objects.get(case=case)
    proposed = way_proposed(case.submission_id, case.account_id, decision.outcome)
    return replace(proposed, way=decision.dispatch)


def record_return(*, actor: Actor, case_id: UUID, dispatch_id: UUID, returned_on: date, because: str) -> None:
    """返戻: the paper came back. The official in charge gets it as work; a second press changes nothing.

    Raises:
        Invalid: no reason, a future day, or one before it was sent.
        NotFound: no such dispatch of this case.
    """
    if not because.strip():
        raise Invalid(fields={"because": FieldError("field.required")})
    if len(because) > MAX_BECAUSE:
        raise Invalid(fields={"because": FieldError("field.too_long", {"limit": MAX_BECAUSE, "length": len(because)})})
    with unit(actor):
        case = locked_case(case_id)
        permissions.require_staff(actor, case, permissions.HANDLE)
        sent = Dispatch.objects.select_for_update().filter(pk=dispatch_id, case=case).first()
        if sent is None:
            raise NotFound
        if sent.returned_on is not None:
            return
        if returned_on > clock.today():
            raise Invalid(fields={"returned_on": FieldError("field.past_date")})
        if returned_on < sent.sent_on:
            raise Invalid(fields={"returned_on": FieldError("dispatch.before_sending")})
        sent.returned_on, sent.returned_because = returned_on, because.strip()
        sent.save(update_fields=["returned_on", "returned_because"])
        add_event(actor, case, "returned", detail={"because": because.strip()})
        inbox.put_item(
            actor=actor, division_id=case.division_id, kind="check", title=case.title, url_path=staff_path(case),
            subject_key=rules.subject_key(case.pk), about=case.number, permission=permissions.VIEW,
            dedupe_key=f"returned:{sent.pk}", assignee_id=case.assignee_id,
        )  # fmt: skip
