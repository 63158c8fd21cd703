"""Sending an application, and sending what was put right."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from jichi.engines.accounts import guests
from jichi.engines.audit.context import Actor, joining
from jichi.engines.cases import actions as cases
from jichi.engines.cases import queries as case_queries
from jichi.engines.cases.rules import follow_up_key
from jichi.engines.forms import actions as forms
from jichi.engines.forms.rules import FormDefinition, run_checks, uniqueness_key
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.business_days import add_open_days
from jichi.kernel.errors import NotFound


def submit_application(
    *,
    actor: Actor,
    draft_id: UUID,
    declared: Collection[str] = (),
    language: str = "ja",
    applicant_no: str = "",
    expected_revision: int | None = None,
) -> cases.Opened:
    """Send a draft as an application: one act, one transaction, once however often it is pressed.

    Args:
        declared: ids of the declarations agreed to.
        applicant_no: 宛名番号 linked with the actor's login.
        expected_revision: of the check page that was shown.

    Raises:
        as `forms.actions.prepare_seal`; Conflict "case.already_open" when the person has one already.
    """
    with joining(actor):
        ready = forms.prepare_seal(
            actor=actor, draft_id=draft_id, declared=declared, language=language, applicant_no=applicant_no,
            expected_revision=expected_revision,
        )  # fmt: skip
        if ready.sealed is not None:
            return _already(ready.sealed)
        definition = ready.draft.definition
        today = clock.today()
        tell_where_to_write(actor=actor, ready=ready)
        name, kana = _whom(ready.named, definition, ready.answers)
        checks = [
            {"id": c.id, "title": dict(c.title), "outcome": c.outcome, "reason": dict(c.reason)}
            for c in run_checks(definition, ready.answers, ready.facts, today)
        ]
        opened = cases.open_case(
            actor=actor,
            new=cases.NewCase(
                draft_id=draft_id, revision=ready.draft.revision, answers=ready.answers,
                content_hash=ready.content_hash, language=language, procedure=ready.draft.slug,
                title=definition.title, keywords=" ".join(w for words in definition.keywords.values() for w in words),
                applicant_no=applicant_no, name=name, kana=kana,
                due_on=add_open_days(today, definition.processing_days),
                once_key=uniqueness_key(definition, ready.draft.subject_no, today) or "", checks=checks,
            ),
        )  # fmt: skip
        if opened.fresh:
            if definition.fee_schedule is not None:
                cases.charge_case(actor=actor, case_id=opened.case_id)
            if ready.draft.follows:
                key = follow_up_key(ready.draft.follows, ready.draft.slug)
                inbox.close_items(actor=actor, subject_key=key, kinds=("todo", "check"))
        return opened


def tell_where_to_write(*, actor: Actor, ready: forms.Sealable) -> None:
    """Without a login news go to the first mail address of the form; without one, where the applicant asked for."""
    if actor.level != "none":
        return
    fields = ready.draft.definition.fields.items()
    typed = [str(ready.answers[name]) for name, field in fields if field.kind == "email" and ready.answers.get(name)]
    if typed:
        guests.watch(actor=actor, account_id=ready.draft.account_id, email=typed[0])


def _already(submission_id: UUID) -> cases.Opened:
    found = case_queries.number_of_submission(submission_id)
    if found is None:
        raise NotFound
    return cases.Opened(number=found[0], case_id=found[1], fresh=False)


def _whom(known: tuple[str, str], definition: FormDefinition, answers: Mapping[str, Any]) -> tuple[str, str]:
    """Name and reading for lists: from the register, or from the first such answers of those it doesn't know."""
    if known[0]:
        return known
    typed = dict.fromkeys(("name", "kana"), "")
    for name, field in definition.fields.items():
        if field.kind in typed and not typed[field.kind]:
            typed[field.kind] = str(answers.get(name) or "")
    return typed["name"] or "(氏名の入力なし)", typed["kana"]
