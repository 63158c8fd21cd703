"""Attachments and issued documents for officials: only of a case they may see, each opening logged."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse

from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor
from jichi.engines.files import queries as files
from jichi.engines.files.views import download_response
from jichi.engines.forms import queries as forms
from jichi.kernel.errors import NotFound

from .. import permissions
from ..queries import StepCase, case_for_step, documents_of, hangs_at, submissions_of


def _attached(actor: Actor, number: str, file_id: UUID) -> StepCase:
    """The case, if the file hangs at it: at what was sent, or at what a correction replaced."""
    case = case_for_step(actor=actor, number=number, permission=permissions.VIEW)
    sent = forms.submissions(submissions_of(case.id, case.submission_id))
    if not any(file_id in forms.files_of(view) for view in sent.values()) and not hangs_at(case.id, file_id):
        raise NotFound
    return case


@access(audience="staff", permission=permissions.VIEW)
def download(request: SignedInRequest, number: str, file_id: UUID) -> FileResponse:
    """An attachment, shown in the browser where that is safe."""
    actor = request.actor
    case = _attached(actor, number, file_id)
    info = files.get_file(file_id)
    audit.record_look(actor=actor, table="eng_files_storedfile", object_id=str(file_id), subject=case.subject_no)
    return download_response(info, inline=True)


@access(audience="staff", permission=permissions.VIEW)
def thumbnail(request: SignedInRequest, number: str, file_id: UUID) -> FileResponse:
    """Its small picture; the look at the case is logged by the page that shows it."""
    _attached(request.actor, number, file_id)
    info = files.get_rendition(file_id) or files.get_file(file_id)
    return download_response(info, inline=True)


@access(audience="staff", permission=permissions.VIEW)
def document(request: SignedInRequest, number: str, document_id: UUID) -> FileResponse:
    """A document given out with the decision."""
    actor = request.actor
    case = case_for_step(actor=actor, number=number, permission=permissions.VIEW)
    found = next((d for d in documents_of(case.id) if d.id == document_id), None)
    if found is None:
        raise NotFound
    audit.record_look(
        actor=actor, table="eng_cases_issueddocument", object_id=str(document_id), subject=case.subject_no
    )
    return download_response(files.get_file(found.file_id), inline=True)
