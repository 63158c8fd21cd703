"""An application that a program enters whole: every page of the form in order, then the case, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from jichi.engines.api.operations import FileIn, uploads_of
from jichi.engines.audit.context import Actor, unit
from jichi.engines.files import actions as files
from jichi.engines.files.actions import Upload
from jichi.engines.files.errors import FileRefused
from jichi.engines.files.queries import FileInfo, get_file, open_content
from jichi.engines.forms.register import register_facts
from jichi.engines.forms.rules import Field, FormDefinition, raw_of, visible_pages
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Forbidden, Invalid, NotFound

from . import actions, permissions
from .actions.entering import entered_draft
from .api_shapes import SentFileIn

WAITING: Final = "cases.sent_ahead"
"""Purpose of files that wait for their application."""
KEPT: Final = timedelta(days=3)


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


def keep_for_later(*, actor: Actor, upload: Upload) -> tuple[FileInfo, date]:
    """Keep a file for an application that comes later, for a few days; answers it and its last day.

    Raises:
        Forbidden: without the right to enter applications. FileRefused: as `files.store_upload`.
    """
    if not actor.may(permissions.ENTER) or actor.account_id is None:
        raise Forbidden("forbidden", permission=permissions.ENTER)
    last = clock.today() + KEPT
    with unit(actor):
        stored = files.store_upload(actor=actor, upload=upload, purpose=WAITING, allow=("pdf", "image"))
        files.keep_file_until(actor=actor, file_id=stored.pk, day=last)
        return get_file(stored.pk), last


def uploads_named(actor: Actor, given: Sequence[FileIn | SentFileIn], field: str) -> list[Upload]:
    """The files of a call: those that came with it, and those kept before by this very client.

    Raises:
        Invalid: no such file of this client, or one the scanner has not passed; content that is no base64.
    """
    found: list[Upload] = []
    for place, one in enumerate(given):
        if isinstance(one, FileIn):
            found += uploads_of([one], field)
            continue
        name = f"{field}.{place}.file_id"
        try:
            info = get_file(one.file_id)
        except NotFound as error:
            raise Invalid(fields={name: FieldError("file.not_found")}) from error
        if info.created_by != actor.account_id or info.purpose != WAITING:
            raise Invalid(fields={name: FieldError("file.not_found")})
        try:
            with open_content(info) as content:
                found.append(SimpleUploadedFile(info.filename, content.read()))
        except FileRefused as error:
            raise Invalid(fields={name: FieldError(error.code, error.params)}) from error
    return found


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
