"""やり取り as the applicant sees it: messages of the office, and one's own. Officials' names never appear."""

from __future__ import annotations

import secrets

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design.fields import FormField, SummaryError, errors_for
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.inbox import actions as inbox
from jichi.kernel.errors import Conflict, FieldError, Invalid
from jichi.kernel.localized import pick

from . import actions, queries
from .queries import CaseRecord, applicant_case
from .rules import subject_key
from .sentences import MESSAGES


@access(audience="resident", methods=("GET", "POST"), guests=True)
def thread(request: SignedInRequest, number: str) -> HttpResponse:
    """A7: what was written, oldest first; opening it marks the office's messages as read."""
    actor = request.actor
    case = applicant_case(actor=actor, number=number)
    if request.method != "POST":
        actions.mark_messages_read(actor=actor, case_id=case.id)
        inbox.mark_read(actor=actor, subject_key=subject_key(case.id))
        return _page(request, case, {})
    try:
        actions.send_message(
            actor=actor, case_id=case.id, text=request.POST.get("text", ""), dedupe_key=request.POST.get("key", ""),
            language=request.LANGUAGE_CODE, uploads=request.FILES.getlist("files"),
        )  # fmt: skip
    except Invalid as error:
        return _page(request, case, dict(error.fields))
    except Conflict as error:
        return _page(request, case, {}, pick(MESSAGES[error.code], request.LANGUAGE_CODE).text)
    return redirect("eng_cases_items:messages", number=case.written_number)


def _page(request: SignedInRequest, case: CaseRecord, wrong: dict[str, FieldError], said: str = "") -> HttpResponse:
    language = request.LANGUAGE_CODE
    office = accounts.office_contact(case.division_id, language)
    fields = [
        FormField(
            name="text", label=_("区役所へのメッセージ"), noun=_("メッセージ"), kind="textarea", rows=5,
            value=request.POST.get("text", ""), error=wrong.get("text"), hint=_("2000文字まで書けます。"),
        ),
        FormField(
            name="files", label=_("添えるファイル"), kind="file", required=False, multiple=True,
            error=wrong.get("files"), hint=_("写真かPDFを3つまで選べます。"),
        ),
    ]  # fmt: skip
    errors = [*([SummaryError("", said)] if said else []), *errors_for(fields)]
    back = reverse("eng_cases_items:item", args=[case.written_number])
    context = {
        "title": _("区役所とのやり取り"), "procedure": pick(case.title, language).text, "back": back, "help": office,
        "number": case.written_number, "office": office.name if office else "", "fields": fields, "errors": errors,
        "thread": queries.messages_of(case.id), "key": secrets.token_urlsafe(12), "language_code": language,
    }  # fmt: skip
    return render(request, "eng_cases/resident_messages.html", context, status=422 if errors else 200)
