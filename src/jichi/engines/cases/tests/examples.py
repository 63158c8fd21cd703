"""Examples of this room's addresses for the test of access: a case of `world.resident` in `world.division`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from jichi.engines.audit.context import unit
from jichi.engines.cases.models import Case, CaseEvent, IssuedDocument
from jichi.engines.files import actions as files
from jichi.engines.forms.models import Draft, FormVersion, Procedure, Submission
from jichi.engines.forms.rules import definition_hash, load_definition
from jichi.engines.forms.tests.ward import source
from jichi.kernel import clock
from jichi.kernel.receipt_number import format_number, new_number


def make_case(world: Any) -> tuple[Case, str]:
    """A case under review with an attachment and a document, and its number as people write it."""
    with unit(world.system):
        text, now = source("coming-of-age"), clock.now()
        definition = load_definition(text)
        procedure, _ = Procedure.objects.get_or_create(
            slug=definition.id, defaults={"division_id": world.division.id, "created_at": now}
        )
        version, _ = FormVersion.objects.get_or_create(
            procedure=procedure, version=1,
            defaults={"source": text, "sha256": definition_hash(definition), "published_at": now},
        )  # fmt: skip
        stored = files.store_bytes(
            actor=world.system, data=b"%PDF-1.4", filename="a.pdf", media_type="application/pdf", purpose="test"
        )
        number, account, resident = new_number(secrets.token_bytes(16)), world.resident.account_id, world.resident
        draft = Draft.objects.create(
            account_id=account, procedure=procedure, version=version, subject_no=resident.addressee_no, created_at=now,
            updated_at=now, expires_at=now + timedelta(days=30), submitted_at=now,
        )  # fmt: skip
        sent = Submission.objects.create(
            id=uuid4(), draft=draft, version=version, account_id=account, division_id=world.division.id,
            subject_no=resident.addressee_no, content_hash="0" * 64, language="ja", submitted_at=now,
            answers={"support_document": [{"id": str(stored.pk), "name": "a.pdf", "size": 8}]},
        )  # fmt: skip
        case = Case.objects.create(
            number=number, procedure=definition.id, form_version=version, submission=sent, title=dict(definition.title),
            division_id=world.division.id, account_id=account, subject_no=resident.addressee_no,
            applicant_no=resident.addressee_no, name=resident.title, status="reviewing", received_at=now,
            due_on=clock.today() + timedelta(days=5), assignee_id=world.official.account_id,
        )  # fmt: skip
        CaseEvent.objects.create(case=case, at=now, kind="received", actor_kind="resident", actor_id=account)
        IssuedDocument.objects.create(
            case=case, kind="result", title={"ja": "文書"}, file_id=stored.pk, verification_code=secrets.token_hex(8),
            issued_at=now,
        )  # fmt: skip
    return case, format_number(number)


def _number(world: Any) -> Mapping[str, Any]:
    return {"number": make_case(world)[1]}


def _file(world: Any) -> Mapping[str, Any]:
    case, number = make_case(world)
    with unit(world.system):
        file_id = Submission.objects.get(pk=case.submission_id).answers["support_document"][0]["id"]
    return {"number": number, "file_id": file_id}


def _document(world: Any) -> Mapping[str, Any]:
    case, number = make_case(world)
    with unit(world.system):
        return {"number": number, "document_id": IssuedDocument.objects.get(case=case).pk}


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → the arguments of an address of a case."""
    steps = (
        "case", "reveal", "take", "release", "correction", "cancel_correction", "expire", "approve", "refuse",
    )  # fmt: skip
    return {
        **{f"eng_cases_staff:{step}": _number for step in steps},
        "eng_cases_staff:file": _file,
        "eng_cases_staff:thumbnail": _file,
        "eng_cases_staff:document": _document,
    }
