"""As what somebody may apply, and for whom: the household, mandates and guardianships, offices in organisations."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.registry import queries as registry

from .register import RegisterFacts
from .rules import (
    REPRESENTATIVES,
    Candidate,
    FormDefinition,
    candidates,
    eligibility,
)
from .rules.terms import ApplicantKind


def applicants_for(
    definition: FormDefinition, *, applicant_no: str, account_id: UUID | None, today: date
) -> tuple[Candidate, ...]:
    """Everybody and every organisation this login may apply for, with what the register says about it.

    Statements: up to three for the household, one for mandates, three and one for each organisation.
    """
    found: list[Candidate] = []
    person = definition.subject.kind != "organisation"
    applicant = registry.resident(applicant_no) if applicant_no and person else None
    if applicant is not None:
        several = definition.subject.kind != "self"
        household = registry.household_of(applicant_no) if several else ()
        found += candidates(definition, applicant, household, today)
    if account_id is None:
        return tuple(found)
    found += _represented(definition, applicant_no, account_id, today)
    if not person and "officer" in definition.applicant_kinds:
        found += _offices(definition, applicant_no, account_id, today)
    return tuple(found)


def _represented(definition: FormDefinition, applicant_no: str, account_id: UUID, today: date) -> list[Candidate]:
    """Those who gave a mandate for this procedure, or whose guardian this is; on the day."""
    kinds: dict[str, ApplicantKind] = {kind: kind for kind in definition.applicant_kinds}
    wanted = kinds.keys() & {*REPRESENTATIVES, "officer"}
    if not wanted:
        return []
    found = []
    for one in accounts.representations(account_id, today):
        if one.kind not in wanted or not one.covers(definition.id):
            continue
        facts = RegisterFacts(
            applicant_no=applicant_no, subject_no=one.principal_no, today=today, principal_name=one.principal_name
        )
        found.append(
            Candidate(
                None,
                eligibility(definition, facts, today),
                kinds[one.kind],
                one.principal_no,
                one.principal_name,
                one.id,
            )
        )
    return found


def _offices(definition: FormDefinition, applicant_no: str, account_id: UUID, today: date) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for post in registry.organisations_of(account_id, today):
        wanted = definition.subject.organisations
        if post.org_no in found or (wanted and post.kind not in wanted):
            continue
        facts = RegisterFacts(applicant_no=applicant_no, subject_no=post.org_no, today=today)
        result = eligibility(definition, facts, today)
        found[post.org_no] = Candidate(None, result, "officer", post.org_no, post.name, None, post.post)
    return list(found.values())


def still_stands(
    definition: FormDefinition, *, applies_as: str, subject_no: str, applicant_no: str, account_id: UUID, today: date
) -> bool:
    """May this login still apply for them, today? The household, the mandate or the office may have ended."""
    known = applicants_for(definition, applicant_no=applicant_no, account_id=account_id, today=today)
    return any(one.number == subject_no and one.kind == applies_as for one in known)
