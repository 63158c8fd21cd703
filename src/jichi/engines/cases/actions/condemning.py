"""Malware found later: the case whose attachment it was says so, and its official asks for another file."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Q

from jichi.engines.audit.context import Actor, unit
from jichi.engines.forms import queries as forms
from jichi.engines.inbox import actions as inbox
from jichi.kernel.errors import Forbidden

from .. import permissions, rules
from ..models import Case, CaseEvent, CaseFile
from .changing import add_event, locked_case, staff_path

LOOKED_AT: Final = 200
"""Newest cases of whoever brought the file that are searched for it: people have few, officials enter many."""


def file_condemned(*, actor: Actor, file_id: UUID, brought_by: UUID | None) -> UUID | None:
    """A file was taken in unscanned, and malware was found in it. Once for each file; answers the case, if any.

    The content is gone already; the page of the case says so at the file. Files of drafts concern no case.

    Raises:
        Forbidden: not the platform.
    """
    if actor.kind != "system":
        raise Forbidden
    with unit(actor):
        case_id = _case_of(file_id, brought_by)
        if case_id is None:
            return None
        case = locked_case(case_id)
        if CaseEvent.objects.filter(case=case, kind="file_condemned", detail__file=str(file_id)).exists():
            return case_id
        add_event(actor, case, "file_condemned", public=False, detail={"file": str(file_id)})
        inbox.put_item(
            actor=actor, division_id=case.division_id, kind="check", title=case.title, url_path=staff_path(case),
            subject_key=rules.subject_key(case.pk), about=case.number, permission=permissions.VIEW,
            dedupe_key=f"condemned:{file_id}", assignee_id=case.assignee_id,
        )  # fmt: skip
        return case_id


def _case_of(file_id: UUID, brought_by: UUID | None) -> UUID | None:
    """The case that the file hangs at: as scan or attachment of a message, else in the application."""
    hanging = CaseFile.objects.filter(file_id=file_id).values_list("case_id", flat=True).first()
    if hanging is not None or brought_by is None:
        return hanging
    theirs = Case.objects.filter(Q(account_id=brought_by) | Q(entered_by_id=brought_by)).order_by("-received_at")
    found = dict(theirs.values_list("submission_id", "pk")[:LOOKED_AT])
    for submission_id, view in forms.submissions(list(found)).items():
        if file_id in forms.files_of(view):
            return found[submission_id]
    return None
