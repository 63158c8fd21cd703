"""Sending: everything is read anew with the facts of now, then sealed exactly once."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection

from jichi.engines.audit.context import Actor, joining, unit
from jichi.engines.registry.rules import ResidentRecord
from jichi.kernel import clock
from jichi.kernel.business_days import next_open_day
from jichi.kernel.errors import Conflict, FieldError, NotFound

from ..errors import Incomplete, NotEligible, StaleDraft, refusal_of
from ..models import Submission
from ..proofs import require_proofs
from ..queries import DraftView, draft, facts_for, procedure
from ..register import RegisterFacts
from ..rules import (
    ENTERED,
    Facts,
    FormDefinition,
    eligibility,
    first_unanswered,
    is_answered,
    open_state,
    prune,
    sha256_of,
    validate_all,
    visible_pages,
)
from ..rules.values import required_error
from ..standing import still_stands
from .starting import require_level, require_state


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealable:
    """All that SQL `forms_seal(draft, revision, answers, hash, language, now)` and a case need.

    `sealed`: the submission this draft became already; then nothing else needs doing.
    `person`: whom it is about, as the register has them now. `answers` hold the declarations under "_declared".
    """

    draft: DraftView
    answers: Mapping[str, Any]
    content_hash: str
    language: str
    facts: Facts
    person: ResidentRecord | None
    sealed: UUID | None

    @property
    def named(self) -> tuple[str, str]:
        """Name and reading of whom it is about, for lists; ("", "") where only the answers may say."""
        body = self.facts.get("organisation.name") if self.draft.definition.subject.kind == "organisation" else None
        if body:
            return str(body), str(self.facts.get("organisation.kana") or "")
        if self.person is not None:
            return self.person.display_name, self.person.display_kana
        return self.draft.principal_name, ""

    @property
    def seal_arguments(self) -> tuple[UUID, int, str, str, str, Any]:
        """The arguments of `forms_seal`, in order."""
        answers = json.dumps(self.answers, ensure_ascii=False)
        return self.draft.id, self.draft.revision, answers, self.content_hash, self.language, clock.now()


def prepare_seal(
    *, actor: Actor, draft_id: UUID, declared: Collection[str] = (), language: str = "ja", applicant_no: str = "",
    expected_revision: int | None = None, corrects: UUID | None = None,
) -> Sealable:  # fmt: skip
    """Read all answers anew, against the register of now, and make them ready for `forms_seal`. Changes nothing.

    Args:
        declared: ids of the declarations that were agreed to on the check page.
        language: in which the person applies.
        applicant_no: 宛名番号 linked with the actor's login.
        expected_revision: of the check page that was shown; None: whatever is saved now.
        corrects: the submission that the draft must correct; None: it must be an application of its own.

    Raises:
        NotFound: no such draft, or one for something else. StaleDraft: the check page showed an older revision.
        Conflict: "draft.expired", "draft.newer_form", "forms.not_open_yet", "forms.closed", "forms.not_eligible",
            "forms.identify".
        Unconfirmed, Unsigned: a second person has not confirmed, or the applicant not signed, just this content.
        Incomplete: answers or declarations ("declaration.<id>") are missing or wrong; `page` to go back to.
    """
    with joining(actor):
        view = draft(draft_id)
        if view.corrects_id != corrects:
            raise NotFound
        facts = facts_for(view, applicant_no)
        if view.submitted_at is not None:
            sealed = Submission.objects.values_list("pk", flat=True).get(draft_id=draft_id)
            return Sealable(
                draft=view, answers={}, content_hash="", language=language, facts=facts, person=None, sealed=sealed
            )
        if expected_revision is not None and expected_revision != view.revision:
            raise StaleDraft(revision=view.revision, mine={}, theirs=view.answers)
        _require_sendable(actor, view, facts, applicant_no)
        answers, errors = _answers(view, facts)
        required = {} if view.corrects_id else {d.id for d in view.definition.declarations}
        missing = {f"declaration.{one}": FieldError("field.consent") for one in sorted(set(required) - set(declared))}
        # A question that a newer form added, or changed, has to be seen even where it may stay empty.
        unseen = first_unanswered(view.definition, view.answers, facts, clock.today()) if not errors else None
        if errors or missing or unseen:
            raise Incomplete(fields={**errors, **missing}, page=unseen or _first_page(view.definition, errors))
        if required:
            answers["_declared"] = sorted(set(declared) & set(required))
        content_hash = sha256_of(_content(view, answers))
        if view.corrects_id is None and view.applies_as not in ENTERED:
            require_proofs(view, content_hash)
        return Sealable(
            draft=view, answers=answers, content_hash=content_hash, language=language, facts=facts,
            person=facts.record("subject" if view.subject_no else "applicant"), sealed=None,
        )  # fmt: skip


def _content(view: DraftView, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What is sealed, signed and confirmed: the form, for whom, and every answer."""
    content = {
        "procedure": view.slug, "version": view.definition.version, "subject": view.subject_no, "answers": answers,
    }  # fmt: skip
    return {**content, **({"follows": view.follows} if view.follows else {})}


def _require_sendable(actor: Actor, view: DraftView, facts: Facts, applicant_no: str) -> None:
    if view.expires_at <= clock.now():
        raise Conflict("draft.expired")
    if view.corrects_id is not None:
        return
    if view.applies_as in ENTERED:  # it came in on another day: the window is that day's
        return
    require_open_version(view)
    require_level(actor, view.definition)
    if not _is_theirs(view, facts, applicant_no):
        raise Conflict("forms.not_eligible")  # moved out, no longer linked, or the mandate or the office ended
    if view.definition.eligibility.rules:
        result = eligibility(view.definition, facts, clock.today())
        if not result.may_apply:
            raise NotEligible(result)


def _is_theirs(view: DraftView, facts: Facts, applicant_no: str) -> bool:
    """May the applicant still apply for them? Row security shows one's own household only: who left is not there."""
    if not view.subject_no or view.definition.identification == "none":
        return True
    if view.applies_as in {"self", "household", "parent"}:
        return isinstance(facts, RegisterFacts) and facts.record("subject") is not None
    return still_stands(
        view.definition, applies_as=view.applies_as, subject_no=view.subject_no, applicant_no=applicant_no,
        account_id=view.account_id, today=clock.today(),
    )  # fmt: skip


def require_open_version(view: DraftView) -> None:
    """Its form is the published one and open now."""
    if not view.version_published:
        newest = procedure(view.slug)
        raise Conflict("draft.newer_form" if newest.published else "forms.closed")
    require_state(open_state(view.definition, clock.now(), next_open_day))


def _answers(view: DraftView, facts: Facts) -> tuple[dict[str, Any], dict[str, FieldError]]:
    today = clock.today()
    if view.corrects_id is None:
        return validate_all(view.definition, view.answers, facts, today)
    return _corrected(view, facts)


def _corrected(view: DraftView, facts: Facts) -> tuple[dict[str, Any], dict[str, FieldError]]:
    """A correction: what was not asked for stays word for word; what was is read anew."""
    today = clock.today()
    answers = prune(view.definition, view.answers, facts, today)
    errors: dict[str, FieldError] = {}
    for page in visible_pages(view.definition, answers, facts, today):
        for field in page.fields:
            if not is_answered(field, answers) and field.required:
                errors[field.id] = required_error(field)
    return answers, errors


def _first_page(definition: FormDefinition, errors: Collection[str]) -> str:
    for page in definition.pages:
        if any(field.id in errors for field in page.fields):
            return page.id
    return ""


def seal_submission(
    *, actor: Actor, draft_id: UUID, declared: Collection[str] = (), language: str = "ja", applicant_no: str = "",
    expected_revision: int | None = None, corrects: UUID | None = None,
) -> UUID:  # fmt: skip
    """Send a draft: its submission's id. Sent already, the same id again.

    For procedures whose case is opened in the same database call, use `prepare_seal` and call SQL
    `forms_seal` inside the higher function; errors then come back through `errors.refusal_of`.
    Raises as `prepare_seal`.
    """
    with unit(actor):
        ready = prepare_seal(
            actor=actor, draft_id=draft_id, declared=declared, language=language, applicant_no=applicant_no,
            expected_revision=expected_revision, corrects=corrects,
        )  # fmt: skip
        if ready.sealed is not None:
            return ready.sealed
        try:
            with unit(actor), connection.cursor() as cursor:
                cursor.execute("SELECT forms_seal(%s, %s, %s::jsonb, %s, %s, %s)", ready.seal_arguments)
                sealed: UUID = cursor.fetchone()[0]
        except DatabaseError as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            raise refusal from error
        return sealed
