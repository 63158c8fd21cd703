"""Applications that were sent, for tests of the rooms above: written straight, without a person answering."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from jichi.engines.forms.models import Draft, DraftFile, FormVersion, Procedure, Submission
from jichi.engines.forms.rules import definition_hash, load_definition
from jichi.kernel import clock


def publish(source: str, *, division_id: int) -> FormVersion:
    """The definition's version as this division's, published. Inside a unit of the system."""
    now, definition = clock.now(), load_definition(source)
    procedure, _ = Procedure.objects.get_or_create(
        slug=definition.id, defaults={"division_id": division_id, "created_at": now}
    )
    version, _ = FormVersion.objects.get_or_create(
        procedure=procedure, version=definition.version,
        defaults={"source": source, "sha256": definition_hash(definition), "published_at": now},
    )  # fmt: skip
    return version


def begin(
    source: str,
    *,
    division_id: int,
    account_id: UUID,
    subject_no: str,
    files: Mapping[str, UUID] | None = None,
    applies_as: str = "",
) -> UUID:
    """A draft that is still being written, with a file for each field named: its id. Inside a unit of the system."""
    now, version = clock.now(), publish(source, division_id=division_id)
    draft, _ = Draft.objects.get_or_create(
        account_id=account_id, procedure_id=version.procedure_id, version=version, subject_no=subject_no,
        submitted_at=None, corrects=None,
        defaults={"created_at": now, "updated_at": now, "expires_at": now + timedelta(days=30)},
    )  # fmt: skip
    if applies_as:
        Draft.objects.filter(pk=draft.pk).update(applies_as=applies_as)
    for field, file_id in (files or {}).items():
        DraftFile.objects.create(draft=draft, field=field, file_id=file_id, position=1, added_at=now)
    return UUID(str(draft.pk))


def send(
    source: str, *, division_id: int, account_id: UUID, subject_no: str, answers: Mapping[str, Any]
) -> tuple[int, UUID]:
    """The definition's version in this division, and a submission of it: their ids. Inside a unit of the system."""
    now, version = clock.now(), publish(source, division_id=division_id)
    draft = Draft.objects.create(
        account_id=account_id, procedure_id=version.procedure_id, version=version, subject_no=subject_no,
        created_at=now, updated_at=now, expires_at=now + timedelta(days=30), submitted_at=now,
    )  # fmt: skip
    sent = Submission.objects.create(
        id=uuid4(), draft=draft, version=version, account_id=account_id, division_id=division_id,
        subject_no=subject_no, content_hash="0" * 64, language="ja", submitted_at=now, answers=dict(answers),
    )  # fmt: skip
    return version.pk, sent.pk


def send_again(submission_id: UUID) -> UUID:
    """The same once more, as an application of its own. Inside a unit of the system."""
    sent = Submission.objects.select_related("draft").get(pk=submission_id)
    draft = sent.draft
    draft.pk = uuid4()
    draft.save(force_insert=True)
    sent.pk, sent.draft_id = uuid4(), draft.pk
    sent.save(force_insert=True)
    return UUID(str(sent.pk))


def sent_by_guardian(submission_id: UUID) -> UUID:
    """The same application as if a guardian whose mandate is gone had sent it: its id. Inside a unit of the system."""
    sent = Submission.objects.select_related("draft").get(pk=submission_id)
    draft = sent.draft
    draft.pk, sent.pk = uuid4(), uuid4()
    for one in (draft, sent):
        one.applies_as, one.representation = "guardian", uuid4()
    draft.save(force_insert=True)
    sent.draft_id = draft.pk
    sent.save(force_insert=True)
    return UUID(str(sent.pk))
