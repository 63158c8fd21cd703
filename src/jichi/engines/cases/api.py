"""What programs may do with cases: the same queries and actions as the officials' pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse

from jichi.engines.api.operations import (
    ApiRequest,
    FileIn,
    Query,
    Router,
    etag,
    next_cursor,
    opened,
    operation,
    uploads_of,
    words_of,
)
from jichi.engines.audit import actions as audit
from jichi.engines.files import queries as files
from jichi.engines.files.views import download_response
from jichi.engines.forms import queries as forms
from jichi.kernel.errors import NotFound
from jichi.kernel.receipt_number import format_number, parse_number

from . import actions, permissions, queries
from .api_entering import enter_whole, keep_for_later, uploads_named
from .api_shapes import (
    ApplicationIn,
    CaseOut,
    CaseRowOut,
    CasesIn,
    CasesOut,
    CorrectionIn,
    CorrectionOut,
    DecidedOut,
    DecisionIn,
    DecisionOut,
    DecisionsIn,
    DecisionsOut,
    DocumentOut,
    EventOut,
    EventsOut,
    FileOut,
    MadeOut,
    MessageIn,
    MessageOut,
    MessagesOut,
    OpenedOut,
    StateOut,
    UploadedOut,
)
from .models import Case
from .protection import masked_answer
from .rules import Draft, Status
from .staff_pages.sight import Sight, look

router = Router(tags=["案件 / cases"])
FILE = {"*/*": {"schema": {"type": "string", "format": "binary"}}}


@operation(router, "GET", "/cases", permission=permissions.VIEW, response=CasesOut,
           summary="案件の一覧", english="Cases of the client's division, page by page")  # fmt: skip
def list_cases(request: ApiRequest, given: Query[CasesIn]) -> CasesOut:
    filters = queries.CaseFilters(
        q=given.q, statuses=tuple(given.status), procedure=given.procedure, overdue=given.overdue,
        waiting=given.waiting, received_from=given.received_from, received_to=given.received_to, sort=given.sort,
    )  # fmt: skip
    page = queries.list_cases(actor=request.actor, filters=filters, after=opened(given), limit=given.limit)
    items = [CaseRowOut.model_validate(row) for row in page.rows]
    return CasesOut(items=items, next=next_cursor(request, page.next_key))


def _answers(sight: Sight) -> dict[str, Any]:
    """What was sent, without places where this client may not see them."""
    if not sight.hides_places:
        return dict(sight.sent.answers)
    fields = sight.sent.definition.fields
    return {name: masked_answer(fields[name], answer) for name, answer in sight.sent.answers.items() if name in fields}


@operation(router, "GET", "/cases/{number}", permission=permissions.VIEW, response=CaseOut,
           summary="1件の案件。見たことは閲覧記録に残る",
           english="One case; the look is recorded as an official's is")  # fmt: skip
def case(request: ApiRequest, number: str) -> CaseOut:
    sight = look(request.actor, number)
    record = sight.record
    etag(request, record.version)
    told: dict[str, Any] = {
        name: getattr(record, name) for name in CaseOut.model_fields if hasattr(record, name) and name != "documents"
    }
    return CaseOut.model_validate({
        **told, "answers": _answers(sight), "hides_places": sight.hides_places,
        "files": [FileOut.model_validate(one) for one in sight.files.values()],
        "corrections": [CorrectionOut.model_validate(one) for one in record.corrections],
        "decision": DecisionOut.model_validate(record.decision) if record.decision else None,
        "documents": [DocumentOut.model_validate(one) for one in record.documents],
    })  # fmt: skip


@operation(router, "GET", "/cases/{number}/events", permission=permissions.VIEW, response=EventsOut,
           summary="案件の経過", english="The timeline of a case")  # fmt: skip
def case_events(request: ApiRequest, number: str) -> EventsOut:
    record = queries.look_at_case(actor=request.actor, number=number)
    return EventsOut(items=[EventOut.model_validate(one) for one in record.events])


def _state(request: ApiRequest, case: queries.StepCase) -> StateOut:
    """How the case stands now, after its step was allowed and taken."""
    status, stage, version = Case.objects.values_list("status", "stage", "version").get(pk=case.id)
    etag(request, version)
    return StateOut(number=case.number, status=Status(status), stage=stage, version=version)


@operation(router, "POST", "/cases/{number}/take", permission=permissions.HANDLE, response=StateOut, versioned=True,
           summary="担当になる(審査を始める)", english="Take a case in charge; the review begins")  # fmt: skip
def take_case(request: ApiRequest, number: str) -> StateOut:
    found = queries.case_for_step(actor=request.actor, number=number)
    actions.take_case(actor=request.actor, case_id=found.id, expected_version=request.version)
    return _state(request, found)


@operation(router, "POST", "/cases/{number}/release", permission=permissions.HANDLE, response=StateOut, versioned=True,
           summary="担当を外れる", english="Put a case back onto the division's pile")  # fmt: skip
def release_case(request: ApiRequest, number: str) -> StateOut:
    found = queries.case_for_step(actor=request.actor, number=number)
    actions.release_case(actor=request.actor, case_id=found.id, expected_version=request.version)
    return _state(request, found)


@operation(router, "POST", "/cases/{number}/correction", permission=permissions.HANDLE, response=StateOut,
           versioned=True, summary="補正を依頼する", english="Ask the applicant to put something right")  # fmt: skip
def ask_correction(request: ApiRequest, number: str, given: CorrectionIn) -> StateOut:
    found = queries.case_for_step(actor=request.actor, number=number)
    actions.request_correction(
        actor=request.actor, case_id=found.id, points=[one.model_dump() for one in given.points], due_on=given.due_on,
        expected_version=request.version,
    )  # fmt: skip
    return _state(request, found)


@operation(router, "POST", "/cases/{number}/decision", permission=permissions.DECIDE, response=StateOut,
           versioned=True, summary="決定する(決裁経路のある手続では起案する)",
           english="Decide a case, or propose the decision where the procedure has a route")  # fmt: skip
def decide_case(request: ApiRequest, number: str, given: DecisionIn) -> StateOut:
    found = queries.case_for_step(actor=request.actor, number=number, permission=permissions.DECIDE)
    actions.propose_decision(
        actor=request.actor, case_id=found.id, draft=Draft(**given.model_dump()), expected_version=request.version
    )
    return _state(request, found)


@operation(router, "GET", "/cases/{number}/messages", permission=permissions.VIEW, response=MessagesOut,
           summary="案件のやり取り", english="The messages of a case")  # fmt: skip
def case_messages(request: ApiRequest, number: str) -> MessagesOut:
    record = queries.look_at_case(actor=request.actor, number=number)
    return MessagesOut(items=[MessageOut.model_validate(one) for one in queries.messages_of(record.id)])


@operation(router, "POST", "/cases/{number}/messages", permission=permissions.HANDLE, response=MadeOut, status=201,
           uploads=True, summary="申請した人に書く",
           english="Write to the applicant, with files if need be")  # fmt: skip
def send_message(request: ApiRequest, number: str, given: MessageIn) -> MadeOut:
    found = queries.case_for_step(actor=request.actor, number=number)
    key = f"api:{request.client_id}:{request.headers['Idempotency-Key']}"
    made = actions.send_message(
        actor=request.actor, case_id=found.id, text=given.text, dedupe_key=key, uploads=uploads_of(given.files)
    )
    return MadeOut(id=made)


@operation(router, "GET", "/cases/{number}/files/{uuid:file_id}", permission=permissions.VIEW, response=None,
           content=FILE, summary="添付ファイル", english="A file of a case")  # fmt: skip
def case_file(request: ApiRequest, number: str, file_id: UUID) -> FileResponse:
    found = queries.case_for_step(actor=request.actor, number=number, permission=permissions.VIEW)
    sent = forms.submissions(queries.submissions_of(found.id, found.submission_id))
    if not any(file_id in forms.files_of(one) for one in sent.values()) and not queries.hangs_at(found.id, file_id):
        raise NotFound
    audit.record_look(
        actor=request.actor, table="eng_files_storedfile", object_id=str(file_id), subject=found.subject_no
    )
    return download_response(files.get_file(file_id), inline=False)


@operation(router, "GET", "/cases/{number}/documents/{uuid:document_id}", permission=permissions.VIEW, response=None,
           content=FILE, summary="交付した文書", english="A document given out with the decision")  # fmt: skip
def case_document(request: ApiRequest, number: str, document_id: UUID) -> FileResponse:
    found = queries.case_for_step(actor=request.actor, number=number, permission=permissions.VIEW)
    given = next((one for one in queries.documents_of(found.id) if one.id == document_id), None)
    if given is None:
        raise NotFound
    audit.record_look(
        actor=request.actor, table="eng_cases_issueddocument", object_id=str(document_id), subject=found.subject_no
    )
    return download_response(files.get_file(given.file_id), inline=False)


@operation(router, "POST", "/decisions", permission=permissions.BULK, response=DecisionsOut,
           summary="何件かをまとめて決定する(preview で、できるかを先に見る)",
           english="Decide several cases alike; `preview` says first which can be")  # fmt: skip
def decide_cases(request: ApiRequest, given: DecisionsIn) -> DecisionsOut:
    draft = Draft(outcome=given.outcome, reason_code=given.reason_code, reason=given.reason, seal=given.seal,
                  dispatch=given.dispatch)  # fmt: skip
    chosen = [(parse_number(one.number) or one.number, one.version) for one in given.cases]
    done = actions.decide_several(actor=request.actor, cases=chosen, draft=draft, preview=given.preview)
    return DecisionsOut(items=[
        DecidedOut(
            number=one.number, state=one.state, code=one.code, status=one.status, version=one.version,
            **(words_of(one.code, one.params) if one.code else {"detail": "", "detail_en": ""}),
        )
        for one in done
    ])  # fmt: skip


@operation(router, "POST", "/files", permission=permissions.ENTER, response=UploadedOut, status=201, uploads=True,
           summary="後で送る申請のファイルを先に預ける",
           english="Send a file ahead, for an application that names it later")  # fmt: skip
def send_file(request: ApiRequest, given: FileIn) -> UploadedOut:
    kept, last = keep_for_later(actor=request.actor, upload=uploads_of([given])[0])
    return UploadedOut(
        id=kept.id, filename=kept.filename, media_type=kept.media_type, size=kept.size, sha256=kept.sha256,
        state=kept.state, kept_until=last,
    )  # fmt: skip


@operation(router, "POST", "/applications", permission=permissions.ENTER, response=OpenedOut, status=201, uploads=True,
           summary="申請を入力して案件にする", english="Enter an application: it becomes a case at once")  # fmt: skip
def enter_application(request: ApiRequest, given: ApplicationIn) -> OpenedOut:
    entry = actions.Entry(channel=given.channel, received_on=given.received_on, applicant_no=given.applicant_no)
    scans = uploads_named(request.actor, [given.scan], "scan") if given.scan else []
    done = enter_whole(
        actor=request.actor, slug=given.procedure, entry=entry, subject_no=given.subject_no,
        answers={name: answer for name, answer in given.answers.items() if answer is not None},
        uploads={name: uploads_named(request.actor, found, f"files.{name}") for name, found in given.files.items()},
        scan=scans[0] if scans else None,
    )  # fmt: skip
    request.answer_headers["Location"] = f"/api/v1/cases/{done.number}"
    return OpenedOut(
        number=done.number, written_number=format_number(done.number), case_id=done.case_id, fresh=done.fresh
    )
