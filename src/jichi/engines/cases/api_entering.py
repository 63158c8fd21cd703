"""An application that a program enters whole: every page of the form in order, then the case, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.engines.files.actions import Upload
from jichi.engines.forms.register import register_facts
from jichi.engines.forms.rules import Field, FormDefinition, raw_of, visible_pages
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Invalid

from . import actions
from .actions.entering import entered_draft


def enter_whole(
    *, actor: Actor, slug: str, entry: actions.Entry, subject_no: str, answers: Mapping[str, Any],
    uploads: Mapping[str, Sequence[Upload]], scan: Upload | None,
) -> actions.Opened:  # fmt: skip
    """Enter an application in one go.

    Args:
        answers: question → answer in the form in which it is stored (docs/procedures.md).
        uploads: question → files.

    Raises:
        Invalid: `fields` names questions that are wrong, missing, unknown or not asked of this person.
        as `actions.begin_entry`, `actions.save_entry`, `actions.finish_entry`.
    """
    with unit(actor):
        draft_id = actions.begin_entry(actor=actor, slug=slug, entry=entry, subject_no=subject_no)
        asked = _saved(actor, draft_id, entry, answers, uploads)
        unasked = {name: FieldError("api.value", {"what": "not asked"}) for name in {*answers, *uploads} - asked}
        if unasked:
            raise Invalid(fields=unasked)
        return actions.finish_entry(actor=actor, draft_id=draft_id, entry=entry, scan=scan)


def _saved(
    actor: Actor, draft_id: UUID, entry: actions.Entry, answers: Mapping[str, Any],
    uploads: Mapping[str, Sequence[Upload]],
) -> set[str]:  # fmt: skip
    """Save page after page as answers make them appear; answers the questions that were asked."""
    platform, done, asked = actions.entering(actor=actor), set[str](), set[str]()
    wrong: dict[str, FieldError] = {}
    while True:
        with unit(platform):
            draft = entered_draft(actor, draft_id)
            facts = register_facts(applicant_no=entry.applicant_no, subject_no=draft.subject_no, today=clock.today())
            pages = visible_pages(draft.definition, draft.answers, facts, clock.today())
        page = next((one for one in pages if one.id not in done), None)
        if page is None:
            break
        done.add(page.id)
        raw = _raw(draft.definition, answers, [field.id for field in page.page.fields])
        saved = actions.save_entry(
            actor=actor, draft_id=draft_id, page=page.id, raw=raw, expected_revision=draft.revision,
            applicant_no=entry.applicant_no,
            uploads={name: files for name, files in uploads.items() if name in {f.id for f in page.page.fields}},
        )  # fmt: skip
        wrong.update(saved.errors)
        asked.update(field.id for field in page.page.fields)
    if wrong:
        raise Invalid(fields=wrong)
    return asked


def _raw(definition: FormDefinition, answers: Mapping[str, Any], names: Sequence[str]) -> dict[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {}
    for name in names:
        if name in answers:
            found.update(_posted(definition.fields[name], answers[name]))
    return found


def _posted(field: Field, answer: Any) -> Mapping[str, Sequence[str]]:
    """The answer as a browser would post it.

    Raises:
        Invalid: of another shape than this kind of question takes.
    """
    try:
        return raw_of(field, answer)
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid(fields={field.id: FieldError("api.value", {"what": field.kind})}) from error
