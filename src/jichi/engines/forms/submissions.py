"""Reads of what was sent, offered by `queries`. Each says how many statements it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from jichi.kernel.errors import NotFound

from .definitions import cached_definition
from .models import Submission
from .rules import FormDefinition


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """What was sent. `declared`: ids of the declarations that were agreed to."""

    id: UUID
    draft_id: UUID
    version_id: int
    definition: FormDefinition
    slug: str
    account_id: UUID
    division_id: int
    subject_no: str
    applies_as: str
    representation: UUID | None
    principal_name: str
    follows: str
    corrects_id: UUID | None
    answers: Mapping[str, Any]
    declared: tuple[str, ...]
    content_hash: str
    language: str
    submitted_at: datetime


_SUBMISSION = (
    "pk", "draft_id", "version_id", "version__sha256", "version__procedure__slug", "account_id", "division_id",
    "subject_no", "corrects_id", "answers", "content_hash", "language", "submitted_at", "applies_as", "representation",
    "principal_name", "follows",
)  # fmt: skip


def sent_answers(draft_id: UUID) -> Mapping[str, Any]:
    """What was sent from a draft; nothing where it was not. One statement."""
    found = Submission.objects.filter(draft_id=draft_id).values_list("answers", flat=True).first()
    return {name: value for name, value in (found or {}).items() if not name.startswith("_")}


def submissions(ids: Sequence[UUID]) -> dict[UUID, SubmissionView]:
    """Those the actor may see, by id. One statement."""
    found = {}
    for r in Submission.objects.filter(pk__in=ids).values_list(*_SUBMISSION):
        answers = {name: value for name, value in r[9].items() if not name.startswith("_")}
        found[r[0]] = SubmissionView(
            id=r[0], draft_id=r[1], version_id=r[2], definition=cached_definition(r[3], r[2]), slug=r[4],
            account_id=r[5],            division_id=r[6], subject_no=r[7], corrects_id=r[8], answers=answers,
            declared=tuple(r[9].get("_declared", ())), content_hash=r[10], language=r[11], submitted_at=r[12],
            applies_as=r[13], representation=r[14], principal_name=r[15], follows=r[16],
        )  # fmt: skip
    return found


def sent_by(account_id: UUID, slug: str, *, limit: int = 20) -> list[SubmissionView]:
    """What this account sent in a procedure, newest first, corrections left out. Two statements."""
    rows = Submission.objects.filter(account_id=account_id, version__procedure__slug=slug, corrects=None)
    ids = list(rows.order_by("-submitted_at").values_list("pk", flat=True)[:limit])
    found = submissions(ids) if ids else {}
    return [found[one] for one in ids if one in found]


def submission(submission_id: UUID) -> SubmissionView:
    """What was sent, if the actor may see it; NotFound otherwise. One statement."""
    found = submissions([submission_id])
    if not found:
        raise NotFound("forms.no_submission")
    return found[submission_id]


def files_of(view: SubmissionView) -> frozenset[UUID]:
    """Ids of the stored files that the submission holds: whoever sees it may open these."""
    fields = [name for name, field in view.definition.fields.items() if field.kind == "file"]
    return frozenset(UUID(one["id"]) for name in fields for one in view.answers.get(name) or ())
