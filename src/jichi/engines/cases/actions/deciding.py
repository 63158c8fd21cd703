"""決定: approve or refuse, with number, reason and remedies; and the documents that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Literal
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, unit
from jichi.engines.forms import queries as forms
from jichi.engines.forms.rules import FormDefinition
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid
from jichi.kernel.localized import LocalizedText

from .. import permissions, rules
from ..delivering import way_proposed
from ..events import CaseDecided
from ..models import Case, Decision, IssuedDocument, Proposal
from ..routing import route_named
from ..rules import DISPATCH_WAYS, SEALS, Draft, Step
from .afterwards import granted_yen, keep_follow_ups
from .changing import add_event, locked_case, person_behind, save_case, staff_path, take_step, tell_applicant
from .numbering import issue_number
from .paying import cancel_charges

MAX_REASON = 2000


def decide_case(
    *,
    actor: Actor,
    case_id: UUID,
    outcome: Literal["approved", "refused"],
    reason_code: str = "",
    reason: str = "",
    seal: str = "omitted",
    dispatch: str = "",
    dispatch_because: str = "",
    granted: int | None = None,
    expected_version: int,
) -> Decision:
    """Decide the case as it now stands; number, notice, mail and documents come in the same transaction.

    Args:
        reason_code: id of a reason of the definition; gives the rule it follows from.
        reason: the reason as the person will read it; required for a refusal (行政手続法8条).
        seal, dispatch: 公印 or 公印省略, and 施行; words of `rules.SEALS` and `rules.DISPATCH_WAYS`. 施行 "": as the
            application says.
        dispatch_because: required for another way than the application says.
        granted: yen, where less is granted than was asked for (減額決定); the reason is required then.

    Raises:
        Invalid: a refusal or a smaller grant without reason, an unknown reason, a reason too long, another way
            without reason, an amount that is none or more than was asked for.
        Forbidden: one's own application.
        Conflict: "case.needs_route" where the procedure names a route (`propose_decision`); "case.unpaid",
            "case.second_person"; as for every step.
        NotFound: as for every step.
    """
    draft = Draft(
        outcome=outcome, reason_code=reason_code, reason=reason, seal=seal, dispatch=dispatch,
        dispatch_because=dispatch_because, granted_yen=granted,
    )  # fmt: skip
    with unit(actor):
        case = locked_case(case_id)
        permissions.require_staff(actor, case, permissions.DECIDE)
        draft = checked_way(case, draft)
        decision = record_decision(actor, case, draft, expected_version=expected_version)
        tell_decision(actor, case, decision)
        return decision


def record_decision(actor: Actor, case: Case, draft: Draft, *, expected_version: int | None) -> Decision:
    """The decision itself: checked, numbered, on the timeline. `tell_decision` sends the news of it.

    Decided with many others it goes the way its own application says, where nobody said why another.

    Raises: as `decide_case`.
    """
    permissions.require_staff(actor, case, permissions.DECIDE)
    refuse_own(actor, case)
    definition = forms.definition_of(case.form_version_id)
    draft = checked_amount(case, definition, checked_draft(definition, draft))
    proposed = way_proposed(case.submission_id, case.account_id, draft.outcome)
    if not draft.dispatch or (proposed.departs(draft.dispatch) and not draft.dispatch_because):
        draft = replace(draft, dispatch=proposed.way)
    if case.stage == "on_route" or route_named(definition):
        raise Conflict("case.needs_route", number=case.number)
    return write_decision(actor, case, draft, expected_version=expected_version, definition=definition)


def write_decision(
    actor: Actor, case: Case, draft: Draft, *, expected_version: int | None, decided_by: UUID | None = None,
    decided_for: UUID | None = None, proposal: Proposal | None = None, definition: FormDefinition | None = None,
) -> Decision:  # fmt: skip
    """Number and keep what was decided; the case is locked and the right to decide has been looked at.

    Args:
        decided_by, decided_for: who decided on the route, and in whose place (代決); None: the actor, for themselves.
    """
    definition = definition or forms.definition_of(case.form_version_id)
    require_complete(case, draft.outcome)
    step = Step.APPROVE if draft.outcome == "approved" else Step.REFUSE
    take_step(case, step, expected_version=expected_version)
    _, number = issue_number(actor, kind="document", division_id=case.division_id, case=case)
    sent = forms.submission(case.submission_id)
    decision = Decision.objects.create(
        case=case, outcome=draft.outcome, reason_code=draft.reason_code, reason=draft.reason,
        rule=rule_of(definition, draft), appeal=dict(definition.decision.review_notice.text),
        content_hash=sent.content_hash, document_number=number,
        seal=draft.seal, dispatch=draft.dispatch, dispatch_because=draft.dispatch_because, proposal=proposal,
        decided_for_id=decided_for,
        decided_by_id=decided_by or person_behind(actor, case), decided_at=clock.now(),
        granted_yen=_granted(definition, sent.answers, draft),
    )  # fmt: skip
    if draft.outcome == "approved":
        keep_follow_ups(case, definition, decided_on=clock.today())
    case.stage = ""
    save_case(case, "stage")
    if draft.outcome == "refused":
        cancel_charges(actor, case, reason="refused")
    add_event(actor, case, draft.outcome, detail=_detail(decision))
    inbox.close_items(actor=actor, subject_key=rules.subject_key(case.pk))
    return decision


def _granted(definition: FormDefinition, answers: Mapping[str, object], draft: Draft) -> int | None:
    if draft.outcome != "approved":
        return None
    return granted_yen(definition, answers) if draft.granted_yen is None else draft.granted_yen


def _detail(decision: Decision) -> dict[str, object]:
    found: dict[str, object] = {"document_number": decision.document_number}
    if decision.proposal_id is not None:
        found["by"] = str(decision.decided_by_id)
    if decision.decided_for_id is not None:
        found["for"] = str(decision.decided_for_id)
    return found


def tell_decision(actor: Actor, case: Case, decision: Decision) -> None:
    """The news of a decision: notice and mail, and the documents that rooms above make of it. Bears repeating."""
    tell_applicant(actor, case, decision.outcome, key=f"decided:{case.pk}")
    if case.account_id is None or decision.dispatch == "post":
        # Nobody reads it here: it leaves as paper, and stays somebody's work until it has.
        inbox.put_item(
            actor=actor, division_id=case.division_id, kind="check", title=case.title, url_path=staff_path(case),
            subject_key=rules.subject_key(case.pk), about=case.number, permission=permissions.VIEW,
            dedupe_key=f"to-post:{case.pk}", assignee_id=case.assignee_id,
        )  # fmt: skip
    announce(CaseDecided(case_id=case.pk, procedure=case.procedure, outcome=decision.outcome))


def require_complete(case: Case, outcome: str) -> None:
    """Nothing is granted while money or the second person is missing; refused it may be.

    Raises:
        Conflict: "case.unpaid", "case.second_person".
    """
    if outcome != "approved":
        return
    if case.payment == "due":
        raise Conflict("case.unpaid", number=case.number)
    if case.second_person == "waiting":
        raise Conflict("case.second_person", number=case.number)


def refuse_own(actor: Actor, case: Case) -> None:
    """Nobody decides about themselves: an official whose own 宛名番号 the case names.

    Raises:
        Forbidden: "case.own".
    """
    if actor.account_id is None:
        return
    own = accounts.linked_person(actor.account_id)
    if own and own in {case.subject_no, case.applicant_no}:
        raise Forbidden("case.own")


def rule_of(definition: FormDefinition, draft: Draft) -> str:
    """根拠 of the chosen reason, "" without one."""
    chosen = definition.decision.accept if draft.outcome == "approved" else definition.decision.refuse
    return next((r.rule["ja"] for r in chosen.reasons if r.id == draft.reason_code), "")


def checked_draft(definition: FormDefinition, draft: Draft) -> Draft:
    """The draft as it is kept: ends trimmed.

    Raises:
        Invalid: a refusal without reason, an unknown reason or word, a reason too long.
    """
    chosen = definition.decision.accept if draft.outcome == "approved" else definition.decision.refuse
    if draft.reason_code and draft.reason_code not in {r.id for r in chosen.reasons}:
        raise Invalid(fields={"reason_code": FieldError("field.choose_one")})
    if (draft.outcome == "refused" or chosen.reason_required) and not draft.reason.strip():
        raise Invalid(fields={"reason": FieldError("decision.reason_required")})
    for name in ("reason", "question", "dispatch_because"):
        length = len(getattr(draft, name))
        if length > MAX_REASON:
            raise Invalid(fields={name: FieldError("field.too_long", {"limit": MAX_REASON, "length": length})})
    if draft.seal not in SEALS or draft.dispatch not in {"", *DISPATCH_WAYS}:
        raise Invalid(fields={"dispatch": FieldError("field.choose_one")})
    return replace(
        draft, reason=draft.reason.strip(), question=draft.question.strip(),
        dispatch_because=draft.dispatch_because.strip(),
    )  # fmt: skip


def checked_amount(case: Case, definition: FormDefinition, draft: Draft) -> Draft:
    """The draft with 交付決定額 only where it is another than was asked for.

    Raises:
        Invalid: nothing, or more than was asked for; less without a reason (行政手続法8条: the rest is refused).
    """
    if draft.granted_yen is None:
        return draft
    asked = granted_yen(definition, forms.submission(case.submission_id).answers)
    if draft.outcome != "approved" or asked is None or draft.granted_yen == asked:
        return replace(draft, granted_yen=None)
    if not 0 < draft.granted_yen < asked:
        raise Invalid(fields={"granted": FieldError("decision.granted_range", {"asked": f"{asked:,}"})})
    if not draft.reason:
        raise Invalid(fields={"reason": FieldError("decision.less_needs_reason")})
    return draft


def checked_way(case: Case, draft: Draft) -> Draft:
    """The draft with its way: the one that the application says, or another with the reason for it.

    Raises:
        Invalid: another way without a reason.
    """
    proposed = way_proposed(case.submission_id, case.account_id, draft.outcome)
    if not draft.dispatch:
        return replace(draft, dispatch=proposed.way, dispatch_because="")
    if not proposed.departs(draft.dispatch):
        return replace(draft, dispatch_because="")
    if not draft.dispatch_because.strip():
        raise Invalid(fields={"dispatch_because": FieldError("dispatch.other_way")})
    return draft


def attach_document(
    *,
    actor: Actor,
    case_id: UUID,
    kind: str,
    title: LocalizedText,
    file_id: UUID,
    verification_code: str,
    facts: Mapping[str, object],
    valid_until: date | None,
) -> IssuedDocument:
    """交付: give a document out; it stands on the case's page and can be checked by anybody with its code.

    Args:
        kind: one document of each kind per case.
        facts: what the public check may show: no more than the paper itself says.
    """
    if actor.kind not in {"system", "staff"}:
        raise Forbidden
    with unit(actor):
        case = locked_case(case_id)
        document, fresh = IssuedDocument.objects.get_or_create(
            case=case, kind=kind,
            defaults={
                "title": dict(title), "file_id": file_id, "verification_code": verification_code, "facts": dict(facts),
                "issued_at": clock.now(), "valid_until": valid_until,
            },
        )  # fmt: skip
        if fresh:
            add_event(actor, case, "document_issued", detail={"kind": kind, "title": dict(title)})
        return document
