"""Malware found later in a file: the case says so once, its official has work, strangers' files concern nobody."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from jichi.engines.audit.announce import announce
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions
from jichi.engines.cases.models import Case, CaseEvent, CaseFile
from jichi.engines.cases.tests import desk
from jichi.engines.cases.tests.desk import HANA, Office
from jichi.engines.files import actions as files
from jichi.engines.files.events import FileCondemned
from jichi.engines.forms.tests.sending import send
from jichi.engines.forms.tests.ward import source
from jichi.engines.inbox import queries as inbox
from jichi.kernel.errors import Forbidden

pytestmark = pytest.mark.django_db


def stored() -> UUID:
    found = files.store_bytes(
        actor=desk.SYSTEM, data=uuid4().bytes, filename="診断書.pdf", media_type="application/pdf", purpose="test"
    )
    return found.pk


def told(file_id: UUID, by: UUID | None) -> None:
    with unit(desk.SYSTEM):
        announce(FileCondemned(file_id=file_id, purpose="test", created_by=by))


def events(case: Case) -> list[str]:
    with unit(desk.SYSTEM):
        return list(CaseEvent.objects.filter(case=case, kind="file_condemned").values_list("detail__file", flat=True))


def mine(actor: Actor) -> int:
    with unit(actor):
        return len(inbox.items_for_staff(actor, scope="mine").items)


def test_a_file_of_an_application_and_a_scan_are_told_once_each() -> None:
    office = desk.build()
    (case,) = desk.pile(office, 1, status="reviewing")
    applicant = office.residents[HANA].account_id
    assert applicant is not None
    sent, scanned = stored(), stored()
    with unit(desk.SYSTEM):
        _, submission_id = send(
            source("coming-of-age"), division_id=office.youth, account_id=applicant, subject_no=HANA,
            answers={"support_document": [{"id": str(sent), "name": "診断書.pdf"}]},
        )  # fmt: skip
        Case.objects.filter(pk=case.pk).update(submission_id=submission_id)
        CaseFile.objects.create(case=case, file_id=scanned, added_at=case.received_at, added_by_id=applicant)
    for file_id in (sent, sent, scanned, scanned):
        told(file_id, applicant)
    assert events(case) == [str(sent), str(scanned)]
    assert mine(office.sato) == 2
    page = desk.browser(office.sato).get(f"/staff/cases/{case.number}/").content.decode()
    assert "添付のファイルにウイルスが見つかり、消しました。" in page


def test_a_file_of_a_draft_or_of_nobody_concerns_no_case() -> None:
    office: Office = desk.build()
    (case,) = desk.pile(office, 1, status="reviewing")
    applicant = office.residents[HANA].account_id
    for by in (applicant, None):
        told(stored(), by)
    assert (events(case), mine(office.sato)) == ([], 0)
    with pytest.raises(Forbidden):
        actions.file_condemned(actor=office.sato, file_id=uuid4(), brought_by=applicant)
