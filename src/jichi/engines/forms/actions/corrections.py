"""Correcting what was sent: a draft that starts from a submission and lets only what was asked for change."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Invalid, NotFound

from ..models import Draft, DraftFile, FormVersion
from ..queries import DraftView, draft, draft_views, submission
from .drafts import discard_draft


def start_correction(*, actor: Actor, submission_id: UUID, fields: Collection[str], until: datetime) -> DraftView:
    """The draft in which the applicant corrects a submission; the one already open for these is answered again.

    Whether a correction was asked for, and of which fields, is the caller's to know (cases).
    Sealing it makes a new submission with `corrects` set; the old one stays.

    Args:
        fields: ids of questions that may change (and those that appear because of them).
        until: moment after which the draft is gone.

    Raises:
        NotFound: no such submission of the actor. Invalid: a field that the form doesn't have.
    """
    with unit(actor):
        sent = submission(submission_id)
        if sent.account_id != actor.account_id:
            raise NotFound("forms.no_submission")
        unknown = set(fields) - set(sent.definition.fields)
        if unknown or not fields:
            raise Invalid("forms.unknown_field", names=", ".join(sorted(unknown)))
        there = draft_views("d.corrects_id = %s AND d.submitted_at IS NULL", submission_id)
        if there and there[0].editable == frozenset(fields):
            Draft.objects.filter(pk=there[0].id).update(expires_at=until)
            return draft(there[0].id)
        if there:  # begun for an earlier request about other questions: what it changed is not asked for now
            discard_draft(actor=actor, draft_id=there[0].id)
        now = clock.now()
        procedure_id = FormVersion.objects.values_list("procedure_id", flat=True).get(pk=sent.version_id)
        try:
            with transaction.atomic():
                made = Draft.objects.create(
                    account_id=sent.account_id, procedure_id=procedure_id, version_id=sent.version_id,
                    subject_no=sent.subject_no, answers=dict(sent.answers), language=sent.language,
                    applies_as=sent.applies_as, representation=sent.representation,
                    principal_name=sent.principal_name, follows=sent.follows,
                    corrects_id=submission_id, editable=sorted(fields), created_at=now, updated_at=now,
                    expires_at=until,
                )  # fmt: skip
        except IntegrityError:
            return draft_views("d.corrects_id = %s AND d.submitted_at IS NULL", submission_id)[0]
        rows = DraftFile.objects.filter(draft_id=sent.draft_id).values_list("field", "file_id", "position")
        DraftFile.objects.bulk_create(
            DraftFile(draft=made, field=field, file_id=file_id, position=position, added_at=now)
            for field, file_id, position in rows
        )
        return draft(made.pk)
