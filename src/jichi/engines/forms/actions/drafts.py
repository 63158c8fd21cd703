"""Writing a draft: save page by page, attach files, go on with a newer form, throw away."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models import Max, ProtectedError

from jichi.engines.audit.context import Actor, joining, unit
from jichi.engines.files import actions as files
from jichi.engines.files.actions import Upload
from jichi.engines.files.errors import FileRefused
from jichi.engines.files.queries import get_files
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound

from ..errors import StaleDraft
from ..models import Draft, DraftFile
from ..queries import DraftView, draft, draft_views, facts_for, procedure
from ..rules import (
    Change,
    Facts,
    Field,
    FormDefinition,
    carry_over,
    changed_since,
    next_page,
    settle,
    validate_page,
)
from .meanwhile import forget_told
from .starting import expiry, require_open

FILE_PURPOSE: Final = "forms.attachment"


def hold_draft(*, actor: Actor, draft_id: UUID) -> DraftView:
    """The actor's draft, sent or not, locked until the surrounding unit ends: for a page about to change it.

    Raises:
        NotFound: none, or not the actor's.
    """
    with joining(actor):
        found = draft_views("d.id = %s FOR UPDATE OF d", draft_id)
    if not found:
        raise NotFound("draft.not_found")
    return found[0]


def locked_draft(draft_id: UUID, held: DraftView | None = None) -> DraftView:
    """The actor's draft, locked until the end of the transaction, still open.

    Args:
        held: the same draft as `hold_draft` gave it in this unit: it is not read again.

    Raises:
        NotFound: none, or not the actor's. Conflict: "draft.sent", "draft.expired".
    """
    if held is not None and held.id == draft_id:
        view = held
    else:
        found = draft_views("d.id = %s FOR UPDATE OF d", draft_id)
        if not found:
            raise NotFound("draft.not_found")
        view = found[0]
    if view.submitted_at is not None:
        raise Conflict("draft.sent")
    if view.expires_at <= clock.now():
        raise Conflict("draft.expired")
    return view


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """What became of one page: what was right is saved, `errors` are left to mend.

    `next_page`: where to go on (None: the check page); meaningful when there are no errors.
    """

    draft: DraftView
    errors: Mapping[str, FieldError]
    next_page: str | None
    replayed: bool = False


def save_page(
    *,
    actor: Actor,
    draft_id: UUID,
    page: str,
    raw: Mapping[str, Sequence[str]],
    expected_revision: int,
    applicant_no: str = "",
    uploads: Mapping[str, Sequence[Upload]] | None = None,
    leaving: bool = False,
    held: DraftView | None = None,
) -> SavedPage:
    """Save one page as entered. What is wrong is not saved; everything else is, files included.

    Args:
        page: id of the page.
        raw: posted values (`request.POST` as lists).
        expected_revision: revision of the draft the page was drawn from.
        uploads: field id → uploaded files.
        leaving: 保存して中断する: what is missing is no error.
        held: the draft as `hold_draft` gave it in this unit.

    Raises:
        NotFound: no such draft or page. Conflict: "draft.sent", "draft.expired", "draft.not_editable".
        StaleDraft: another window saved something else in between; nothing is changed.
    """
    # No savepoint: every refusal comes before the first write.
    with joining(actor):
        view = locked_draft(draft_id, held)
        if page not in {p.id for p in view.definition.pages}:
            raise NotFound("draft.no_page")
        facts = facts_for(view, applicant_no)
        if view.revision != expected_revision:
            return _replayed(view, page, raw, facts, has_uploads=any((uploads or {}).values()))
        answers, refused = _with_uploads(actor, view, page, uploads or {})
        result = validate_page(
            view.definition, page, raw, facts, clock.today(), answers=answers, only=view.only, leaving=leaving
        )
        own = {field.id for field in view.definition.page(page).fields}
        # Files stay although another field of the page is wrong.
        kept = {name: value for name, value in answers.items() if name not in own or _is_file(view.definition, name)}
        merged, upcoming = settle(view.definition, page, {**kept, **result.answers}, facts, clock.today())
        errors = {**result.errors, **refused}
        _drop_files(actor, view, merged)
        saved = _write(view, merged, page=page if errors or leaving else (upcoming or page))
        return SavedPage(draft=saved, errors=errors, next_page=upcoming)


def _is_file(definition: FormDefinition, name: str) -> bool:
    return definition.fields[name].kind == "file"


def _replayed(
    view: DraftView, page: str, raw: Mapping[str, Sequence[str]], facts: Facts, *, has_uploads: bool
) -> SavedPage:
    """The page was pressed twice (nothing differs), or another window was first."""
    today = clock.today()
    result = validate_page(view.definition, page, raw, facts, today, answers=view.answers, only=view.only)
    own = {field.id for field in view.definition.page(page).fields}
    theirs = {name: value for name, value in view.answers.items() if name in own}
    if result.ok and result.answers == theirs and not has_uploads:
        upcoming = next_page(view.definition, page, view.answers, facts, today)
        return SavedPage(draft=view, errors={}, next_page=upcoming, replayed=True)
    raise StaleDraft(revision=view.revision, mine=result.answers, theirs=theirs)


def _write(view: DraftView, answers: Mapping[str, Any], *, page: str) -> DraftView:
    now = clock.now()
    changed: dict[str, Any] = {
        "answers": dict(answers), "revision": view.revision + 1, "page": page, "updated_at": now,
        "expires_at": expiry() if view.corrects_id is None else view.expires_at,
    }  # fmt: skip
    # Not by the ORM: this is the statement behind every page that anybody saves.
    with connection.cursor() as cursor:
        cursor.execute(
            _SAVE, (json.dumps(changed["answers"]), changed["revision"], page, now, changed["expires_at"], view.id)
        )
    return replace(view, **changed)


_SAVE: Final = (
    "UPDATE eng_forms_draft SET answers = %s::jsonb, revision = %s, page = %s, updated_at = %s, expires_at = %s, "
    "reminded_days = 0 WHERE id = %s"
)


def _with_uploads(
    actor: Actor, view: DraftView, page: str, uploads: Mapping[str, Sequence[Upload]]
) -> tuple[dict[str, Any], dict[str, FieldError]]:
    """The answers with what was uploaded, and what was refused; those already stored stay."""
    answers, refused = dict(view.answers), {}
    for field in view.definition.page(page).fields:
        if field.kind != "file" or not view.may_change(field.id):
            continue
        for upload in uploads.get(field.id, ()):
            try:
                answers[field.id] = _attached(actor, view, field, upload, answers.get(field.id) or [])
            except FileRefused as error:
                refused[field.id] = FieldError(error.code, error.params)
            except Invalid as error:
                refused[field.id] = error.fields[field.id]
    return answers, refused


def _attached(
    actor: Actor, view: DraftView, field: Field, upload: Upload, there: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """The field's files with one more. The same content again stays one file; a single file is replaced."""
    stored = files.store_upload(actor=actor, upload=upload, purpose=FILE_PURPOSE, allow=tuple(field.accept))
    known = get_files([UUID(one["id"]) for one in there] + [stored.pk])
    if any(known[UUID(one["id"])].sha256 == known[stored.pk].sha256 for one in there):
        files.discard_file(actor=actor, file_id=stored.pk)
        return list(there)
    kept = list(there)
    if field.max_files == 1 and kept:
        _forget(actor, view, [UUID(one["id"]) for one in kept])
        kept = []
    if len(kept) >= field.max_files:
        files.discard_file(actor=actor, file_id=stored.pk)
        raise Invalid(fields={field.id: FieldError("file.too_many", {"max": field.max_files})})
    last = DraftFile.objects.filter(draft_id=view.id, field=field.id).aggregate(last=Max("position"))["last"] or 0
    DraftFile.objects.create(
        draft_id=view.id, field=field.id, file_id=stored.pk, position=last + 1, added_at=clock.now()
    )
    size = known[stored.pk].size
    return [*kept, {"id": str(stored.pk), "name": known[stored.pk].filename, "size": size}]


def _drop_files(actor: Actor, view: DraftView, answers: Mapping[str, Any]) -> None:
    """Forget files of questions that are hidden now."""
    gone = [
        UUID(one["id"])
        for name, value in view.answers.items()
        if name not in answers and _is_file(view.definition, name)
        for one in value or ()
    ]
    if gone:
        _forget(actor, view, gone)


def _forget(actor: Actor, view: DraftView, ids: Sequence[UUID]) -> None:
    DraftFile.objects.filter(draft_id=view.id, file_id__in=ids).delete()
    for file_id in ids:
        try:
            with unit(actor):
                files.discard_file(actor=actor, file_id=file_id)
        except (ProtectedError, IntegrityError):
            continue  # a submission still holds it


def _file_field(view: DraftView, field: str) -> Field:
    found = view.definition.fields.get(field)
    if found is None or found.kind != "file":
        raise NotFound("draft.no_page")
    if not view.may_change(field):
        raise Conflict("draft.not_editable")
    return found


def attach_file(*, actor: Actor, draft_id: UUID, field: str, upload: Upload) -> DraftView:
    """Add one file to a field of the draft.

    Raises:
        NotFound: no such draft or field. Conflict: "draft.sent", "draft.expired", "draft.not_editable".
        FileRefused: the file can't be taken. Invalid: too many files.
    """
    with unit(actor):
        view = locked_draft(draft_id)
        found = _file_field(view, field)
        there = view.answers.get(field) or []
        return _write(view, {**view.answers, field: _attached(actor, view, found, upload, there)}, page=view.page)


def remove_file(*, actor: Actor, draft_id: UUID, field: str, file_id: UUID) -> DraftView:
    """Take a file off a field of the draft; one that is not there is no error. Raises as `attach_file`."""
    with unit(actor):
        view = locked_draft(draft_id)
        _file_field(view, field)
        there = view.answers.get(field) or []
        left = [one for one in there if one["id"] != str(file_id)]
        if len(left) == len(there):
            return view
        _forget(actor, view, [file_id])
        answers = {name: value for name, value in view.answers.items() if name != field}
        return _write(view, {**answers, **({field: left} if left else {})}, page=view.page)


def discard_draft(*, actor: Actor, draft_id: UUID) -> None:
    """Delete a draft with its files.

    Raises:
        NotFound: no such draft. Conflict: "draft.sent".
    """
    with unit(actor):
        view = locked_draft(draft_id)
        _forget(actor, view, list(DraftFile.objects.filter(draft_id=view.id).values_list("file_id", flat=True)))
        Draft.objects.filter(pk=view.id).delete()
        forget_told(actor, view.id)


def upgrade_draft(*, actor: Actor, draft_id: UUID, applicant_no: str = "") -> tuple[DraftView, tuple[Change, ...]]:
    """Move a draft to the published version: unchanged answers are kept, the changes are told (変わったところ).

    Raises:
        NotFound: no such draft. Conflict: "draft.sent", "draft.expired", "forms.closed".
    """
    with unit(actor):
        view = locked_draft(draft_id)
        newest = procedure(view.slug)
        if newest.version_id == view.version_id or view.corrects_id is not None:
            return view, ()
        require_open(newest)
        facts = facts_for(view, applicant_no)
        changes = changed_since(view.definition, newest.definition, view.answers)
        answers = carry_over(view.definition, newest.definition, view.answers, facts, clock.today())
        _drop_files(actor, view, answers)
        Draft.objects.filter(pk=view.id).update(version_id=newest.version_id)
        forget_told(actor, view.id)
        _write(view, answers, page="")
        return draft(view.id), changes
