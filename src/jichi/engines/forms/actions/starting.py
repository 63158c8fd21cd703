"""Beginning a draft: for whom, as what, known how surely."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, NotFound

from ..errors import NotEligible
from ..models import Draft, FormVersion
from ..queries import DraftView, ProcedureInfo, draft, open_draft, procedure, subjects_for
from ..rules import ENTERED, Candidate, EligibilityResult, FormDefinition, OpenState, reaches

KEPT_DAYS: Final = 30
"""Days from the last change until a draft is deleted (journeys J2)."""

_UNJUDGED: Final = EligibilityResult("unknown")


def expiry() -> Any:
    """The moment a draft touched now is deleted."""
    return clock.now() + timedelta(days=KEPT_DAYS)


def require_open(found: ProcedureInfo) -> None:
    """Raise Conflict "forms.not_open_yet" or "forms.closed" unless the procedure can be sent now."""
    require_state(found.open_state())


def require_state(state: OpenState) -> None:
    """The same of what is known already."""
    if state.state == "before":
        raise Conflict("forms.not_open_yet", opens_at=state.opens_at)
    if state.state == "closed":
        raise Conflict("forms.closed", last_day=state.last_day)


def require_level(actor: Actor, definition: FormDefinition) -> None:
    """Raise Conflict "forms.identify" unless the session knows the resident as surely as the procedure asks.

    Whoever is signed in has proved an e-mail address at least; officials and the platform act under their own rules.
    """
    known = actor.level or ("email" if actor.account_id else "none")
    if actor.kind == "resident" and not reaches(known, definition.identification):
        raise Conflict("forms.identify", level=definition.identification)


def start_draft(
    *,
    actor: Actor,
    slug: str,
    applicant_no: str = "",
    subject_no: str = "",
    language: str = "ja",
    applies_as: str = "",
    follows: str = "",
) -> DraftView:
    """A draft of the procedure; the one already open for this person is answered again.

    Args:
        applicant_no: 宛名番号 linked with the actor's login ("" if none).
        subject_no: 宛名番号 (団体番号) of who it is about; "" means oneself.
        applies_as: as what; "" takes what fits the subject. "paper" and "telephone" are for officials of the division.
        follows: 受付番号 of the earlier application it follows; that it may, the caller has checked.

    Raises:
        NotFound: no such procedure, or the subject is nobody the actor may apply for (logged).
        Forbidden: an official of another division enters something, or a resident something on paper.
        Conflict: "forms.not_open_yet", "forms.closed", "forms.identify"; NotEligible with reasons.
    """
    if actor.account_id is None:
        raise NotFound("draft.not_found")
    with unit(actor):
        found = procedure(slug)
        entered = applies_as in ENTERED
        if entered:
            _require_official(actor, found)
        else:
            require_level(actor, found.definition)
            if found.definition.subject.kind in {"self", "household_member"}:
                subject_no = subject_no or applicant_no
        before = open_draft(account_id=actor.account_id, slug=slug, subject_no=subject_no, follows=follows)
        if before is not None and (not applies_as or before.applies_as == applies_as):
            return before
        if entered:
            as_ = Candidate(None, _UNJUDGED, "paper" if applies_as == "paper" else "telephone", subject_no)
            return _create(actor.account_id, found, as_, language, follows)
        require_open(found)
        as_, refusal = _chosen(found, actor, applicant_no, subject_no, applies_as)
        if refusal is None:
            return _create(actor.account_id, found, as_, language, follows)
        if isinstance(refusal, NotFound):
            audit.record(actor=actor, action="denied", table="eng_forms_draft", object_id=slug, subject=subject_no[:40])
    raise refusal  # outside the unit: what was tried stays in the trail


def _require_official(actor: Actor, found: ProcedureInfo) -> None:
    """Paper and telephone are entered by the division in charge; whether the official may, the caller knows."""
    if actor.kind == "system":
        return
    if actor.kind != "staff" or found.division_id not in actor.divisions:
        raise Forbidden


def _chosen(
    found: ProcedureInfo, actor: Actor, applicant_no: str, subject_no: str, applies_as: str
) -> tuple[Candidate, NotFound | NotEligible | None]:
    """As what the actor applies for that person, and why not."""
    if not subject_no and found.definition.identification == "none":
        return Candidate(None, _UNJUDGED), None
    known = subjects_for(found.slug, applicant_no, actor.account_id)
    fits = [c for c in known if c.number == subject_no and applies_as in {"", c.kind}]
    if not fits:
        return Candidate(None, _UNJUDGED), NotFound("forms.not_your_household")
    return fits[0], None if fits[0].result.may_apply else NotEligible(fits[0].result)


def _create(account_id: UUID, found: ProcedureInfo, as_: Candidate, language: str, follows: str) -> DraftView:
    now = clock.now()
    name = as_.name if as_.record is None else ""
    same = {"account_id": account_id, "subject_no": as_.number, "follows": follows}
    Draft.objects.filter(
        **same, procedure__slug=found.slug, submitted_at=None, corrects=None, expires_at__lte=now
    ).delete()
    try:
        with transaction.atomic():
            made = Draft.objects.create(
                **same, procedure_id=_procedure_id(found), version_id=found.version_id, language=language,
                applies_as=as_.kind, representation=as_.representation, principal_name=name, created_at=now,
                updated_at=now, expires_at=expiry(),
            )  # fmt: skip
    except IntegrityError:
        # The other of two presses was first, or there is one begun as something else; that draft is the one.
        there = open_draft(account_id=account_id, slug=found.slug, subject_no=as_.number, follows=follows)
        if there is None:
            raise
        return there
    return draft(made.pk)


def _procedure_id(found: ProcedureInfo) -> int:
    return FormVersion.objects.values_list("procedure_id", flat=True).get(pk=found.version_id)
