"""決定: approve or refuse, with number, reason and remedies; and the documents that follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal
from uuid import UUID

from django.db import connection

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, unit
from jichi.engines.forms import queries as forms
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.calendar import fiscal_year, to_era
from jichi.kernel.errors import FieldError, Forbidden, Invalid
from jichi.kernel.localized import LocalizedText

from .. import permissions, rules
from ..events import CaseDecided
from ..models import Case, Decision, IssuedDocument
from ..rules import Step
from .changing import add_event, locked_case, person_behind, save_case, take_step, tell_applicant

MAX_REASON = 2000


def decide_case(
    *,
    actor: Actor,
    case_id: UUID,
    outcome: Literal["approved", "refused"],
    reason_code: str = "",
    reason: str = "",
    expected_version: int,
) -> Decision:
    """Decide the case as it now stands; number, notice, mail and documents come in the same transaction.

    Args:
        reason_code: id of a reason of the definition; gives the rule it follows from.
        reason: the reason as the person will read it; required for a refusal (行政手続法8条).

    Raises:
        Invalid: a refusal without reason, an unknown reason, a reason too long.
        Forbidden: one's own application.
        NotFound, Conflict: as for every step.
    """
    with unit(actor):
        case = locked_case(case_id)
        permissions.require_staff(actor, case, permissions.DECIDE)
        _refuse_own(actor, case)
        definition = forms.definition_of(case.form_version_id)
        chosen = definition.decision.accept if outcome == "approved" else definition.decision.refuse
        template = next((r for r in chosen.reasons if r.id == reason_code), None)
        _check_reason(outcome, reason, reason_code, known=template is not None, required=chosen.reason_required)
        take_step(case, Step.APPROVE if outcome == "approved" else Step.REFUSE, expected_version=expected_version)
        decision = Decision.objects.create(
            case=case, outcome=outcome, reason_code=reason_code, reason=reason.strip(),
            rule=template.rule["ja"] if template else "", appeal=dict(definition.decision.review_notice.text),
            content_hash=forms.submission(case.submission_id).content_hash, document_number=_document_number(case),
            decided_by_id=person_behind(actor, case), decided_at=clock.now(),
        )  # fmt: skip
        save_case(case)
        add_event(actor, case, outcome, detail={"document_number": decision.document_number})
        inbox.close_items(actor=actor, subject_key=rules.subject_key(case.pk))
        tell_applicant(actor, case, outcome, key=f"decided:{case.pk}")
        announce(CaseDecided(case_id=case.pk, procedure=case.procedure, outcome=outcome))
        return decision


def _refuse_own(actor: Actor, case: Case) -> None:
    """Nobody decides about themselves: an official whose own 宛名番号 the case names."""
    if actor.account_id is None:
        return
    own = accounts.linked_person(actor.account_id)
    if own and own in {case.subject_no, case.applicant_no}:
        raise Forbidden("case.own")


def _check_reason(outcome: str, reason: str, reason_code: str, *, known: bool, required: bool) -> None:
    if reason_code and not known:
        raise Invalid(fields={"reason_code": FieldError("field.choose_one")})
    if (outcome == "refused" or required) and not reason.strip():
        raise Invalid(fields={"reason": FieldError("decision.reason_required")})
    if len(reason) > MAX_REASON:
        raise Invalid(fields={"reason": FieldError("field.too_long", {"limit": MAX_REASON, "length": len(reason)})})


def _document_number(case: Case) -> str:
    """The next number of the division in this fiscal year, such as 8みど子第123号; never a gap."""
    today = clock.today()
    year = fiscal_year(today)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_next_number(%s, %s)", (case.division_id, year))
        serial = cursor.fetchone()[0]
    division = accounts.divisions([case.division_id])[0]
    return f"{to_era(date(year, 4, 1)).year}{division.document_prefix}第{serial}号"


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
