"""やり取り as officials see it: the thread, and a message to the applicant."""

from __future__ import annotations

import secrets

from django.http import HttpResponse
from django.shortcuts import redirect, render

from jichi.design.fields import FormField, SummaryError, errors_for
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.engines.registry import queries as registry
from jichi.kernel.errors import Conflict, FieldError, Invalid
from jichi.kernel.localized import NATIVE_NAME

from .. import actions, permissions, queries
from ..presentation import code_words
from ..queries import StepCase, case_for_step
from .steps import crumbs


@access(audience="staff", permission=permissions.VIEW)
def thread(request: SignedInRequest, number: str) -> HttpResponse:
    """A7: what was written, oldest first; opening it marks the applicant's messages as read."""
    actor = request.actor
    case = case_for_step(actor=actor, number=number, permission=permissions.VIEW)
    if actor.may(permissions.HANDLE):
        actions.mark_messages_read(actor=actor, case_id=case.id)
    audit.record_look(actor=actor, table="eng_cases_casemessage", object_id=str(case.id), subject=case.subject_no)
    return _page(request, case, {})


@access(audience="staff", permission=permissions.HANDLE, methods=("POST",))
def send(request: SignedInRequest, number: str) -> HttpResponse:
    """メッセージを送る; what was refused comes back with what was typed."""
    actor = request.actor
    case = case_for_step(actor=actor, number=number)
    try:
        actions.send_message(
            actor=actor, case_id=case.id, text=request.POST.get("text", ""), dedupe_key=request.POST.get("key", ""),
            uploads=request.FILES.getlist("files"),
        )  # fmt: skip
    except Invalid as error:
        return _page(request, case, dict(error.fields))
    except Conflict as error:
        return _page(request, case, {}, code_words(error.code))
    return redirect("eng_cases_staff:messages", number=case.written_number)


def _page(request: SignedInRequest, case: StepCase, wrong: dict[str, FieldError], said: str = "") -> HttpResponse:
    messages = queries.messages_of(case.id)
    names = accounts.account_names([m.author for m in messages if m.side == "staff"])
    person = registry.resident(case.subject_no) if case.subject_no else None
    fields = [
        FormField(
            name="text", label="申請した人へのメッセージ", kind="textarea", rows=5, value=request.POST.get("text", ""),
            error=wrong.get("text"), hint="訳されずにそのまま届きます。短く、やさしく書いてください。2000文字まで。",
        ),
        FormField(
            name="files", label="添えるファイル", kind="file", required=False, multiple=True, error=wrong.get("files"),
            hint="写真かPDF。3つまで。",
        ),
    ]  # fmt: skip
    errors = [*([SummaryError("", said)] if said else []), *errors_for(fields)]
    context = {
        "title": f"{case.written_number} のやり取り", "case": case, "breadcrumb": crumbs(case), "errors": errors,
        "thread": [(m, names.get(m.author, "") if m.side == "staff" else "申請した人") for m in messages],
        "fields": fields, "may_write": request.actor.may(permissions.HANDLE) and case.account_id is not None,
        "no_account": case.account_id is None, "language": NATIVE_NAME.get(case.language, case.language),
        "protected": bool(person and person.is_protected), "key": secrets.token_urlsafe(12),
    }  # fmt: skip
    return render(request, "eng_cases/staff_messages.html", context, status=422 if errors else 200)
