"""補正: asking the applicant to put something right, and taking what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries as form_queries
from jichi.engines.forms.register import register_facts
from jichi.engines.forms.rules import FormDefinition, run_checks
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.business_days import add_open_days, count_open_days
from jichi.kernel.errors import Conflict, FieldError, Invalid

from .. import permissions, rules
from ..models import Case, Correction
from ..rules import Step
from .changing import add_event, locked_case, person_behind, save_case, staff_path, take_step, tell_applicant
from .charging import change_fee
from .paying import cancel_charges
from .proposing import content_of_proposal_changed, end_proposal
from .standing import require_standing

MAX_SENTENCE = 500


def request_correction(
    *, actor: Actor, case_id: UUID, points: Sequence[Mapping[str, str]], due_on: date, expected_version: int
) -> Correction:
    """補正を依頼する. The applicant sees each sentence above its question; the review clock stops.

    Args:
        points: [{"field": field id, "sentence": what to put right}], at least one, each field once. A sentence
            that is one of the definition's own goes out in the applicant's language.
        due_on: last day for the answer, in the future.

    Raises:
        Invalid: no point, an unknown or repeated field, an empty or too long sentence, a past date.
        NotFound, Forbidden, Conflict: as for every step.
    """
    with unit(actor):
        case = locked_case(case_id)
        permissions.require_staff(actor, case, permissions.HANDLE)
        definition = form_queries.definition_of(case.form_version_id)
        _check_points(points, set(definition.fields))
        if due_on <= clock.today():
            raise Invalid(fields={"due_on": FieldError("field.future_date")})
        take_step(case, Step.REQUEST_CORRECTION, expected_version=expected_version)
        correction = Correction.objects.create(
            case=case, points=[_point(p, definition) for p in points],
            asked_at=clock.now(), asked_by_id=person_behind(actor, case), due_on=due_on, before_id=case.submission_id,
        )  # fmt: skip
        case.correction_due_on = due_on
        save_case(case, "correction_due_on")
        add_event(
            actor, case, "correction_requested", detail={"points": correction.points, "due_on": due_on.isoformat()}
        )
        tell_applicant(actor, case, "correction", key=f"correction:{correction.pk}", todo=True)
        return correction


def _point(point: Mapping[str, str], definition: FormDefinition) -> dict[str, object]:
    field, sentence = point["field"], point["sentence"].strip()
    ready = next((c for c in definition.corrections if c.field == field and c.text["ja"] == sentence), None)
    return {"field": field, "sentence": sentence, **({"texts": dict(ready.text)} if ready else {})}


def _check_points(points: Sequence[Mapping[str, str]], known: set[str]) -> None:
    errors: dict[str, FieldError] = {}
    seen: set[str] = set()
    if not points:
        errors["points"] = FieldError("correction.no_point")
    for point in points:
        name, sentence = point["field"], point["sentence"].strip()
        if name not in known or name in seen:
            errors["points"] = FieldError("correction.unknown_field")
        elif not sentence:
            errors[f"sentence-{name}"] = FieldError("field.required")
        elif len(sentence) > MAX_SENTENCE:
            errors[f"sentence-{name}"] = FieldError("field.too_long", {"limit": MAX_SENTENCE, "length": len(sentence)})
        seen.add(name)
    if errors:
        raise Invalid(fields=errors)


def end_correction(correction: Correction, state: str, *, after_id: UUID | None = None) -> None:
    correction.state = state
    correction.ended_at = clock.now()
    correction.after_id = after_id
    correction.save(update_fields=["state", "ended_at", "after"])


def _move_due(case: Case, correction: Correction) -> None:
    """The clock stood still from the day of asking to the day of the answer: the promised day moves as far.

    Days for which it stood for the money, too, count once: they are counted here, and for the money from today.
    """
    since, today = correction.asked_at.astimezone(clock.TOKYO).date(), clock.today()
    if case.payment_since is not None:
        since, case.payment_since = min(since, case.payment_since), today
    case.due_on = add_open_days(case.due_on, count_open_days(since, today))
    case.correction_due_on = None


def answer_correction(
    *, actor: Actor, case_id: UUID, draft_id: UUID, revision: int, language: str, applicant_no: str
) -> Case:
    """The applicant sends what was put right; a second press finds it already received.

    Args:
        draft_id: the draft that corrects the case's submission (`forms.actions.start_correction`).
        applicant_no: 宛名番号 linked with the actor's login.

    Raises:
        NotFound: not this applicant's, or the draft corrects something else.
        Conflict: "case.state" when no correction is open any more; "draft.changed" from another tab.
        Invalid: an answer is not acceptable.
    """
    with unit(actor):
        case = locked_case(case_id)
        permissions.require_applicant(actor, case)
        require_standing(actor, case)
        correction = Correction.objects.select_for_update().filter(case=case, state="open").first()
        if correction is None:
            if Correction.objects.filter(case=case, state="answered", after__draft_id=draft_id).exists():
                return case
            raise Conflict("case.state", number=case.number, status=case.status)
        sealed = forms.seal_submission(
            actor=actor, draft_id=draft_id, expected_revision=revision, language=language, applicant_no=applicant_no,
            corrects=correction.before_id,
        )  # fmt: skip
        take_step(case, Step.ANSWER_CORRECTION, expected_version=None)
        end_correction(correction, "answered", after_id=sealed)
        case.submission_id = sealed
        case.checks = _checked_again(case)
        _move_due(case, correction)
        save_case(case, "submission", "due_on", "correction_due_on", "checks", "payment_since")
        content_of_proposal_changed(actor, case)
        add_event(actor, case, "correction_received", detail={"fields": [p["field"] for p in correction.points]})
        key = rules.subject_key(case.pk)
        inbox.close_items(actor=actor, subject_key=key, kinds=("todo",))
        inbox.put_item(
            actor=actor, division_id=case.division_id, kind="correction_arrived", title=case.title,
            url_path=staff_path(case), subject_key=key, about=case.number, due_on=case.due_on,
            permission=permissions.VIEW, dedupe_key=f"correction-arrived:{correction.pk}", assignee_id=case.assignee_id,
        )  # fmt: skip
        tell_applicant(actor, case, "correction_received", key=f"correction-received:{correction.pk}")
        change_fee(actor, case.pk)
        case.refresh_from_db()
        return case


def _checked_again(case: Case) -> list[dict[str, object]]:
    """The officials' checks over what came back: those of the first application say nothing of it."""
    sent = form_queries.submission(case.submission_id)
    today = clock.today()
    facts = register_facts(
        applicant_no=case.applicant_no, subject_no=case.subject_no, today=today, principal_name=sent.principal_name,
        follows=sent.follows,
    )  # fmt: skip
    return [
        {"id": c.id, "title": dict(c.title), "outcome": c.outcome, "reason": dict(c.reason)}
        for c in run_checks(sent.definition, sent.answers, facts, today)
    ]


def cancel_correction(*, actor: Actor, case_id: UUID, expected_version: int) -> None:
    """補正依頼を取り消す: the official no longer needs it; the review goes on."""
    with unit(actor):
        case = locked_case(case_id)
        permissions.require_staff(actor, case, permissions.HANDLE)
        take_step(case, Step.CANCEL_CORRECTION, expected_version=expected_version)
        correction = Correction.objects.select_for_update().get(case=case, state="open")
        end_correction(correction, "cancelled")
        _move_due(case, correction)
        save_case(case, "due_on", "correction_due_on", "payment_since")
        add_event(actor, case, "correction_cancelled")
        inbox.close_items(actor=actor, subject_key=rules.subject_key(case.pk), kinds=("todo",))


def expire_case(*, actor: Actor, case_id: UUID, expected_version: int) -> None:
    """失効: the date for the correction has passed and the official ends the case. Never happens by itself.

    Raises:
        Conflict: "correction.not_late" while the applicant still has time.
    """
    with unit(actor):
        case = locked_case(case_id)
        permissions.require_staff(actor, case, permissions.DECIDE)
        if case.correction_due_on is None or clock.today() <= case.correction_due_on:
            raise Conflict("correction.not_late", number=case.number)
        take_step(case, Step.EXPIRE, expected_version=expected_version)
        end_correction(Correction.objects.select_for_update().get(case=case, state="open"), "expired")
        end_proposal(actor, case, state="ended", because="expired")
        cancel_charges(actor, case, reason="expired")
        save_case(case)
        add_event(actor, case, "expired")
        inbox.close_items(actor=actor, subject_key=rules.subject_key(case.pk))
        tell_applicant(actor, case, "expired", key=f"expired:{case.pk}")
