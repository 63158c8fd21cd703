"""Examples of this room's addresses for the test of access: a case of `world.resident` in `world.division`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from jichi.engines.audit.context import unit
from jichi.engines.cases import actions
from jichi.engines.cases.models import Case, CaseEvent, Correction, IssuedDocument
from jichi.engines.cases.rules import Draft as Decided
from jichi.engines.files import actions as files
from jichi.engines.forms import queries as forms
from jichi.engines.forms.actions import start_correction
from jichi.engines.forms.rules import load_definition
from jichi.engines.forms.tests.sending import begin, send
from jichi.engines.forms.tests.ward import source
from jichi.kernel import clock
from jichi.kernel.receipt_number import format_number, new_number


def make_case(world: Any) -> tuple[Case, str]:
    """A case under review with an attachment and a document, and its number as people write it."""
    with unit(world.system):
        text, now, resident = source("coming-of-age"), clock.now(), world.resident
        definition = load_definition(text)
        stored = files.store_bytes(
            actor=world.system, data=b"%PDF-1.4", filename="a.pdf", media_type="application/pdf", purpose="test"
        )
        number, account = new_number(secrets.token_bytes(16)), resident.account_id
        version_id, submission_id = send(
            text, division_id=world.division.id, account_id=account, subject_no=resident.addressee_no,
            answers={"support_document": [{"id": str(stored.pk), "name": "a.pdf", "size": 8}]},
        )  # fmt: skip
        case = Case.objects.create(
            number=number, procedure=definition.id, form_version_id=version_id, submission_id=submission_id,
            title=dict(definition.title),
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
        sent = forms.submission(case.submission_id)
    return {"number": number, "file_id": next(iter(forms.files_of(sent)))}


def _document(world: Any) -> Mapping[str, Any]:
    case, number = make_case(world)
    with unit(world.system):
        return {"number": number, "document_id": IssuedDocument.objects.get(case=case).pk}


def _correction_draft(world: Any) -> Mapping[str, Any]:
    """A draft that corrects a case, begun by its applicant and not sent."""
    case, _number_written = make_case(world)
    with unit(world.system):
        Case.objects.filter(pk=case.pk).update(status="correction", correction_due_on=clock.today() + timedelta(days=9))
        Correction.objects.create(
            case=case, points=[{"field": "name_kana", "sentence": "確かめてください。"}], asked_at=clock.now(),
            asked_by_id=world.official.account_id, before_id=case.submission_id,
            due_on=clock.today() + timedelta(days=9),
        )  # fmt: skip
    with unit(world.resident.actor):
        draft = start_correction(
            actor=world.resident.actor, submission_id=case.submission_id, fields=["name_kana"],
            until=clock.now() + timedelta(days=9),
        )  # fmt: skip
    return {"draft_id": draft.id}


def _run(world: Any) -> Mapping[str, Any]:
    """A run of bulk decisions over one case."""
    case, _written = make_case(world)
    run_id = actions.start_bulk(
        actor=world.official.actor, cases=[(case.pk, case.version)], draft=Decided(outcome="approved"),
        dedupe_key=secrets.token_hex(8),
    )  # fmt: skip
    return {"run_id": run_id}


def _issued(world: Any) -> Mapping[str, Any]:
    number = actions.reserve_number(actor=world.official.actor, division_id=world.division.id, what="例の文書")
    return {"number_id": number.pk}


def _entry(world: Any) -> Mapping[str, Any]:
    """An application on paper that is being entered."""
    with unit(world.system):
        draft_id = begin(
            source("coming-of-age"), division_id=world.division.id, account_id=world.official.account_id,
            subject_no=world.resident.addressee_no, applies_as="paper",
        )  # fmt: skip
    return {"draft_id": draft_id}


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → the arguments of an address of a case."""
    steps = (
        "case", "reveal", "take", "release", "correction", "cancel_correction", "expire", "approve", "refuse",
        "proposal", "proposal_take_back", "messages", "message_send", "dispatch", "returned", "print", "link", "unlink",
    )  # fmt: skip
    return {
        **{f"eng_cases_staff:{step}": _number for step in steps},
        "eng_cases_staff:file": _file,
        "eng_cases_staff:thumbnail": _file,
        "eng_cases_staff:document": _document,
        "eng_cases_staff:bulk_run": _run,
        "eng_cases_staff:number": _issued,
        "eng_cases_staff:entry": _entry,
        "eng_cases_staff:bulk_stop": _run,
        **{
            f"eng_cases_items:{page}": _number
            for page in ("item", "withdraw", "messages", "correction", "correction_done")
        },
        "eng_cases_items:attachment": _file,
        "eng_cases_items:document": _document,
        "eng_cases_items:correction_check": _correction_draft,
    }
